"""What a stay costs less, or more, in one group than in another, by the price of a day and by the length of stay."""

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple


class Parts(NamedTuple):
    """A gap of the cost per case, in whole yuan that add up: by the price of a bed day, by the length of stay."""

    gap_yuan: int
    by_price_yuan: int
    by_stay_yuan: int


def parts_of_gap(one: dict, other: dict) -> Parts:
    """The gap of one group against the other, from their figures cost_per_case, cost_per_bed_day and alos by KPI id.

    price = (one's cost per day - other's) x one's length of stay; the rest is other's cost per day x difference of the
    lengths of stay. Both add up to the gap exactly; in whole yuan the stay takes what rounding leaves.
    """
    gap = whole(exact(one["cost_per_case"])) - whole(exact(other["cost_per_case"]))
    price = whole((exact(one["cost_per_bed_day"]) - exact(other["cost_per_bed_day"])) * exact(one["alos"]))
    return Parts(gap, price, gap - price)


def exact(figure) -> Fraction:
    """A ratio as it was summed, before any rounding."""
    return Fraction(figure.numerator) / Fraction(figure.denominator)


def whole(value: Fraction | Decimal) -> int:
    """Half up, away from zero, as the report rounds."""
    return int(abs(value) + Fraction(1, 2)) * (1 if value >= 0 else -1)
