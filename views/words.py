"""Numbers and names as Markdown: what reports.words says, made fit for the screen and for a file."""

import csv
import io
import re
from typing import BinaryIO

from pipelines.spreadsheets import harmless
from reports.words import (  # noqa: F401  said alike on the screen and in documents
    aim,
    amount,
    amount_of_change,
    changed,
    digits,
    in_wan,
    met,
    month_words,
    more_is_better,
    number,
    plain,
    plain_numbers,
    said,
    shown,
    signed,
    signed_change,
    target_words,
    two_years,
    verdict,
    with_unit,
)

PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def safe(text) -> str:
    """A name from the data as literal Markdown: every ASCII mark is escaped, line breaks become spaces."""
    return PUNCTUATION.sub(r"\\\1", " ".join(str(text).split()))


def met_badge(figure) -> str:
    """达标 / 未达标 / 快于时间 for a table cell; the word carries it, the colour repeats it."""
    reached = met(figure)
    if reached is None:
        return ":gray[—]"
    if figure.kpi.target_kind == "time":
        word = "快于时间" if figure.value >= figure.target else "慢于时间"
    else:
        word = "达标" if reached else "未达标"
    return f":gray[{word}]" if reached or figure.kpi.direction == "neutral" else f":orange-badge[{word}]"


def grid(heads, aligns: str, rows) -> str:
    """A small table as Markdown: real HTML, so it prints, copies and reads aloud. aligns: one l, c or r per column."""
    rules = [{"l": ":--", "c": ":-:", "r": "--:"}[a] for a in aligns]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (heads, rules, *rows))


def csv_bytes(heads, rows) -> bytes:
    """A file that opens in Excel with Chinese intact; text that Excel would run as a formula is quoted.

    rows are gone through once and encoded as they come: a million of them are in memory only as the file.
    """
    target = io.BytesIO()
    write_csv(target, heads, rows)
    return target.getvalue()


def write_csv(target: BinaryIO, heads, rows) -> None:
    """The same into a file, which stays open."""
    text = io.TextIOWrapper(target, "utf-8-sig", newline="")
    try:
        writer = csv.writer(text)
        writer.writerow(heads)
        writer.writerows(map(harmless, row) for row in rows)
    finally:
        text.detach()
