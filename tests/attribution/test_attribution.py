"""Why a cost changed: the parts add up exactly, and say what they say of plain cases."""

from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.attribution import FACTORS, Side, Volume, attributed, shapley, summed

factors = st.lists(st.fractions(0, 1000), min_size=1, max_size=4)


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


def test_growth_of_cases_and_of_cost_per_case_is_the_growth_of_the_cost():
    cases, per_case = Fraction("1.274"), Fraction("1.204")
    parts = shapley([Fraction(1), Fraction(1)], [cases, per_case])
    assert sum(parts) == cases * per_case - 1
    assert [round(float(part) * 100, 1) for part in parts] == [30.2, 23.2]


def side(insured: int, **groups: tuple[int, int, int]) -> Side:
    return Side(insured, {name: Volume(n, days, Decimal(cost)) for name, (n, days, cost) in groups.items()})


volumes = st.tuples(
    st.integers(-2, 50), st.integers(-5, 500), st.integers(-100, 10**6)
)  # refunds may be more than stays


@given(
    st.dictionaries(st.sampled_from("abcd"), volumes, min_size=1),
    st.dictionaries(st.sampled_from("abcd"), volumes, min_size=1),
    st.integers(1, 10**6),
    st.integers(1, 10**6),
)
def test_all_groups_and_factors_add_up_to_the_change_of_the_cost(one, other, insured, insured_after):
    before, after = side(insured, **one), side(insured_after, **other)
    if before.admissions and after.admissions:
        parts = attributed(before, after)
        assert sum(summed(parts).values()) == after.cost_yuan - before.cost_yuan
        for group, told in parts.items():
            change = [s.groups[group].cost_yuan if group in s.groups else 0 for s in (before, after)]
            assert sum(told.values()) == change[1] - change[0]
    else:
        with pytest.raises(ValueError, match="without insured"):
            attributed(before, after)


def test_more_insured_alone_is_all_the_insured():
    steps = summed(attributed(side(100, a=(10, 50, 1000)), side(110, a=(11, 55, 1100))))
    assert steps == {factor: 100 if factor == "insured" else 0 for factor in FACTORS}


def test_care_that_moves_out_of_the_county_is_the_mix():
    before, after = side(100, home=(8, 40, 800), away=(2, 10, 1000)), side(100, home=(6, 30, 600), away=(4, 20, 2000))
    steps = summed(attributed(before, after))
    assert steps["mix"] == after.cost_yuan - before.cost_yuan == 800
    assert not any(steps[factor] for factor in FACTORS if factor != "mix")


def test_a_group_that_is_new_is_of_the_mix():
    steps = summed(attributed(side(100, home=(10, 50, 1000)), side(100, home=(5, 25, 500), away=(5, 25, 2500))))
    assert steps["mix"] == 2000
    assert sum(steps.values()) == 2000
