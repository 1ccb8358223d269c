"""The fonts of the PDFs, and what they cannot show: such a character is printed as 〓 and listed at the end."""

import struct
import unicodedata
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn as fonts

MISSING = "〓"
UNSEEN = ("Cc", "Cf", "Cs")  # controls, invisible marks such as turned writing directions, halves of characters
SPACES = "\n\t\r\u2028\u2029"


def folder() -> Path:
    return Path(fonts.sans_path()).parent


def sans() -> Path:
    return Path(fonts.sans_path())


@cache
def known() -> frozenset[int]:
    """The characters that both fonts, the one of the text and the one of heads and charts, can show."""
    return frozenset(characters(sans()) & characters(Path(fonts.serif_path())))


def characters(font: Path) -> set[int]:
    """Code points of an OpenType file, by its character maps of formats 4 and 12."""
    data = font.read_bytes()
    names = range(12, 12 + 16 * struct.unpack_from(">H", data, 4)[0], 16)
    start = next(struct.unpack_from(">I", data, at + 8)[0] for at in names if data[at : at + 4] == b"cmap")
    maps = [
        start + struct.unpack_from(">I", data, start + 8 + 8 * each)[0]
        for each in range(struct.unpack_from(">H", data, start + 2)[0])
    ]
    return {point for at in set(maps) for first, last in ranges(data, at) for point in range(first, last + 1)}


def ranges(data: bytes, at: int) -> list[tuple[int, int]]:
    """First and last code points of the pieces of one character map; empty for the formats that are not used."""
    kind = struct.unpack_from(">H", data, at)[0]
    if kind == 12:
        count = struct.unpack_from(">I", data, at + 12)[0]
        return [struct.unpack_from(">II", data, at + 16 + 12 * each) for each in range(count)]
    if kind == 4:
        count = struct.unpack_from(">H", data, at + 6)[0] // 2
        last = struct.unpack_from(f">{count}H", data, at + 14)
        first = struct.unpack_from(f">{count}H", data, at + 16 + 2 * count)
        return [pair for pair in zip(first, last, strict=True) if pair[0] != 0xFFFF]
    return []


class Cleaner:
    """Makes texts printable; lost: the characters that it had to replace, as U+20BB7, in the order they came."""

    def __init__(self) -> None:
        self.lost: dict[str, None] = {}

    def __call__(self, value):
        """The same value with every text in it made printable; lists and dictionaries go through whole."""
        if isinstance(value, str):
            return value if value.isascii() and value.isprintable() else "".join(map(self.character, value))
        if isinstance(value, dict):
            return {self(key): self(each) for key, each in value.items()}
        return [self(each) for each in value] if isinstance(value, list | tuple) else value

    def character(self, one: str) -> str:
        if one in SPACES:
            return " "
        if unicodedata.category(one) in UNSEEN:
            return ""
        if ord(one) in known():
            return one
        self.lost[f"U+{ord(one):04X}"] = None
        return MISSING
