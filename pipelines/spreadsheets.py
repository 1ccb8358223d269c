"""Files that spreadsheets open: CSV cells and workbooks in which text stays text, so that no download can run anything.

A CSV has no types, and a spreadsheet guesses them: text that looks like a formula needs an apostrophe (harmless). A
workbook says of each cell what it is: text is written as a string and never computed; an apostrophe would become part
of it. It bears the text format besides, so that it is no formula and keeps its digits even after someone edits it.
"""

import io
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, count, islice
from math import isfinite
from numbers import Integral
from pathlib import Path
from typing import BinaryIO
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

# also behind spaces and signs that nobody sees: spreadsheets pass over them; spelled out, for the engine reads it too
UNSEEN = "\\x00-\\x20\x85\xa0\u1680\u2000-\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
FORMULA = re.compile(f"[\\t\\r\\n]|[{UNSEEN}]*[=+\\-@＝＋－＠]")
ROWS = 1_048_576  # what a sheet of Excel holds, header and all
LONGEST = 32_000  # a little less than what a cell of Excel holds
DIGITS = 15  # a spreadsheet rounds longer numbers
NOTES = 10_000  # more of them and Excel takes minutes to open the file
LOOKED_AT = 200  # rows whose cells decide how wide a column is
NARROW, WIDE = 8, 60
UNKNOWN_TO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
UNFIT_FOR_A_TAB = re.compile(r"[\[\]:*?/\\']")
FIRST_DAY = date(1900, 3, 1)  # Excel counts a 29 February 1900: what is before it would be a day off
MADE = datetime(2026, 1, 1)  # always the same: equal rows make an equal file

TEXT, DAY, MOMENT = "@", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
WHOLE, MONEY, FINE = "#,##0", "#,##0.00", "#,##0.00##"
BUILT_IN = {TEXT: 49, WHOLE: 3, MONEY: 4}  # Excel knows these by number, in the words of each language
BODY = {
    "font_name": "微软雅黑",
    "font_size": 10,
    "font_scheme": "none",
}  # without a scheme the theme's font does not win
HEAD = {"bold": True, "font_color": "#17559b", "bg_color": "#e9eef4", "bottom": 2, "bottom_color": "#17559b"}
MUST = {"bold": True, "font_color": "#ffffff", "bg_color": "#17559b", "bottom": 2, "bottom_color": "#17559b"}
FAULT = {"font_color": "#b03f08", "bg_color": "#fbdcc4", "border": 1, "border_color": "#d9550d"}
OPTIONS = {
    "constant_memory": True,  # a row leaves memory as soon as the next one begins
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
    "use_zip64": True,  # a full sheet of wide rows has over 2 GB before it is compressed
}


@dataclass(frozen=True)
class Head:
    """A column's header. format: Excel's number format for the column, empty cells too; must: it stands out.

    note: shown while the mouse is over it; choices: the cells that hold the words to pick from, as in 代码表!$B$2:$B$9;
    closed: whether another word than those is asked about.
    """

    text: str
    note: str = ""
    format: str = ""
    must: bool = False
    choices: str = ""
    closed: bool = True


@dataclass(frozen=True)
class Marked:
    """A cell to look at: filled in orange, with a note that says why."""

    value: object
    note: str = ""


@dataclass(frozen=True)
class Sheet:
    """One table. rows: gone through once, so a generator will do; a cell may be Marked; widths: head -> characters.

    Numbers look as their Head.format says, else like 1,234 for a whole number and 1,234.50 for a Decimal.
    """

    heads: Sequence[str | Head]
    rows: Iterable[Sequence] = ()
    widths: Mapping[str, float] = field(default_factory=dict)
    filtered: bool = True

    @property
    def columns(self) -> list[Head]:
        return [head if isinstance(head, Head) else Head(str(head)) for head in self.heads]


def harmless(cell):
    """For a CSV: text that a spreadsheet would run as a formula gets an apostrophe in front; other cells stay so."""
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell


