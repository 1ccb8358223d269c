"""Cells, formats and pages of the workbook; numbers are numbers, and text is text even where it begins with =."""

from dataclasses import dataclass, field
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from pipelines.spreadsheets import BODY, BUILT_IN, MADE, TEXT, columns_of, printable, shaped, spelled, tab
from reports.cells import head_lines
from reports.document import Cell, Column, Document, Table, number
from reports.quoting import Quote

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": BODY,
}
BLUE, GREY, ORANGE, LINE, WASH = "#17559b", "#5b6673", "#b03f08", "#d5dce5", "#e9eef4"
LOOKS = {
    "title": {"bold": True, "font_size": 16, "font_color": BLUE},
    "note": {"font_size": 9, "font_color": GREY},
    "link": {"font_size": 9, "font_color": BLUE, "underline": 1},
    "head": {"bold": True, "font_color": BLUE, "bg_color": WASH, "bottom": 2, "bottom_color": BLUE}
    | {"text_wrap": True, "valign": "vcenter", "align": "center"},
    "text": {"num_format": BUILT_IN[TEXT], "valign": "vcenter", "indent": 1},
    "long": {"num_format": BUILT_IN[TEXT], "valign": "vcenter", "indent": 1, "text_wrap": True, "font_size": 9},
    "section": {"bold": True, "font_size": 12, "font_color": BLUE, "bottom": 1, "bottom_color": LINE},
    "warned": {"font_color": ORANGE, "bold": True},
}
NARROW, WIDE, ROOM, LOOKED_AT = 8, 58, 3, 400
HEAD_ROW = 3  # title, note, way back, then the heads
BACK = "← 目录"
LONGEST_FOOT = 250  # characters that Excel takes


@dataclass
class Book:
    """The workbook while it is written. tabs: {title of a table: its sheet's name}."""

    file: Workbook
    document: Document
    formats: dict = field(default_factory=dict)
    tabs: dict[str, str] = field(default_factory=dict)

    def look(self, name: str, **more) -> Format:
        """The format of LOOKS with that name and what is added to it, made once."""
        key = name, tuple(sorted(more.items()))
        if key not in self.formats:
            self.formats[key] = self.file.add_format(LOOKS.get(name, {}) | more)
        return self.formats[key]

    def page(self, title: str):
        """A new sheet that prints on A4 lying, as wide as the paper, with head and foot."""
        page = self.file.add_worksheet(self.named(title))
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.7)
        page.hide_gridlines(2)
        document = self.document
        page.set_header(f"&L&9 {spoken(document.unit)}&C&9 {spoken(document.title)}&R&9 &A")
        facts = f"{document.watermark}　".lstrip("　") + (
            f"数据截至{document.as_of}　数据版本 {document.build_id}　编制 {document.by} {document.at:%Y-%m-%d %H:%M}"
        )
        page.set_footer(f"&L&8 {spoken(facts)[: LONGEST_FOOT - 40]}&R&9 第 &P 页 / 共 &N 页")
        return page

    def named(self, title: str) -> str:
        """A name for the sheet that no other has: Excel does not tell small letters from capitals."""
        taken = {each.lower() for each in self.tabs.values()}
        names = (tab("" if n == 1 else f"（{n}）", title) or "表" for n in range(1, 1000))
        self.tabs[title] = next(name for name in names if name.lower() not in taken)
        return self.tabs[title]


def spoken(text: str) -> str:
    """Text in a head or a foot, where & begins a command."""
    return printable(text).replace("&", "&&").replace("\n", " ")


def open_book(target, document: Document, keywords: str) -> Book:
    file = Workbook(target, {**OPTIONS, "default_format_properties": dict(BODY)})
    told = {"title": document.title, "subject": document.scope, "author": document.unit, "keywords": keywords}
    file.set_properties({name: printable(words)[:255] for name, words in told.items()} | {"created": MADE})
    return Book(file, document)


def put(book: Book, page, line: int, place: int, cell: Cell, column: Column, wrapped: bool = False) -> None:
    """A cell in the format of its column; wrapped: text on as many lines as it needs."""
    value = plain(cell)
    if isinstance(value, str):
        page.write_string(line, place, printable(value), book.look("long" if wrapped else "text"))
    elif value is None:
        page.write_blank(line, place, None)
    else:
        shown, format_ = shaped(value)
        writer = page.write_string if isinstance(shown, str) else page.write_number
        told = {"num_format": number_format(cell, column) or format_, "valign": "vcenter"}
        writer(line, place, shown, book.look("number", **told))


def plain(cell: Cell) -> str | int | float | Decimal | None:
    """A figure as a number: 万元 to the fen, so that sums agree with the county's own; others as they are printed."""
    if isinstance(cell, Quote):
        return cell.exact if cell.unit == "万元" else cell.value
    return (cell or None) if isinstance(cell, str) else number(cell)


def number_format(cell: Cell, column: Column) -> str:
    """Excel's format for a number of the column; '' where neither column nor figure says how many decimals."""
    digits = column.digits if column.digits is not None else cell.digits if isinstance(cell, Quote) else None
    if digits is None:
        return ""
    told = "#,##0" + ("." + "0" * digits if digits else "") + ('"%"' if column.percent else "")
    return f"+{told};−{told};{told}" if column.signed else told


def width(table: Table, place: int) -> float:
    """Characters that show the head on two lines with room for its button, and the cells of the first rows."""
    column = table.columns[place]
    cells = [plain(row[place]) for row in table.rows[:LOOKED_AT]]
    digits = column.digits if column.digits is not None else 2
    shown = [spelled(round(each, digits)) if isinstance(each, Decimal | float) else spelled(each) for each in cells]
    longest = max(map(columns_of, shown), default=0)
    head = max(map(columns_of, head_lines(column.head)))
    return min(max(head + ROOM, longest + ROOM, NARROW), WIDE)
