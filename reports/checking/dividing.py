"""Readings of averages in one sentence: money, people, institutions by persons, visits or cases, as in 人均200元."""

import re
from collections.abc import Iterator

from reports.checking.readings import Reading, reading
from reports.checking.said import Said, before

AVERAGE = re.compile(r"次均|人均|例均|户均|件均|平均每|每人次|每人|每例")
CLOSE = 3  # figures back
COUNTED = ("persons", "visits", "pieces", "bodies", "households")


def averaged(said: list[Said]) -> Iterator[Reading]:
    """The reading of every average whose sum and whose count stand in its sentence."""
    for claim in said:
        if claim.role == "value" and AVERAGE.search(claim.mention.clause):
            here = [c for c in before(claim, said) if c.role == "value" and c.additive]
            sums = [c for c in here if c.figure.family == claim.figure.family][-2:]
            for sum_ in sums:
                counts = [c for c in here if c.figure.family in COUNTED and c.figure.base and c is not sum_][-3:]
                sure = len(counts) == len(sums) == 1 and "平均每" in claim.mention.clause
                yield from filter(None, (mean(claim, sum_, count, sure) for count in counts))


def mean(claim: Said, sum_: Said, count: Said, sure: bool) -> Reading | None:
    """sure: there is nothing else that it could be the average of."""
    near = claim.place - min(sum_.place, count.place) <= CLOSE
    return reading("ratio", claim.figure, "a/b", {"a": sum_.figure, "b": count.figure}, firm=sure and near)
