"""The words of the data pages: months, tables, sizes and states as staff say them."""

import pipelines
from pipelines.contracts import contracts
from pipelines.periods import months_between
from pipelines.wording import upload_name
from views import look

STATES = {
    "ready": ("可装入", "blue"),
    "partial": ("部分可装", "orange"),
    "refused": ("不能装入", "red"),
    "unread": ("读不了", "red"),
    "unknown": ("未识别", "orange"),
    "unchanged": ("已经装入过", "gray"),
    "locked": ("月份已锁定", "orange"),
    "skipped": ("跳过", "gray"),
}
NAMED = 3  # months that do not follow each other are named up to this many


def table_name(table: str) -> str:
    known = contracts().get(table)
    return known.name_zh if known else table


def kind(table: str, layout: str) -> str:
    """结算明细 / 结算明细（按月汇总版式）; a dash for a file of no table."""
    if not table:
        return "—"
    return upload_name(table, layout)


def period_name(period: str) -> str:
    """2026-06 -> 2026年6月; 2026 -> 2026年; all -> 整张表."""
    if period == "all":
        return "整张表"
    return pipelines.Period(period, period).label if "-" in period else f"{period}年"


def place_name(replaced) -> str:
    """2026年6月 of what a file would replace; where several counties share the warehouse 2026年6月云溪县."""
    return period_name(replaced.period) + look.safe(replaced.county)


def periods_name(periods) -> str:
    """Months in a row as a range: 2025年1—12月; others by name."""
    periods = sorted(periods)
    if len(periods) > 1 and "-" in periods[0] and months_between(periods[0], periods[-1]) == periods:
        return pipelines.Period(periods[0], periods[-1]).label
    named = "、".join(map(period_name, periods[:NAMED]))
    return named + (f"等 {len(periods)} 个期间" if len(periods) > NAMED else "")


def state_of(tried) -> str:
    """The state of a file; unread where there is not even a first line to match by hand."""
    return "unread" if tried.state == "unknown" and not tried.staged.head else tried.state


def badge(state: str) -> str:
    words, colour = STATES[state]
    return f":{colour}-badge[{words}]"


def count(number) -> str:
    return "—" if number is None else f"{number:,}"


def moment(at: str) -> str:
    """2026-07-03T09:12:44+08:00 -> 2026-07-03 09:12."""
    return at[:16].replace("T", " ")


def change(ratio) -> str:
    """0.304 -> +30.4%; a dash where there is nothing to compare with."""
    return "—" if ratio is None else look.signed(100 * ratio, 1) + "%"
