"""Under which terms an edition is made, and which editions there are."""

from dataclasses import dataclass
from datetime import datetime

from pipelines.periods import Period

NAMES = {"bulletin": "月报", "quarter": "季报", "half_year": "半年报告", "year": "年度报告"}


@dataclass(frozen=True)
class Terms:
    """by, at: who makes it, when; scheme: whose figures (all: every scheme); official: it must be 正式 or is refused;
    watermark: a name across every page; unit: who issues it, else the unit of this installation.
    """

    by: str
    at: datetime
    scheme: str = "all"
    official: bool = False
    watermark: str = ""
    unit: str = ""


def kind_for(period: Period) -> str:
    """The edition that fits a period; a span that is no month, quarter or year reads like a half-year."""
    months, begins = len(period.months), int(period.first[5:])
    if months == 12 and begins == 1:
        return "year"
    if months == 3 and begins in (1, 4, 7, 10):
        return "quarter"
    return "bulletin" if months == 1 else "half_year"
