"""Running a dry run, and loading what it has read: never read twice, all files in one commit or none."""

from collections.abc import Collection, Iterable
from collections.abc import Mapping as Mappings
from dataclasses import replace
from functools import partial
from pathlib import Path

from pipelines.contracts import contracts
from pipelines.refusals import in_words
from pipelines.side_by_side import Progress, quiet, side_by_side
from pipelines.store.commits import changing, committed
from pipelines.store.intake import Receipt, barred, counts_already, locked_sentence, put_in, words_of
from pipelines.store.warehouse import (
    Entry,
    WarehouseError,
    journal,
    live_after,
    locked_months,
    read_batch,
    workroom,
)
from pipelines.trial.controls import Live, compared
from pipelines.trial.room import close_room, open_room
from pipelines.trial.roster import ROSTER, against_roster
from pipelines.trial.tried import Trial, Tried
from pipelines.uploads.files import Upload
from pipelines.uploads.handed_in import files_in, handed_in
from pipelines.uploads.mapping import Mapping, remember, remembered, signature
from pipelines.uploads.privacy import person_key
from pipelines.uploads.staging import Staged, stage


def try_out(
    warehouse: Path,
    paths: Iterable[Path],
    progress: Progress = quiet,
    mappings: Mappings[str, Mapping] | None = None,
) -> Trial:
    """Read files and folders, and hold each table against what stands. Nothing is changed outside warehouse/trials.

    mappings: upload name -> headers as they were matched by hand. Raises WarehouseError for what the system refuses;
    what progress raises ends it and leaves nothing.
    """
    with in_words():
        files, mappings = files_in(paths), dict(mappings or {})
        folder = open_room(warehouse)
        try:
            progress(0.0, "打开文件")
            uploads = handed_in(files, folder / "unpacked")
            key = person_key(warehouse)
            jobs = [
                (f"试读 {u.name}", partial(read_one, warehouse, u, folder / f"staged{n}", key, mappings.get(u.name)))
                for n, u in enumerate(uploads)
            ]
            found = side_by_side(jobs, progress, 0.0, 0.8)
            return Trial(folder, warehouse, *judged(warehouse, found, folder, progress), mappings)
        except BaseException:
            close_room(folder)
            raise


def read_one(warehouse: Path, upload: Upload, folder: Path, key: str, mapping: Mapping | None) -> Staged:
    folder.mkdir(parents=True)
    return stage(upload, folder, key, words_of, mapping, partial(remembered, warehouse))


def judged(warehouse: Path, found: list[Staged], folder: Path, progress: Progress) -> tuple[tuple[Tried, ...], int]:
    """Every file against what stands, and how many lines the journal had then."""
    entries = journal(warehouse)
    stands = live_after(warehouse, entries)
    own = next((s.rows for s in found if s.table == ROSTER and s.rows), None)
    jobs = [
        (f"核对 {s.upload.name}", partial(judge, warehouse, s, stands, locked_months(entries), own, folder))
        for s in found
    ]
    tried = side_by_side(jobs, progress, 0.8, 1.0) if jobs else []
    return tuple(replace(t, overlaps=overlaps(t, tried)) for t in tried), len(entries)


def judge(
    warehouse: Path, staged: Staged, stands: Live, locked: dict[str, Entry], own: Path | None, folder: Path
) -> Tried:
    if staged.rows is None:
        return Tried(staged, staged.state)
    closed = barred(staged, locked)
    state = "unchanged" if counts_already(staged, stands) else "locked" if closed else staged.state
    controls, replaces = compared(warehouse, staged, stands, folder)
    roster = against_roster(warehouse, staged, stands, own, folder)
    return Tried(staged, state, tuple(controls), tuple(replaces), roster, closed)


def overlaps(tried: Tried, others: list[Tried]) -> tuple[tuple[str, str], ...]:
    """Periods that another file of the same table holds too, unless it is the same file once more."""
    return tuple(
        (period, other.name)
        for other in others
        if tried.loadable and other.loadable and other is not tried and other.staged.table == tried.staged.table
        for period in tried.staged.periods
        if period in other.staged.periods
    )


