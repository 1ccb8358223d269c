"""What will still come in: this year's sum due (or planned) by the pattern of former years, source by source.

The year's total is told twice, by what is due times what was collected of it last year, and by what is in over the part
that former years had in by now; it lies anywhere between. Next year's sum is not set yet: it grows by anything between
nothing and as much as this year's did.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean, pstdev

import numpy as np

from pipelines.outlook.paths import Draw
from pipelines.periods import shifted

YEAR = 12
NOISE = 0.1  # of a month's income against the pattern, as a part of it, where one year alone tells the pattern
LEAST_NOISE, MOST_NOISE = 0.02, 0.5
LEAST_PART = 0.05  # of the year's income that must be in before the pace tells the total
MOST_GROWTH = 0.5  # a year; more is a change of what is counted
Flow = Mapping[str, "Collected"]  # month -> what a source brought


@dataclass(frozen=True)
class Collected:
    """A source's month in yuan: in the month, of it into personal accounts, since January, and due or planned for the
    year (None: neither is known)."""

    month: float
    accounts: float
    since_january: float
    base: float | None


@dataclass(frozen=True)
class Expected:
    """A source from now on, in yuan. total: this year's, the lower and the higher; so_far: of it, what is in; shares:
    of a year, by month; growth: next year's at most; kept: the part that stays in the pooled fund; patterned: whether
    former years told the pattern.
    """

    total: tuple[float, float]
    so_far: float
    shares: tuple[float, ...]
    noise: float
    growth: float
    kept: float
    patterned: bool


def expected(flow: Flow, now: str) -> Expected:
    """A source as seen at the end of a month; flow: its months up to then, now among them or not."""
    year, month = now[:4], int(now[5:])
    known = [each for each in sorted(flow) if each <= now]
    flow = {each: flow[each] for each in known}
    shares, noise = pattern(flow, year)
    so_far = next((flow[m].since_january for m in reversed(known) if m[:4] == year), 0.0)
    told = [total for total in (by_base(flow, year), by_pace(so_far, shares, month)) if total is not None]
    told = told or [sum(flow[m].month for m in known[-YEAR:])]
    return Expected(
        (min(told), max(told)),
        so_far,
        shares or (1 / YEAR,) * YEAR,
        noise,
        growth(flow, year, fmean(told)),
        kept(flow, known[-YEAR:]),
        shares is not None,
    )


def pattern(flow: Flow, year: str) -> tuple[tuple[float, ...] | None, float]:
    """The part of a year's income that each month brings, from the years before that are told whole, and how far months
    are off it; None if they don't tell every month."""
    parts: list[list[float]] = [[] for _ in range(YEAR)]
    for month, told in flow.items():
        whole = total_of(flow, month[:4])
        if month[:4] < year and whole:
            parts[int(month[5:]) - 1].append(told.month / whole)
    if not all(parts):
        return None, NOISE
    means = [max(fmean(each), 0.0) for each in parts]
    off = [pstdev(each) / mean for each, mean in zip(parts, means, strict=True) if len(each) > 1 and mean > 0]
    noise = min(max(fmean(off) * 2**0.5, LEAST_NOISE), MOST_NOISE) if len(off) >= YEAR // 2 else NOISE
    return tuple(mean / sum(means) for mean in means) if sum(means) else None, noise


def total_of(flow: Flow, year: str) -> float | None:
    """A whole year's income, as its December tells; None without one."""
    december = flow.get(f"{year}-12")
    return december.since_january if december and december.since_january > 0 else None


def base_of(flow: Flow, year: str) -> float | None:
    """What is due or planned for a year, as the last of its months tells."""
    told = [flow[month].base for month in sorted(flow) if month[:4] == year]
    return told[-1] if told and told[-1] else None


def by_base(flow: Flow, year: str) -> float | None:
    """The year's total by what is due: as much of it as was collected of last year's, if that is known."""
    base, last = base_of(flow, year), before(year)
    if base is None:
        return None
    collected, due = total_of(flow, last), base_of(flow, last)
    return base * collected / due if collected and due else base


def by_pace(so_far: float, shares: tuple[float, ...] | None, month: int) -> float | None:
    """The year's total by what is in, over what former years had in by now."""
    part = sum(shares[:month]) if shares else 0.0
    return so_far / part if part >= LEAST_PART else None


def growth(flow: Flow, year: str, total: float) -> float:
    """What this year's base grew by against last year's, or the total where there is no base."""
    last = before(year)
    now, then = base_of(flow, year), base_of(flow, last)
    now, then = (now, then) if now and then else (total, total_of(flow, last))
    return min(max(now / then - 1, -MOST_GROWTH), MOST_GROWTH) if then else 0.0


def kept(flow: Flow, months: list[str]) -> float:
    """The part of the income of these months that did not go into personal accounts."""
    whole = sum(flow[month].month for month in months)
    return 1 - sum(flow[month].accounts for month in months) / whole if whole > 0 else 1.0


def before(year: str) -> str:
    return str(int(year) - 1)


def arriving(source: Expected, now: str, draw: Draw, between: np.ndarray, grown: np.ndarray) -> np.ndarray:
    """(paths, steps) yuan that come into the pooled fund after a month. between, grown: (paths,) in 0 to 1, where this
    year's total and next year's growth lie; the same for all sources."""
    total = source.total[0] + between * (source.total[1] - source.total[0])
    to_come = np.maximum(total - source.so_far, 0.0)
    left = sum(source.shares[int(now[5:]) :])
    found = np.empty((draw.paths, draw.steps))
    for step in range(draw.steps):
        month = shifted(now, step + 1)
        share = source.shares[int(month[5:]) - 1]
        this_year = month[:4] == now[:4]
        mean = to_come * (share / left if left else 0.0) if this_year else total * (1 + source.growth * grown) * share
        found[:, step] = mean
    noise = np.exp(source.noise * draw.rng.standard_normal(found.shape) - source.noise**2 / 2)
    return found * noise * source.kept
