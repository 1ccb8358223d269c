"""A scheme's forecast: what it was fitted to, and its paths. Visits a day and cost per case of each kind of care go on
by themselves; what a month's discharges cost is paid as claims are settled.
"""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipelines.outlook.fitting import Fitted, fitted
from pipelines.outlook.history import Care, History
from pipelines.outlook.income import Expected, arriving, expected
from pipelines.outlook.paths import Draw, futures
from pipelines.outlook.scenarios import AS_IS, Scenario, changed_care, changed_income
from pipelines.outlook.settling import Settling
from pipelines.periods import shifted

LEAST = 12  # months that a fit needs at least, for the tests of the forecast


@dataclass(frozen=True)
class Kind:
    """A kind of care as it was fitted. year_visits, year_paid, before_…: of the last twelve months by discharge and of
    the twelve before; ratio: what the fund paid of its costs in the last year."""

    kind: str
    visits: Fitted
    cost: Fitted
    settled: Settling
    year_visits: float
    year_paid: float
    before_visits: float | None
    before_paid: float | None
    ratio: float | None


@dataclass(frozen=True)
class Model:
    """All that a scheme's paths follow from. months: of the history; spread: see futures()."""

    scheme: str
    months: tuple[str, ...]
    paid: tuple[float, ...]
    received: tuple[float, ...]
    kinds: tuple[Kind, ...]
    sources: Mapping[str, Expected]
    spread: float = 1.0

    @property
    def now(self) -> str:
        return self.months[-1]


@dataclass(frozen=True)
class Futures:
    """(paths, steps) arrays in yuan. by_kind: kind -> its visits and its yuan by month of discharge."""

    income: np.ndarray
    payout: np.ndarray
    by_kind: Mapping[str, tuple[np.ndarray, np.ndarray]]
    unsettled: np.ndarray


def days(month: str) -> int:
    return calendar.monthrange(int(month[:4]), int(month[5:]))[1]


def model_of(history: History) -> Model:
    """Fit a scheme's kinds of care, those of a year or more, and tell its income."""
    long_enough = len(history.months) >= LEAST
    kinds = tuple(kind_of(care, history.months) for care in history.cares) if long_enough else ()
    sources = {
        name: expected(flow, history.now) for name, flow in sorted(history.flows.items()) if earlier(flow, history)
    }
    return Model(history.scheme, history.months, tuple(history.paid), tuple(history.received), kinds, sources)


def earlier(flow: Mapping, history: History) -> bool:
    return any(month <= history.now for month in flow)


def kind_of(care: Care, months: tuple[str, ...]) -> Kind:
    visits, paid = care.by_discharge
    first = int(months[0][5:])
    daily = [max(count, 1.0) / days(month) for count, month in zip(visits.incurred, months, strict=True)]
    cost = [max(yuan, 1.0) / max(count, 1.0) for yuan, count in zip(paid.incurred, visits.incurred, strict=True)]
    ratio = sum(care.paid[-12:]) / care.year_cost if care.year_cost > 0 else None
    parts = [sum(each.incurred[-12:]) for each in (visits, paid)]
    parts += [sum(each.incurred[-24:-12]) if len(months) >= 24 else None for each in (visits, paid)]
    return Kind(care.kind, fitted(daily, first), fitted(cost, first), paid, *parts, ratio)


def simulated(model: Model, draw: Draw, scenario: Scenario = AS_IS) -> Futures:
    """The paths of a scheme, as things are or with what a scenario changes; the same draws give the same chances."""
    scenario = scenario if scenario.scheme in ("", model.scheme) else AS_IS
    ahead = [shifted(model.now, step + 1) for step in range(draw.steps)]
    by_kind, payout, unsettled = {}, np.zeros((draw.paths, draw.steps)), np.zeros(draw.paths)
    for kind in model.kinds:
        visits, yuan = incurred(kind, ahead, draw, model.spread)
        more, dearer = changed_care(scenario, kind.kind, kind.ratio, ahead)
        visits, yuan = visits * more, yuan * more * dearer
        by_kind[kind.kind] = visits, yuan
        backlog = still_to_come(kind.settled, draw)
        payout += paid(yuan, kind.settled.shares) + backlog[:, : draw.steps]
        unsettled += backlog.sum(axis=1)
    between, grown = draw.rng.random(draw.paths), draw.rng.random(draw.paths)
    income = np.zeros((draw.paths, draw.steps))
    for source in model.sources.values():
        income += arriving(source, model.now, draw, between, grown)
    return Futures(changed_income(scenario, income, ahead), payout, by_kind, unsettled)


def incurred(kind: Kind, ahead: list[str], draw: Draw, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Visits and yuan of the discharges of the coming months."""
    first = int(ahead[0][5:])
    visits = futures(kind.visits, first, draw, spread) * np.array([days(month) for month in ahead])
    return visits, visits * futures(kind.cost, first, draw, spread)


def paid(yuan: np.ndarray, shares: tuple[float, ...]) -> np.ndarray:
    """Yuan by month of discharge -> by month of settlement."""
    found = np.zeros_like(yuan)
    for lag, share in enumerate(shares[: yuan.shape[1]]):
        found[:, lag:] += share * yuan[:, : yuan.shape[1] - lag]
    return found


def still_to_come(settled: Settling, draw: Draw) -> np.ndarray:
    """(paths, months) yuan of discharges up to now by the month they will be settled in, at least as many as steps.

    Each month's discharges may develop as any recent month's did.
    """
    lags = len(settled.shares) - 1
    found = np.zeros((draw.paths, max(draw.steps, lags)))
    for age in range(min(lags, len(settled.settled))):
        rest = sum(settled.shares[age + 1 :])
        if rest <= 0:
            continue
        ratios = draw.rng.choice(np.asarray(settled.ratios[age]), draw.paths)
        to_come = settled.settled[-1 - age] * (ratios - 1)
        for step in range(lags - age):
            found[:, step] += to_come * settled.shares[age + 1 + step] / rest
    return found
