"""What another engine does to screen a year, as Spark SQL: from the batches' typed rows to what each rule gives.

The tables and the rules are those of definitions/4_clues. The temporary tables of a screening are parts below a target,
written once and read back: Spark would work a view out anew for every rule that reads it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from pipelines.answers.county import County
from pipelines.answers.settlement_rows import standing_batches
from pipelines.clues.rules import Rule, rules, table_query
from pipelines.clues.tables import given, make_shared, make_tables, months_read, rows_given, shared_by
from pipelines.engine import literal, name
from pipelines.scale.linting import portable
from pipelines.scale.running import rows_of
from pipelines.scale.statements import CONTROLS, Statement, model, parquet_view, rows_view, view, written
from pipelines.store import facts
from pipelines.store.places import Parts, whole
from pipelines.store.warehouse import read_batch

INPUTS = ("dim_county", "dim_institution", "fct_cover_end")  # small tables of the build, given to the engine as files
MONTHS = "hit_months"
STANDING = "select r.* from clue_row r where not exists (select 1 from clue_refunded f where f.setl_id = r.setl_id)"
WHAT = {
    "clue_read": "the settlements that the rules read",
    "clue_refunded": "what is no row: refunds, and what they take back",
    "clue_row": "the others",
    "clue_stay": "inpatient stays",
}
TYPES = {"VARCHAR": "STRING", "INTEGER": "INT"}
Columns = Mapping[str, list[tuple[str, str]]]  # table -> its columns with their types, as Spark calls them


@dataclass(frozen=True)
class Screening:
    """A year and the rules that are run over it, each with all of its parameters. known: what every rule may name;
    span: which rows are read; columns: those of every table that a rule reads."""

    year: str
    values: Mapping[str, Mapping[str, Decimal]]
    known: Mapping[str, object]
    span: Mapping[str, object]
    columns: Columns

    @property
    def rules(self) -> list[Rule]:
        return [rules()[id] for id in self.values]


def screening_of(county: County, year: str, values: Mapping[str, Mapping[str, Decimal]]) -> Screening:
    """The screening of a county's year by these rules."""
    known, cursor = given(county, year), county.con.cursor()
    try:
        make_tables(cursor, county, year, months=[])
        return Screening(year, values, known, rows_given(county, year), described(cursor, values, known))
    finally:
        cursor.close()


def described(cursor, wanted: Mapping[str, object], known: Mapping[str, object]) -> dict[str, list[tuple[str, str]]]:
    """The columns of every table that these rules read. cursor: on which make_tables() was called."""
    for id in wanted:
        make_shared(cursor, rules()[id].sql, known)
    tables = [*INPUTS, "clue_row", "clue_refunded", "clue_stay", *shared_in(wanted)]
    return {table: columns_of(cursor, table) for table in tables}


def shared_in(wanted: Mapping[str, object]) -> list[str]:
    """The tables that these rules share."""
    return sorted({table for id in wanted for table in shared_by(rules()[id].sql)})


def columns_of(cursor, table: str) -> list[tuple[str, str]]:
    """The columns of a table, or of a function that gives one, with their types as Spark calls them."""
    return [(column, spark_type(kind)) for column, kind, *_ in cursor.execute(f"describe from {table}").fetchall()]


def spark_type(duckdb_type: str) -> str:
    """VARCHAR[] -> ARRAY<STRING>."""
    if duckdb_type.endswith("[]"):
        return f"ARRAY<{spark_type(duckdb_type[:-2])}>"
    return TYPES.get(duckdb_type, duckdb_type)


def row_statements(county: County, year: str, uri: Callable[[str], str]) -> list[Statement]:
    """The statements that make fct_settlement of the batches that stand. uri: of a path below the place they lie at."""
    batches = list(batches_read(county, year).items())
    views = [
        Statement(f"the typed rows of {batch}", rows_view("settlements", uri(rows_of(batch)), f"batch_{number}"))
        for number, (batch, _) in enumerate(batches)
    ]
    rows = [rows_in(county, f"batch_{number}", batch, parts) for number, (batch, parts) in enumerate(batches)]
    return [
        *views,
        view("stg_settlements", " union all ".join(rows), "the rows that count"),
        *(view(f"map_{source}", map_rows(county, source), f"what {source} leads to") for source in facts.MAPS),
        view("fct_settlement", model("fct_settlement"), "settlements that count"),
    ]


