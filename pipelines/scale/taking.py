"""What another engine has made of a batch becomes its roll-up, as if made here: checked, then put in place whole."""

from decimal import Decimal
from functools import partial
from pathlib import Path

from pipelines.engine import literal
from pipelines.errors import WarehouseError
from pipelines.scale.statements import CODES, CONTROLS, SEEN
from pipelines.store import facts
from pipelines.store.parquet import FORM
from pipelines.store.rollups import CODES as CODES_FILE
from pipelines.store.rollups import MODELS, columns_of, put_rollup, write_parts
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
    codes = f"select list, code from {files(parts, CODES)}"
    queries = read_parts(con, parts, batch)
    check_sums(con, warehouse, batch, parts)
    folder.mkdir()
    con.execute(f"copy ({codes}) to {literal(folder / CODES_FILE)} ({FORM})")
    write_parts(con, warehouse, queries, folder)


def read_parts(con, parts: Path, batch: str) -> dict[str, str]:
    """Part -> SELECT of its rows, each part also a view under its name; fct_settlement: the persons seen."""
    for part, wanted in wanted_columns(con).items():
        rows = files(parts, part)
        if columns_of(con, f"from {rows}") != set(wanted):
            raise WarehouseError(
                f"批次 {batch} 由外部引擎算出的 {part}，列与现行口径定义不一致；请重新计算，没有改变什么"
            )
        con.execute(f"create temp view {part} as select {', '.join(column for column, _ in wanted)} from {rows}")
    con.execute(f"create or replace temp view fct_settlement as from {files(parts, SEEN)}")
    return {part: f"from {part}" for part in MODELS}


def wanted_columns(con) -> dict[str, list[tuple[str, str]]]:
    """Part -> (name, type) of its columns in their order, by the definitions in force."""
    con.execute(facts.stage_table("settlements"))
    con.execute("create temp view stg_settlements as select * from empty_settlements")
    facts.create_maps(con, "select '' as list, '' as code where false")
    con.execute(f"create temp view fct_settlement as {facts.model('fct_settlement')}")
    described = "select column_name, column_type from (describe {})"
    return {part: con.execute(described.format(facts.model(part))).fetchall() for part in MODELS}


def files(parts: Path, part: str) -> str:
    return f"read_parquet({literal(parts / part / '*.parquet')})"


def check_sums(con, warehouse: Path, batch: str, parts: Path) -> None:
    """The engine has read every row of the batch, and every row that it wrote is here."""
    asked = con.execute(f"from {files(parts, CONTROLS)}")
    keys, rows = [column[0] for column in asked.description], asked.fetchall()
    if len(rows) != 1:
        raise WarehouseError(f"批次 {batch} 由外部引擎算出的汇总没有写完；请重新计算，没有改变什么")
    told, totals = dict(zip(keys, rows[0], strict=True)), read_batch(warehouse, batch).totals
    wanted = {key: con.execute(query).fetchone()[0] for key, query in REPEATED.items()}
    wanted |= {key: totals.get(total) for key, total in RECORDED.items()}
    for key, value in wanted.items():
        if Decimal(told[key] or 0) != Decimal(value or 0):
            raise WarehouseError(
                f"批次 {batch} 由外部引擎算出的汇总与明细对不上（{key} 为 {told[key]}，应为 {value}）；没有改变什么"
            )
