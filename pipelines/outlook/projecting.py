"""The outlook as ranges: what the paths of one scheme or of all come to, month by month, year by year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.outlook.forecasting import Futures, Kind, Model, simulated
from pipelines.outlook.paths import PATHS, drawn
from pipelines.outlook.scenarios import AS_IS, Scenario
from pipelines.periods import shifted

QUANTILES = (2.5, 10, 50, 90, 97.5)


@dataclass(frozen=True)
class Range:
    """Yuan: the middle of the paths, the range of 80 % and of 95 % of them."""

    low95: float
    low80: float
    middle: float
    high80: float
    high95: float


@dataclass(frozen=True)
class Ahead:
    """A month to come; balance: at its end, None where the balance now is not known."""

    month: str
    income: Range
    payout: Range
    balance: Range | None


@dataclass(frozen=True)
class RunOut:
    """When the balance first is below nothing. share: part of the paths in which it is by the end; earliest, likely,
    latest: the month by which 2.5 %, 50 %, 97.5 % of all paths have run out ('': not by the end)."""

    share: float
    earliest: str
    likely: str
    latest: str


@dataclass(frozen=True)
class Growth:
    """A kind of care: the last twelve months against the twelve before, per cent; the next twelve as ranges."""

    kind: str
    visits: float
    visits_change: float | None
    cost: float
    cost_change: float | None
    paid: float
    paid_change: float | None
    next_visits: Range
    next_cost: Range


@dataclass(frozen=True)
class Projection:
    """What one scheme or all of them together come to. years: year -> (income, payout) of the whole year, with what
    has been of it."""

    scenario: Scenario
    now: str
    ahead: tuple[Ahead, ...]
    years: Mapping[str, tuple[Range, Range]]
    run_out: RunOut | None
    unsettled: Range
    growth: tuple[Growth, ...]

    @property
    def end(self) -> Ahead:
        return self.ahead[-1]


def projected(
    models: Sequence[Model], balance: float | None, scenario: Scenario = AS_IS, paths: int = PATHS
) -> Projection:
    """The paths of these schemes added up, to the end of the next year. balance: yuan at the end of the last month of
    their histories, of all of them; None where it is not known, or no income is."""
    now = models[0].now
    steps = 24 - int(now[5:])
    found = [simulated(model, drawn(len(model.months), steps, paths), scenario) for model in models]
    income, payout = sum(each.income for each in found), sum(each.payout for each in found)
    left = None if balance is None else balance + np.cumsum(income - payout, axis=1)
    months = [shifted(now, step + 1) for step in range(steps)]
    ahead = [
        Ahead(month, of(income[:, at]), of(payout[:, at]), None if left is None else of(left[:, at]))
        for at, month in enumerate(months)
    ]
    return Projection(
        scenario,
        now,
        tuple(ahead),
        {year: of_year(models, income, payout, months, year) for year in sorted({month[:4] for month in months})},
        None if left is None else run_out(left, months),
        of(sum(each.unsettled for each in found)),
        growth(models, found, months) if len(models) == 1 else (),
    )


def of(values: np.ndarray) -> Range:
    return Range(*map(float, np.percentile(values, QUANTILES)))


def of_year(models, income: np.ndarray, payout: np.ndarray, months: list[str], year: str) -> tuple[Range, Range]:
    """A year's income and payout: what has been of it, and what comes."""
    inside = [at for at, month in enumerate(months) if month[:4] == year]
    been = [
        (model.received[at], model.paid[at]) for model in models for at, m in enumerate(model.months) if m[:4] == year
    ]
    received, paid = (sum(each) for each in zip(*been, strict=True)) if been else (0.0, 0.0)
    return of(received + income[:, inside].sum(axis=1)), of(paid + payout[:, inside].sum(axis=1))


def run_out(left: np.ndarray, months: list[str]) -> RunOut:
    """When paths of the balance first are below nothing."""
    below = left < 0
    first = np.where(below.any(axis=1), below.argmax(axis=1), len(months))
    by = [
        months[at] if at < len(months) else ""
        for at in np.percentile(first, (2.5, 50, 97.5), method="inverted_cdf").astype(int)
    ]
    return RunOut(float((first < len(months)).mean()), *by)


def growth(models: Sequence[Model], found: Sequence[Futures], months: list[str]) -> tuple[Growth, ...]:
    year = slice(0, min(12, len(months)))
    told = []
    for model, futures in zip(models, found, strict=True):
        for kind in model.kinds:
            visits, yuan = (each[:, year].sum(axis=1) for each in futures.by_kind[kind.kind])
            told.append(grown(kind, visits, yuan))
    return tuple(told)


def grown(kind: Kind, visits: np.ndarray, yuan: np.ndarray) -> Growth:
    now, then = per_case(kind.year_paid, kind.year_visits), per_case(kind.before_paid, kind.before_visits)
    changes = change(kind.year_visits, kind.before_visits), change(now, then), change(kind.year_paid, kind.before_paid)
    return Growth(
        kind.kind,
        kind.year_visits,
        changes[0],
        now,
        changes[1],
        kind.year_paid,
        changes[2],
        of(visits),
        of(yuan / visits),
    )


def per_case(paid: float | None, visits: float | None) -> float | None:
    return paid / visits if paid is not None and visits else None


def change(now: float | None, then: float | None) -> float | None:
    return 100 * (now / then - 1) if now is not None and then else None
