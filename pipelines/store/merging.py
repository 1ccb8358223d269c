"""The parts of the roll-ups that stand, put together: each batch for the months and counties that it stands for."""

from pathlib import Path

from pipelines.engine import name, scan
from pipelines.store import facts
from pipelines.store.places import Parts, by_counties, sources
from pipelines.store.purged import cleared, counties_kept
from pipelines.store.rollups import make_rollup, person_bits
from pipelines.store.warehouse import WarehouseError, batch_folder

OF_COUNTIES = ("agg_settlement", "agg_stay", "agg_bed_day")  # the parts of a roll-up that tell counties apart


def merged(con, warehouse: Path, standing: dict, part: str, months: list[str] | None = None) -> str:
    """SELECT of one part of the roll-ups that stand, each for the months and counties that its batch stands for."""
    found = []
    for batch, parts in sources(standing, "settlements", months).items():
        for counties, covered in by_counties(parts).items():
            found.append(rolled_up(con, warehouse, batch, part, covered, counties))
    return " union all by name ".join(found) or empty_part(con, part)


def rolled_up(con, warehouse: Path, batch: str, part: str, months: list[str], counties: tuple[str, ...]) -> str:
    """SELECT of a batch's roll-up in these months; of these counties alone, if another batch stands for the others."""
    whole = f"select * from {scan(con, make_rollup(warehouse, batch) / f'{part}.parquet')} where {in_months(months)}"
    if cleared(warehouse, batch):
        refuse_other_part(warehouse, batch, months, counties)
        return whole
    if not counties:
        return whole
    if part in OF_COUNTIES:
        return f"{whole} and {facts.in_list('county', counties)}"
    return anew(con, warehouse, batch, part, dict.fromkeys(months, counties))


def refuse_other_part(warehouse: Path, batch: str, months: list[str], counties: tuple[str, ...]) -> None:
    """What is left of a batch whose rows are gone can't be told apart by counties any more."""
    kept = counties_kept(batch_folder(warehouse, batch))
    if any(tuple(kept.get(month, ())) != counties for month in months):
        raise WarehouseError(f"批次 {batch} 的明细已按保留期限清除，其中计入的区县不能再变；没有改变什么")


def anew(con, warehouse: Path, batch: str, part: str, parts: Parts) -> str:
    """SELECT of a roll-up's part that doesn't tell counties apart, made of the rows of some of them."""
    con.execute(facts.stage_table("settlements"))
    rows = facts.staged_rows(con, "settlements", [(batch_folder(warehouse, batch) / "rows.parquet", parts)])
    con.execute(f"create or replace temp view stg_settlements as {rows}")
    con.execute(f"create or replace temp view fct_settlement as {facts.model('fct_settlement')}")
    made = name(f"{part} of {batch} {parts}")
    model = person_bits(con, warehouse) if part == "person_bits" else facts.model(part)
    con.execute(f"create or replace temp table {made} as {model}")
    return f"select * from {made}"


def in_months(months: list[str]) -> str:
    dates = ", ".join(f"date '{month}-01'" for month in months)
    return f"month in ({dates})" if months else "false"


def empty_part(con, part: str) -> str:
    """A roll-up part without rows, so that the marts exist before the first settlements are loaded."""
    con.execute(facts.stage_table("settlements"))
    con.execute("create or replace temp view stg_settlements as select * from empty_settlements")
    con.execute(f"create or replace temp view fct_settlement as {facts.model('fct_settlement')}")
    if part == "person_bits":
        return (
            "select month, scheme, care, 0::bigint as block, cast(null as blob) as bits from fct_settlement where false"
        )
    return facts.model(part)
