"""Printed figures as intervals: half a unit of the last printed digit, and what follows from it."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pipelines.printed.intervals import Interval, evaluate_intervals, printed_interval


def test_a_figure_stands_for_half_a_unit_of_its_last_printed_digit():
    assert printed_interval(Decimal("49.60")) == Interval(Fraction("49.595"), Fraction("49.605"))
    assert printed_interval(Decimal("51")) == Interval(Fraction("50.5"), Fraction("51.5"))


def test_an_interval_divided_by_one_that_holds_zero_is_unknown():
    names = {"a": printed_interval(Decimal("3")), "b": printed_interval(Decimal("0"))}
    assert evaluate_intervals("a/b", names) is None
    assert evaluate_intervals("1 + a/b", names) is None


@given(
    st.decimals(-1000, 1000, places=2), st.decimals(-1000, 1000, places=1), st.decimals(1, 1000, places=2), st.data()
)
def test_whatever_the_inputs_stood_for_the_result_is_in_the_interval(a, b, c, data):
    formula = "100 * (a - b) / c + -a * b"
    printed = {"a": a, "b": b, "c": c}
    ranges = {name: printed_interval(value) for name, value in printed.items()}
    true = {name: Fraction(data.draw(st.decimals(*ends(r), places=5))) for name, r in ranges.items()}
    # in fractions: decimals are rounded in their last digit, which may take them over the edge
    exact = 100 * (true["a"] - true["b"]) / true["c"] + -true["a"] * true["b"]
    assert evaluate_intervals(formula, ranges).holds(exact)


def ends(interval):
    return [Decimal(end.numerator) / Decimal(end.denominator) for end in (interval.low, interval.high)]
