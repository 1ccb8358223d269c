"""A text as the checker reads it: half width, without spaces and line breaks that only lay it out; and the way back."""

import re
from dataclasses import dataclass
from itertools import pairwise

from reports.checking.tokens import half_width

HAN = r"一-龥，。；：、（）“”《》？！〔〕"
# 参保 461843 人: set apart by whoever set the page. Not behind the number of a heading (1 自查面), not in wide columns.
SPACES = re.compile(
    rf"(?<=[{HAN}]) (?! )(?=[{HAN}\dA-Za-z(\-])"
    rf"|(?<=[\dA-Za-z%)])(?<!\n\d)(?<!\n\d\d)(?<!\n\d\.\d) (?! )(?=[{HAN}%])"
)
HEADING = re.compile(
    r"[ \t]*(?:第?[一二三四五六七八九十]+[、.．章节]|\([一二三四五六七八九十]+\)|\(?\d{1,2}[)、.．](?!\d)"
    r"|\d(?:\.\d)? [一-龥]|[#*◆●■—-]+)"
)
NOTES = re.compile(r"(?<=[\d%一-龥])\[\d{1,4}\]")  # numbers of notes, as in 461843人[1]
WRAPPED = 24  # a line as long as this that ends within a clause runs on in the next


@dataclass(frozen=True)
class Squeezed:
    """text: as the checker reads it; places: where each of its characters stands in the original."""

    original: str
    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A span of the text in the original."""
        if start >= end:
            return (self.places[start], self.places[start]) if start < len(self.places) else (len(self.original),) * 2
        return self.places[start], self.places[end - 1] + 1


def squeezed(text: str) -> Squeezed:
    """The text without spaces and line breaks that mean nothing."""
    half = half_width(text)
    gone = {match.start() for match in SPACES.finditer("\n" + half)}
    gone = {place - 1 for place in gone} | set(breaks(half))
    gone |= {place for match in NOTES.finditer(half) for place in range(*match.span())}
    places = tuple(place for place in range(len(half)) if place not in gone)
    return Squeezed(text, "".join(half[place] for place in places), places)


def breaks(half: str) -> list[int]:
    """The line breaks within sentences, with the spaces around them."""
    found: list[int] = []
    start = 0
    lines = half.split("\n")
    for line, after in pairwise(lines):
        end = start + len(line)
        if after.strip() and wrapped(line.rstrip(" \t"), after.lstrip(" \t")):
            found += range(start + len(line.rstrip(" \t")), end + 1 + len(after) - len(after.lstrip(" \t")))
        start = end + 1
    return found


def wrapped(before: str, after: str) -> bool:
    """Whether a line was broken by the width of the page: long, within a clause, no heading next, no table."""
    columns = re.search(r"[\t|]|\S {2,}\S", before + "\n" + after)
    return len(before) >= WRAPPED and before[-1] not in "。!?！？；;:：" and not columns and not HEADING.match(after)
