"""What another engine has made of a batch becomes its roll-up, as if made here: checked, then put in place whole."""

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path

from pipelines.engine import literal
from pipelines.errors import WarehouseError
from pipelines.scale.statements import CODES, CONTROLS, SEEN, SEEN_QUERY
from pipelines.store import facts
from pipelines.store.parquet import FORM
from pipelines.store.rollups import CODES as CODES_FILE
from pipelines.store.rollups import MODELS, put_rollup, write_parts
from pipelines.store.warehouse import read_batch

# A control sum -> the same of the part that was written, worked out here.
REPEATED = {
    "visits": "select coalesce(sum(visits), 0) from agg_settlement",
    "total_cost_yuan": "select coalesce(sum(total_cost_yuan), 0) from agg_settlement",
    "fund_paid_yuan": "select coalesce(sum(fund_paid_yuan), 0) from agg_settlement",
    "stays": "select coalesce(sum(stays), 0) from agg_stay",
    "named": "select coalesce(sum(settlements), 0) from agg_institution_name",
    "persons_seen": "select count(*) from fct_settlement",
}
# A control sum -> the total of the batch's record that it must be.
RECORDED = {"rows_read": "rows", "medfee_sumamt": "medfee_sumamt", "fund_pay_sumamt": "fund_pay_sumamt"}


def finished(parts: Path) -> bool:
    """Whether an engine has written all parts of a batch below this folder: the control sums are the last."""
    return any((parts / CONTROLS).glob("*.parquet"))


def take(warehouse: Path, batch: str, parts: Path) -> Path:
    """Publish the roll-up of a batch from the parts below a folder; returns its folder. The caller holds the lock.

    Raises WarehouseError if a part has other columns or its sums are not those of the rows: then nothing is published.
    """
    return put_rollup(warehouse, batch, partial(write_taken, parts))


def write_taken(parts: Path, con, warehouse: Path, batch: str, folder: Path) -> None:
    """Write a roll-up into folder from the parts that an engine wrote."""
    view_parts(con, parts, batch)
    check_sums(con, warehouse, batch, parts)
    folder.mkdir()
    con.execute(f"copy (from {CODES}) to {literal(folder / CODES_FILE)} ({FORM})")
    write_parts(con, warehouse, {part: f"from {part}" for part in MODELS}, folder)


def view_parts(con, parts: Path, batch: str) -> None:
    """A view of each part under its name, and of the persons seen as fct_settlement."""
    for part, wanted in wanted_columns(con).items():
        rows = f"read_parquet({literal(parts / part / '*.parquet')})"
        if not any((parts / part).glob("*.parquet")):  # Sail writes no file where there is no row; the sums will tell
            rows = f"(select {', '.join(f'cast(null as {kind}) as {key}' for key, kind in wanted)} where false)"
        if set(described(con, f"from {rows}")) != set(wanted):
            raise WarehouseError(f"批次 {batch} 由外部引擎算出的 {part}，列与现行口径定义不一致；请重新计算")
        con.execute(f"create or replace temp view {part} as select {', '.join(key for key, _ in wanted)} from {rows}")
    con.execute(f"create or replace temp view fct_settlement as from {SEEN}")


def wanted_columns(con) -> dict[str, list[tuple[str, str]]]:
    """Part -> (name, type) of the columns that it has where it is made here, in their order."""
    con.execute(facts.stage_table("settlements"))
    con.execute("create temp view stg_settlements as select * from empty_settlements")
    facts.create_maps(con, "select '' as list, '' as code where false")
    con.execute(f"create temp view fct_settlement as {facts.model('fct_settlement')}")
    queries = {model: facts.model(model) for model in MODELS}
    queries |= {CODES: facts.codes_used("stg_settlements"), SEEN: SEEN_QUERY}
    return {part: described(con, query) for part, query in queries.items()}


def described(con, query: str) -> list[tuple[str, str]]:
    """(name, type) of the columns of a query, in their order."""
    return con.execute(f"select column_name, column_type from (describe {query})").fetchall()


def check_sums(con, warehouse: Path, batch: str, parts: Path) -> None:
    """The engine has read every row of the batch, and every row that it wrote is here."""
    asked = con.execute(f"from read_parquet({literal(parts / CONTROLS / '*.parquet')})")
    keys, rows = [column[0] for column in asked.description], asked.fetchall()
    if len(rows) != 1:
        raise WarehouseError(f"批次 {batch} 由外部引擎算出的汇总没有写完；请重新计算，没有改变什么")
    wanted = {key: con.execute(query).fetchone()[0] for key, query in REPEATED.items()}
    wanted |= recorded(warehouse, batch)
    refuse_unlike(batch, dict(zip(keys, rows[0], strict=True)), wanted)


def recorded(warehouse: Path, batch: str) -> dict[str, object]:
    """The control sums of what was read, as the batch's record has them."""
    totals = read_batch(warehouse, batch).totals
    return {key: totals.get(total) for key, total in RECORDED.items()}


def refuse_unlike(batch: str, told: Mapping[str, object], wanted: Mapping[str, object]) -> None:
    """Raises WarehouseError unless the sums that an engine tells of a batch are those wanted."""
    for key, value in wanted.items():
        if Decimal(told[key] or 0) != Decimal(value or 0):
            raise WarehouseError(
                f"批次 {batch} 由外部引擎算出的结果与明细对不上（{key} 为 {told[key]}，应为 {value}）；没有改变什么"
            )
