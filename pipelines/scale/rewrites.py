"""What Spark says otherwise than DuckDB, and sqlglot does not know: one function per construct, from tree to tree.

A rewrite is given each node of a parsed model, from the outside in, and returns what stands for it, or the node itself.
"""

from collections.abc import Callable

from sqlglot import exp

Rewrite = Callable[[exp.Expression], exp.Expression]


def date_of_month(node: exp.Expression) -> exp.Expression:
    """date_trunc('month', day) -> trunc(day, 'MONTH'): models cut dates alone, and a date knows no time zone."""
    if not isinstance(node, exp.TimestampTrunc):
        return node
    return exp.DateTrunc(this=node.this, unit=node.args["unit"])


REWRITES: tuple[Rewrite, ...] = (date_of_month,)
