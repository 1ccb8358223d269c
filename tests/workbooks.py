"""Workbooks for tests: made with XlsxWriter as people make them in Excel, cell by cell."""

import re
import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import xlsxwriter

from pipelines.build import words_of
from pipelines.uploads.files import Upload, unpack
from pipelines.uploads.staging import Staged, stage
from tests.files import KEY


def workbook(folder: Path, sheets: dict[str, object], name: str = "六月.xlsx", **options) -> Path:
    """A workbook of these sheets. Each: rows of cells, or a function (book, sheet) that fills it itself."""
    path = folder / name
    book = xlsxwriter.Workbook(path, options)
    day, moment = book.add_format({"num_format": "yyyy/m/d"}), book.add_format({"num_format": "yyyy/m/d h:mm"})
    for title, content in sheets.items():
        sheet = book.add_worksheet(title)
        if callable(content):
            content(book, sheet)
            continue
        for row, cells in enumerate(content):
            for column, value in enumerate(cells):
                if isinstance(value, date):
                    timed = isinstance(value, datetime) and value.time() != time()
                    sheet.write_datetime(row, column, value, moment if timed else day)
                elif isinstance(value, str):
                    sheet.write_string(row, column, value)
                else:
                    sheet.write(row, column, value)
    book.close()
    return path


def filled(rows: list[list], look: str = "", **more) -> Callable:
    """A sheet of these rows, every number of it in one number format."""

    def fill(book, sheet) -> None:
        style = book.add_format({"num_format": look}) if look else None
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                write = sheet.write_string if isinstance(value, str) else sheet.write
                write(row, column, value, style)

    return fill


def table(rows: list[dict]) -> list[list]:
    """Dicts as a header and rows."""
    heads = list(dict.fromkeys(head for row in rows for head in row))
    return [heads, *([row.get(head) for head in heads] for row in rows)]


def uploads(path: Path) -> list[Upload]:
    aside = path.parent / f"{path.stem}.unpacked"
    aside.mkdir()
    return unpack(path, aside)


def staged_sheets(path: Path) -> list[Staged]:
    """The dry run of every sheet."""
    found = []
    for number, upload in enumerate(uploads(path)):
        folder = path.parent / f"staged{number}"
        folder.mkdir()
        found.append(stage(upload, folder, KEY, words_of))
    return found


def lines(path: Path) -> list[str]:
    """The text of a workbook's only sheet, line by line."""
    (upload,) = uploads(path)
    assert upload.refusal == ""
    return upload.path.read_text("utf-8").split("\n")[:-1]


def rewritten(path: Path, part: str, change: Callable[[str], str]) -> Path:
    """The workbook with one of its parts changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def with_prefix(xml: str) -> str:
    """The XML as some programs write it: every name with a prefix."""
    spread = re.sub(r"<(/?)(\w+)(?=[\s/>])", r"<\1x:\2", xml)
    return spread.replace("xmlns=", "xmlns:x=")


def compound(streams: dict[str, bytes]) -> bytes:
    """An OLE file of these streams, each of 4096 bytes or more."""
    sectors, places = [], {}
    for name, content in streams.items():
        places[name] = (len(sectors), len(content))
        sectors += [content[at : at + 512].ljust(512, b"\0") for at in range(0, len(content), 512)]
    fat = []
    for start, size in places.values():
        fat += [*range(start + 1, start + -(-size // 512)), 0xFFFFFFFE]
    directory = [entry("Root Entry", 5, 0xFFFFFFFE, 0), *(entry(n, 2, *place) for n, place in places.items())]
    directory += [bytes(128)] * (-len(directory) % 4)
    first = len(sectors)
    raw = b"".join(directory)
    sectors += [raw[at : at + 512] for at in range(0, len(raw), 512)]
    fat += [*range(first + 1, len(sectors)), 0xFFFFFFFE, 0xFFFFFFFD]
    fat += [0xFFFFFFFF] * (128 - len(fat))
    head = struct.pack("<8s16xHHHHH6x", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 62, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, first, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", len(sectors), *[0xFFFFFFFF] * 108)
    return head + b"".join(sectors) + struct.pack("<128I", *fat)


def entry(name: str, kind: int, start: int, size: int) -> bytes:
    told = name.encode("utf-16-le") + b"\0\0"
    return told.ljust(64, b"\0") + struct.pack("<HB49xII4x", len(told), kind, start, size)
