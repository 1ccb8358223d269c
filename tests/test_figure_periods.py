"""The periods that a list of printed figures names."""

import pytest

from pipelines.printed.figure_periods import is_period, months_of


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("H1", ("2026-01", "2026-06")),
        ("H1_prev", ("2025-01", "2025-06")),
        ("Q1", ("2026-01", "2026-03")),
        ("M1-M5", ("2026-01", "2026-05")),
        ("Y", ("2026-01", "2026-05")),
        ("Y_prev", ("2025-01", "2025-05")),
        ("Q", ("2026-04", "2026-06")),
        ("2024-07..2024-12", ("2024-07", "2024-12")),
    ],
)
def test_a_named_period_is_taken_in_the_year_asked_for(text, months):
    assert months_of(text, 2026, "2026-05") == months


def test_a_year_that_is_over_has_twelve_months():
    assert months_of("Y", 2025, "2026-05") == ("2025-01", "2025-12")


@pytest.mark.parametrize("text", ["H3", "Q5", "M13", "M5-M1", "2026", "2026-06..2026-01", "上半年"])
def test_an_unknown_period_is_seen(text):
    assert not is_period(text)
