"""A second reader of uploads, for tests: the csv module, Decimal and date, and not a line of the product's own reading.

Only what the contracts declare is shared: headers, types, blanks, code words. A careful clerk reads what no two people
would read differently; anything else is Unreadable, and the product must not have loaded it.
"""

import csv
import hashlib
import io
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from pipelines.build import words_of
from pipelines.contracts import Column, common, contracts

BLANKS = " \t　\u00a0"
SCALES = {"万元": 10_000, "小数": 100}
csv.field_size_limit(2_000_000)


class Unreadable(ValueError):
    """The clerk would ask back."""


@dataclass(frozen=True)
class Row:
    """A line of the file. kind: data, blank, total, note or header; width: its number of cells."""

    line: int
    kind: str
    cells: tuple[str, ...]
    width: int


@dataclass(frozen=True)
class Sheet:
    """What the clerk sees: the rows below the header, and the lines above it. places: column key -> its cells."""

    width: int
    places: dict[str, tuple[int, ...]]
    headers: dict[str, str]
    rows: tuple[Row, ...]
    above: tuple[Row, ...] = ()


def decoded(content: bytes) -> str:
    """Byte order marks first, then UTF-16 by its zeros, then UTF-8 if every byte agrees, else GB18030."""
    if content.startswith(b"\xef\xbb\xbf"):  # what can't be read becomes U+FFFD, and must not be loaded
        return content.decode("utf-8-sig", "replace")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    for encoding, high in (("utf-16-le", 1), ("utf-16-be", 0)):
        if content[high::2].count(0) > len(content) // 8:
            return content.decode(encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def sheet(content: bytes, table: str, layout: str, header: int) -> Sheet:
    """The table below its header, which ends at this line. Unreadable if two columns claim one header.

    Of the delimiters that people use, it is the one that shows most of the columns.
    """
    columns = next(x for x in contracts()[table].layouts if x.name == layout).columns
    readings = [records(decoded(content), delimiter) for delimiter in ",\t;|"]
    lines = max(readings, key=lambda read: len(matched(ending(read, header)[1], columns)))
    begins, head = max(whole_header(lines, header), key=lambda one: len(matched(one[1], columns)))
    if not head or lines[-1][0] is None:
        raise Unreadable("quotes that never end, or no header there")
    found = matched(head, columns)
    if any(len(at) > 1 and columns[key].type != "month" for key, at in found.items()):
        raise Unreadable("two columns under one header")
    needed = [places[0] for key, places in found.items() if columns[key].required]
    rows = [Row(start, kind(cells, head, needed), tuple(cells), len(cells)) for start, cells in lines if cells]
    above = tuple(row for row in rows if row.line < begins)
    again = {row.cells for row in above}  # a title that stands again, as on every page of a printout
    below = tuple(
        replace(row, kind="header") if row.kind == "data" and row.cells in again else row
        for row in rows
        if row.line > header
    )
    return Sheet(len(head), found, {k: head[at[0]] for k, at in found.items()}, below, above)


def whole_header(lines: list[tuple], last: int) -> list[tuple[int, list[str]]]:
    """The header that ends at this line: the record itself, or its blanks filled from the record above."""
    begins, head = ending(lines, last)
    above, over = ending(lines, begins - 1) if begins else (0, [])
    over = over + [""] * (len(head) - len(over))
    return [(begins, head), (above, [under if under.strip() else o for under, o in zip(head, over, strict=False)])]


def records(text: str, delimiter: str) -> list[tuple[int | None, list[str]]]:
    """(first line, cells) of every record, blank ones too; a last one of None where the quotes are in disorder."""
    reader, found, start = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), [], 1
    try:
        for cells in reader:
            found.append((start, cells))
            start = reader.line_num + 1
    except csv.Error:
        found.append((None, []))
    return found


