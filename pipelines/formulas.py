"""Formulas of KPIs: names, numbers, + - * / and parentheses, evaluated exactly in decimal arithmetic."""

import ast
import operator
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache

# 50 digits: sums of money have at most 20, so a division is exact to any printed digit and a tie is seen as a tie.
EXACT = Context(prec=50, rounding=ROUND_HALF_UP)
OPERATIONS = {ast.Add: EXACT.add, ast.Sub: EXACT.subtract, ast.Mult: EXACT.multiply, ast.Div: EXACT.divide}


class FormulaError(ValueError):
    """A formula that is more than names, numbers, + - * / and parentheses."""


@cache
def names_in(expression: str) -> tuple[str, ...]:
    """The names that a formula uses, in order of appearance, each once."""
    found = [n for n in ast.walk(parse(expression)) if isinstance(n, ast.Name)]
    return tuple(dict.fromkeys(n.id for n in sorted(found, key=lambda n: (n.lineno, n.col_offset))))


def evaluate(expression: str, names: Mapping[str, Decimal | int | None]) -> Decimal | None:
    """The value of a formula, unrounded. None when a name is None or a divisor is 0; KeyError for an unknown name."""
    return value_of(parse(expression).body, names)


def rounded(value: Decimal | None, digits: int) -> Decimal | None:
    """HALF_UP, as the county's reports round."""
    return None if value is None else value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


@cache
def parse(expression: str) -> ast.Expression:
    try:
        tree = ast.parse(expression, mode="eval")
    except SyntaxError as error:
        raise FormulaError(f"not a formula: {expression!r}") from error
    for node in ast.walk(tree):
        if not isinstance(node, ALLOWED) or type(getattr(node, "value", 0)) not in (int, float):
            raise FormulaError(f"{type(node).__name__} is not allowed in the formula {expression!r}")
    return tree


ALLOWED = (
    ast.Expression,
    ast.BinOp,
    ast.UnaryOp,
    ast.USub,
    ast.Constant,
    ast.Name,
    ast.Load,
    *OPERATIONS,
)


def value_of(node: ast.expr, names: Mapping) -> Decimal | None:
    if isinstance(node, ast.Constant):
        return Decimal(str(node.value))
    if isinstance(node, ast.Name):
        found = names[node.id]
        return None if found is None else Decimal(found)
    if isinstance(node, ast.UnaryOp):
        inner = value_of(node.operand, names)
        return None if inner is None else operator.neg(inner)
    return combined(node, value_of(node.left, names), value_of(node.right, names))


def combined(node: ast.BinOp, left: Decimal | None, right: Decimal | None) -> Decimal | None:
    if left is None or right is None or (isinstance(node.op, ast.Div) and right == 0):
        return None
    return OPERATIONS[type(node.op)](left, right)
