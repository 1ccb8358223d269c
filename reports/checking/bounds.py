"""Readings that need no other figure: how far ahead of the year's time a rate is, and rates that can't exceed 100%."""

import re
from collections.abc import Iterator
from fractions import Fraction

from pipelines.printed.intervals import Interval
from reports.checking.defined import told
from reports.checking.readings import Reading, printed
from reports.checking.said import Said, before

PACE = re.compile(r"序时进度|时间进度")
MONTHS = {"H1": 6, "H2": 12, "Y": 12, "Q1": 3, "Q2": 6, "Q3": 9, "Q4": 12}
WHOLE = Interval(Fraction(0), Fraction(100))


def bounded(said: list[Said]) -> Iterator[Reading]:
    """The readings of paces and of rates."""
    for claim in said:
        if claim.figure.family == "points" and PACE.search(claim.mention.reach):
            yield from paced(claim, said)
        elif claim.figure.family == "percent" and claim.role in ("value", "year_ago"):
            yield from within_whole(claim)


def paced(claim: Said, said: list[Said]) -> Iterator[Reading]:
    """比序时进度低1.54个百分点: the rate before it less the part of the year that has passed."""
    passed = months_passed(claim.period)
    rates = [c for c in before(claim, said) if c.figure.family == "percent" and c.role in ("value", "share")]
    if not passed or not rates:
        return
    rate, pace = rates[-1].figure, Fraction(100 * passed, 12)
    ends = sorted(abs(end - pace) for end in (rate.interval().low, rate.interval().high))
    words = f"{printed(rate)} 与全年已过的 {passed}/12 相差"
    yield Reading("points", claim.figure, (rate,), abs(rate.base - pace), Interval(*ends), words, firm=False)


def months_passed(period: str) -> int:
    """Months from January to the end of a period; 0 where it is not known."""
    last = re.search(r"M(\d{1,2})$", period)
    return int(last[1]) if last else MONTHS.get(period, 0)


def within_whole(claim: Said) -> Iterator[Reading]:
    """A part of a whole is at most all of it: 参保率, 报销比例, 覆盖率."""
    if claim.figure.base > 100 and re.search(
        rf"(?:{'|'.join(told()['at_most_whole'])})[为达是到约]*$", claim.mention.clause
    ):
        words = "部分占全部的比率，最多"
        yield Reading("ratio", claim.figure, (), Fraction(100), WHOLE, words)