def xlsx_bytes(heads: Sequence[str | Head], rows: Iterable[Sequence], title: str = "数据") -> bytes:
    """A workbook of one sheet with these heads and rows; numbers are numbers, so units belong into the heads."""
    target = io.BytesIO()
    write_workbook(target, {title: Sheet(heads, rows)})
    return target.getvalue()


def write_workbook(target: Path | BinaryIO, sheets: Mapping[str, Sheet]) -> list[str]:
    """Write the sheets in their order; returns the tabs, which are more than the sheets where one did not hold all.

    Equal sheets give equal bytes on a machine. Raises OSError for a full disk or a target that can't be written.
    """
    with tempfile.TemporaryDirectory() as aside:  # rows may be personal: whatever happens, no scrap of them stays
        more = {"tmpdir": aside, "default_format_properties": dict(BODY)}  # a copy: the library adds to it
        book = Workbook(str(target) if isinstance(target, Path) else target, OPTIONS | more)
        book.set_properties({"created": MADE})
        try:
            pen = Pen(book)
            for title, sheet in sheets.items():
                pen.write(title, sheet)
            book.close()
        except FileCreateError as error:
            raise error.args[0] from error
        finally:
            for page in book.worksheets():
                page.row_data_fh.close()
    return [page.get_name() for page in book.worksheets()]


