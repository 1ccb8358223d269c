"""How far the forecast would have been off: made again at the end of each earlier month from what was known then.

Beside it the naive forecast, the same month of last year. The misses also tell how much wider the ranges must be than
the fit believes (spread), as a fit to so short a history takes itself for too good.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from pipelines.outlook.forecasting import model_of, simulated
from pipelines.outlook.history import History
from pipelines.outlook.income import Expected, arriving, expected
from pipelines.outlook.paths import drawn

YEAR = 12
AHEAD = 6  # months that each forecast is held against
ORIGINS = 12  # the latest that are tried
PATHS = 400
NARROWEST = 1.2  # of series made up to be known, ranges of 80 % hold 67 to 71 % after 24 months without it
WIDEST = 3.0
QUANTILES = (2.5, 10, 50, 90, 97.5)


@dataclass(frozen=True)
class Told:
    """What was foretold of a month, and what came. quantiles: of QUANTILES."""

    origin: str
    steps: int
    quantiles: tuple[float, ...]
    naive: float
    actual: float


@dataclass(frozen=True)
class BackTest:
    """Errors in per cent (MAPE) and as parts of the mean change within a year (MASE), ours and the naive forecast's;
    within_80, within_95: part of months inside the ranges, as widened by spread; origins, months: that were tried."""

    mape: float
    naive_mape: float
    mase: float | None
    naive_mase: float | None
    within_80: float
    within_95: float
    spread: float
    origins: int
    months: int

    @property
    def better(self) -> bool:
        """Whether ours was nearer than the same month of last year."""
        return self.mape < self.naive_mape


def payout_test(history: History) -> BackTest | None:
    """The test of a scheme's payouts; None without a month that can be tried."""
    return scored(payouts_told(history), history.paid)


def payouts_told(history: History) -> list[Told]:
    found = []
    count = len(history.months)
    for origin in range(max(YEAR, count - ORIGINS), count):
        then = history.until(origin)
        steps = min(AHEAD, count - origin)
        paths = simulated(model_of(then), drawn(origin, steps, PATHS)).payout
        found += compared(paths, history.paid, history.months, origin)
    return found


def income_test(history: History) -> BackTest | None:
    """The test of a scheme's income; None where no earlier month had a whole year before it to tell the pattern."""
    return scored(income_told(history), history.received)


def income_told(history: History) -> list[Told]:
    found = []
    count = len(history.months)
    for origin in range(max(YEAR, count - ORIGINS), count):
        now = history.months[origin - 1]
        flows = [flow for flow in history.flows.values() if any(month <= now for month in flow)]
        sources = [expected(flow, now) for flow in flows]
        if sources and all(source.patterned for source in sources):
            found += compared(
                income_paths(sources, now, min(AHEAD, count - origin)), history.received, history.months, origin
            )
    return found


def income_paths(sources: Sequence[Expected], now: str, steps: int) -> np.ndarray:
    draw = drawn(1, steps, PATHS)
    between, grown = draw.rng.random(draw.paths), draw.rng.random(draw.paths)
    return sum((arriving(source, now, draw, between, grown) for source in sources), np.zeros((draw.paths, steps)))


def compared(paths: np.ndarray, actual: Sequence[float], months: Sequence[str], origin: int) -> list[Told]:
    """The months that paths foretell, as far as they have come."""
    quantiles = np.percentile(paths, QUANTILES, axis=0)
    return [
        Told(months[origin - 1], step + 1, tuple(map(float, quantiles[:, step])), actual[origin + step - YEAR], came)
        for step, came in enumerate(actual[origin : origin + paths.shape[1]])
    ]


def scored(told: list[Told], actual: Sequence[float]) -> BackTest | None:
    told = [each for each in told if each.actual > 0 and each.quantiles[0] > 0]
    if not told:
        return None
    spread = spread_of(told)
    usual = [abs(now - then) for then, now in zip(actual, actual[YEAR:], strict=False)]
    scale = fmean(usual) if usual and any(usual) else None
    ours, naive = (lambda each: each.quantiles[2]), (lambda each: each.naive)
    return BackTest(
        mape(told, ours),
        mape(told, naive),
        mase(told, ours, scale),
        mase(told, naive, scale),
        covered(told, 1, 3, spread),
        covered(told, 0, 4, spread),
        spread,
        len({each.origin for each in told}),
        len(told),
    )


def mape(told: list[Told], foretold: Callable[[Told], float]) -> float:
    return 100 * fmean(abs(foretold(each) / each.actual - 1) for each in told)


def mase(told: list[Told], foretold: Callable[[Told], float], scale: float | None) -> float | None:
    return fmean(abs(foretold(each) - each.actual) for each in told) / scale if scale else None


def spread_of(told: list[Told]) -> float:
    """How much farther off the months were than their 80 % ranges say, by the root mean square; NARROWEST to WIDEST."""
    squares = []
    for each in told:
        low, middle, high = (math.log(each.quantiles[at]) for at in (1, 2, 3))
        if high > low:
            squares.append(((math.log(each.actual) - middle) / ((high - low) / 2 / 1.2816)) ** 2)
    return min(max(fmean(squares) ** 0.5, NARROWEST), WIDEST) if squares else NARROWEST


def covered(told: list[Told], low: int, high: int, spread: float) -> float:
    """The part of months that lie within a range, widened about its middle."""
    return fmean(lies_within(each, low, high, spread) for each in told)


def lies_within(each: Told, low: int, high: int, spread: float) -> bool:
    middle, off = math.log(each.quantiles[2]), math.log(each.actual) - math.log(each.quantiles[2])
    bounds = [spread * (math.log(each.quantiles[at]) - middle) for at in (low, high)]
    return bounds[0] <= off <= bounds[1]
