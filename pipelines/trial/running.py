"""Running a dry run, and loading what it has read: never read twice, all files in one commit or none."""

from collections.abc import Collection, Iterable
from collections.abc import Mapping as Mappings
from dataclasses import replace
from functools import partial
from pathlib import Path

from pipelines.access import need
from pipelines.contracts import contracts
from pipelines.refusals import in_words
from pipelines.side_by_side import Progress, meanwhile, quiet, side_by_side
from pipelines.store.commits import changing, committed, settle
from pipelines.store.intake import (
    Receipt,
    barred,
    counts_already,
    locked_sentence,
    overlap_sentence,
    overlaps,
    put_all,
    read_all,
)
from pipelines.store.places import several, stands_for
from pipelines.store.rooms import close_room, open_room
from pipelines.store.together import fitting, listed
from pipelines.store.warehouse import (
    Batch,
    Entry,
    WarehouseError,
    journal,
    live,
    live_after,
    locked_months,
    read_batch,
)
from pipelines.trial.controls import Live, compared
from pipelines.trial.roster import ROSTER, against_roster
from pipelines.trial.tried import Trial, Tried
from pipelines.uploads.handed_in import files_in, handed_in
from pipelines.uploads.mapping import Mapping, remember, signature
from pipelines.uploads.staging import Staged


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
    need(warehouse, "upload")
    with in_words():
        files, mappings = files_in(paths), dict(mappings or {})
        folder = open_room(warehouse)
        try:
            uploads = meanwhile("打开文件", partial(handed_in, files, folder / "unpacked"), progress, 0.0, 0.1)
            read = read_all(warehouse, uploads, folder, progress, (0.1, 0.8), mappings)
            found = fitting(read, live(warehouse))
            return Trial(folder, warehouse, *judged(warehouse, found, progress), mappings)
        except BaseException:
            close_room(folder)
            raise


def judged(warehouse: Path, found: list[Staged], progress: Progress) -> tuple[tuple[Tried, ...], int]:
    """Every file against what stands, and how many lines the journal had then."""
    entries = journal(warehouse)
    stands, locked = live_after(warehouse, entries), locked_months(entries)
    own = [s for s in found if s.table == ROSTER and s.rows]
    jobs = [(f"核对 {s.upload.name}", partial(judge, warehouse, s, stands, locked, own)) for s in found]
    tried = side_by_side(jobs, progress, 0.8, 1.0) if jobs else []
    together = bool(listed(stands, found))
    return tuple(replace(t, overlaps=overlaps(t.staged, found, together)) for t in tried), len(entries)


def judge(warehouse: Path, staged: Staged, stands: Live, locked: dict[str, Entry], own: list[Staged]) -> Tried:
    if staged.rows is None:
        return Tried(staged, staged.state)
    closed, aside = barred(staged, locked, stands), staged.rows.parent
    state = "unchanged" if counts_already(staged, stands) else "locked" if closed else staged.state
    controls, replaces = compared(warehouse, staged, stands, aside)
    roster = against_roster(warehouse, staged, stands, own, aside)
    return Tried(staged, state, tuple(controls), tuple(replaces), roster, closed)


def accept(
    trial: Trial, chosen: Collection[str], by: str, progress: Progress = quiet, restating: str = ""
) -> list[Receipt]:
    """Load the chosen files (by upload name) as they were read, all in one commit. Chosen partial files are loaded
    without their faulty rows. The dry run's folder stays until discard(). restating: why locked months may be changed.

    Raises WarehouseError, and changes nothing, if a file can't be loaded, if two of them are for the same table and
    period, if somebody has changed such a period since the dry run, or if it is locked and nothing says why it may be
    changed.
    """
    picked = [t for t in trial.files if t.name in chosen]
    refuse_unfit(trial, picked, chosen)
    new = [t for t in picked if t.loadable]
    with in_words(), changing(trial.warehouse, progress):
        refuse_moved(trial, picked)
        if not restating.strip():
            refuse_locked(trial, picked)
        batches = put_all(trial.warehouse, [t.staged for t in new], by, progress, (0.0, 0.8))
        loaded = {t.name: batch for t, batch in zip(new, batches, strict=True)}
        for tried in (t for t in new if t.name in trial.mappings):
            remember(trial.warehouse, signature(tried.staged.header), trial.mappings[tried.name], by)
        stands = live(trial.warehouse)
        receipts = [
            Receipt(t.name, "loaded", loaded.get(t.name) or standing_for(t.staged, stands), t.staged.problems)
            for t in picked
        ]
        return committed(trial.warehouse, settle(receipts, stands), by, progress, restating=restating)


def standing_for(staged: Staged, stands: Live) -> Batch:
    """The batch of a file that counts already."""
    return stands[stands_for(staged, several(stands.values()))[0]]


def refuse_unfit(trial: Trial, picked: list[Tried], chosen: Collection[str]) -> None:
    """WarehouseError for a dry run that is gone, and for chosen files that can't be loaded, or not together."""
    if not trial.folder.exists():
        raise WarehouseError("试读的结果已经清除（放弃了，或超过一天）；请重新试读后再装入")
    if unknown := sorted(set(chosen) - {t.name for t in picked}):
        raise WarehouseError(f"这次试读里没有文件：{'、'.join(unknown)}")
    if not picked:
        raise WarehouseError("没有选择要装入的文件")
    if unfit := [t.name for t in picked if not t.loadable and t.state != "unchanged"]:
        raise WarehouseError(f"不能装入：{'、'.join(unfit)}；请先改正，或不选这些文件")
    files = [t.staged for t in picked]
    together = bool(listed(live(trial.warehouse), files))  # a list of the dry run may have been left out
    for staged in (t.staged for t in picked if t.loadable):
        if both := overlaps(staged, files, together):
            raise WarehouseError(f"“{staged.upload.name}”{overlap_sentence(staged, *both[0])}")


def refuse_moved(trial: Trial, picked: list[Tried]) -> None:
    """WarehouseError if a period of these files has been changed since the dry run."""
    entries = journal(trial.warehouse)
    together = several(live_after(trial.warehouse, entries).values())
    places = {place for t in picked for place in stands_for(t.staged, together)}
    for entry in entries[trial.seen :]:
        touched = read_batch(trial.warehouse, entry.batch) if entry.action in ("commit", "undo") else None
        common = sorted({*stands_for(touched, together)} & places) if touched else []
        if common:
            did = "装入" if entry.action == "commit" else "撤销"
            what = f"{contracts()[common[0].table].name_zh}{spoken(common[0].period)}"
            raise WarehouseError(
                f"试读之后，{entry.by}已{did}{what}（{entry.at[:16]}）；请重新试读后再装入，没有改变什么"
            )


def refuse_locked(trial: Trial, picked: list[Tried]) -> None:
    """WarehouseError if these files would change a month that is locked."""
    entries = journal(trial.warehouse)
    locked, stands = locked_months(entries), live_after(trial.warehouse, entries)
    if closed := [p for t in picked if t.loadable for p in barred(t.staged, locked, stands)]:
        raise WarehouseError(f"{locked_sentence(closed[0], locked[closed[0]])}，没有改变什么")


def spoken(period: str) -> str:
    return "" if period == "all" else f" {period}"


def discard(trial: Trial) -> None:
    """Remove what the dry run has read; nothing happens if it is gone already."""
    close_room(trial.folder)
