"""A model of the definitions as Spark SQL. The definitions are DuckDB's SQL; nothing is written a second time.

sqlglot parses it, parameters are filled in, rewrites.py says what Spark says otherwise, sqlglot writes the rest.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import sqlglot
from sqlglot import ErrorLevel, exp
from sqlglot.errors import SqlglotError

from pipelines.contracts import DefinitionError
from pipelines.scale.rewrites import REWRITES

Value = str | int | Decimal | date


def spark(sql: str, given: Mapping[str, Value] | None = None) -> str:
    """The Spark SQL of a SELECT of the definitions, without comments. given: the values of its $parameters.

    Raises DefinitionError for SQL that can't be read, for what Spark has no word for, and for a parameter without a
    value.
    """
    tree = filled(parsed(sql), given or {})
    for rewrite in REWRITES:
        tree = tree.transform(rewrite)
    try:
        return tree.sql("spark", pretty=True, comments=False, unsupported_level=ErrorLevel.RAISE)
    except SqlglotError as error:
        raise DefinitionError(f"Spark has no word for it: {error}") from error


def parsed(sql: str) -> exp.Expression:
    """The tree of one SELECT in DuckDB's SQL; DefinitionError for anything else."""
    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
    except SqlglotError as error:
        raise DefinitionError(f"not one SELECT: {error}") from error
    if not isinstance(tree, exp.Query):
        raise DefinitionError(f"not one SELECT: {type(tree).__name__}")
    return tree


def filled(tree: exp.Expression, given: Mapping[str, Value]) -> exp.Expression:
    """The tree with a literal for every $parameter; Spark's own SQL files know no parameters."""

    def fill(node: exp.Expression) -> exp.Expression:
        if not isinstance(node, exp.Placeholder):
            return node
        if node.name not in given:
            raise DefinitionError(f"no value for ${node.name}")
        return literal(given[node.name])

    return tree.transform(fill)


def literal(value: Value) -> exp.Expression:
    """A value as it stands in SQL, with the type that DuckDB gives to the parameter."""
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), "date")
    if isinstance(value, str):
        return exp.Literal.string(value)
    number = exp.Literal.number(f"{abs(value):f}" if isinstance(value, Decimal) else abs(value))
    signed = exp.paren(exp.Neg(this=number)) if value < 0 else number
    whole = isinstance(value, Decimal) and "." not in number.name
    return exp.cast(signed, f"decimal({len(number.name)}, 0)") if whole else signed
