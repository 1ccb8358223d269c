"""Many possible futures of a fitted series: seeded, so that the same build tells the same.

The misses of the history are drawn again, a whole month at a time for all series of the county, so that what moved
together (visits of all kinds in a wave of flu) goes on moving together. The trend at the end is itself not known: each
path begins with one of its own, as far off as a straight line through so many months may be.
"""

from dataclasses import dataclass

import numpy as np

from pipelines.outlook.fitting import DAMPING, YEAR, Fitted

PATHS = 1000
SEED = 1
USUAL = 3.0
USED = 4  # parameters that a fit has used up: level, trend and two smoothings


@dataclass(frozen=True)
class Draw:
    """What all series of a county are drawn with. months: (paths, steps) places of the history; rng: for the rest."""

    months: np.ndarray
    rng: np.random.Generator

    @property
    def paths(self) -> int:
        return self.months.shape[0]

    @property
    def steps(self) -> int:
        return self.months.shape[1]


def drawn(history: int, steps: int, paths: int = PATHS, seed: int = SEED) -> Draw:
    """Draws from a history of so many months for so many steps ahead."""
    rng = np.random.default_rng(seed)
    return Draw(rng.integers(0, history, (paths, steps)), rng)


def futures(fit: Fitted, first_month: int, draw: Draw, spread: float = 1.0) -> np.ndarray:
    """(paths, steps) values of a series; first_month: the month of the year of the first step; spread: misses and trend
    are so many times as far off as the history's own."""
    misses = spread * usual(np.asarray(fit.misses)) * used_up(len(fit.misses))
    off_level, off_trend = unsure(fit, float(misses.std()), len(misses))
    level = fit.level + off_level * draw.rng.standard_normal(draw.paths)
    trend = fit.trend + off_trend * draw.rng.standard_normal(draw.paths)
    logs = np.empty((draw.paths, draw.steps))
    for step in range(draw.steps):
        off = misses[draw.months[:, step]]
        level, trend = level + DAMPING * trend, DAMPING * trend
        logs[:, step] = level + off
        level, trend = level + fit.smoothing * off, trend + fit.trend_smoothing * off
    effects = np.asarray(fit.effects)[(np.arange(draw.steps) + first_month - 1) % YEAR]
    return np.exp(logs + effects)


def used_up(count: int) -> float:
    """How much larger misses are than a fit to so few months shows: it has used up some to tell its parameters."""
    effects = 0 if count < 2 * YEAR else (YEAR - 1) * (count // YEAR) / (count // YEAR + 1)
    return float(np.sqrt(count / max(count - USED - effects, count / 4)))


def unsure(fit: Fitted, off: float, count: int) -> tuple[float, float]:
    """Standard errors of level and trend at the end of so many months, misses being so far off.

    A straight line's (2 s / sqrt(n); s x sqrt(12 / n^3)) where the level stays, a random walk's drift where it moves.
    """
    moves = min(max(fit.smoothing, 0.0), 1.0)
    return 2 * off * (1 - moves) / np.sqrt(count), off * float(np.hypot((12 / count**3) ** 0.5, moves / np.sqrt(count)))


def usual(misses: np.ndarray) -> np.ndarray:
    """The misses about their middle, none farther off than USUAL robust standard deviations: a jump of the past (what
    counts as a visit was changed) is not foretold to come again."""
    off = misses - np.median(misses)
    most = USUAL * 1.4826 * np.median(np.abs(off))
    return np.clip(off, -most, most) if most > 0 else off
