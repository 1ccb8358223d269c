"""One table as a sheet: title, note, heads that stay in view and can be filtered, its rows."""

from math import ceil

from pipelines.spreadsheets import columns_of
from reports.cells import head_lines, sums
from reports.document import Table, number
from reports.workbook.pen import BACK, HEAD_ROW, Book, put, width

A4, A3, WIDEST_ON_A4 = 9, 8, 190  # papers by Excel's numbers; characters side by side that can still be read
LINE_POINTS = 13
MOST_WRAPPED = 200  # rows: a longer table keeps one line each, or nobody can run an eye down it
FROZEN = 3  # columns at most that stay in view
FROZEN_WIDTH = 60
BARS = ("基金支出（万元）", "未了结涉及基金（元）")
WARNED = ("未达标", "不符")


def write(book: Book, table: Table):
    """Write the table on a sheet of its own; returns the sheet."""
    page = book.page(table.title)
    last = len(table.columns) - 1
    page.write_string(0, 0, table.title, book.look("title"))
    page.write_string(1, 0, about(book, table), book.look("note"))
    page.write_url(2, 0, "internal:'目录'!A1", book.look("link"), BACK)
    widths = [width(table, place) for place in range(len(table.columns))]
    for place, column in enumerate(table.columns):
        page.set_column(place, place, widths[place])
        page.write_string(HEAD_ROW, place, "\n".join(head_lines(column.head)), book.look("head"))
    page.set_paper(A3 if sum(widths) > WIDEST_ON_A4 else A4)
    page.set_row(0, 24)
    page.set_row(HEAD_ROW, 32)
    for line, row in enumerate(table.rows, start=HEAD_ROW + 1):
        lines = lines_of(row, widths) if len(table.rows) <= MOST_WRAPPED else 1
        page.set_row(line, LINE_POINTS * lines + 4)
        for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            put(book, page, line, place, cell, column, lines > 1)
    end = HEAD_ROW + len(table.rows)
    page.autofilter(HEAD_ROW, 0, end, last)
    page.freeze_panes(HEAD_ROW + 1, kept(table))
    page.repeat_rows(HEAD_ROW)
    page.ignore_errors({"number_stored_as_text": f"A1:XFD{end + 1}"})
    marked(book, page, table, end)
    return page


def lines_of(row, widths: list[float]) -> int:
    """How many lines the longest text of a row takes in its column: Excel does not find out by itself."""
    told = [columns_of(cell) / (wide - 1) for cell, wide in zip(row, widths, strict=True) if isinstance(cell, str)]
    return max(1, ceil(max(told, default=1)))


def about(book: Book, table: Table) -> str:
    """2026年1—6月　共 366 行；基金支出（万元）合计 7,686.24。名册上的全部机构。"""
    told = "；".join((f"共 {len(table.rows):,} 行", *(f"{head}合计 {total}" for head, total in sums(table).items())))
    return f"{book.document.period.label}　{told}。" + (f"{table.note.rstrip('。')}。" if table.note else "")


def kept(table: Table) -> int:
    """How many of the first columns stay in view: those of names, unless they fill the screen."""
    names, taken = 0, 0.0
    for place in range(min(FROZEN, len(table.columns) - 1)):
        taken += width(table, place)
        if taken > FROZEN_WIDTH or any(number(row[place]) is not None for row in table.rows):
            break
        names = place + 1
    return names


def marked(book: Book, page, table: Table, end: int) -> None:
    """Bars behind the money that rows are compared by; in orange what misses its target or does not agree."""
    bar = {
        "type": "data_bar",
        "bar_color": "#c5d7ec",
        "bar_solid": True,
        "data_bar_2010": True,
        "bar_border_color": "#c5d7ec",
    }
    for place, column in enumerate(table.columns):
        if column.head in BARS:
            page.conditional_format(HEAD_ROW + 1, place, end, place, bar)
        if any(row[place] in WARNED for row in table.rows if isinstance(row[place], str)):
            for word in WARNED:
                rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": book.look("warned")}
                page.conditional_format(HEAD_ROW + 1, place, end, place, rule)
