"""What must not stand in a model that DuckDB and Spark are to read alike: no engine is needed to tell.

Each was seen to be read differently, in silence in the worst case, or to be known to only one of them (decision 27).
"""

from collections.abc import Iterator

from sqlglot import exp

from pipelines.contracts import DefinitionError
from pipelines.scale.porting import parsed, spark

FUNCTIONS = (
    *(exp.Abs, exp.And, exp.Case, exp.Cast, exp.Coalesce, exp.Count, exp.DateDiff, exp.Greatest, exp.If, exp.Least),
    *(exp.Max, exp.Min, exp.Or, exp.RowNumber, exp.Sum, exp.TimestampTrunc),
)
TYPES = {"BIGINT", "INT", "DECIMAL", "TEXT", "VARCHAR", "DATE", "BOOLEAN"}
# A construct -> what to write in its place.
BANNED = {
    exp.Div: "no division: DuckDB divides in DOUBLE, Spark in DECIMAL; sums are divided after the query",
    exp.IntDiv: "no division: DuckDB divides in DOUBLE, Spark in DECIMAL; sums are divided after the query",
    exp.Qualify: "no QUALIFY: number the rows in a WITH, pick them below",
    exp.Pivot: "no PIVOT: CASE inside SUM",
    exp.Lateral: "no LATERAL",
    exp.Interval: "no INTERVAL: DATE_DIFF('day', ...)",
    exp.TryCast: "no TRY_CAST: uploads are typed when they are loaded",
    exp.Filter: "no FILTER: CASE inside the aggregate",
    exp.Distinct: "no DISTINCT: GROUP BY",
    exp.Limit: "no LIMIT: which rows would be left to the engine",
}


def problems(sql: str, functions: tuple[type, ...] = (), allowed: tuple[type, ...] = ()) -> list[str]:
    """What is not portable in a model, one sentence each; [] for a model that both engines read alike.

    functions: further functions that may be called; allowed: constructs that are banned otherwise.
    """
    try:
        tree = parsed(sql)
        spark(sql, dict.fromkeys((node.name for node in tree.find_all(exp.Placeholder)), 0))
    except DefinitionError as error:
        return [str(error)]
    found = {told for node in tree.walk() for told in told_of(node, (*FUNCTIONS, *functions), allowed)}
    return sorted(found)


def told_of(node: exp.Expression, functions: tuple[type, ...], allowed: tuple[type, ...]) -> Iterator[str]:
    """What is wrong with one node of the tree."""
    for banned, instead in BANNED.items():
        if isinstance(node, banned) and not isinstance(node, allowed):
            yield f"{shown(node)}: {instead}"
    if isinstance(node, exp.Func) and not isinstance(node, (*functions, *BANNED)):
        yield f"{shown(node)}: not a function that both engines are known to read alike"
    for wrong in (wrong_type, wrong_names, wrong_rows, wrong_text):
        if wanted := wrong(node):
            yield f"{shown(node)}: {wanted}"


def shown(node: exp.Expression) -> str:
    return node.sql("duckdb")[:60]


def wrong_type(node: exp.Expression) -> str:
    if not isinstance(node, exp.DataType):
        return ""
    if node.this.name not in TYPES:
        return "only BIGINT, INTEGER, DECIMAL, VARCHAR, DATE and BOOLEAN mean the same everywhere"
    if node.this.name == "DECIMAL" and len(node.expressions) != 2:
        return "a DECIMAL says its digits and its scale"
    return ""


def wrong_names(node: exp.Expression) -> str:
    if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
        return "columns are named one by one"
    if isinstance(node, exp.Identifier) and not node.name.isascii():
        return "names are ASCII"
    return ""


def wrong_rows(node: exp.Expression) -> str:
    """Rows that would be put together, grouped or numbered otherwise."""
    if isinstance(node, exp.Join) and (node.args.get("using") or node.method):
        return "JOIN ... ON"
    if isinstance(node, exp.Group) and node.args.get("all"):
        return "GROUP BY names its columns"
    if isinstance(node, exp.SetOperation) and node.args.get("by_name"):
        return "UNION ALL in the order of the columns"
    if isinstance(node, exp.Window) and isinstance(node.this, exp.RowNumber) and not node.args.get("order"):
        return "a row's number needs an order"
    return ""


def wrong_text(node: exp.Expression) -> str:
    """Text and dates that the engines would take apart otherwise."""
    if isinstance(node, exp.Literal) and node.is_string and "\\" in node.name:
        return "a backslash is an escape to Spark"
    if isinstance(node, exp.DateDiff) and node.text("unit").upper() != "DAY":
        return "only days are counted alike"
    if isinstance(node, exp.TimestampTrunc) and node.text("unit").upper() != "MONTH":
        return "only months are cut alike"
    return ""
