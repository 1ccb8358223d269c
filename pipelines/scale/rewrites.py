"""What Spark says otherwise than DuckDB, and sqlglot does not know: one function per construct, from tree to tree.

A rewrite is given each node of a parsed model, from the outside in, and returns what stands for it, or the node itself.
"""

from collections.abc import Callable
from itertools import count

from sqlglot import exp

Rewrite = Callable[[exp.Expression], exp.Expression]


def date_of_month(node: exp.Expression) -> exp.Expression:
    """date_trunc('month', day) -> trunc(day, 'MONTH'): models cut dates alone, and a date knows no time zone."""
    if not isinstance(node, exp.TimestampTrunc):
        return node
    return exp.DateTrunc(this=node.this, unit=node.args["unit"])


def ordered_list(node: exp.Expression) -> exp.Expression:
    """list(x order by key) -> transform(array_sort(collect_list(struct(key, x))), s -> s.x).

    sqlglot drops the order without a word. A list of no rows is null, to Spark an empty one where they are filtered.
    """
    filtered = isinstance(node, exp.Filter) and isinstance(node.this, exp.ArrayAgg)
    listed = node.this if filtered else node
    if not isinstance(listed, exp.ArrayAgg) or not isinstance(listed.this, exp.Order):
        return node
    keys = [key.this for key in listed.this.expressions]
    found = exp.ArrayAgg(this=exp.Struct(expressions=[*map(field, count(), keys), field("value", listed.this.this)]))
    taken = exp.Lambda(this=exp.column("value", "s"), expressions=[exp.to_identifier("s")])
    if not filtered:
        return exp.Transform(this=exp.ArraySort(this=found), expression=taken)
    where = node.expression
    some = exp.GT(this=exp.Filter(this=exp.Count(this=exp.Star()), expression=where), expression=exp.Literal.number(0))
    rows = exp.ArraySort(this=exp.Filter(this=found, expression=where.copy()))
    return exp.Case().when(some, exp.Transform(this=rows, expression=taken))


def field(key: int | str, value: exp.Expression) -> exp.Expression:
    named = exp.to_identifier(key if isinstance(key, str) else f"key_{key}")
    return exp.PropertyEQ(this=named, expression=value.copy())


def item(node: exp.Expression) -> exp.Expression:
    """list_extract(list, n) -> try_element_at(list, n): null beyond its end."""
    if not isinstance(node, exp.Anonymous) or node.name.lower() != "list_extract":
        return node
    return exp.Anonymous(this="TRY_ELEMENT_AT", expressions=node.expressions)


REWRITES: tuple[Rewrite, ...] = (date_of_month, ordered_list, item)
