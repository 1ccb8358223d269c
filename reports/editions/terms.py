"""Under which terms an edition is made, and which editions there are."""

from dataclasses import dataclass
from datetime import datetime

from pipelines.periods import Period

NAMES = {"bulletin": "月报", "quarter": "季报", "half_year": "半年报告", "year": "年度报告", "span": "报告"}


@dataclass(frozen=True)
class Terms:
    """by, at: who makes it, when; scheme: whose figures a letter tells, while editions tell those of all schemes;
    official: it must be 正式 or is refused; watermark: a name across every page; unit: who issues it, else FUND_UNIT.
    """

    by: str
    at: datetime
    scheme: str = "all"
    official: bool = False
    watermark: str = ""
    unit: str = ""


def kind_for(period: Period) -> str:
    """The edition that fits a period; months that are no month, quarter, half-year or year are a span of months."""
    months, begins = len(period.months), int(period.first[5:])
    if months == 12 and begins == 1:
        return "year"
    if months == 3 and begins in (1, 4, 7, 10):
        return "quarter"
    if months == 6 and begins in (1, 7):
        return "half_year"
    return "bulletin" if months == 1 else "span"


def title(kind: str, period: Period, whose: str = "") -> str:
    """2026年1—6月医疗保障基金运行半年报告; 2026年6—9月医疗保障基金运行报告, whatever layout is asked for.

    whose: the name of the county, of one of several that share the warehouse.
    """
    return f"{whose}{period.label}医疗保障基金运行{NAMES[kind if kind == kind_for(period) else 'span']}"


def offered(period: Period) -> list[tuple[str, Period]]:
    """The editions that may be wanted of a period: its own, then those of its last month, quarter, half-year, year."""
    year, last = period.last[:4], int(period.last[5:])
    found = [(kind_for(period), period), ("bulletin", Period(period.last, period.last))]
    ends = {3: "quarter", 6: "half_year", 12: "year"}
    found += [
        (kind, Period(f"{year}-{last - months + 1:02d}", period.last))
        for months, kind in ends.items()
        if last % months == 0
    ]
    return list(dict.fromkeys(found))
