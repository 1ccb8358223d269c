"""What calamine does not tell of an .xls: error cells and number formats, read from the records of the file itself."""

import struct
from collections.abc import Iterator
from pathlib import Path

from pipelines.uploads import formats
from pipelines.uploads.compound import CompoundError, CompoundFile

BOF, EOF, BOUNDSHEET, FORMAT, XF, FILEPASS = 0x0809, 0x000A, 0x0085, 0x041E, 0x00E0, 0x002F
NUMBER, RK, MULRK, BOOLERR, FORMULA, ROW = 0x0203, 0x027E, 0x00BD, 0x0205, 0x0006, 0x0208
ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
Odd = dict[tuple[int, int], str]


class LockedWorkbook(ValueError):
    """The workbook is encrypted."""


def peculiar(path: Path) -> dict[str, Odd]:
    """Sheet name -> the odd cells of the sheet. Raises CompoundError or LockedWorkbook."""
    with path.open("rb") as file:
        book = b"".join(CompoundFile(file).stream("Workbook"))
    try:
        looks, sheets = described(book)
        return {name: odd_cells(book, start, looks) for name, start in sheets.items()}
    except struct.error as error:
        raise CompoundError("record") from error


def records(book: bytes, at: int = 0) -> Iterator[tuple[int, bytes]]:
    """Kind and content of each record until the part ends."""
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        yield kind, book[at + 4 : at + 4 + size]
        at += 4 + size
        if kind == EOF:
            return


def described(book: bytes) -> tuple[dict[int, formats.Shown], dict[str, int]]:
    """Cell style -> how its numbers are shown; sheet name -> where its records begin."""
    codes, used, sheets = dict(formats.BUILT_IN), [], {}
    for kind, content in records(book):
        if kind == FILEPASS:
            raise LockedWorkbook
        if kind == FORMAT:
            codes[struct.unpack_from("<H", content)[0]] = string(content[2:], "<H")
        elif kind == XF:
            used.append(struct.unpack_from("<H", content, 2)[0])
        elif kind == BOUNDSHEET:
            sheets[string(content[6:], "<B")] = struct.unpack_from("<I", content)[0]
    looks = {number: formats.shown(codes.get(code, "")) for number, code in enumerate(used)}
    return {number: look for number, look in looks.items() if look}, sheets


def string(content: bytes, length: str) -> str:
    """A string with its length before it and a byte that says whether its characters have one byte or two."""
    count, start = struct.unpack_from(length, content)[0], struct.calcsize(length)
    wide = content[start] & 1
    raw = content[start + 1 : start + 1 + count * (1 + wide)]
    return raw.decode("utf-16-le" if wide else "latin-1", "replace")


def odd_cells(book: bytes, start: int, looks: dict[int, formats.Shown]) -> Odd:
    found: Odd = {}
    for kind, content in records(book, start):
        if kind in (NUMBER, RK, BOOLERR, FORMULA):
            row, column, style = struct.unpack_from("<HHH", content)
            text = odd(kind, content, looks.get(style))
            if text is not None:
                found[row, column] = text
        elif kind == MULRK:
            row, first = struct.unpack_from("<HH", content)
            for number, (style, packed) in enumerate(struct.iter_unpack("<HI", content[4:-2])):
                if style in looks:
                    found[row, first + number] = looks[style](unpacked(packed))
    return found


def odd(kind: int, content: bytes, look: formats.Shown | None) -> str | None:
    """The text of one cell's record, if calamine would give another."""
    if kind == BOOLERR:
        code, is_error = content[6:8]
        return ERRORS.get(code, "#ERROR!") if is_error else None
    if kind == FORMULA and content[12:14] == b"\xff\xff":
        return ERRORS.get(content[8], "#ERROR!") if content[6] == 2 else None
    if look is None:
        return None
    packed = kind == RK
    return look(
        unpacked(struct.unpack_from("<I", content, 6)[0]) if packed else struct.unpack_from("<d", content, 6)[0]
    )


def unpacked(packed: int) -> float:
    """The number in an RK value: an integer or the upper half of a double, and whether it counts hundredths."""
    if packed & 2:
        value = (packed >> 2) - (1 << 30 if packed & 0x80000000 else 0)
    else:
        value = struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0]
    return value / 100 if packed & 1 else value
