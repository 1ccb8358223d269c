"""Formulas of KPIs: names, numbers, + - * / and parentheses, evaluated exactly in decimal arithmetic."""

import ast
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache, partial

# 50 digits: sums of money have at most 20, so a division is exact to any printed digit and a tie is seen as a tie.
EXACT = Context(prec=50, rounding=ROUND_HALF_UP)
Formula = Callable[[Mapping[str, Decimal | int | None]], Decimal | None]
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
    return compiled(expression)(names)


def rounded(value: Decimal | None, digits: int) -> Decimal | None:
    """HALF_UP, as the county's reports round."""
    return None if value is None else value.quantize(quantum(digits), rounding=ROUND_HALF_UP)


@cache
def quantum(digits: int) -> Decimal:
    return Decimal(1).scaleb(-digits)


@cache
def compiled(expression: str) -> Formula:
    """A formula that is evaluated for thousands of groups: its tree is walked once."""
    return meaning(parse(expression).body)


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


def meaning(node: ast.expr) -> Formula:
    """What a part of a formula comes to, given the values of its names."""
    if isinstance(node, ast.Constant):
        constant = Decimal(str(node.value))
        return lambda names: constant
    if isinstance(node, ast.Name):
        return partial(value_of, node.id)
    if isinstance(node, ast.UnaryOp):
        return partial(negated, meaning(node.operand))
    return partial(combined, type(node.op), meaning(node.left), meaning(node.right))


def value_of(name: str, names: Mapping) -> Decimal | None:
    found = names[name]
    return None if found is None else Decimal(found)


def negated(inner: Formula, names: Mapping) -> Decimal | None:
    value = inner(names)
    return None if value is None else -value


def combined(operation: type, left: Formula, right: Formula, names: Mapping) -> Decimal | None:
    one, other = left(names), right(names)
    if one is None or other is None or (operation is ast.Div and other == 0):
        return None
    return OPERATIONS[operation](one, other)
