"""Readings of averages in one sentence: money by persons, visits or cases, as in 人均200元."""

import re
from collections.abc import Iterator

from reports.checking.readings import Reading, reading
from reports.checking.said import Said

AVERAGE = re.compile(r"次均|人均|例均|户均|件均|平均每|每人次|每人|每例")
COUNTED = ("persons", "visits", "pieces", "bodies", "households")


def averaged(said: list[Said]) -> Iterator[Reading]:
    """The reading of every average whose money and whose count stand in its sentence."""
    for claim in said:
        if claim.role == "value" and claim.figure.family == "money" and AVERAGE.search(claim.mention.clause):
            here = [
                c for c in said[: claim.place] if c.mention.sentence == claim.mention.sentence and c.role == "value"
            ]
            here = [c for c in here if c.additive]
            money = [c for c in here if c.figure.family == "money"][-1:]
            counts = [c for c in here if c.figure.family in COUNTED][-2:]
            for count in counts:
                for sum_ in money:
                    inputs = {"a": sum_.figure, "b": count.figure}
                    found = reading("ratio", claim.figure, "a/b", inputs, firm=False)
                    yield from [found] if found else []