def ending(lines: list[tuple], number: int) -> tuple[int, list[str]]:
    """The record that this line of the file belongs to: its first line, and its cells."""
    return next(((start, cells) for start, cells in reversed(lines) if start is not None and start <= number), (0, []))


def normal(header: str) -> str:
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", header)).strip("\ufeff").lower()
    return re.sub(r"[(](元|万元|%|小数)[)]$", "", text)


def matched(head: list[str], columns: dict[str, Column]) -> dict[str, tuple[int, ...]]:
    """Column key -> positions, by the spellings of the contract; 年份 and 月份 stand for a month."""
    names, found = [normal(cell) for cell in head], {}
    for key, column in columns.items():
        at = [i for i, name in enumerate(names) if name in {normal(s) for s in column.spellings}]
        if at:
            found[key] = tuple(at)
    taken = {i for at in found.values() for i in at}
    for key, column in columns.items():
        if key not in found and column.type == "month" and {"年份", "月份"} <= set(names):
            found[key] = (names.index("年份"), names.index("月份"))
        stand_in = normal(column.stands_in or "")
        if key not in found and column.stands_in and stand_in in names:
            at = names.index(stand_in)
            found = {k: v for k, v in found.items() if v != (at,)} | {key: (at,)}
    return found if taken or found else {}


def kind(cells: list[str], head: list[str], needed: list[int]) -> str:
    """By what stands first: 合计 in a column far to the right is an odd row that somebody must look at.

    A row that has all of three or more needed cells is no note, even if its number is 备注001.
    """
    filled = [cell.strip(BLANKS + "\r\n") for cell in cells]
    if not any(filled):
        return "blank"
    first = next(filter(None, filled[:3]), "")
    if re.sub(r"[ 　]", "", first) in common().total_words:
        return "total"
    if [c.strip() for c in cells] == [c.strip() for c in head]:
        return "header"
    whole = len(needed) > 2 and all(at < len(filled) and filled[at] for at in needed)
    return "note" if first.startswith(common().note_words) and not whole else "data"


def values(sheet: Sheet, row: Row, table: str, layout: str, key: str) -> dict:
    """Column key -> the value of its cell, or an Unreadable; columns that the file lacks are left out."""
    columns = next(x for x in contracts()[table].layouts if x.name == layout).columns
    found = {}
    for name, places in sheet.places.items():
        try:
            found[name] = value(columns[name], joined(row, places), scale(sheet.headers[name]), key)
        except Unreadable as problem:
            found[name] = problem
    return found


def joined(row: Row, places: tuple[int, ...]) -> str:
    cells = [row.cells[at] if at < row.width else "" for at in places]
    if len(cells) == 1:
        return cells[0]
    return f"{cells[0].strip(BLANKS).rstrip('年')}-{cells[1].strip(BLANKS).rstrip('月')}"


def scale(header: str) -> int:
    unit = re.search(r"[(](万元|小数)[)]$", re.sub(r"\s", "", unicodedata.normalize("NFKC", header)))
    return SCALES[unit.group(1)] if unit else 1


def value(column: Column, cell: str, scale: int, key: str):
    """The value of a cell: Decimal, int, date or text; None for a blank that means nothing."""
    bare = cell.strip(BLANKS)
    if not bare:
        if column.required:
            raise Unreadable("blank")
        return blank(column)
    if column.free and any(re.search(p, cell) for p in common().forbidden_text):
        raise Unreadable("personal")
    return READERS[column.type](column, bare, scale, key)


def blank(column: Column):
    if column.blank in (None, "null"):
        return None
    return Decimal(column.blank) if column.type in ("money", "decimal", "multiple", "count") else column.blank


