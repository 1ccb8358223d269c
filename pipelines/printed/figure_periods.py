"""The periods of a list of printed figures: H1, Q1, Y, M1-M5 of the year asked for, H1_prev of the year before."""

import re

PERIODS_WANTED = "应为 H1、H2、Q1—Q4、Y、Q、M1—M12、M1-M5（后加 _prev 为上年），或 2026-01..2026-06"
PART = r"(?P<part>H[12]|Q[1-4]?|Y|M(?P<from>\d{1,2})(-M?(?P<to>\d{1,2}))?)(?P<prev>_prev)?"
EXPLICIT = r"(\d{4}-(?:0[1-9]|1[0-2]))\.\.(\d{4}-(?:0[1-9]|1[0-2]))"


def is_period(text: str) -> bool:
    """Whether a text names a period that months_of understands."""
    match = re.fullmatch(PART, text)
    if match and match["from"]:
        first, last = int(match["from"]), int(match["to"] or match["from"])
        return 1 <= first <= last <= 12
    explicit = re.fullmatch(EXPLICIT, text)
    return bool(match) or (explicit is not None and explicit[1] <= explicit[2])


def months_of(text: str, year: int, last_month: str) -> tuple[str, str]:
    """First and last month ('YYYY-MM') of a named period.

    year: the year that H1, Q1, Y ... are taken in; last_month: the last month with data, where a year in progress ends
    (Y) and whose quarter Q is.
    """
    if explicit := re.fullmatch(EXPLICIT, text):
        return explicit[1], explicit[2]
    match = re.fullmatch(PART, text)
    known = int(last_month[5:]) if last_month[:4] == str(year) else 12
    first, last = span(match, known)
    year -= bool(match["prev"])
    return f"{year}-{first:02}", f"{year}-{last:02}"


def span(match: re.Match, known: int) -> tuple[int, int]:
    """Month numbers of the part of the year; known: the last month number with data."""
    part = match["part"]
    if match["from"]:
        return int(match["from"]), int(match["to"] or match["from"])
    if part == "Y":
        return 1, known
    if part[0] == "H":
        return (1, 6) if part == "H1" else (7, 12)
    quarter = int(part[1:]) if part[1:] else (known + 2) // 3
    return 3 * quarter - 2, 3 * quarter
