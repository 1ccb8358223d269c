"""Clearing rows of persons that are older than they may be kept; roll-ups, receipts and figures stay.

A person of whom no row is left gets a random number in place of the pseudonym, the same in every roll-up, so that the
stays of one person still belong together and readmissions count as before, and no key leads back to who it was.
What is to be done is rehearsed in a shadow of the warehouse first: every table of the build must come out the same.
"""

import json
import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from pipelines.contracts import contracts
from pipelines.engine import scan, workbench
from pipelines.errors import WarehouseError
from pipelines.periods import shifted
from pipelines.refusals import in_words
from pipelines.safekeeping.clearing import clear, same_tables
from pipelines.safekeeping.contents import forget_persons
from pipelines.safekeeping.keys import person_folders
from pipelines.safekeeping.records import recorded_anew, refuse_changed
from pipelines.side_by_side import Progress, meanwhile, quiet
from pipelines.store import builds, facts
from pipelines.store.commits import said
from pipelines.store.disk import publish
from pipelines.store.parquet import keep_query
from pipelines.store.purged import cleared, purged
from pipelines.store.rollups import known_persons, make_rollup
from pipelines.store.warehouse import Batch, batch_folder, live, read_batch, workroom, writing
from pipelines.trial.effects import cast_shadow

PENDING = "purging"


@dataclass(frozen=True)
class Expired:
    """A batch whose rows are to be cleared. periods: month -> rows; persons: distinct ones in it; places: [month,
    county, rows], the county '' where rows tell none."""

    batch: str
    table: str
    periods: dict[str, int]
    persons: int
    places: list = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(self.periods.values())


@dataclass(frozen=True)
class Plan:
    """before: the first month that is kept ('2021-11'); gone: persons of whom no row is left then."""

    before: str
    batches: tuple[Expired, ...]
    gone: int


def planned(warehouse: Path, years: int, today: date | None = None) -> Plan:
    """What clearing all that is older than so many years would clear: months before the present one, so many years ago.

    A batch of several months goes once all of them are old; one without months (cover_ends) once it counts no more and
    was loaded so long ago. Raises WarehouseError for less than one year.
    """
    if years < 1:
        raise WarehouseError("保留年数至少为 1")
    first = shifted(f"{today or date.today():%Y-%m}", -12 * years)
    counting = {batch.id for batch in live(warehouse).values()}
    found = [read_batch(warehouse, place.name) for place in person_folders(warehouse)]
    old = [b for b in found if not cleared(warehouse, b.id) and expired(b, first, counting)]
    with workroom(warehouse, "retention") as folder, workbench(folder) as con:
        told = tuple(described(con, warehouse, batch) for batch in old)
        make_mapping(con, warehouse, {batch.id for batch in old})
        ((gone,),) = con.execute("select count(*) from mapping").fetchall()
    return Plan(first, told, gone if told else 0)


def expired(batch: Batch, first: str, counting: set[str]) -> bool:
    if contracts()[batch.table].grain == "month":
        return max(batch.periods) < first
    return batch.id not in counting and batch.loaded_at[:7] < first


def described(con, warehouse: Path, batch: Batch) -> Expired:
    path = batch_folder(warehouse, batch.id) / "rows.parquet"
    con.execute(facts.stage_table(batch.table))
    rows = facts.staged_rows(con, batch.table, [(path, None)])
    places = sorted(map(list, con.execute(facts.rows_by_place(batch.table, rows)).fetchall()))
    ((persons,),) = con.execute(f"select count(distinct psn_no) from {scan(con, path)}").fetchall()
    periods = Counter()
    for period, _, number in places:
        periods[period] += number
    return Expired(batch.id, batch.table, dict(periods), persons, places)


def make_mapping(con, warehouse: Path, old: set[str]) -> None:
    """Temporary table mapping(person, surrogate): everybody of whom no row is left once these batches are cleared.

    Surrogates are below zero, where no pseudonym is, in an order that says nothing of that of the pseudonyms.
    """
    kept = [place for place in person_folders(warehouse) if place.name not in old]
    kept = [place / "rows.parquet" for place in kept if not cleared(warehouse, place.name)]
    rows = (
        " union ".join(f"select psn_no from {scan(con, path)}" for path in kept) or "select null as psn_no where false"
    )
    con.execute(f"create or replace temp table known as {known_persons(con, warehouse)}")
    con.execute(
        "create or replace temp table shuffled as select person, random() as place from "
        f"(select distinct person from known where person >= 0) where person not in "
        f"(select psn_no from ({rows}) where psn_no is not null)"
    )
    con.execute(
        "create or replace temp table mapping as select person, (select least(min(person), 0) from known) "
        "- row_number() over (order by place, person) as surrogate from shuffled"
    )


