"""A monthly series as a level with a damped trend, fitted to its logarithms by statsmodels (ETS(A, Ad, N)).

Month effects are taken out before, where two years tell them: what a month was off the mean of the twelve around it,
on average over the years that are there, drawn towards none the fewer they are (years / (years + 1)). statsmodels is
loaded when a series is fitted, which is once per build; what goes on from there is in paths.py.
"""

import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

DAMPING = 0.95  # of the trend, per month: a half of the growth is left after 13 months
LEAST_SMOOTHING, MOST_SMOOTHING = 1e-4, 0.05  # of the trend: with more of it one odd month would bend two years
YEAR = 12


@dataclass(frozen=True)
class Fitted:
    """Where the logarithms of a series stand at its end. level and trend (per month); smoothing, trend_smoothing: how
    much of a miss goes into each; effects: of the months of the year, January first; misses: one step ahead, of each
    month of the history.
    """

    level: float
    trend: float
    smoothing: float
    trend_smoothing: float
    effects: tuple[float, ...]
    misses: tuple[float, ...]


def fitted(values: Sequence[float], first_month: int) -> Fitted:
    """The fit of a series of positive values, whose first is of that month of the year (1 to 12)."""
    logs = np.log(np.asarray(values, dtype=float))
    effects = month_effects(logs, first_month)
    rest = logs - effects[(np.arange(len(logs)) + first_month - 1) % YEAR]
    if np.ptp(rest) < 1e-9:  # it never moved: there is nothing to fit
        return Fitted(float(rest[-1]), 0.0, 0.0, 0.0, tuple(effects), (0.0,) * len(rest))
    return smoothed(rest, effects)


def smoothed(rest: np.ndarray, effects: np.ndarray) -> Fitted:
    # Before SciPy loads it: threads of a BLAS that wait for each other take ten times as long for matrices so small.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    model = ETSModel(
        rest,
        error="add",
        trend="add",
        damped_trend=True,
        initialization_method="estimated",
        bounds={"smoothing_trend": (LEAST_SMOOTHING, MOST_SMOOTHING)},
    )
    with warnings.catch_warnings(), model.fix_params({"damping_trend": DAMPING}):
        warnings.simplefilter("ignore")  # it warns of a step that did not improve the fit any more
        found = model.fit(disp=False)
    told = dict(zip(model.param_names, map(float, found.params), strict=True))
    smoothing, trend_smoothing = told["smoothing_level"], told["smoothing_trend"]
    misses = tuple(map(float, found.resid))
    return Fitted(float(found.level[-1]), float(found.slope[-1]), smoothing, trend_smoothing, tuple(effects), misses)


def month_effects(logs: np.ndarray, first_month: int) -> np.ndarray:
    """What the logarithms of each month of the year are off the others; none of less than two years."""
    effects = np.zeros(YEAR)
    if len(logs) < 2 * YEAR:
        return effects
    around = np.convolve(logs, np.r_[0.5, np.ones(YEAR - 1), 0.5] / YEAR, "valid")
    off = logs[YEAR // 2 : YEAR // 2 + len(around)] - around
    places = (np.arange(len(off)) + YEAR // 2 + first_month - 1) % YEAR
    for month in range(YEAR):
        told = off[places == month]
        effects[month] = told.sum() / (len(told) + 1)
    return effects - effects.mean()
