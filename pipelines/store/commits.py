"""A change of the warehouse: under the writer's lock, in one commit, and nothing of it left otherwise."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import count
from pathlib import Path

from pipelines.periods import Period, PeriodError
from pipelines.side_by_side import Progress, meanwhile, quiet
from pipelines.store import builds
from pipelines.store.intake import Receipt, locked_sentence
from pipelines.store.locked_dues import other_dues
from pipelines.store.places import Place, by_county, several, stands_for
from pipelines.store.purged import refuse_unfinished
from pipelines.store.rooms import sweep_rooms
from pipelines.store.together import refuse_unfit
from pipelines.store.warehouse import (
    Batch,
    Entry,
    WarehouseError,
    append,
    forget,
    journal,
    live,
    locked_months,
    now,
    publish,
    read_batch,
    writing,
)

OF_CASES = ("penalties", "case_progress")


@contextmanager
def changing(warehouse: Path, progress: Progress = quiet) -> Iterator[None]:
    """The one writer's turn. What a killed writer committed is finished first; what this one puts in without a commit
    is removed again, whatever ended it.
    """
    with writing(warehouse, waiting=lambda what: progress(0.0, what)):
        refuse_unfinished(warehouse)
        sweep_rooms(warehouse)
        builds.catch_up(warehouse)
        builds.forget_unfinished(warehouse)
        former = made(warehouse)
        try:
            yield
        except BaseException:
            with suppress(OSError):  # then the next writer removes it
                take_back(warehouse, made(warehouse) - former)
            raise


def made(warehouse: Path) -> set[Path]:
    """The batches and builds that are there."""
    return {*(warehouse / "batches").glob("*"), *(warehouse / "builds").glob("*.duckdb")}


def take_back(warehouse: Path, new: set[Path]) -> None:
    """Remove the batches and builds of a change that the journal does not tell of."""
    told = {entry.batch for entry in journal(warehouse)}
    forget(warehouse, [path.name for path in new if path.parent.name == "batches" and path.name not in told])
    for path in new:
        if path.suffix == ".duckdb" and path.stem != builds.in_force(warehouse):
            path.unlink()


def commit(warehouse: Path, entries: list[Entry], progress: Progress = quiet, restating: str = "") -> None:
    """Build what the entries lead to, write them down, point CURRENT at it: killed anywhere, nothing is half.

    restating: why locked months may be changed; without it they may not. Entries that change one say which, and why.
    progress is not told once the journal is written: whoever leaves then would take a commit for none.
    """
    if not entries:
        return
    before, after, locked = live(warehouse), live(warehouse, tuple(entries)), locked_months(journal(warehouse))
    reason = " ".join(restating.split())
    refuse_unfit(before, after, {entry.batch for entry in entries if entry.action == "undo"})
    places = {place for place in moved(before, after) if place.period in locked}
    if places and not reason:
        period = min(place.period for place in places)
        raise WarehouseError(f"{locked_sentence(period, locked[period])}，没有改变什么")
    build_id = meanwhile("汇总并构建", lambda: builds.prepare_build(warehouse, after), progress, 0.8, 1.0)
    dues = other_dues(warehouse, builds.current(warehouse), build_id, locked)
    if dues and not reason:
        raise WarehouseError(dues[min(dues)])
    told = [restated(warehouse, entry, places, set(dues), reason) for entry in entries]
    with builds.pointer(warehouse, build_id) as pointer:
        append(warehouse, *(replace(entry, build=build_id) for entry in told))
        with suppress(OSError):  # readers go by the journal; the next writer points CURRENT at it
            publish(pointer, warehouse / "CURRENT")
    builds.forget_old(warehouse, build_id)


def moved(before: dict[Place, Batch], after: dict[Place, Batch]) -> list[Place]:
    """Where other rows come to count. A list of counties that comes or goes moves none: it tells them apart."""
    then, now = by_county(before), by_county(after)
    return [place for place in {**then, **now} if then.get(place) != now.get(place)]


def restated(warehouse: Path, entry: Entry, places: set[Place], dues: set[str], reason: str) -> Entry:
    """The entry with the locked months that it changes and the reason for it; as it is, if it changes none.

    places: of locked months, in which another batch comes to count; dues: locked months whose cases change.
    """
    batch = read_batch(warehouse, entry.batch)
    months = {place.period for place in places if place.table == batch.table and place.period in batch.periods}
    months |= dues if batch.table in OF_CASES else set()
    if not months:
        return entry
    why = "；".join(dict.fromkeys(filter(None, (entry.why, reason))))
    return replace(entry, why=why, values={**entry.values, "restated": "、".join(sorted(months))})


def settle(receipts: list[Receipt], standing_now: dict[Place, Batch]) -> list[Receipt]:
    """Go through the files in order: one whose batch stands everywhere already when its turn comes changes nothing."""
    told, counting = [], {key: batch.id for key, batch in standing_now.items()}
    together = several([*standing_now.values(), *(r.batch for r in receipts if r.batch)])
    for receipt in receipts:
        places = stands_for(receipt.batch, together) if receipt.batch else []
        if places and all(counting.get(place) == receipt.batch.id for place in places):
            receipt = replace(receipt, status="unchanged")
        counting |= dict.fromkeys(places, receipt.batch.id if receipt.batch else "")
        told.append(receipt)
    return told


def committed(
    warehouse: Path,
    receipts: list[Receipt],
    by: str,
    progress: Progress,
    why: str = "",
    subject: str = "",
    restating: str = "",
) -> list[Receipt]:
    """Commit the receipts that load something, and number them. why, subject: of rows written by hand; restating: why
    locked months may be changed."""
    numbers, loaded = count(len(journal(warehouse)) + 1), [r for r in receipts if r.status == "loaded"]
    entries = [Entry("commit", r.batch.id, by, now(), why, subject=subject) for r in loaded]
    commit(warehouse, entries, progress, restating)
    return [replace(r, number=next(numbers)) if r.status == "loaded" else r for r in receipts]


def said(why: str, wanted: str) -> str:
    if not why.strip():
        raise WarehouseError(wanted)
    return " ".join(why.split())


def month(period: str) -> str:
    try:
        return Period(period, period).first
    except PeriodError as error:
        raise WarehouseError(f"“{period}”不是年月；应如 2026-05") from error
