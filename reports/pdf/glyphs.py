"""The fonts of the PDFs, and what they cannot show: such a character is printed as 〓 and listed at the end."""

import struct
import unicodedata
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn as fonts

MISSING = "〓"
UNSEEN = ("Cc", "Cf", "Cs")  # controls, invisible marks such as turned writing directions, halves of characters
SPACES = "\n\t\r\u2028\u2029"
FONTS = SANS, SERIF = Path(fonts.sans_path()), Path(fonts.serif_path())
FULL = 12  # the format of a character map that reaches beyond the first 65,536


@cache
def known() -> frozenset[int]:
    """The characters that both fonts, the one of the text and the one of heads and charts, can show."""
    return frozenset.intersection(*(frozenset(drawings(font)) for font in FONTS))


@cache
def drawings(font: Path) -> dict[int, int]:
    """{code point: number of its drawing} of an OpenType font, by its character map of format 12."""
    data = font.read_bytes()
    names = range(12, 12 + 16 * struct.unpack_from(">H", data, 4)[0], 16)
    start = next(struct.unpack_from(">I", data, at + 8)[0] for at in names if data[at : at + 4] == b"cmap")
    count = struct.unpack_from(">H", data, start + 2)[0]
    maps = [start + struct.unpack_from(">I", data, start + 8 + 8 * each)[0] for each in range(count)]
    at = next(each for each in maps if struct.unpack_from(">H", data, each)[0] == FULL)
    groups = struct.iter_unpack(">III", data[at + 16 : at + 16 + 12 * struct.unpack_from(">I", data, at + 12)[0]])
    return {point: drawing + point - first for first, last, drawing in groups for point in range(first, last + 1)}


@cache
def alike() -> dict[int, str]:
    """{code point: the first one that is drawn the same}: when read back, a PDF can't tell them apart."""
    found: dict[int, int] = {}
    for font in FONTS:
        by_drawing: dict[int, int] = {}
        for point, drawing in sorted(drawings(font).items()):
            found[point] = by_drawing.setdefault(drawing, found.get(point, point))
    return {point: chr(first) for point, first in found.items() if first != point}


class Cleaner:
    """Makes texts printable; lost: the characters that it had to replace, as U+20BB7, in the order they came."""

    def __init__(self) -> None:
        self.lost: dict[str, None] = {}
        self.fine: set[str] = set()  # characters that are printed as they are

    def __call__(self, value):
        """The same value with every text in it made printable; lists and dictionaries go through whole."""
        if isinstance(value, str):
            return value if self.fine.issuperset(value) else "".join(map(self.character, value))
        if isinstance(value, dict):
            return {self(key): self(each) for key, each in value.items()}
        return [self(each) for each in value] if isinstance(value, list | tuple) else value

    def character(self, one: str) -> str:
        if one in SPACES:
            return " "
        if unicodedata.category(one) in UNSEEN:
            return ""
        if ord(one) in known():
            self.fine.add(one)
            return one
        self.lost[f"U+{ord(one):04X}"] = None
        return MISSING
