"""What must not stand in a model that DuckDB and Spark are to read alike: no engine is needed to tell.

Each was seen to be read differently, in silence in the worst case, or to be known to only one of them (decision 27).
"""

from collections.abc import Iterator
from functools import cache

from sqlglot import exp

from pipelines.contracts import DefinitionError
from pipelines.errors import WarehouseError
from pipelines.scale.porting import parsed, spark

FUNCTIONS = (
    *(exp.Abs, exp.And, exp.Case, exp.Cast, exp.Coalesce, exp.Count, exp.DateDiff, exp.Greatest, exp.If, exp.Least),
    *(exp.Max, exp.Min, exp.Or, exp.RowNumber, exp.StartsWith, exp.Sum, exp.TimestampTrunc),
)
# What the clue rules use beyond that: rewrites.py carries it over, or it means the same where it is written as below.
IN_RULES = (
    *(exp.ArgMax, exp.ArrayAgg, exp.ArraySort, exp.Ceil, exp.Explode, exp.Flatten, exp.GenerateSeries, exp.Lead),
    *(exp.Nullif, exp.Sqrt, exp.Substring),
)
ALLOWED_IN_RULES = (exp.Div, exp.IntDiv, exp.Interval, exp.Filter, exp.Distinct, exp.Star)
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


def rule_problems(sql: str) -> list[str]:
    """The same of a clue rule, or of a table that rules read: lists, standard errors, shifts by months are theirs."""
    return problems(sql, IN_RULES, ALLOWED_IN_RULES)


@cache
def portable(key: str, sql: str, rule: bool = False) -> str:
    """The SQL of a definition that a bureau may have changed. rule: of a clue rule, or of a table that rules read.

    Raises WarehouseError for what would be read otherwise elsewhere: no figure may differ in silence.
    """
    if found := (rule_problems if rule else problems)(sql):
        raise WarehouseError(
            f"口径定义 {key} 里有外部引擎读法不同的写法（{found[0]}）；请改写，或由本机汇总、筛查。数据没有改变"
        )
    return sql


def told_of(node: exp.Expression, functions: tuple[type, ...], allowed: tuple[type, ...]) -> Iterator[str]:
    """What is wrong with one node of the tree."""
    for banned, instead in BANNED.items():
        if isinstance(node, banned) and not isinstance(node, allowed):
            yield f"{shown(node)}: {instead}"
    if isinstance(node, exp.Func) and not isinstance(node, (*functions, *BANNED)) and not is_item(node, functions):
        yield f"{shown(node)}: not a function that both engines are known to read alike"
    checks = (wrong_division,) if is_allowed(node, allowed) else (wrong_type, wrong_names, wrong_rows, wrong_text)
    for wrong in checks:
        if wanted := wrong(node):
            yield f"{shown(node)}: {wanted}"


def shown(node: exp.Expression) -> str:
    return node.sql("duckdb")[:60]


def is_item(node: exp.Func, functions: tuple[type, ...]) -> bool:
    """list_extract(), where lists are read: rewrites.item knows it."""
    return isinstance(node, exp.Anonymous) and node.name.lower() == "list_extract" and exp.ArrayAgg in functions


def is_allowed(node: exp.Expression, allowed: tuple[type, ...]) -> bool:
    """DOUBLE comes with division: what is said of that keeps it there."""
    is_double = isinstance(node, exp.DataType) and node.this.name == "DOUBLE"
    return isinstance(node, allowed) or (is_double and exp.Div in allowed)


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
    if (
        isinstance(node, exp.ArrayAgg)
        and not isinstance(node.this, exp.Order)
        and not isinstance(node.parent, exp.ArraySort)
    ):
        return "a list needs an order"
    if isinstance(node, exp.Explode) and not isinstance(node.parent, exp.Alias):
        return "a list is unnested alone, and what it gives is cast a SELECT later"
    return ""


def wrong_division(node: exp.Expression) -> str:
    """A division, where one is allowed, that the engines would do in other types, or that one of them would refuse."""
    if isinstance(node, exp.IntDiv) and not is_cast(node.this, "BIGINT"):
        return "a whole division begins with CAST(... AS BIGINT)"
    if isinstance(node, exp.Div) and not any(is_cast(cast, "DOUBLE") for cast in node.this.find_all(exp.Cast)):
        return "what is divided is a DOUBLE: CAST(... AS DOUBLE)"
    if isinstance(node, exp.Div) and not isinstance(node.expression, exp.Nullif):
        return "by NULLIF(..., 0): a zero is infinite, or an error, and a WHERE beside it may come later"
    return ""


def is_cast(node: exp.Expression, type: str) -> bool:
    return isinstance(node, exp.Cast) and node.to.this.name == type


def wrong_text(node: exp.Expression) -> str:
    """Text and dates that the engines would take apart otherwise."""
    if isinstance(node, exp.Literal) and node.is_string and "\\" in node.name:
        return "a backslash is an escape to Spark"
    if isinstance(node, exp.DateDiff) and node.text("unit").upper() != "DAY":
        return "only days are counted alike"
    if isinstance(node, exp.TimestampTrunc) and node.text("unit").upper() != "MONTH":
        return "only months are cut alike"
    return ""
