"""Claims not yet settled: completion factors from how long after a discharge a stay is settled (chain ladder).

Months of discharge lie behind one another, what was settled of each is added up by months since. A factor is what all
months together had after k + 1 months over what the same ones had after k.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

MOST_LAG = 6  # months between discharge and settlement; what comes later counts as the last
WINDOW = 12  # the latest months of discharge that tell factors


@dataclass(frozen=True)
class Settling:
    """Amounts by month of discharge. settled: so far; incurred: with what is still to come; shares: of a month's
    amount, what is settled in the month itself, the next, ...; ratios: for each age in months, what recent months came
    to in the end over what they had at that age.
    """

    settled: tuple[float, ...]
    incurred: tuple[float, ...]
    shares: tuple[float, ...]
    ratios: tuple[tuple[float, ...], ...]

    @property
    def unsettled(self) -> float:
        """What is still to come of all months, as expected."""
        return sum(self.incurred) - sum(self.settled)


def triangle(by_settlement: Sequence[float], late: Sequence[Sequence[float]]) -> list[list[float]]:
    """Month of discharge -> what was settled of it, added up, after 0, 1, ... months, as far as that is past.

    by_settlement: amounts by the month they were settled in; late: for each lag from 1 on the part of them that is of
    discharges so many months earlier.
    """
    count = len(by_settlement)
    found = []
    for month in range(count):
        at_once = by_settlement[month] - sum(of_lag[month] for of_lag in late)
        later = [of_lag[month + lag] for lag, of_lag in enumerate(late, start=1) if month + lag < count]
        found.append(running(at_once, later))
    return found


def running(first: float, more: Sequence[float]) -> list[float]:
    found = [first]
    for each in more:
        found.append(found[-1] + each)
    return found


def factors(rows: Sequence[Sequence[float]], lags: int) -> list[float]:
    """For each age, what months came to a month later over what they had; 1 where none can tell."""
    found = []
    for age in range(lags):
        known = [row for row in rows if len(row) > age + 1][-WINDOW:]
        before, after = (sum(row[at] for row in known) for at in (age, age + 1))
        found.append(after / before if before > 0 and after > 0 else 1.0)
    return found


def settling(by_settlement: Sequence[float], late: Sequence[Sequence[float]] = ()) -> Settling:
    """The amounts by month of discharge, those of the last months completed."""
    rows, lags = triangle(by_settlement, late), len(late)
    to_come = [1.0]  # by age counted down from the last: the product of the factors that are ahead
    for factor in reversed(factors(rows, lags)):
        to_come.insert(0, to_come[0] * factor)
    incurred = [row[-1] * to_come[len(row) - 1] for row in rows]
    settled_by_age = [1 / each for each in to_come]
    shares = [settled_by_age[0], *(b - a for a, b in pairwise(settled_by_age))]
    whole = [row for row in rows if len(row) > lags][-WINDOW:]
    ratios = [[row[-1] / row[age] for row in whole if row[age] > 0] or [1.0] for age in range(lags)]
    return Settling(tuple(row[-1] for row in rows), tuple(incurred), tuple(shares), tuple(map(tuple, ratios)))