class Pen:
    """Writes cells into a workbook, in formats that are made once, with notes as far as Excel bears them."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.formats, self.head, self.must = {}, book.add_format(HEAD), book.add_format(MUST)
        self.notes_left = NOTES

    def write(self, title: str, sheet: Sheet) -> None:
        """Write a table; what one sheet does not hold goes on in a further one, and the last row says where."""
        rows = iter(sheet.rows)
        begun = list(islice(rows, LOOKED_AT))
        widths = [width(head, number, begun, sheet.widths) for number, head in enumerate(sheet.columns)]
        rows = chain(begun, rows)
        page, more = self.page(title, sheet, widths), None
        for part in count(2):
            written = self.fill(page, sheet.columns, chain(more or (), islice(rows, ROWS - 2 - len(more or ()))))
            more = list(islice(rows, 1))
            if sheet.filtered and written:
                page.autofilter(0, 0, written, len(sheet.heads) - 1)
            if not more:
                return
            onward = tab(f"（续{part}）", title)
            page.write_string(written + 1, 0, f"一张工作表装不下，后面的行见工作表“{onward}”")
            page = self.page(onward, sheet, widths)

    def page(self, title: str, sheet: Sheet, widths: list[float]):
        """A new sheet with its header row, which stays in view and is printed on each page."""
        page = self.book.add_worksheet(tab("", title))
        page.freeze_panes(1, 0)
        page.repeat_rows(0)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.ignore_errors({"number_stored_as_text": f"A1:XFD{ROWS}"})
        for number, (head, wide) in enumerate(zip(sheet.columns, widths, strict=True)):
            page.set_column(number, number, wide, self.format(head.format))
            page.write_string(0, number, printable(head.text), self.must if head.must else self.head)
            self.note(page, 0, number, head.note)
            if head.choices:
                page.data_validation(1, number, ROWS - 1, number, picked(head))
        return page

    def fill(self, page, columns: list[Head], rows: Iterable[Sequence]) -> int:
        """Write rows below the header; returns how many."""
        line = 0
        for line, row in enumerate(rows, start=1):
            for number, (head, cell) in enumerate(zip(columns, row, strict=True)):
                self.put(page, line, number, head, cell)
        return line

    def put(self, page, line: int, number: int, head: Head, cell) -> None:
        marked = isinstance(cell, Marked)
        value, fitting = shaped(cell.value if marked else cell)
        if marked:
            self.note(page, line, number, cell.note)
        if isinstance(value, str):
            long = len(value) > WIDE // 2 and columns_of(value) > WIDE
            page.write_string(line, number, value, self.format(fitting, marked, long))
        elif value is None:
            page.write_blank(line, number, None, self.format("", True) if marked else None)
        else:
            shown_as = head.format if head.format not in ("", TEXT) else fitting
            writer = page.write_datetime if isinstance(value, date) else page.write_number
            writer(line, number, value, self.format(shown_as, marked))

    def note(self, page, line: int, number: int, text: str) -> None:
        if text and self.notes_left:
            self.notes_left -= 1
            height = 24 + 18 * sum(1 + columns_of(part) // 40 for part in text.split("\n"))
            look = {"width": 300, "height": height, "font_name": BODY["font_name"], "font_size": 9}
            page.write_comment(line, number, printable(text), look)

    def format(self, number_format: str, marked: bool = False, long: bool = False):
        key = number_format, marked, long
        if key not in self.formats:
            numbered = {"num_format": BUILT_IN.get(number_format, number_format)} if number_format else {}
            wrapped = {"text_wrap": True, "valign": "top"} if long else {}
            self.formats[key] = self.book.add_format((FAULT if marked else {}) | numbered | wrapped)
        return self.formats[key]


def shaped(value) -> tuple[object, str]:
    """A value as a cell can hold it without loss, and its number format: str, int, float, date, datetime or None."""
    if isinstance(value, str):
        return (printable(value), TEXT) if value else (None, "")
    if value is None or (isinstance(value, float) and not isfinite(value)):
        return None, ""
    if isinstance(value, bool):
        return "是" if value else "否", TEXT
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        return (str(value), TEXT) if day < FIRST_DAY else (value, MOMENT if isinstance(value, datetime) else DAY)
    if isinstance(value, Integral):
        return (int(value), WHOLE) if len(str(abs(value))) <= DIGITS else (str(value), TEXT)
    if isinstance(value, float):
        return float(value), FINE
    if isinstance(value, Decimal) and value.is_finite():
        return decimal(value)
    return printable(str(value)), TEXT


def decimal(value: Decimal) -> tuple[object, str]:
    """Money with its two decimals; what a spreadsheet would round is text."""
    _, digits, exponent = value.as_tuple()
    if len("".join(map(str, digits)).strip("0")) > DIGITS:
        return f"{value:f}", TEXT
    return float(value), WHOLE if exponent >= 0 else MONEY if exponent >= -2 else FINE


def printable(text: str) -> str:
    """Text as a workbook may hold it: line ends of one kind, no character that XML does not know, not too long."""
    if len(text) <= LONGEST // 2 and text.isprintable():  # nearly every text, and much faster
        return text
    text = UNKNOWN_TO_XML.sub("�", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) <= LONGEST // 2:
        return text
    units = text.encode("utf-16-le")
    kept = units[: 2 * LONGEST].decode("utf-16-le", "ignore")
    return text if len(units) <= 2 * LONGEST else f"{kept}……（一格装不下，已截去后面的内容）"


def tab(part: str, title: str) -> str:
    """A sheet's name as Excel takes it: 31 characters, part at its end."""
    return UNFIT_FOR_A_TAB.sub(" ", title).strip()[: 31 - len(part)] + part


def width(head: Head, number: int, rows: list[Sequence], wanted: Mapping[str, float]) -> float:
    """Characters that show the header, with room for the filter's button, and the cells of the first rows."""
    if head.text in wanted:
        return wanted[head.text]
    cells = [row[number].value if isinstance(row[number], Marked) else row[number] for row in rows]
    longest = max((columns_of(spelled(cell)) for cell in cells), default=0)
    return min(max(columns_of(head.text) + 4, longest + 2, NARROW), WIDE)


def spelled(cell) -> str:
    """About what a cell looks like, to measure it."""
    return f"{cell:,}" if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool) else str(cell or "")


def columns_of(text: str) -> int:
    """How wide a text is: its longest line, a Chinese character twice as wide as a Latin one."""
    return max(sum(2 if east_asian_width(c) in "WFA" else 1 for c in line) for line in text.split("\n"))


def picked(head: Head) -> dict:
    """The list to pick a cell's word from; another word is asked about, for the file may use other spellings."""
    told = {"error_type": "warning", "error_title": head.text, "error_message": "列表里没有这个写法。确定要这样填吗？"}
    return {"validate": "list", "source": f"={head.choices}", "show_error": head.closed, **told}
