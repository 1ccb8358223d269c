"""How wide the columns of a table are set, and in what size: numbers stay on one line, text gives way."""

import re
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from math import ceil

from PIL import ImageFont

from reports.pdf import glyphs

PORTRAIT, LANDSCAPE = 493.0, 740.0  # points between the margins of an A4 page, upright and lying
SIZES = (8.5, 8.0, 7.5, 7.0)  # points; smaller is not read on paper
INSET = {8.5: 4.0, 8.0: 3.5, 7.5: 3.0, 7.0: 2.4}  # points beside a cell's text
LEAST, MOST = 4.6, 24.0  # ems: a column of text is not set narrower, and asks for no more
LONGEST = 12.0  # ems: a longer word is broken anyway
WORD = re.compile(r"[!-\u017f]+")  # what no line is broken in
WORTH = 0.85  # of the lines: a smaller size has to spare so many of them
SLACK = 0.3  # of an em: rounding must not send a number to a second line


@dataclass(frozen=True)
class Measures:
    """size, inset and widths (with the insets) in points; landscape: the page lies on its side."""

    size: float
    inset: float
    widths: tuple[float, ...]
    landscape: bool

    def lines(self, lengths: list[list[float]]) -> int:
        """How many lines the rows take together. lengths: of each column's cells, in ems."""
        rooms = [(width - 2 * self.inset) / self.size for width in self.widths]
        taken = [[ceil(each / room) for each in own] for own, room in zip(lengths, rooms, strict=True)]
        return sum(map(max, zip(*taken, strict=True)))

    def breaks(self, place: int, texts: list[str]) -> bool:
        """Whether a word of that column is longer than its line."""
        room = (self.widths[place] - 2 * self.inset) / self.size
        return any(ems(word) > room for text in texts if len(text) > room for word in WORD.findall(text))


@cache
def font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(glyphs.SANS), 1000, layout_engine=ImageFont.Layout.BASIC)


@cache
def advance(character: str) -> float:
    """How wide a character is in the font of heads, tables and charts, in ems; one it lacks is printed as 〓."""
    return round(font().getlength(character) / 1000, 4) if ord(character) in glyphs.known() else 1.0


def ems(text: str) -> float:
    return sum(map(advance, text))


def measures(heads: list[str], columns: list[list[str]], numeric: list[bool]) -> Measures:
    """The largest size in which the table fits an upright page, else one lying; else the text in it is wrapped."""
    wanted = [wanted_ems(*each) for each in zip(heads, columns, numeric, strict=True)]
    least = least_ems(wanted, columns, numeric)
    lengths = [[ems(text) + SLACK for text in texts] for texts in columns]
    for room, needs in ((PORTRAIT, wanted), (PORTRAIT, squeezed(wanted, least)), (LANDSCAPE, wanted)):
        if found := [each for size in SIZES if fits(needs, size, room) for each in fitted(needs, lengths, size, room)]:
            return found[0] if needs is wanted else fewest_lines(found, lengths)
    return wrapped(wanted, least)


def fewest_lines(found: list[Measures], lengths: list[list[float]]) -> Measures:
    """The first, which is the largest, unless another spares the reader a good part of the lines."""
    best, lines = found[0], found[0].lines(lengths)
    for each in found[1:]:
        if each.lines(lengths) < lines * (WORTH if each.size < best.size else 1):
            best, lines = each, each.lines(lengths)
    return best


def room_for(heads: list[str], columns: list[list[str]], numeric: list[bool]) -> int:
    """How many of the first columns fit a lying page at all: at least one, numbers on one line, text wrapped."""
    wanted = [wanted_ems(*each) for each in zip(heads, columns, numeric, strict=True)]
    needs = least_ems(wanted, columns, numeric)
    ends = accumulate(need * SIZES[-1] + 2 * INSET[SIZES[-1]] for need in needs)
    return max(sum(end <= LANDSCAPE for end in ends), 1)


def wanted_ems(head: str, texts: list[str], numeric: bool) -> float:
    """Its longest cell on one line, its head on two."""
    longest = max(map(ems, texts), default=0.0)
    named = ems(head) / 2 + 0.6 if len(head) > 4 else ems(head)
    return max(longest if numeric else min(longest, MOST), named) + SLACK


def least_ems(wanted: list[float], columns: list[list[str]], numeric: list[bool]) -> list[float]:
    """As narrow as each column may be set: numbers whole, text as its longest word, that is a code or a date."""
    words = [max((ems(word) for text in texts for word in WORD.findall(text)), default=0.0) for texts in columns]
    words = [min(longest, LONGEST) + SLACK for longest in words]
    return [w if n else min(w, max(LEAST, word)) for w, word, n in zip(wanted, words, numeric, strict=True)]


def squeezed(wanted: list[float], least: list[float]) -> list[float]:
    """Text on two lines where that spares the reader a turned page."""
    return [max(low, w / 2 if w > 2 * LEAST else w) for w, low in zip(wanted, least, strict=True)]


def fits(needs: list[float], size: float, room: float) -> bool:
    return sum(needs) * size + 2 * INSET[size] * len(needs) <= room


def fitted(needs: list[float], lengths: list[list[float]], size: float, room: float) -> list[Measures]:
    """Two ways to share out the room that is left over: to all columns whose cells take several lines, or to those
    that want least, so that few are broken at all.
    """
    spare = room / size - sum(needs) - 2 * INSET[size] * len(needs) / size
    wants = [max(max(own, default=0.0) - need, 0.0) for own, need in zip(lengths, needs, strict=True)]
    share = min(spare / sum(wants), 1.0) if any(wants) else 0.0
    shared, one_by_one = [need + want * share for need, want in zip(needs, wants, strict=True)], list(needs)
    for place in sorted(range(len(needs)), key=wants.__getitem__):
        given = min(wants[place], spare)
        one_by_one[place], spare = one_by_one[place] + given, spare - given
    return [Measures(size, INSET[size], stretched(each, size, room), room > PORTRAIT) for each in (shared, one_by_one)]


def stretched(widths: list[float], size: float, room: float) -> tuple[float, ...]:
    """In points, over the whole room."""
    points = [each * size + 2 * INSET[size] for each in widths]
    return tuple(round(each * room / sum(points), 2) for each in points)


def wrapped(wanted: list[float], least: list[float]) -> Measures:
    """On a lying page in the smallest size, what numbers leave is shared out among the columns of text."""
    size = SIZES[-1]
    inset = min(INSET[size], LANDSCAPE / len(wanted) / 6)
    room = LANDSCAPE - 2 * inset * len(wanted)
    spare = max(room / size - sum(least), 0.0)
    more = sum(w - low for w, low in zip(wanted, least, strict=True)) or 1.0
    widths = [(low + (w - low) * min(spare / more, 1.0)) * size for w, low in zip(wanted, least, strict=True)]
    scale = min(room / sum(widths), 1.0)
    return Measures(size, inset, tuple(round(each * scale + 2 * inset, 2) for each in widths), True)