def batches_read(county: County, year: str) -> dict[str, Parts]:
    """The batches that a screening of the year reads, each with the part of its rows that counts."""
    return standing_batches(county, months_read(county, year))


def control_statement(county: County, year: str, target: str) -> Statement:
    """The last statement, after row_statements(): it writes how much of each batch the engine has read."""
    sums = ", ".join(f"cast(sum({key}) as decimal(18, 2)) as {key}" for key in ("medfee_sumamt", "fund_pay_sumamt"))
    told = [
        f"select {literal(batch)} as batch, count(*) as rows_read, {sums} from batch_{number}"
        for number, batch in enumerate(batches_read(county, year))
    ]
    return written(CONTROLS, " union all ".join(told), target)


def rows_in(county: County, view_name: str, batch: str, parts: Parts) -> str:
    """SELECT of the part of a batch's rows that counts."""
    if parts == whole(read_batch(county.warehouse, batch).periods):
        return f"select * from {view_name}"
    return f"select * from {view_name} where {facts.in_parts('settlements', parts)}"


def map_rows(county: County, source: str) -> str:
    """SELECT code, <dimension>: the map of a list as the build has it, longer codes that were met among them."""
    dimension = facts.MAPS[source]
    pairs = county.fetch(f"select code, {name(dimension)} from {name('map_' + source)} order by code")
    listed = ", ".join(f"({', '.join('null' if v is None else literal(v) for v in pair)})" for pair in pairs)
    return f"select code, {dimension} from (values {listed}) as k(code, {dimension})"


def rule_statements(screening: Screening, target: str) -> list[Statement]:
    """The statements that read fct_settlement and INPUTS, and write below target (a URI) the rows that each rule gives,
    as rule_<id>, and the months of the settlements behind them."""
    known, columns, wanted = screening.known, screening.columns, shared_in(screening.values)
    shared = [line for table in wanted for line in kept(table, table_of(table), columns, target, known)]
    return [
        *(
            Statement(f"{each} of the build", parquet_view(each, columns[each], input_of(target, each)))
            for each in INPUTS
        ),
        *kept("clue_read", table_of("clue_row"), columns, target, screening.span, "clue_row"),
        *kept("clue_refunded", table_of("clue_refunded"), columns, target),
        *kept("clue_row", STANDING, columns, target),
        *kept("clue_stay", table_of("clue_stay"), columns, target, screening.span),
        view("clue_visit", table_of("clue_visit"), "visits without a bed"),
        *shared,
        *(
            written(f"rule_{r.id}", portable(r.id, r.sql, rule=True), target, {**known, **screening.values[r.id]})
            for r in screening.rules
        ),
        *month_statements(screening, target),
    ]


def table_of(table: str) -> str:
    """The SELECT of a table that rules read."""
    return portable(table, table_query(table), rule=True)


def input_of(target: str, table: str) -> str:
    """Where a table of INPUTS lies."""
    return f"{target}/{table}"


def kept(
    part_name: str,
    query: str,
    columns: Columns,
    target: str,
    given: Mapping[str, object] | None = None,
    table: str = "",
) -> list[Statement]:
    """The statements that write a part, and have a table be what was written."""
    what, table = WHAT.get(part_name, "what several rules count alike"), table or part_name
    return [
        written(part_name, query, target, given),
        Statement(f"{table}: {what}", parquet_view(table, columns[table], f"{target}/{part_name}")),
    ]


def month_statements(screening: Screening, target: str) -> list[Statement]:
    """The statements that write the months of all settlements that a rule points at or shows beside them."""
    lists = [("setl_ids", "ARRAY<STRING>"), ("beside_ids", "ARRAY<STRING>")]
    names = [f"rule_{rule.id}" for rule in screening.rules]
    behind = " union all ".join(f"select unnest({ids}) as setl_id from {each}" for each in names for ids, _ in lists)
    query = f"""
        with hit as ({behind}), behind as (select setl_id from hit group by setl_id)
        select r.setl_id, r.month
        from clue_row r
        inner join behind b on b.setl_id = r.setl_id
        group by r.setl_id, r.month
    """
    views = [Statement(f"{each}, read back", parquet_view(each, lists, f"{target}/{each}")) for each in names]
    return [*views, written(MONTHS, query, target)]
