"""Sizes, intervals and money bounds of samples: against exact fractions, printed tables and simulated counties."""

from decimal import Decimal
from fractions import Fraction
from math import comb, sqrt

import numpy as np
import pytest

from pipelines.sampling.estimates import ENOUGH, NotRandom, Stratum, money, rate
from pipelines.sampling.exact import marked_between, t_quantile, tail_up_to
from pipelines.sampling.sizes import margin_of, shared_out, size_for

HALF = Decimal("0.5")
PROMISED, SHOWN = 0.95, 0.93  # confidence as told; what a simulation must show at least


# ---------------------------------------------------------------- sizes


@pytest.mark.parametrize(
    ("whole", "margin", "confidence", "size"),
    # Krejcie and Morgan (1970) print 278, 357 and 370 of 1,000, 5,000 and 10,000 with z^2 = 3.841
    [
        (35_682, "0.05", "0.95", 381),
        (1_000, "0.05", "0.95", 278),
        (5_000, "0.05", "0.95", 357),
        (10_000, "0.05", "0.95", 370),
        (35_682, "0.03", "0.95", 1_037),
        (35_682, "0.05", "0.90", 269),
    ],
)
def test_the_size_is_the_textbooks(whole, margin, confidence, size):
    assert size_for(whole, Decimal(margin), Decimal(confidence)) == size


def test_one_file_fewer_misses_the_precision():
    for whole in (40, 381, 2_000, 35_682, 1_400_000):
        size = size_for(whole, Decimal("0.05"))
        assert margin_of(whole, size) <= 0.05 < margin_of(whole, size - 1)


def test_nothing_needs_no_file_and_a_handful_needs_all():
    assert size_for(0, Decimal("0.05")) == 0
    assert size_for(7, Decimal("0.01")) == 7


def test_shares_add_up_follow_the_weights_and_stay_within_the_strata():
    sizes = {"a": 30_000, "b": 5_000, "c": 682, "d": 3, "e": 1}
    shares = shared_out(381, sizes, sizes)
    assert sum(shares.values()) == 381
    assert all(min(2, sizes[name]) <= n <= sizes[name] for name, n in shares.items())
    assert abs(shares["a"] - 381 * 30_000 / 35_686) < 5
    assert shared_out(10**6, sizes, sizes) == sizes


def test_no_other_shares_of_three_strata_give_a_smaller_variance():
    weights, sizes = {"a": 90.0, "b": 40.0, "c": 11.0}, {"a": 30, "b": 30, "c": 30}
    every = [(a, b, 20 - a - b) for a in range(2, 17) for b in range(2, 19 - a) if 20 - a - b >= 2]
    best = min(every, key=lambda n: sum(w * w / k for w, k in zip(weights.values(), n, strict=True)))
    assert tuple(shared_out(20, weights, sizes).values()) == best


# ---------------------------------------------------------------- tails and quantiles


def test_tails_are_those_of_exact_fractions():
    for whole, marked, drawn in ((20, 7, 9), (31, 1, 30), (40, 39, 13), (12, 0, 5), (12, 12, 5), (60, 30, 30)):
        for found in range(-1, drawn + 1):
            ways = sum(comb(marked, k) * comb(whole - marked, drawn - k) for k in range(found + 1))
            exact = float(Fraction(ways, comb(whole, drawn)))
            assert tail_up_to(found, whole, marked, drawn) == pytest.approx(exact, abs=1e-12)


def test_a_tail_far_from_the_middle_of_a_large_whole_is_certain():
    assert tail_up_to(300, 1_400_000, 1_000, 381) == 1
    assert tail_up_to(3, 1_400_000, 1_300_000, 381) == 0


@pytest.mark.parametrize(("freedom", "printed"), [(8, 1.860), (10, 1.812), (20, 1.725), (30, 1.697), (120, 1.658)])
def test_students_t_is_that_of_the_tables(freedom, printed):
    assert t_quantile(0.95, freedom) == pytest.approx(printed, abs=0.0006)


# ---------------------------------------------------------------- does the interval hold the truth?