def amount(digits: int, factor: int, bare: str) -> Decimal:
    """Currency and width away, commas only before three digits, brackets for minus, no 1e5, nothing rounded."""
    plain = unicodedata.normalize("NFKC", bare).replace("¥", "").strip()
    plain = re.sub(r"^\(([^-].*)\)$", r"-\1", plain).removesuffix("元")
    if not re.fullmatch(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", plain, re.ASCII):
        raise Unreadable(bare)
    found = Decimal(plain.replace(",", "")) * factor
    if found != round(found, digits):
        raise Unreadable(bare)
    return found


def day(bare: str) -> date:
    text = unicodedata.normalize("NFKC", bare)
    time = r"([ T](上午|下午)?\s?[\d:.]+)?"
    found = re.fullmatch(rf"(\d{{4}})(?:年|[-/.])(\d{{1,2}})(?:月|[-/.])(\d{{1,2}})日?{time}", text, re.ASCII)
    found = found or re.fullmatch(rf"(\d{{4}})(\d\d)(\d\d)(\d{{6}}|{time})", text, re.ASCII)
    try:
        return date(*map(int, found.groups()[:3])) if found else fail(bare)
    except ValueError as error:
        raise Unreadable(bare) from error


def fail(bare: str):
    raise Unreadable(bare)


def month(bare: str) -> date:
    text = unicodedata.normalize("NFKC", bare)
    found = re.fullmatch(r"(\d{4})(?:年|[-/])(\d{1,2})月?|(\d{4})[.](\d\d)月?|(\d{4})(\d\d)", text, re.ASCII)
    if not found:
        return day(bare).replace(day=1)
    year, number = [int(g) for g in found.groups() if g]
    return date(year, number, 1) if 1 <= number <= 12 else fail(bare)


def year(bare: str) -> int:
    found = re.fullmatch(r"((?:19|20)\d\d)(年度?)?", bare, re.ASCII)
    return int(found.group(1)) if found else fail(bare)


def institution(bare: str) -> str:
    return bare.upper() if re.fullmatch(r"[HP]\d{11}", bare.upper(), re.ASCII) else fail(bare)


def county(bare: str) -> str:
    return bare if re.fullmatch(r"[1-9]\d{5}", bare, re.ASCII) else fail(bare)


def person(bare: str, key: str) -> int:
    if re.search(r"e\+", bare, re.I):
        fail(bare)
    return int(hashlib.sha256(f"{key}:{bare}".encode()).hexdigest()[:15], 16)


def code(column: Column, bare: str) -> str:
    listed = {"flag": "flag", "indicator": "indicator"}.get(column.type, column.list)
    words = words_of(listed)
    if bare in words:
        return words[bare]
    known = any(bare[:n] in words.values() for n in (1, 2, 4, 6))
    return bare if column.prefix and re.fullmatch(r"\d{2,6}", bare, re.ASCII) and known else fail(bare)


def codes(column: Column, bare: str) -> str:
    parts = [p.strip(BLANKS) for p in re.split("[、;；,，/]", bare) if p.strip(BLANKS)]
    return ";".join(code(column, part) for part in parts) if parts else fail(bare)


READERS = {
    "money": lambda column, bare, scale, key: amount(2, scale, bare),
    "decimal": lambda column, bare, scale, key: amount(4, scale, re.sub("[%％]$", "", bare) if scale == 1 else bare),
    "multiple": lambda column, bare, scale, key: amount(4, scale, re.sub("[%％]$", "", bare)),
    "count": lambda column, bare, scale, key: amount(0, 1, bare),
    "date": lambda column, bare, scale, key: day(bare),
    "month": lambda column, bare, scale, key: month(bare),
    "year": lambda column, bare, scale, key: year(bare),
    "text": lambda column, bare, scale, key: bare,
    "institution": lambda column, bare, scale, key: institution(bare),
    "county": lambda column, bare, scale, key: county(bare),
    "person": lambda column, bare, scale, key: person(bare, key),
    "code": lambda column, bare, scale, key: code(column, bare),
    "flag": lambda column, bare, scale, key: code(column, bare),
    "indicator": lambda column, bare, scale, key: code(column, bare),
    "codes": lambda column, bare, scale, key: codes(column, bare),
}
