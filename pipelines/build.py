"""The front door: from files to the build that screens and documents read. The whole flow in a handful of calls.

load    file -> batch -> roll-up -> build -> CURRENT
undo    journal -> build -> CURRENT                  the former batch counts again
amend   rows by hand -> batch -> build -> CURRENT    read and kept like an upload
lock    journal                                      a month that no load and no undo changes without a reason
renew   batches -> build -> CURRENT                  after the definitions have changed
A dry run, and the loading of what it has read: pipelines/trial.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from pipelines.access import need
from pipelines.contracts import contracts
from pipelines.refusals import in_words
from pipelines.side_by_side import Progress, meanwhile, quiet
from pipelines.store.by_hand import Row, made_from, remade
from pipelines.store.commits import changing, commit, committed, month, said, settle
from pipelines.store.intake import (
    Receipt,
    barred,
    counts_already,
    locked_by,
    locked_sentence,
    overlap_sentence,
    overlaps,
    put_all,
    read_all,
    words_of,
)
from pipelines.store.places import LIST
from pipelines.store.together import fitting, listed
from pipelines.store.warehouse import (
    SAMPLE,
    Batch,
    Entry,
    WarehouseError,
    append,
    batches,
    journal,
    live,
    live_after,
    locked_months,
    now,
    read_batch,
    standing,
    workroom,
    writing,
)
from pipelines.uploads.handed_in import files_in, handed_in
from pipelines.uploads.problems import Problem
from pipelines.uploads.staging import Staged

__all__ = [
    "Progress",
    "Receipt",
    "amend",
    "commit",
    "leave_sample",
    "load",
    "lock",
    "quiet",
    "renew",
    "undo",
    "unlock",
    "words_of",
]


def load(
    warehouse: Path,
    paths: Iterable[Path],
    by: str,
    progress: Progress = quiet,
    leave_out: bool = False,
    restating: str = "",
    roll_up: Callable[[list[str]], None] | None = None,
) -> list[Receipt]:
    """Load files and folders, each table one batch, all in one commit. Faulty files are refused whole, the others load.

    leave_out: a file with faulty rows is loaded without them; restating: why files may change locked months, else those
    are refused; roll_up: what makes the roll-ups of new batches of settlements, if they are not made here. Raises
    WarehouseError if another writer holds the warehouse for long, if the result would fail its checks, or for what the
    system refuses: then nothing has changed.
    """
    by = need(warehouse, "upload").signing(by)
    with in_words():
        files = files_in(paths)
        with changing(warehouse, progress), workroom(warehouse, "reading") as folder:
            uploads = meanwhile("打开文件", partial(handed_in, files, folder / "unpacked"), progress, 0.0, 0.05)
            staged = fitting(read_all(warehouse, uploads, folder, progress, (0.05, 0.5)), live(warehouse))
            reasons = [refused(warehouse, one, staged, leave_out, restating) for one in staged]
            kept = [one for one, reason in zip(staged, reasons, strict=True) if not reason]
            batches = iter(put_all(warehouse, kept, by, progress, (0.5, 0.8), roll_up))
            receipts = [
                Receipt(one.upload.name, "skipped" if one.state == "skipped" else "refused", None, reason)
                if reason
                else Receipt(one.upload.name, "loaded", next(batches), one.problems)
                for one, reason in zip(staged, reasons, strict=True)
            ]
            return committed(warehouse, settle(receipts, live(warehouse)), by, progress, restating=restating)


def amend(
    warehouse: Path,
    table: str,
    rows: Sequence[Row] | Callable[[], Sequence[Row]],
    by: str,
    why: str | Callable[[], str],
    progress: Progress = quiet,
    subject: str | Callable[[], str] = "",
    restating: str = "",
) -> Receipt:
    """Write rows by hand, {column key: text}: their periods are made anew with them, as one batch like an upload.

    rows: or what makes them once it is this writer's turn, so that a number given to a row is still free; why, subject:
    or what tells of the rows that were made. subject: what they are about, as a case's number; the journal keeps it.

    A row replaces the one of its unique key, also where that stood in another period. Refused whole, with the problems
    in the receipt, if a row breaks the table's rules or a month is locked and nothing said why it may be changed
    (restating). Raises WarehouseError without a reason, for a table of persons, and for an unknown column.
    """
    reason = why if callable(why) else said(why, "手工录入要写明原因")
    with in_words(), changing(warehouse, progress), workroom(warehouse, "by hand") as folder:
        (staged,) = fitting([remade(warehouse, table, rows() if callable(rows) else rows, folder)], live(warehouse))
        if problems := refused(warehouse, staged, [], False, restating):
            return Receipt(staged.upload.name, "refused", None, problems)
        (batch,) = put_all(warehouse, [staged], by, progress, (0.5, 0.8))
        receipts = settle([Receipt(staged.upload.name, "loaded", batch, staged.problems)], live(warehouse))
        told = [each() if callable(each) else each for each in (reason, subject)]
        return committed(warehouse, receipts, by, progress, *told, restating)[0]


def undo(warehouse: Path, batch: str, by: str, why: str, progress: Progress = quiet, restating: str = "") -> Batch:
    """Take a batch back: what it replaced counts again.

    Raises WarehouseError without a reason or a standing batch, or if it counts in a month that is locked and nothing
    says why that may be changed (restating).
    """
    reason = said(why, '撤销要写明原因，如 --why "六月文件漏了县外"')
    with in_words(), changing(warehouse, progress):
        taken = read_batch(warehouse, batch)
        if batch not in standing(journal(warehouse)):
            raise WarehouseError(f"批次 {batch} 已经撤销过，没有改变什么")
        counting = {each.id for each in live(warehouse).values()}
        if after := [each for each in made_from(standing_batches(warehouse), [batch]) if each.id in counting]:
            raise WarehouseError(f"批次 {batch} 的行还在后来的录入里（{after[-1].id}）；请先撤销后来的录入")
        commit(warehouse, [Entry("undo", batch, by, now(), reason)], progress, restating)
    return taken


def standing_batches(warehouse: Path) -> list[Batch]:
    """The batches that were not taken back, oldest first."""
    return [read_batch(warehouse, id) for id in standing(journal(warehouse))]


def leave_sample(warehouse: Path, by: str, progress: Progress = quiet) -> list[Batch]:
    """Undo every batch of the sample county in one commit, so that a county can begin with its own files."""
    with in_words(), changing(warehouse, progress):
        sample = {e.batch for e in journal(warehouse) if e.action == "commit" and e.by == SAMPLE}
        taken = [b for b in standing(journal(warehouse)) if b in sample]
        if not taken:
            raise WarehouseError("数据仓库里没有示例县的批次，没有改变什么")
        taken += [b.id for b in made_from(standing_batches(warehouse), taken)]  # they hold the sample's rows too
        commit(warehouse, [Entry("undo", b, by, now(), "清除示例县，改用本县数据") for b in taken], progress)
    return [b for b in batches(warehouse) if b.id in taken]


def renew(warehouse: Path, progress: Progress = quiet) -> None:
    """Make the build anew that the standing batches lead to by today's definitions, where it is missing (outdated).

    Raises WarehouseError if another writer holds the warehouse for long, or for what the system refuses.
    """

    def caught_up() -> None:
        with changing(warehouse):  # whoever takes the writer's turn builds what is missing first
            pass

    with in_words():
        meanwhile("按新的定义重新汇总", caught_up, progress, 0.0, 1.0)


def lock(warehouse: Path, period: str, by: str, why: str) -> Entry:
    """Close a month ('2026-05'): no load and no undo changes what counts in it, in any table by the month, but for one
    that says why (restating).

    Tables by the year and whole tables (the roster) are not locked. Raises WarehouseError without a reason, for a month
    without data, and for one that is locked already.
    """
    reason = said(why, '锁定要写明原因，如 --why "五月已上报"')
    with in_words(), writing(warehouse):
        locked = locked_months(journal(warehouse))
        if month(period) in locked:
            raise WarehouseError(f"{locked_by(period, locked[period])}，没有改变什么")
        if not any(p == period and contracts()[table].grain == "month" for table, p, _ in live(warehouse)):
            raise WarehouseError(f"{period} 还没有装入任何月度表，不能锁定")
        entry = Entry("lock", "", by, now(), reason, period)
        append(warehouse, entry)
    return entry


def unlock(warehouse: Path, period: str, by: str, why: str) -> Entry:
    """Open a locked month again. Raises WarehouseError without a reason, and for a month that is not locked."""
    reason = said(why, '解锁要写明原因，如 --why "五月要补报"')
    with in_words(), writing(warehouse):
        if month(period) not in locked_months(journal(warehouse)):
            raise WarehouseError(f"{period} 没有锁定，没有改变什么")
        entry = Entry("unlock", "", by, now(), reason, period)
        append(warehouse, entry)
    return entry


def refused(
    warehouse: Path, staged: Staged, others: list[Staged], leave_out: bool, restating: str
) -> tuple[Problem, ...]:
    """Why a staged file is not loaded; nothing if it is, or if it counts already."""
    if staged.rows is None or (staged.state == "partial" and not leave_out):
        return staged.problems
    entries = journal(warehouse)
    locked, stands = locked_months(entries), live_after(warehouse, entries)
    if counts_already(staged, stands):
        return ()
    closed = () if restating.strip() else barred(staged, locked, stands)
    told = [locked_sentence(period, locked[period]) for period in closed]
    lists = [o for o in others if o.table == LIST != staged.table and o is not staged]
    loaded = [o for o in lists if not refused(warehouse, o, lists, leave_out, restating)]
    together = bool(listed(stands, loaded))
    told += [overlap_sentence(staged, period, other) for period, other in overlaps(staged, others, together)]
    return tuple(Problem(None, "", staged.upload.name, text, "structural") for text in told)
