"""Month ranges: how they are written, named, and set against last year."""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

MONTH = re.compile(r"(19|20)\d{2}-(0[1-9]|1[0-2])")


class PeriodError(ValueError):
    """A period that is not two months in order; the message is a Chinese sentence."""


@dataclass(frozen=True, order=True)
class Period:
    """Whole months, first to last, each as 'YYYY-MM'."""

    first: str
    last: str

    def __post_init__(self):
        for month in (self.first, self.last):
            if not MONTH.fullmatch(month):
                raise PeriodError(f"期间“{month}”不是年月；应如 2026-01")
        if self.first > self.last:
            raise PeriodError(f"期间的起始月 {self.first} 晚于截止月 {self.last}")

    @property
    def months(self) -> list[str]:
        return months_between(self.first, self.last)

    @property
    def first_day(self) -> date:
        return date.fromisoformat(self.first + "-01")

    @property
    def last_day(self) -> date:
        year, month = map(int, self.last.split("-"))
        return date(year, month, calendar.monthrange(year, month)[1])

    @property
    def year_start(self) -> date:
        return date(int(self.last[:4]), 1, 1)

    @property
    def ytd_months(self) -> int:
        return int(self.last[5:])

    @property
    def label(self) -> str:
        """2026年1—6月; 2026年6月; 2025年7月—2026年6月."""
        (y1, m1), (y2, m2) = (map(int, m.split("-")) for m in (self.first, self.last))
        if (y1, m1) == (y2, m2):
            return f"{y1}年{m1}月"
        return f"{y1}年{m1}—{m2}月" if y1 == y2 else f"{y1}年{m1}月—{y2}年{m2}月"

    def year_ago(self) -> "Period":
        return Period(shifted(self.first, -12), shifted(self.last, -12))


def shifted(month: str, by: int) -> str:
    """'2026-01' shifted by -1 is '2025-12'."""
    year, number = map(int, month.split("-"))
    total = year * 12 + number - 1 + by
    return f"{total // 12}-{total % 12 + 1:02d}"


def months_between(first: str, last: str) -> list[str]:
    """Every month from first to last: ['2025-12', '2026-01']."""
    found = [first]
    while found[-1] < last:
        found.append(shifted(found[-1], 1))
    return found


def runs_of(months: Iterable[str]) -> list[tuple[str, str]]:
    """The months as runs of such as follow on one another, each by its first and last."""
    found: list[tuple[str, str]] = []
    for month in sorted(set(months)):
        if found and shifted(found[-1][1], 1) == month:
            found[-1] = (found[-1][0], month)
        else:
            found.append((month, month))
    return found