def accept(trial: Trial, chosen: Collection[str], by: str, progress: Progress = quiet) -> list[Receipt]:
    """Load the chosen files (by upload name) as they were read, all in one commit. Chosen partial files are loaded
    without their faulty rows. The dry run's folder stays until discard().

    Raises WarehouseError, and changes nothing, if a file can't be loaded, if two of them are for the same table and
    period, or if somebody has changed such a period, or locked it, since the dry run.
    """
    picked = [t for t in trial.files if t.name in chosen]
    refuse_unfit(trial, picked, chosen)
    with in_words(), changing(trial.warehouse, progress):
        refuse_moved(trial, picked)
        jobs = [(f"装入 {t.name}", partial(put, trial.warehouse, t.staged, by)) for t in picked if t.loadable]
        receipts = side_by_side(jobs, progress, 0.0, 0.5) if jobs else []
        unchanged = [Receipt(t.name, "unchanged", None, t.staged.problems) for t in picked if not t.loadable]
        for tried in picked:
            if tried.loadable and (mapping := trial.mappings.get(tried.name)):
                remember(trial.warehouse, signature(tried.staged.header), mapping, by)
        return [*committed(trial.warehouse, receipts, by, progress), *unchanged]


def put(warehouse: Path, staged: Staged, by: str) -> Receipt:
    with workroom(warehouse, "load") as folder:
        batch = put_in(warehouse, staged, by, folder)
    return Receipt(staged.upload.name, "loaded", batch, staged.problems)


def refuse_unfit(trial: Trial, picked: list[Tried], chosen: Collection[str]) -> None:
    """WarehouseError for chosen files that are not there, can't be loaded, or overlap."""
    if unknown := sorted(set(chosen) - {t.name for t in picked}):
        raise WarehouseError(f"这次试读里没有文件：{'、'.join(unknown)}")
    if not picked:
        raise WarehouseError("没有选择要装入的文件")
    if unfit := [t.name for t in picked if not t.loadable and t.state != "unchanged"]:
        raise WarehouseError(f"不能装入：{'、'.join(unfit)}；请先改正，或不选这些文件")
    for tried in picked:
        if both := [(period, other) for period, other in tried.overlaps if other in chosen]:
            table, (period, other) = contracts()[tried.staged.table].name_zh, both[0]
            raise WarehouseError(
                f"“{tried.name}”和“{other}”都有{table}{spoken(period)}；只能选一个，或先合并成一个文件"
            )


def refuse_moved(trial: Trial, picked: list[Tried]) -> None:
    """WarehouseError if a period of these files has been changed or locked since the dry run."""
    entries = journal(trial.warehouse)
    places = {(t.staged.table, period) for t in picked for period in t.staged.periods}
    for entry in entries[trial.seen :]:
        touched = read_batch(trial.warehouse, entry.batch) if entry.action in ("commit", "undo") else None
        common = sorted({(touched.table, p) for p in touched.periods} & places) if touched else []
        if common:
            did = "装入" if entry.action == "commit" else "撤销"
            what = f"{contracts()[common[0][0]].name_zh}{spoken(common[0][1])}"
            raise WarehouseError(
                f"试读之后，{entry.by}已{did}{what}（{entry.at[:16]}）；请重新试读后再装入，没有改变什么"
            )
    locked = locked_months(entries)
    if closed := [p for t in picked if t.loadable for p in barred(t.staged, locked)]:
        raise WarehouseError(f"{locked_sentence(closed[0], locked[closed[0]])}，没有改变什么")


def spoken(period: str) -> str:
    return "" if period == "all" else f" {period}"


def discard(trial: Trial) -> None:
    """Remove what the dry run has read; nothing happens if it is gone already."""
    close_room(trial.folder)
