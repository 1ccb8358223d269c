"""XmR limits of a monthly series: what its own month-to-month movement explains, and what it does not.

As in the NHS's "Making data count" and Wheeler's "Understanding variation": the limits are the mean and 2.66 mean
moving ranges on both sides; a point beyond them, or eight in a row on one side of the mean, is a signal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise

from pipelines.periods import shifted

FACTOR = Decimal("2.66")  # 3 / 1.128: three standard deviations, from the mean range of two points
RUN = 8
FEWEST_POINTS = 12
FEWEST_RANGES = 2


@dataclass(frozen=True)
class Xmr:
    """A series with its limits, in the measure's unit. points: (month, value), oldest first, without missing months.

    lower, upper: within what the measure can be at all; None where fewer than two neighbouring pairs give no range.
    above, below: months beyond a limit; runs: (first month, last month, +1 or -1) of eight or more on one side.
    """

    points: tuple[tuple[str, Decimal], ...]
    mean: Decimal
    mean_range: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    above: tuple[str, ...]
    below: tuple[str, ...]
    runs: tuple[tuple[str, str, int], ...]

    @property
    def provisional(self) -> bool:
        """Fewer than twelve points: the limits still move with every month."""
        return len(self.points) < FEWEST_POINTS

    @property
    def signals(self) -> bool:
        return bool(self.above or self.below or self.runs)


def xmr(
    months: Sequence[tuple[str, Decimal | None]], least: Decimal | None = None, most: Decimal | None = None
) -> Xmr | None:
    """The limits of (month, value) pairs in order. None without a value.

    least, most: the smallest and largest value the measure can have; a limit never lies outside. A moving range is only
    taken between two neighbouring months: over a gap it would be the movement of more than one.
    """
    points = tuple((month, Decimal(value)) for month, value in months if value is not None)
    if not points:
        return None
    mean = sum(value for _, value in points) / len(points)
    ranges = [abs(b - a) for (m, a), (n, b) in pairwise(points) if shifted(m, 1) == n]
    if len(ranges) < FEWEST_RANGES:
        return Xmr(points, mean, None, None, None, (), (), ())
    mean_range = sum(ranges) / len(ranges)
    lower, upper = mean - FACTOR * mean_range, mean + FACTOR * mean_range
    lower = lower if least is None else max(lower, least)
    upper = upper if most is None else min(upper, most)
    above, below = (tuple(m for m, v in points if v > upper), tuple(m for m, v in points if v < lower))
    return Xmr(points, mean, mean_range, lower, upper, above, below, tuple(runs(points, mean)))


def runs(points: Sequence[tuple[str, Decimal]], mean: Decimal):
    """(first month, last month, side) of eight or more in a row on one side of the mean; a point on it ends a run."""
    for side, group in groupby(points, key=lambda point: (point[1] > mean) - (point[1] < mean)):
        months = [month for month, _ in group]
        if side and len(months) >= RUN:
            yield months[0], months[-1], side
