"""The gap between pilot and comparable institutions, split into the price of a day and the length of stay."""

from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest

from pipelines.bed_days import exact, parts_of_gap, whole


def group(cost: int, cases: int, days: int) -> dict:
    """Figures of a group with these sums."""
    parts = {"cost_per_case": (cost, cases), "cost_per_bed_day": (cost, days), "alos": (days, cases)}
    return {k: SimpleNamespace(numerator=Decimal(a), denominator=Decimal(b)) for k, (a, b) in parts.items()}


@pytest.mark.parametrize("pilot", [(1_340_880, 2960, 18120), (999_999, 1234, 9876), (3_000_000, 2000, 30_001)])
def test_the_gap_is_split_without_a_rest(pilot):
    ours, other = group(*pilot), group(4_582_750, 5750, 39_850)
    gap, price, stay = parts_of_gap(ours, other)
    assert gap == price + stay
    assert abs(gap - float(exact(ours["cost_per_case"]) - exact(other["cost_per_case"]))) <= 1
    exact_stay = exact(other["cost_per_bed_day"]) * (exact(ours["alos"]) - exact(other["alos"]))
    assert abs(stay - float(exact_stay)) <= 2


@pytest.mark.parametrize(("value", "wanted"), [("0.5", 1), ("-0.5", -1), ("2.49", 2), ("-343.5", -344)])
def test_halves_are_rounded_away_from_zero(value, wanted):
    assert whole(Fraction(value)) == wanted
