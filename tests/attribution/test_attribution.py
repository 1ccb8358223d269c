"""Why a cost changed: the parts add up exactly, and say what they say of plain cases."""

from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from math import prod

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.attribution import COST, FUND, Side, Volume, attributed, factors_of, growth, shapley, summed, two_factors
from pipelines.attribution.rounding import lines, total
from pipelines.periods import Period

HALF_YEAR = Period("2026-01", "2026-06")
# a busy machine takes its time
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

factors = st.lists(st.fractions(0, 1000), min_size=1, max_size=4)


@SETTINGS
@given(
    factors.flatmap(lambda b: st.tuples(st.just(b), st.lists(st.fractions(0, 1000), min_size=len(b), max_size=len(b))))
)
def test_the_parts_of_the_factors_add_up_to_the_change_and_are_the_mean_over_all_orders(sides):
    before, after = sides
    parts = shapley(before, after)
    assert sum(parts) == prod(after, start=Fraction(1)) - prod(before, start=Fraction(1))
    assert parts == by_orders(before, after)


def by_orders(before, after) -> list[Fraction]:
    """The same a second way: every order walked through."""
    orders = list(permutations(range(len(before))))
    told = [Fraction(0)] * len(before)
    for order in orders:
        now = list(before)
        for n in order:
            former = prod(now, start=Fraction(1))
            now[n] = after[n]
            told[n] += prod(now, start=Fraction(1)) - former
    return [part / len(orders) for part in told]


def test_a_factor_that_did_not_change_has_no_part():
    assert shapley([Fraction(2), Fraction(5)], [Fraction(3), Fraction(5)]) == [5, 0]


def test_the_printed_growth_is_of_cases_and_of_cost_per_case():
    """6,848.20 to 10,509.90 in 万元; cases by what was reimbursed, a case and in all."""
    yuan = [Fraction("68482000"), Fraction("105099000")]
    cases = [yuan[0] * Fraction("0.4678") / 1144, Fraction("50026800") / Fraction("1402")]
    assert [round(each) for each in cases] == [28003, 35682]
    of_cases, of_price = two_factors(cases, yuan)
    assert [round(float(each.rate), 1) for each in (of_cases, of_price)] == [27.4, 20.4]
    assert (1 + of_cases.rate / 100) * (1 + of_price.rate / 100) == yuan[1] / yuan[0]
    assert of_cases.yuan + of_price.yuan == yuan[1] - yuan[0]
    assert [round(each.yuan / 10000) for each in (of_cases, of_price)] == [2070, 1592]


def test_growth_from_no_cases_is_not_told():
    assert two_factors([Fraction(0), Fraction(3)], [Fraction(0), Fraction(9)]) is None


def side(insured: int | None, **groups: tuple[int, int, int]) -> Side:
    """By groups such as home, home_high, away: places, with a level where there is one."""
    told = {
        (*name.split("_"), "")[:2]: Volume(n, days, *map(Decimal, yuan)) for name, (n, days, *yuan) in groups.items()
    }
    return Side(insured, told)


# refunds may be more than stays
volumes = st.tuples(st.integers(-2, 50), st.integers(-5, 500), st.integers(-100, 10**6), st.integers(-100, 10**6))
sides = st.dictionaries(st.sampled_from(["home", "home_high", "home_low", "away"]), volumes, min_size=1)


@SETTINGS
@given(sides, sides, st.none() | st.integers(1, 10**6), st.integers(1, 10**6), st.sampled_from([COST, FUND]))
def test_all_groups_and_factors_add_up_to_the_change(one, other, insured, insured_after, of):
    before, after = side(insured, **one), side(insured and insured_after, **other)
    if before.whole.admissions and after.whole.admissions:
        parts = attributed(before, after, of)
        assert [*summed(parts)] == [*factors_of(of, insured is not None)]
        for group, told in parts.items():
            assert sum(told.values()) == after.of(group).yuan(of) - before.of(group).yuan(of)
    else:
        with pytest.raises(ValueError, match="without insured"):
            attributed(before, after, of)


@SETTINGS
@given(sides, sides, st.sampled_from([COST, FUND]))
def test_the_table_adds_up_in_rows_and_columns_next_to_the_exact_figures(one, other, of):
    found = growth(HALF_YEAR, {("", "resident"): (side(100, **one), side(120, **other))}, of)
    listed, unit = lines(found), 100
    whole = total(listed)
    for line in listed:
        assert sum(line.parts.values()) == line.change_yuan
    assert sum(whole.parts.values()) == whole.change_yuan
    assert abs(whole.before_yuan - found.before_yuan) <= unit / 2 >= abs(whole.after_yuan - found.after_yuan)
    assert all(abs(Fraction(whole.parts[factor]) - found.steps[factor]) < 2 * unit for factor in found.factors)
    assert all(yuan % unit == 0 for line in listed for yuan in (line.before_yuan, *line.parts.values()))


def test_a_scheme_without_stays_last_year_is_told_apart_and_the_whole_adds_up():
    pools = {("", "resident"): (side(9, home=(1, 2, 10)), side(9, home=(1, 2, 30)))}
    pools |= {("", "maternity"): (side(5), side(5, home=(2, 6, 7)))}
    found = growth(HALF_YEAR, pools, COST)
    assert {factor: yuan for factor, yuan in found.steps.items() if yuan} == {"cost_per_day": 20, "undivided": 7}


def test_more_insured_alone_is_all_the_insured():
    steps = summed(attributed(side(100, a=(10, 50, 1000)), side(110, a=(11, 55, 1100))))
    assert {factor: yuan for factor, yuan in steps.items() if yuan} == {"insured": 100}


def test_care_that_moves_out_of_the_county_is_of_the_places():
    before, after = side(100, home=(8, 40, 800), away=(2, 10, 1000)), side(100, home=(6, 30, 600), away=(4, 20, 2000))
    assert changed(before, after) == {"place_mix": 800}


def test_care_that_moves_to_a_higher_level_of_the_county_is_of_the_levels():
    before = side(100, home_low=(8, 40, 800), home_high=(2, 10, 1000))
    assert changed(before, side(100, home_low=(6, 30, 600), home_high=(4, 20, 2000))) == {"level_mix": 800}


def test_a_place_that_is_new_is_of_the_places_and_a_level_that_is_new_of_the_levels():
    before = side(100, home=(10, 50, 1000))
    assert changed(before, side(100, home=(5, 25, 500), away=(5, 25, 2500))) == {"place_mix": 2000}
    assert changed(before, side(100, home=(5, 25, 500), home_high=(5, 25, 2500))) == {"level_mix": 2000}


def test_a_higher_share_paid_by_the_fund_is_of_the_reimbursement():
    assert changed(side(100, home=(10, 50, 1000, 500)), side(100, home=(10, 50, 1000, 600)), FUND) == {
        "reimbursement": 100
    }


def test_without_insured_persons_more_stays_are_of_the_cases():
    assert changed(side(None, home=(10, 50, 1000)), side(None, home=(11, 55, 1100))) == {"cases": 100}


def changed(before: Side, after: Side, of: str = COST) -> dict[str, Fraction]:
    return {factor: yuan for factor, yuan in summed(attributed(before, after, of)).items() if yuan}
