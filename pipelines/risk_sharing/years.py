"""Many years of losses made from the county's own cases, and what each layer is called on in them.

Whole years at once, in fen: a proportional treaty's part of a year is rounded once, so that it may differ from the
exact division of layers.share by some fen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from pipelines.risk_sharing.layers import LAYERS, Loss, above_the_pool, weights
from pipelines.risk_sharing.terms import FEN, PROPORTIONAL, ZERO, Terms

YEARS = 1000
RARE = 0.99  # of a hundred years the worst
AGAIN = 40  # times that other cases are taken to have been seen
AGAIN_YEARS = 200  # made up each of those times
ALONE = 1000  # so many of the largest cases stand for themselves; of over twice that the rest are in as many groups
RANGE = (0.05, 0.95)
ENDLESS = 2**58


@dataclass(frozen=True)
class Years:
    """fen: of each case; counts: how often each case comes in each year, a row for a year."""

    fen: np.ndarray
    counts: np.ndarray

    def sums(self, fen: np.ndarray) -> np.ndarray:
        """What is told of each case added up by year."""
        return self.counts @ fen

    def losses(self, year: int) -> list[Loss]:
        """The cases of one of them."""
        return [Loss(Decimal(int(fen)) * FEN) for fen in np.repeat(self.fen, self.counts[year])]


@dataclass(frozen=True)
class Call:
    """What a layer is called on, in yuan: on the mean of the years, and once in a hundred; the share of years that call
    on it. The ranges (low, high): where both lie if other cases had been seen, as likely as those that were."""

    layer: str
    expected_yuan: Decimal
    rare_yuan: Decimal
    called: Decimal = ZERO
    expected_range: tuple[Decimal, Decimal] | None = None
    rare_range: tuple[Decimal, Decimal] | None = None


def years_of(years: Sequence[Sequence[Loss]]) -> Years:
    """Years that are told case by case."""
    year = np.repeat(np.arange(len(years)), [len(losses) for losses in years])
    counts = (year == np.arange(len(years))[:, None]).astype(np.int64)
    return Years(in_fen([loss for losses in years for loss in losses]), counts)


def in_fen(cases: Sequence[Loss]) -> np.ndarray:
    return np.array([int(loss.yuan / FEN) for loss in cases], dtype=np.int64)


def grouped(fen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(fen, how many cases each stands for): each case for itself, but of very many the smaller ones in groups of like
    ones by their mean, so that years cost as much however many cases there are."""
    if len(fen) <= 2 * ALONE:
        return fen, np.ones(len(fen))
    ordered = np.sort(fen)
    groups = np.array_split(ordered[:-ALONE], ALONE)
    means = np.array([round(float(group.mean())) for group in groups], dtype=np.int64)
    sizes = np.array([len(group) for group in groups], dtype=float)
    return np.concatenate([means, ordered[-ALONE:]]), np.concatenate([sizes, np.ones(ALONE)])


def made_up_years(cases: Sequence[Loss], yearly: Decimal, years: int = YEARS, seed: int = 0) -> Years:
    """Years of cases drawn with replacement, so many as Poisson has it with the mean yearly; a seed gives the same.

    That is to say: each case comes as often as Poisson has it, with its part of yearly as the mean.
    """
    fen, sizes = grouped(in_fen(cases))
    dice = np.random.default_rng(seed)
    return Years(fen, dice.poisson(sizes * float(yearly) / max(len(cases), 1), (years, len(fen))))


def calls(years: Years, terms: Terms) -> list[Call]:
    """The call on every layer over these years, in the order of the layers."""
    found = outcomes(years, terms)
    return [Call(layer, *measured(found[layer]), called=share_of(found[layer] > 0)) for layer in LAYERS]


