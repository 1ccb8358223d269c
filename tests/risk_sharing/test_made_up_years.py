"""Many years at once: the same layers as case by case, the mean and the worst of a hundred, the range of few cases."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
from hypothesis import given

from pipelines.risk_sharing import (
    LAYERS,
    Loss,
    Treaty,
    calls,
    carried,
    made_up_years,
    ranged,
    rare_year,
    reserves,
    share,
)
from pipelines.risk_sharing.layers import needs_sums
from pipelines.risk_sharing.years import ALONE, outcomes, years_of
from tests.risk_sharing.test_shares_and_layers import LAYERED, MILLION, PLAIN, losses_of, some_terms, yearly

TENTHS = Decimal("0.1")


def test_the_call_on_a_layer_is_the_mean_and_the_worst_of_a_hundred_years():
    years = years_of([losses_of(n * 1_000_000 + 10_000) for n in range(1, 201)])
    by_layer = {each.layer: each for each in calls(years, PLAIN)}
    assert by_layer["pool"].rare_yuan == 70 * MILLION
    assert by_layer["pool"].expected_yuan == sum(min(n * MILLION + 10_000, 70 * MILLION) for n in range(1, 201)) / 200
    assert by_layer["unpaid"].rare_yuan == 199 * MILLION + 10_000 - 70 * MILLION
    assert by_layer["unpaid"].called == Decimal(131) / 200, "in the years of 70.01 million and more"


@given(yearly, some_terms)
def test_whole_years_at_once_are_what_they_are_case_by_case(cases, terms):
    one, other = cases, cases[1:]
    if needs_sums(terms):
        terms = replace(terms, treaties=tuple(t for t in terms.treaties if t.form not in ("surplus", "quota_surplus")))
    found = outcomes(years_of([one, other]), terms)
    for place, losses in enumerate((one, other)):
        exact = share(losses, terms)
        for layer in LAYERS:
            off = abs(int(found[layer][place]) - int(100 * exact.of(layer)))
            assert off <= (len(terms.treaties) if layer in ("pool", "ceded") else 0), layer


def test_made_up_years_are_the_same_again_and_have_as_many_cases_as_asked():
    cases = losses_of(10, 20, 30)
    years, again = (made_up_years(cases, Decimal(40), years=300, seed=7) for _ in range(2))
    assert [years.losses(n) for n in range(300)] == [again.losses(n) for n in range(300)]
    assert {loss.yuan for n in range(300) for loss in years.losses(n)} == {10, 20, 30}
    assert abs(years.counts.sum() / 300 - 40) < 4 * (40 / 300) ** 0.5, "four standard errors of the mean"
    assert made_up_years([], Decimal(40), years=2).losses(1) == []


def test_very_many_cases_are_grouped_and_give_the_same_sums():
    cases = losses_of(*range(100, 3100), 90_000)
    years = made_up_years(cases, Decimal(3001), years=400)
    assert len(years.fen) == 2 * ALONE
    assert years.fen.max() == 9_000_000, "the largest stands for itself"
    expected = sum(loss.yuan for loss in cases)
    (pool,) = (each for each in calls(years, PLAIN) if each.layer == "pool")
    spread = Decimal(sum(loss.yuan**2 for loss in cases)).sqrt() / 20  # of the mean of 400 years
    assert abs(pool.expected_yuan - expected) < 4 * spread


def test_the_year_once_in_a_hundred_has_the_losses_that_the_hundredth_has():
    years = years_of([losses_of(n) for n in range(200, 0, -1)])
    assert years.losses(rare_year(years)) == [Loss(Decimal(199))]


def test_the_range_holds_the_mean_and_is_wider_of_fewer_cases():
    rare = losses_of(*[5_000] * 9, 500_000)
    few, many = (ranged(rare * times, Decimal(10 * times), PLAIN, 200) for times in (1, 50))
    widths = []
    for found in (few, many):
        pool = next(each for each in found if each.layer == "pool")
        low, high = pool.expected_range
        assert low <= pool.expected_yuan <= high
        widths.append((high - low) / pool.expected_yuan)
    assert widths[0] > 3 * widths[1]


def test_many_futures_of_the_reserve_are_each_as_year_after_year():
    quota = Treaty("quota", "再保人", share=TENTHS, premium_share=TENTHS, commission=TENTHS)
    terms = replace(LAYERED, treaties=(quota, LAYERED.treaties[1]), premium_yuan=40 * MILLION, cost_rate=TENTHS)
    told = [losses_of(n * 10_000_000 + 10_000) for n in (3, 1, 12, 0, 15, 2)]
    found = reserves(years_of(told), terms, horizon=3)
    for future in (0, 1):
        exact = [int(100 * each.closing_yuan) for each in carried(told[3 * future : 3 * future + 3], terms)]
        assert np.abs(found[future] - exact).max() <= 3, "a fen a year, of rounding"
