"""How a cell of a workbook is written as text: as a person would see it, never with digits that Excel doesn't hold."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

EXACT = 15  # digits that a number of Excel holds; what is behind them is noise, or lost
TOO_LARGE = 10**EXACT
TOO_LARGE_WITH_FEN = 10 ** (EXACT - 2)
BREAKS = str.maketrans({"\r": " ", "\n": " ", "\0": "\ufffd"})
MILLISECOND = 1000


def text(value: object) -> str:
    """The text of a value as calamine gives it; a number of 16 or more digits as 1.23457E+17, which nothing reads."""
    return WRITERS.get(type(value), str)(value)


def written(value: str) -> str:
    """Text on one line: the line breaks inside a cell become spaces, so that lines count rows."""
    if "\n" not in value and "\r" not in value and "\0" not in value:
        return value
    return value.replace("\r\n", " ").translate(BREAKS)


def whole(value: int) -> str:
    return str(value) if abs(value) < TOO_LARGE else lossy(value)


def number(value: float) -> str:
    """The shortest text that says the same: 12, 49.6, 0.3 for 0.1+0.2; never 49.599999999999994 nor 1e+16."""
    plain = repr(value)
    if len(plain) <= EXACT and "e" not in plain and "n" not in plain:  # most cells, and quick: so few digits are exact
        return plain.removesuffix(".0") if value else "0"
    if value == (rounded := int(value)):
        return whole(rounded)
    if abs(value) >= TOO_LARGE_WITH_FEN:
        return lossy(value)
    shortest = f"{value:.{EXACT}g}"
    return f"{Decimal(shortest):f}" if "e" in shortest else shortest


def lossy(value: float) -> str:
    """How Excel shows a number that has lost digits."""
    return f"{value:.5E}"


def flag(value: bool) -> str:
    return "是" if value else "否"


def moment(value: datetime) -> str:
    """2026-06-05, with its time unless that is midnight; the noise of a binary fraction is less than a millisecond."""
    near = value + timedelta(microseconds=MILLISECOND / 2)
    near = near.replace(microsecond=near.microsecond // MILLISECOND * MILLISECOND)
    return f"{near:%Y-%m-%d}" if near.time() == time() else near.isoformat(" ", "seconds")


WRITERS = {
    str: written,
    float: number,
    int: whole,
    bool: flag,
    date: date.isoformat,
    datetime: moment,
    time: lambda value: value.isoformat("seconds"),
}