def ranged(cases: Sequence[Loss], yearly: Decimal, terms: Terms, years: int = YEARS, seed: int = 0) -> list[Call]:
    """calls() over made-up years, with the range that few cases leave open: what was seen is itself drawn anew."""
    (fen, sizes), dice = grouped(in_fen(cases)), np.random.default_rng(seed + 1)
    again = []
    for _ in range(AGAIN):
        mean = dice.poisson(sizes) * float(yearly) / len(cases)
        again.append(calls(Years(fen, dice.poisson(mean, (AGAIN_YEARS, len(fen)))), terms))
    found = calls(made_up_years(cases, yearly, years, seed), terms)
    return [
        replace(
            call,
            expected_range=between([told[place].expected_yuan for told in again]),
            rare_range=between([told[place].rare_yuan for told in again]),
        )
        for place, call in enumerate(found)
    ]


def between(amounts: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    """The range that all but the least and the largest twentieth of them lie in."""
    ordered = sorted(amounts)
    low, high = (round(part * (len(ordered) - 1)) for part in RANGE)
    return ordered[low], ordered[high]


def measured(fen: np.ndarray) -> tuple[Decimal, Decimal]:
    """(the mean, once in a hundred years) in yuan."""
    if not len(fen):
        return ZERO, ZERO
    return yuan(int(fen.sum()) / len(fen)), yuan(int(np.sort(fen)[rank(len(fen))]))


def rank(years: int) -> int:
    """The place of the 1-in-100 year among so many in order."""
    return min(int(RARE * years), years - 1)


def rare_year(years: Years) -> int:
    """The year whose losses are reached or passed once in a hundred years."""
    return int(np.argsort(years.sums(years.fen), kind="stable")[rank(len(years.counts))])


def yuan(fen: float) -> Decimal:
    return Decimal(round(fen)) * FEN


def share_of(hit: np.ndarray) -> Decimal:
    return Decimal(int(hit.sum())) / len(hit) if len(hit) else ZERO


def outcomes(years: Years, terms: Terms) -> dict[str, np.ndarray]:
    """Layer -> what it bears in each year, in fen."""
    found, rest = below_the_reserve(years, terms)
    found["reserve"] = np.minimum(rest, limit(terms.reserve_yuan))
    rest = rest - found["reserve"]
    nothing = np.zeros_like(rest)
    return found | {"unpaid": rest if terms.called_back else nothing, "public": nothing if terms.called_back else rest}


def below_the_reserve(years: Years, terms: Terms) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """(layer -> fen a year of all that pays before the special reserve, what they leave to it)."""
    owed = np.maximum(years.fen - limit(terms.deductible_yuan), 0)
    whole = years.sums(owed)
    large = of_large_cases(years, owed, terms)
    rest = whole - large
    pool = np.minimum(rest, limit(terms.pool_limit_yuan))
    ceded = of_treaties(pool, terms)
    above = sum(limit(most) for _, layer, most in above_the_pool(terms) if layer == "excess")
    excess = np.minimum(rest - pool, above)
    found = {"deductible": years.sums(years.fen) - whole, "case_excess": large, "pool": pool - ceded, "ceded": ceded}
    return found | {"excess": excess}, rest - pool - excess


def of_large_cases(years: Years, owed: np.ndarray, terms: Terms) -> np.ndarray:
    taken = np.zeros(len(years.counts), dtype=np.int64)
    for treaty in terms.binding("case_excess"):
        part = np.minimum(np.maximum(owed - limit(treaty.line_yuan), 0), limit(treaty.case_limit_yuan))
        taken = taken + np.minimum(years.sums(part), limit(treaty.limit_yuan))
    return taken


def of_treaties(pool: np.ndarray, terms: Terms) -> np.ndarray:
    """What proportional treaties carry of the pool: a made-up case has the sum insured that the terms tell."""
    treaties, ceded = terms.binding(*PROPORTIONAL), np.zeros_like(pool)
    for treaty, part in zip(treaties, weights(treaties, Loss(ZERO), terms), strict=False):
        carried = np.minimum(np.rint(pool * float(part)).astype(np.int64), limit(treaty.limit_yuan))
        ceded = np.minimum(ceded + carried, pool)
    return ceded


def limit(most_yuan: Decimal | None) -> np.int64:
    """A limit in fen."""
    return np.int64(ENDLESS if most_yuan is None else min(most_yuan / FEN, ENDLESS))