def coverage(whole: int, marked: int, drawn: int, intervals: np.ndarray, draws: int = 20_000) -> float:
    """The share of simulated draws whose interval holds the number that is marked."""
    found = np.random.default_rng(whole + marked).hypergeometric(marked, whole - marked, drawn, draws)
    low, high = intervals[found].T
    return float(((low <= marked) & (marked <= high)).mean())


def exact_intervals(whole: int, drawn: int) -> np.ndarray:
    found = (rate([Stratum("", whole, drawn, k)]) for k in range(drawn + 1))
    return np.array([(r.low_files, r.high_files) for r in found])


def naive_intervals(whole: int, drawn: int) -> np.ndarray:
    """The textbook's p +- 1.96 s: what the product must not use."""
    p = np.arange(drawn + 1) / drawn
    half = 1.96 * np.sqrt(p * (1 - p) / drawn * (1 - drawn / whole))
    return np.column_stack([(p - half) * whole, (p + half) * whole])


@pytest.mark.parametrize(("whole", "drawn"), [(35_682, 381), (400, 97)])
def test_the_interval_holds_the_true_rate_as_often_as_it_promises(whole, drawn):
    intervals = exact_intervals(whole, drawn)
    shares = [coverage(whole, int(whole * p), drawn, intervals) for p in (0.002, 0.01, 0.05, 0.2, 0.5, 0.9)]
    assert min(shares) >= PROMISED - 0.005  # exact: never less but for the simulation's own chance
    assert max(shares[3:]) <= 0.985  # and not by being as wide as can be


def test_the_simulation_finds_an_interval_that_promises_too_much():
    naive = naive_intervals(35_682, 381)
    assert coverage(35_682, 178, 381, naive) < SHOWN


def test_the_exact_interval_leaves_out_no_more_than_it_may_on_either_side():
    for found, drawn, whole in ((0, 20, 90), (3, 20, 90), (20, 20, 90), (11, 40, 41)):
        low, high = marked_between(found, drawn, whole, 0.025)

        def at_least(m, k=found, n=drawn, w=whole):
            return 1 - tail_up_to(k - 1, w, m, n)

        assert at_least(low) > 0.025 and (low == found or at_least(low - 1) <= 0.025)
        assert tail_up_to(found, whole, high, drawn) > 0.025
        assert high == whole - drawn + found or tail_up_to(found, whole, high + 1, drawn) <= 0.025


@pytest.mark.parametrize("rates", [(0.02, 0.1), (0.0, 0.06), (0.3, 0.7), (0.1, 0.1), (0.9, 0.05)])
@pytest.mark.parametrize("drawn", [(90, 30), (60, 60)])
def test_the_interval_of_strata_holds_the_true_rate_as_often_as_it_promises(rates, drawn):
    wholes, draws = (3_000, 800), 20_000
    marked = [int(n * p) for n, p in zip(wholes, rates, strict=True)]
    grid = np.array(
        [
            [(r.low_files, r.high_files) for b in range(drawn[1] + 1) for r in [two_strata(wholes, drawn, (a, b))]]
            for a in range(drawn[0] + 1)
        ]
    )
    rng = np.random.default_rng(7)
    found = [rng.hypergeometric(m, n - m, d, draws) for m, n, d in zip(marked, wholes, drawn, strict=True)]
    low, high = grid[found[0], found[1]].T
    assert ((low <= sum(marked)) & (sum(marked) <= high)).mean() >= SHOWN


def two_strata(wholes, drawn, found):
    return rate([Stratum("a", wholes[0], drawn[0], int(found[0])), Stratum("b", wholes[1], drawn[1], int(found[1]))])


# ---------------------------------------------------------------- money


def disallowed(rng, whole: int, share: float) -> np.ndarray:
    """Yuan of each file of a county: most nothing, the others skewed, as bills are."""
    return np.where(rng.random(whole) < share, np.round(rng.lognormal(6, 1.2, whole), 2), 0.0)


def sampled(rng, every: np.ndarray, drawn: int) -> Stratum:
    yuan = rng.choice(every, drawn, replace=False)
    bad = tuple(Decimal(f"{y:.2f}") for y in yuan if y)
    return Stratum("", len(every), drawn, len(bad), 0, bad)


