"""The tables of a build. Marts are only made for the months whose batch is another than in the build in force.

Made or kept, their rows are the same: those of a month follow from its batch, the roster and the definitions, the stays
of a person from the batches in which that person has any.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from pipelines.contracts import contracts
from pipelines.engine import literal, name
from pipelines.keys import bound, located
from pipelines.store import facts
from pipelines.store.bitmaps import remake_bits, stay_bits
from pipelines.store.covering import covered_before, covered_now, record
from pipelines.store.merging import in_months, merged
from pipelines.store.places import sources
from pipelines.store.purged import cleared
from pipelines.store.rollups import CODES, make_rollup
from pipelines.store.stays import remake_stays
from pipelines.store.warehouse import WarehouseError, batch_folder

# Coarser cuts of the marts, smallest first: a question is answered from the first that knows its dimensions.
CARE = ("month", "county", "scheme", "care", "place", "level", "kind", "pilot")
CUTS = {
    "mart_settlement": {
        "cut_county": CARE,
        "cut_person_group": (*CARE, "town", "category"),
        "cut_institution": (*CARE, "institution"),
    },
    "mart_stay": {
        "cut_stay": ("month", "county", "scheme", "place", "level", "kind", "pilot"),
        "cut_stay_institution": ("month", "county", "scheme", "place", "level", "kind", "pilot", "institution"),
    },
    "mart_bed_day": {
        "cut_bed_day": (
            *("month", "county", "scheme", "place", "level", "kind", "pilot"),
            *("institution", "disease_class"),
        ),
    },
}
ROSTERS = ("dim_county", "dim_institution")  # what the settlements of every month are joined with
PRICED_BY = {"fct_bed_day_tariff", "fct_disease_class"}  # facts that the stays of every month are priced by
OF_PERSONS = ("fct_cover_end",)  # facts that name persons by their pseudonyms
LOT_BYTES = 24 << 20  # of roll-ups whose months are merged together: what they are grouped in has room in memory


def write_tables(con, warehouse: Path, standing: dict) -> None:
    """Fill a build, empty or a copy of the one in force, with the tables of the batches that stand; then check it."""
    carried = carried_on(con)
    make_views(con, warehouse, standing)
    rosters = [model for model in ROSTERS if remake_roster(con, model)]
    anew = rosters or not carried
    before, now = covered_before(con), covered_now(standing)
    others = before | now if anew else before ^ now
    made = small_facts() if anew else facts_to_make({upload for upload, *_ in others})
    for model in made:
        named = model in OF_PERSONS and bound(warehouse)  # its rows are read from their batch where they are asked for
        query = f"from ({facts.model(model)}) limit 0" if named else facts.model(model)
        con.execute(f"create or replace table {model} as {query}")
    months = sorted({period for upload, period, *_ in others if upload == "settlements"})
    reached = make_marts(con, warehouse, standing, months) if months or not carried else []
    if PRICED_BY & set(made):
        price_anew(con, warehouse, standing, sorted(set(settled(standing)) - set(months)))
    record(con, standing)
    check(con, warehouse, standing, made, months, reached)


def carried_on(con) -> bool:
    """Whether the build begins as a copy of one that was finished, and so holds every table."""
    return con.execute("select count(*) from duckdb_tables() where table_name = 'build'").fetchone() == (1,)


def small_facts() -> list[str]:
    """The facts that are tables of a build; the settlement rows stay in their batches."""
    return [model for model in facts.models("fct_") if model != "fct_settlement"]


def models_in_order() -> list[str]:
    """Every model that is a table of a build, the marts that merge roll-ups last."""
    return [*ROSTERS, *small_facts(), *facts.models("mart_")]


def facts_to_make(uploads: Collection[str]) -> list[str]:
    """The facts that follow from these uploads, and those that are made of them."""
    found: list[str] = []
    for model in small_facts():
        reads = re.findall(r"\b(?:stg|fct)_[a-z_]+", facts.model(model))
        if {*reads} & {*(f"stg_{upload}" for upload in uploads), *found}:
            found.append(model)
    return found


def make_views(con, warehouse: Path, standing: dict) -> None:
    """Temporary views over the batches that stand, one per upload but the settlements; what the codes map to."""
    for table in contracts():
        if table == "settlements":
            continue
        con.execute(facts.stage_table(table))
        refuse_cleared(warehouse, sources(standing, table))
        files = [(batch_folder(warehouse, b) / "rows.parquet", p) for b, p in sources(standing, table).items()]
        con.execute(f"create temp view {name('stg_' + table)} as {facts.staged_rows(con, table, files)}")
    facts.create_maps(con, codes_used(warehouse, standing))


def refuse_cleared(warehouse: Path, batches: Iterable[str]) -> None:
    """Only of settlements is there a roll-up: another table's batch can't count again once its rows are gone."""
    for batch in batches:
        if cleared(warehouse, batch):
            raise WarehouseError(f"批次 {batch} 的明细已按保留期限清除，不能再让它计入；没有改变什么")


def codes_used(warehouse: Path, standing: dict) -> str:
    files = [literal(make_rollup(warehouse, batch) / CODES) for batch in sources(standing, "settlements")]
    return f"from read_parquet([{', '.join(files)}])" if files else "select '' as list, '' as code where false"


def remake_roster(con, model: str) -> bool:
    """Make a table that the marts of every month are joined with; whether it is another than it was."""
    con.execute(f"create or replace temp table made as {facts.model(model)}")
    con.execute(f"create table if not exists {model} as from made limit 0")
    differing = f"(from made except from {model}) union all (from {model} except from made)"
    ((rows,),) = con.execute(f"select count(*) from ({differing})").fetchall()
    con.execute(f"create or replace table {model} as from made")
    return rows > 0


def make_marts(con, warehouse: Path, standing: dict, months: list[str]) -> list[str]:
    """Make the marts' rows of these months. Returns the months of which stays may be others: those too that are reached
    by a discharge in one of these.
    """
    for lot in lots(warehouse, standing, months):
        make_settlements(con, warehouse, standing, lot)
    stale, others = in_months(months), sorted(set(settled(standing)) - set(months))
    now = merged(con, warehouse, standing, "agg_stay", months)
    reached = remake_stays(con, warehouse, now, merged(con, warehouse, standing, "agg_stay", others), stale)
    remake_bits(con, "stay_bits", stay_bits(con, warehouse, stale), months)
    reached = sorted({*months, *reached})
    for cut, dims in CUTS["mart_stay"].items():
        remake(con, cut, cut_query(con, "mart_stay", dims, in_months(reached)), in_months(reached))
    return reached


def settled(standing: dict) -> list[str]:
    """The months of settlements."""
    return sorted({period for table, period, _ in standing if table == "settlements"})


def lots(warehouse: Path, standing: dict, months: list[str]) -> Iterator[list[str]]:
    """The months in lots, each of so few that the groups of their roll-ups have room in memory."""
    of_a_month: dict[str, float] = dict.fromkeys(months, 0.0)
    for batch, covered in sources(standing, "settlements").items():
        size = located(make_rollup(warehouse, batch) / "agg_settlement.parquet").stat().st_size
        for month in set(covered) & set(months):
            of_a_month[month] += size / len(covered)
    lot: list[str] = []
    for month in months:
        if lot and sum(of_a_month[m] for m in [*lot, month]) > LOT_BYTES:
            yield lot
            lot = []
        lot.append(month)
    yield lot


def make_settlements(con, warehouse: Path, standing: dict, months: list[str]) -> None:
    """Make the rows of these months of everything but the stays."""
    stale = in_months(months)
    for part in ("agg_settlement", "agg_bed_day", "agg_institution_name"):
        con.execute(f"create or replace temp view {part} as {merged(con, warehouse, standing, part, months)}")
    for mart in ("mart_settlement", "mart_bed_day", "mart_illness"):
        remake_with_cuts(con, mart, stale)
    remake(con, "mart_institution_name", facts.model("mart_institution_name"), stale)
    remake_bits(con, "person_bits", merged(con, warehouse, standing, "person_bits", months), months)


def price_anew(con, warehouse: Path, standing: dict, months: list[str]) -> None:
    """Make the bed days of these months again: their batches are as they were, the rates or classes are not."""
    for lot in lots(warehouse, standing, months):
        con.execute(
            f"create or replace temp view agg_bed_day as {merged(con, warehouse, standing, 'agg_bed_day', lot)}"
        )
        remake_with_cuts(con, "mart_bed_day", in_months(lot))


def remake_with_cuts(con, mart: str, stale: str) -> None:
    """Replace the rows of a mart that a condition names, and those of its cuts."""
    remake(con, mart, facts.model(mart), stale)
    for cut, dims in CUTS.get(mart, {}).items():
        remake(con, cut, cut_query(con, mart, dims, stale), stale)


def remake(con, table: str, query: str, stale: str) -> None:
    """Replace the rows of a table that a condition names by those of a query."""
    con.execute(f"create table if not exists {table} as from ({query}) limit 0")
    con.execute(f"delete from {table} where {stale}")
    con.execute(f"insert into {table} {query}")


def cut_query(con, mart: str, dims: tuple[str, ...], condition: str) -> str:
    keys = facts.grain(mart).split(", ")
    columns = con.execute(f"select column_name, column_type from (describe {mart})").fetchall()
    amounts = [(c, t) for c, t in columns if t in ("BIGINT", "DECIMAL(18,2)") and c not in keys]
    sums = ", ".join(f"cast(sum({c}) as {t}) as {c}" for c, t in amounts)
    return f"select {', '.join(dims)}, {sums} from {mart} where {condition} group by {', '.join(dims)}"


def check(con, warehouse: Path, standing: dict, made: list[str], months: list[str], reached: list[str]) -> None:
    """A build is refused if its sums are not those of the roll-ups, or a table is not what its grain says.

    Looked at are the facts and months that were made; the others were when they were made. reached: the months whose
    stays were.
    """
    same = dict.fromkeys(("mart_settlement", "mart_bed_day", "mart_illness"), in_months(months))
    parts = same | {"mart_stay": in_months(reached)}
    if months:
        check_sums(con, warehouse, standing, months, parts)
    looked_at = {*ROSTERS, *made, *(facts.models("mart_") if months else ())}
    for model in (model for model in models_in_order() if model in looked_at):
        keys = facts.grain(model)
        rows = f"{model} where {parts.get(model, 'true')}"
        repeated = con.execute(f"select count(*) from (select {keys} from {rows} group by {keys} having count(*) > 1)")
        if repeated.fetchone()[0]:
            raise WarehouseError(f"构建检查未通过：{model} 的 {keys} 有重复；原数据未变")


def check_sums(con, warehouse: Path, standing: dict, months: list[str], made: dict[str, str]) -> None:
    """made: mart -> the condition of its rows that were made."""
    amounts = "sum(visits), sum(total_cost_yuan), sum(fund_paid_yuan), sum(bed_days)"
    source = merged(con, warehouse, standing, "agg_settlement", months)
    same_sums(con, amounts, f"({source})", f"mart_settlement where {in_months(months)}")
    in_hospital = f"({source}) where care = 'inpatient'"
    for mart in ("mart_bed_day", "mart_illness"):
        same_sums(con, amounts, in_hospital, f"{mart} where {in_months(months)}")
    stays = "sum(stays), sum(readmitted_30d)"
    for mart, asked in (("mart_settlement", amounts), ("mart_stay", stays), ("mart_bed_day", amounts)):
        for cut in CUTS[mart]:
            same_sums(con, asked, f"{mart} where {made[mart]}", f"{cut} where {made[mart]}")


def same_sums(con, amounts: str, source: str, table: str) -> None:
    """Raises WarehouseError if what is summed of a source is not what is summed of a table, both as after FROM."""
    if (
        con.execute(f"select {amounts} from {source}").fetchone()
        != con.execute(f"select {amounts} from {table}").fetchone()
    ):
        raise WarehouseError(f"构建检查未通过：{table.split()[0]} 的合计与汇总前不一致；原数据未变")
