"""A row of 本月要办, and the day until which it is to be done."""

from typing import NamedTuple

from views import shared


class Task(NamedTuple):
    """One thing to do: how urgent, what, on what evidence, what by when, and where to look."""

    urgency: str
    what: str
    evidence: str
    by: str
    page: str
    link: str
    query: dict


def before(day: int, action: str) -> str:
    """7月15日前约谈: in the month after the period."""
    return f"{int(shared.period().last[5:]) % 12 + 1}月{day}日前{action}"