@pytest.mark.parametrize("share", [0.01, 0.08, 0.4])
def test_the_lower_bound_seldom_asks_for_more_than_there_is(share):
    rng = np.random.default_rng(11)
    parts = [disallowed(rng, 4_000, share), disallowed(rng, 900, share) * 5]
    truth, trials = sum(part.sum() for part in parts), 400
    bounds = [money([sampled(rng, parts[0], 90), sampled(rng, parts[1], 60)], Decimal(10**12)) for _ in range(trials)]
    assert np.mean([float(b.lower) <= truth for b in bounds]) >= SHOWN
    # the simulation can tell a bound from an estimate: the estimate asks for too much far more often
    assert np.mean([float(b.estimate) <= truth for b in bounds]) < 0.75
    estimates = np.array([float(b.estimate) for b in bounds])
    assert abs(estimates.mean() - truth) < 4 * estimates.std(ddof=1) / sqrt(trials)


def test_money_is_what_a_textbook_would_work_out():
    found = tuple(Decimal(100 + n) for n in range(30))
    one = money([Stratum("", 500, 50, 30, 0, found)], Decimal(10**9))
    every = np.array([*map(float, found), *[0.0] * 20])
    error = 500 * sqrt((1 - 50 / 500) * every.var(ddof=1) / 50)
    assert one.confirmed == 3435
    assert one.estimate == 34350
    printed = 34350 - 1.6766 * error  # Student's t of a table, to four decimals
    assert printed > 2 * 3435, "the floor of what was confirmed must not hide the bound"
    assert float(one.lower) == pytest.approx(printed, abs=0.00005 * error + 0.005)


def test_the_lower_bound_is_never_below_what_was_confirmed():
    one = money([Stratum("", 500, 50, 3, 0, (Decimal("120.10"), Decimal("88.00"), Decimal("1000.05")))], Decimal(10**9))
    assert one.lower == one.confirmed == Decimal("1208.15")


def test_reading_everything_leaves_nothing_to_chance():
    found = (Decimal("10.00"), Decimal("0.01"))
    one = money([Stratum("a", 40, 40, 2, 0, found)], Decimal(10**9))
    assert one.confirmed == one.estimate == one.lower == one.claim == Decimal("10.01")
    assert rate([Stratum("a", 40, 40, 2)]).low_files == rate([Stratum("a", 40, 40, 2)]).high_files == 2


def test_the_cap_limits_what_is_extrapolated_but_not_what_was_found():
    strata = [Stratum("", 10_000, 100, 60, 0, tuple(map(Decimal, [100] * 60)))]
    free, capped, low = (money(strata, Decimal(cap)) for cap in (10**9, 50_000, 10))
    assert free.claim == free.lower > 50_000 and not free.capped
    assert capped.claim == 50_000 and capped.capped
    assert low.claim == low.confirmed == 6_000


def test_files_that_could_not_be_got_widen_the_interval_on_both_sides():
    whole, some = rate([Stratum("", 1_000, 100, 20)]), rate([Stratum("", 1_000, 100, 20, missing=10)])
    assert some.low == whole.low
    assert some.high > whole.high
    assert round(some.value, 20) == round(Decimal(20) / 90, 20)


# ---------------------------------------------------------------- what must not be extrapolated


def test_disputed_records_are_not_extrapolated_and_it_says_why():
    with pytest.raises(NotRandom, match=r"有争议病历 250 份中 138 份有问题，55\.20% 只是这 250 份的比例.*不能推断"):
        rate([Stratum("", 35_682, 250, 138)], random=False, what="有争议病历")
    with pytest.raises(NotRandom, match=r"55\.20%"):
        money([Stratum("", 35_682, 250, 138)], Decimal(10**9), random=False, what="有争议病历")


def test_too_few_files_say_nothing_about_money():
    with pytest.raises(NotRandom, match=f"只有 {ENOUGH - 1} 份"):
        money([Stratum("", 5_000, ENOUGH - 1, 2, 0, (Decimal(1), Decimal(2)))], Decimal(10**9))