def purge(
    warehouse: Path, years: int, by: str, why: str, progress: Progress = quiet, today: date | None = None
) -> Plan:
    """Clear what planned() says, for good. Raises WarehouseError, and changes nothing, without a reason, if a batch is
    not what its record says, or if a figure would be another afterwards.
    """
    reason = said(why, '清除到期明细要写明原因，如 --why "按档案规定保留五年"')
    with in_words(), writing(warehouse):
        if (warehouse / PENDING).exists():
            raise WarehouseError("上次清除没有做完；请先运行 retention --resume")
        builds.catch_up(warehouse)
        plan = planned(warehouse, years, today)
        if plan.batches:
            prepare(warehouse, plan, by, reason)
            meanwhile("试做一遍，核对指标不变", lambda: rehearse(warehouse), progress, 0.0, 0.6)
            meanwhile("清除明细", lambda: finish(warehouse), progress, 0.6, 1.0, whole=True)
    return plan


def resume(warehouse: Path) -> None:
    """Finish a clearing that was broken off. Raises WarehouseError if there is none."""
    with in_words(), writing(warehouse):
        if not (warehouse / PENDING).exists():
            raise WarehouseError("没有做了一半的清除")
        if not rehearsed(warehouse):
            rehearse(warehouse)
        finish(warehouse)


def prepare(warehouse: Path, plan: Plan, by: str, why: str) -> None:
    """Write down what is to be done and by which numbers, for whoever has to finish it; make the roll-ups."""
    for each in plan.batches:
        refuse_changed(warehouse, each.batch)
        if each.table == "settlements":
            make_rollup(warehouse, each.batch)
    told = {"before": plan.before, "by": by, "why": why, "batches": [asdict(each) for each in plan.batches]}
    with workroom(warehouse, "retention") as folder, workbench(folder) as con:
        (aside := folder / PENDING).mkdir()
        make_mapping(con, warehouse, {each.batch for each in plan.batches})
        keep_query(con, warehouse, "select person, surrogate from mapping", aside / "mapping.parquet")
        (aside / "plan.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
        publish(aside, warehouse / PENDING)


def read_plan(warehouse: Path) -> tuple[dict, list[Expired]]:
    told = json.loads((warehouse / PENDING / "plan.json").read_text("utf-8"))
    return told, [Expired(**each) for each in told["batches"]]


def rehearse(warehouse: Path) -> None:
    """Do it all in a shadow, and hold its build against the one in force; nothing is left to finish if they differ."""
    try:
        with workroom(warehouse, "shadow") as folder:
            shadow, (_, batches) = folder / "warehouse", read_plan(warehouse)
            cast_shadow(warehouse, shadow)
            clear(shadow, warehouse / PENDING, batches)
            builds.write_build(shadow, live(shadow), in_force(warehouse), folder, anew=True)
            if differing := same_tables(builds.build_path(warehouse, in_force(warehouse)), folder / "build.duckdb"):
                raise WarehouseError(f"清除后 {'、'.join(differing)} 会和现在不同，没有清除；请先运行 doctor 检查")
            publish(folder / "build.duckdb", warehouse / PENDING / "build.duckdb")  # the one that will be in force
    except BaseException:
        shutil.rmtree(warehouse / PENDING)
        raise


def rehearsed(warehouse: Path) -> bool:
    """Whether what is pending came out the same: its build is there, or was put in force after batches were cleared."""
    _, batches = read_plan(warehouse)
    return (warehouse / PENDING / "build.duckdb").exists() or any(cleared(warehouse, each.batch) for each in batches)


def in_force(warehouse: Path) -> str:
    found = builds.in_force(warehouse)
    if found is None:
        raise WarehouseError("还没有数据，没有可清除的")
    return found


def finish(warehouse: Path) -> None:
    """Clear the batches, make the build anew from what is left, tell the journal. It can be repeated."""
    told, batches = read_plan(warehouse)
    clear(warehouse, warehouse / PENDING, batches)
    if (made := warehouse / PENDING / "build.duckdb").exists():
        builds.put_alone(warehouse, builds.id_of(live(warehouse)), made)
    else:  # it was put in force already, before somebody broke off
        builds.make_anew(warehouse)
    forget_persons(warehouse)
    record(warehouse, batches, told)
    shutil.rmtree(warehouse / PENDING)


def record(warehouse: Path, batches: Iterable[Expired], told: dict) -> None:
    done = Counter(dict(purged(warehouse)).keys())
    for each in (each for each in batches if each.batch not in done):
        why = f"{told['why']}；清除 {each.rows:,} 行、{each.persons:,} 人的明细（{told['before']} 以前）"
        recorded_anew(warehouse, each.batch, "purge", told["by"], why)
    for id in purged_before(warehouse, batches):
        recorded_anew(warehouse, id, "rekey", told["by"], "以前清除过的批次，不再有明细的人员换成随机编号")


def purged_before(warehouse: Path, batches: Iterable[Expired]) -> list[str]:
    now = {each.batch for each in batches}
    return [id for id, _ in purged(warehouse) if id not in now and cleared(warehouse, id)]
