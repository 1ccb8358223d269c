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
from pipelines.store.locked_dues import refuse_other_dues
from pipelines.store.rooms import sweep_rooms
from pipelines.store.warehouse import (
    Batch,
    Entry,
    WarehouseError,
    append,
    forget,
    journal,
    live,
    live_after,
    locked_months,
    now,
    publish,
    writing,
)


@contextmanager
def changing(warehouse: Path, progress: Progress = quiet) -> Iterator[None]:
    """The one writer's turn. What a killed writer committed is finished first; what this one puts in without a commit
    is removed again, whatever ended it.
    """
    with writing(warehouse, waiting=lambda what: progress(0.0, what)):
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


def commit(warehouse: Path, entries: list[Entry], progress: Progress = quiet) -> None:
    """Build what the entries lead to, write them down, point CURRENT at it: killed anywhere, nothing is half.

    progress is not told once the journal is written: whoever leaves then would take a commit for none.
    """
    if not entries:
        return
    after = live(warehouse, tuple(entries))
    refuse_locked(warehouse, after)
    build_id = meanwhile("汇总并构建", lambda: builds.prepare_build(warehouse, after), progress, 0.8, 1.0)
    refuse_other_dues(warehouse, builds.current(warehouse), build_id, locked_months(journal(warehouse)))
    with builds.pointer(warehouse, build_id) as pointer:
        append(warehouse, *(replace(entry, build=build_id) for entry in entries))
        with suppress(OSError):  # readers go by the journal; the next writer points CURRENT at it
            publish(pointer, warehouse / "CURRENT")
    builds.forget_old(warehouse, build_id)


def settle(receipts: list[Receipt], standing_now: dict[tuple[str, str], Batch]) -> list[Receipt]:
    """Go through the files in order: one whose batch stands everywhere already when its turn comes changes nothing."""
    told, counting = [], {key: batch.id for key, batch in standing_now.items()}
    for receipt in receipts:
        places = [(receipt.batch.table, period) for period in receipt.batch.periods] if receipt.batch else []
        if places and all(counting.get(place) == receipt.batch.id for place in places):
            receipt = replace(receipt, status="unchanged")
        counting |= dict.fromkeys(places, receipt.batch.id if receipt.batch else "")
        told.append(receipt)
    return told


def committed(
    warehouse: Path, receipts: list[Receipt], by: str, progress: Progress, why: str = "", subject: str = ""
) -> list[Receipt]:
    """Commit the receipts that load something, and number them. why, subject: of rows written by hand."""
    numbers, loaded = count(len(journal(warehouse)) + 1), [r for r in receipts if r.status == "loaded"]
    commit(warehouse, [Entry("commit", r.batch.id, by, now(), why, subject=subject) for r in loaded], progress)
    return [replace(r, number=next(numbers)) if r.status == "loaded" else r for r in receipts]


def refuse_locked(warehouse: Path, after: dict[tuple[str, str], Batch]) -> None:
    """WarehouseError if what counts in a locked month would be another batch than before."""
    entries = journal(warehouse)
    before = live_after(warehouse, entries)
    for period, entry in locked_months(entries).items():
        tables = [table for table, p in {**before, **after} if p == period]
        if any(before.get((table, period)) != after.get((table, period)) for table in tables):
            raise WarehouseError(f"{locked_sentence(period, entry)}，没有改变什么")


def said(why: str, wanted: str) -> str:
    if not why.strip():
        raise WarehouseError(wanted)
    return " ".join(why.split())


def month(period: str) -> str:
    try:
        return Period(period, period).first
    except PeriodError as error:
        raise WarehouseError(f"“{period}”不是年月；应如 2026-05") from error
