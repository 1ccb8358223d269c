"""Arithmetic on printed figures: 49.60 stands for anything from 49.595 to 49.605, and so do the results made of it."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pipelines.formulas import parse


@dataclass(frozen=True)
class Interval:
    """A closed interval of exact fractions."""

    low: Fraction
    high: Fraction

    def holds(self, value: Decimal | Fraction) -> bool:
        return self.low <= Fraction(value) <= self.high

    def meets(self, other: "Interval") -> bool:
        """Whether the two have a value in common."""
        return self.low <= other.high and other.low <= self.high


def printed_interval(value: Decimal) -> Interval:
    """What a printed figure may stand for: half a unit of its last printed digit either way; 49.60 has two decimals."""
    half = Fraction(Decimal(1).scaleb(value.as_tuple().exponent)) / 2
    return Interval(Fraction(value) - half, Fraction(value) + half)


def evaluate_intervals(expression: str, names: Mapping[str, Interval]) -> Interval | None:
    """The interval of a formula over intervals; numbers in it are exact. None where it divides by one that holds 0.

    Raises KeyError for a name without an interval and FormulaError for what is not a formula.
    """
    return value_of(parse(expression).body, names)


def value_of(node: ast.expr, names: Mapping[str, Interval]) -> Interval | None:
    if isinstance(node, ast.Constant):
        number = Fraction(str(node.value))
        return Interval(number, number)
    if isinstance(node, ast.Name):
        return names[node.id]
    if isinstance(node, ast.UnaryOp):
        inner = value_of(node.operand, names)
        return inner and Interval(-inner.high, -inner.low)
    left, right = value_of(node.left, names), value_of(node.right, names)
    return left and right and combined(node.op, left, right)


def combined(operation: ast.operator, left: Interval, right: Interval) -> Interval | None:
    if isinstance(operation, ast.Add):
        return Interval(left.low + right.low, left.high + right.high)
    if isinstance(operation, ast.Sub):
        return Interval(left.low - right.high, left.high - right.low)
    if isinstance(operation, ast.Mult):
        return span([a * b for a in (left.low, left.high) for b in (right.low, right.high)])
    if right.holds(Fraction(0)):
        return None
    return span([a / b for a in (left.low, left.high) for b in (right.low, right.high)])


def span(corners: list[Fraction]) -> Interval:
    return Interval(min(corners), max(corners))
