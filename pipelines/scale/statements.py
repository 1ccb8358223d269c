"""What another engine does for one batch of settlements, as Spark SQL: from its typed rows to the parts of its roll-up.

An engine runs these very statements; they are also what is written out for whoever runs spark-sql himself. The models
are those of definitions/2_facts; what stands around them (the typed rows, the code lists) is made from the contracts,
as it is for DuckDB.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.contracts import code_lists, contracts
from pipelines.engine import literal as text
from pipelines.engine import name
from pipelines.scale.linting import portable
from pipelines.scale.porting import Value, spark
from pipelines.store import facts
from pipelines.store.rollups import MODELS
from pipelines.uploads.values import sql_type

# What a session is set to, whatever a bureau's Spark is set to. With ANSI off a sum overflows in silence; dates are
# never moved to the Julian calendar; a text is what it says: ${env:HOME} may be an uploaded code, and \ is an escape.
SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.variable.substitute": "false",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.session.timeZone": "Asia/Shanghai",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
}
CODES = "codes_used"
SEEN = "persons_seen"
CONTROLS = "controls"  # the last part: it is there once all others are
SEEN_QUERY = """
select month, scheme, care, person
from fct_settlement
where person is not null
group by month, scheme, care, person
"""
# Sums of what was read and of what must have been written: whoever takes the parts over works them out once more.
CONTROLS_QUERY = """
select
    (select count(*) from stg_settlements) as rows_read,
    (select cast(sum(medfee_sumamt) as decimal(18, 2)) from stg_settlements) as medfee_sumamt,
    (select cast(sum(fund_pay_sumamt) as decimal(18, 2)) from stg_settlements) as fund_pay_sumamt,
    cast(coalesce(sum(f.visits), 0) as bigint) as visits,
    cast(coalesce(sum(f.total_cost_yuan), 0) as decimal(18, 2)) as total_cost_yuan,
    cast(coalesce(sum(f.fund_paid_yuan), 0) as decimal(18, 2)) as fund_paid_yuan,
    cast(coalesce(sum(case when f.care = 'inpatient' and f.person is not null then f.visits else 0 end), 0) as bigint)
        as stays,
    cast(count(f.stated_name) as bigint) as named,
    (select count(*) from persons_seen) as persons_seen
from fct_settlement f
"""


@dataclass(frozen=True)
class Statement:
    """One statement of Spark SQL, and what it does, in a line."""

    what: str
    sql: str


def rollup_statements(rows: str, target: str) -> list[Statement]:
    """The statements that read a batch's rows (the URI of its Parquet file), write the parts below target (a URI)."""
    return [
        Statement("the typed rows of the batch; a column that it lacks is null", rows_view("settlements", rows)),
        written(CODES, facts.codes_used("stg_settlements"), target),
        Statement("the codes that were met, read back", parquet_view(CODES, ("list", "code"), f"{target}/{CODES}")),
        *(view(f"map_{source}", map_query(source), f"what {source} leads to") for source in facts.MAPS),
        view("fct_settlement", model("fct_settlement"), "settlements that count"),
        *(written(part, model(part), target) for part in MODELS),
        written(SEEN, SEEN_QUERY, target),
        Statement("who was seen, read back", seen_view(target)),
        written(CONTROLS, CONTROLS_QUERY, target),
    ]


def model(key: str) -> str:
    """The SQL of a fact. Raises WarehouseError for a definition that engines would read otherwise than DuckDB."""
    return portable(key, facts.model(key))


def rows_view(table: str, rows: str, view_name: str = "") -> str:
    """CREATE of stg_<table> over the rows of a batch, with every column of today's contract.

    row_id stays null: it numbers the rows of a file as DuckDB reads them, and no roll-up asks for it.
    """
    columns = [(c.key, spark_type(sql_type(c))) for c in contracts()[table].columns.values()]
    return parquet_view(view_name or f"stg_{table}", [*columns, ("row_id", "BIGINT")], rows)


def parquet_view(view_name: str, columns, path: str) -> str:
    """CREATE of a view over Parquet whose columns are said: of those the files lack, all are null."""
    typed = [(column, "STRING") if isinstance(column, str) else column for column in columns]
    listed = ",\n  ".join(f"`{key}` {kind}" for key, kind in typed)
    return (
        f"CREATE OR REPLACE TEMPORARY VIEW {view_name} (\n  {listed}\n)\nUSING parquet\nOPTIONS (path {quoted(path)})"
    )


def spark_type(duckdb_type: str) -> str:
    return "STRING" if duckdb_type == "varchar" else duckdb_type.upper()


def seen_view(target: str) -> str:
    columns = [("month", "DATE"), "scheme", "care", ("person", "BIGINT")]
    return parquet_view(SEEN, columns, f"{target}/{SEEN}")


def view(view_name: str, query: str, what: str, given: Mapping[str, Value] | None = None) -> Statement:
    return Statement(what, f"CREATE OR REPLACE TEMPORARY VIEW {view_name} AS\n{spark(query, given)}")


def written(part: str, query: str, target: str, given: Mapping[str, Value] | None = None) -> Statement:
    """The statement that writes the rows of a query (DuckDB's SQL) as a part; given: the values of its $parameters."""
    where = quoted(f"{target}/{part}")
    return Statement(f"the part {part}", f"INSERT OVERWRITE DIRECTORY {where}\nUSING parquet\n{spark(query, given)}")


def quoted(value: str) -> str:
    """A string of Spark SQL, in which a backslash is an escape."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def map_query(source: str) -> str:
    """SELECT code, <dimension> (DuckDB's SQL): what the codes of a list lead to, and longer codes by their beginning.

    The longest beginning that is in the list counts: 2101 -> 21.
    """
    dimension = facts.MAPS[source]
    listed = ", ".join(f"({text(code)}, {text(each.maps[dimension])})" for code, each in code_lists()[source].items())
    known = f"(values {listed}) as k(code, {name(dimension)})"
    if source not in facts.PREFIX_LISTS:
        return f"select k.code, k.{dimension} from {known}"
    return f"""
select code, {dimension} from (
    select u.code, k.{dimension}, row_number() over (partition by u.code order by length(k.code) desc) as place
    from (select code from {CODES} where list = {text(source)}) u
    inner join {known} on substring(u.code, 1, length(k.code)) = k.code
) by_length
where place = 1
"""
