"""When is an institution out of line? Limits made from the data: what chance explains, and how peers usually differ."""

from itertools import pairwise
from math import sqrt
from statistics import median
from typing import NamedTuple

FEWEST_PEERS, FEWEST_CASES = 5, 30
INNER, OUTER = 1.96, 3.09
HALF = 0.6745


class Spread(NamedTuple):
    """Relative standard deviations: of a single case, and between ordinary institutions of one kind."""

    per_case: float
    between: float


class Peer(NamedTuple):
    """One institution on one measure. off: percent from the median of its kind; side: +1 / -1 beyond the limits."""

    code: str
    name: str
    kind: str
    cases: int
    value: float
    off: float
    side: int


def medians(values: dict[str, list[float]]) -> dict[str, float]:
    """{kind: median of its institutions}; a kind without values, or with a median of 0, has none."""
    found = {kind: median(each) for kind, each in values.items() if each}
    return {kind: middle for kind, middle in found.items() if middle}


def case_spread(monthly: dict[str, list[tuple[float, float]]]) -> float:
    """How much one case differs from another, relative. monthly: {institution: [(value, cases), ...]}, month by month.

    The mean of n cases strays by sd / sqrt(n), so the difference of two months has the variance sd² (1/n + 1/m). Taken
    between neighbouring months and pooled over all institutions: a lasting change counts once, not in every month.
    Without two neighbouring months anywhere: 0.
    """
    found = [square for months in monthly.values() for square in squared_steps(months)]
    return sqrt(sum(found) / len(found)) if found else 0.0


def squared_steps(months: list[tuple[float, float]]) -> list[float]:
    """(step / mean)² / (1/n + 1/m) of each pair of neighbouring months; one that only takes back stays has no mean."""
    months = [(v, n) for v, n in months if n > 0]
    cases = sum(n for _, n in months)
    middle = sum(v * n for v, n in months) / cases if cases else 0
    if not middle:
        return []
    return [((v - w) / middle) ** 2 / (1 / n + 1 / m) for (v, n), (w, m) in pairwise(months)]


def between_spread(points: list[tuple[float, float]], per_case: float) -> float:
    """How far ordinary institutions of a kind differ beyond chance. points: (relative distance from the median, cases).

    The spread that makes half of the institutions look ordinary (within 0.674 standard deviations). A median, so that
    the outliers looked for do not widen their own limits. 0 where chance explains as much.
    """
    if len(points) < FEWEST_PEERS or not per_case:
        return 0.0

    def middle(between: float) -> float:
        return median(abs(distance) / sqrt(per_case**2 / cases + between**2) for distance, cases in points)

    low, high = 0.0, max(abs(distance) for distance, _ in points) * 2
    if middle(low) <= HALF:
        return 0.0
    for _ in range(40):
        guess = (low + high) / 2
        low, high = (guess, high) if middle(guess) > HALF else (low, guess)
    return high


def half_width(cases: float, spread: Spread, z: float) -> float:
    """How many percent from the median an ordinary institution of this size may stray."""
    return 100 * z * sqrt(spread.per_case**2 / cases + spread.between**2)


def judge(rows, monthly) -> tuple[list[Peer], dict[str, float], Spread]:
    """rows: (code, name, kind, cases, value). -> the institutions placed against their kind, the medians, the spread.

    A kind of fewer than five and an institution of fewer than thirty cases are shown and not judged.
    """
    kinds: dict[str, list[float]] = {}
    for _, _, kind, _, value in rows:
        kinds.setdefault(kind, []).append(value)
    middles = medians(kinds)
    placed = [(*row, 100 * (row[4] / middles[row[2]] - 1)) for row in rows if row[2] in middles]
    fair = {row: None for row in placed if row[3] >= FEWEST_CASES and len(kinds[row[2]]) >= FEWEST_PEERS}
    per_case = case_spread(monthly)
    spread = Spread(per_case, between_spread([(row[5] / 100, row[3]) for row in fair], per_case))
    peers = [Peer(*row, side(row[3], row[5], spread) if row in fair else 0) for row in placed]
    return peers, middles, spread


def side(cases: float, off: float, spread: Spread) -> int:
    if not spread.per_case or abs(off) <= half_width(cases, spread, OUTER):
        return 0
    return 1 if off > 0 else -1


def curves(smallest: float, largest: float, spread: Spread) -> list[tuple[list[float], list[float], str, str]]:
    """The funnel's limits as (cases, index, name, dash), the peer median being 100."""
    step = (largest / smallest) ** (1 / 25)
    cases = [smallest * step**n for n in range(26)]
    bands = ((INNER, "95%", "dot"), (OUTER, "99.8%", "solid"))
    return [
        (cases, [100 + sign * half_width(n, spread, z) for n in cases], name, dash)
        for z, name, dash in bands
        for sign in (1, -1)
    ]
