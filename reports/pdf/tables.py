"""Tables for the page: cells as text, columns as wide as what stands in them; rows beyond the cap are attached."""

from unicodedata import east_asian_width

from reports.cells import csv_text, printed, sums
from reports.document import Attachment, Column, Table, number
from reports.quoting import Quote

CAP = 1000  # rows of a table that are printed; a page of them costs 20 ms and a few hundred kilobytes of memory
HEAD = 100  # rows that are printed of a longer one
WIDEST, NARROWEST = 22.0, 2.2  # of a column, in ems
LOOKED_AT = 300


def content(table: Table, place: int, targets: dict[str, str]) -> dict:
    """The table as data for the template."""
    shown = table.rows if len(table.rows) <= CAP else table.rows[:HEAD]
    rows = [[printed(cell, column) for cell, column in zip(row, table.columns, strict=True)] for row in shown]
    numeric = [is_numeric(table, at) for at in range(len(table.columns))]
    return {
        "kind": "table",
        "title": table.title,
        "note": table.note,
        "heads": [column.head for column in table.columns],
        "right": numeric,
        "widths": [width(column, [row[at] for row in rows[:LOOKED_AT]]) for at, column in enumerate(table.columns)],
        "rows": rows,
        "labels": [label(row, targets) for row in shown] if table.annex else [],
        "count": len(table.rows),
        "sums": [list(pair) for pair in sums(table).items()],
        "file": file_name(table, place) if attached(table) else "",
    }


def label(row, targets: dict[str, str]) -> str:
    """Where the figures lead that the row explains: the name of its first one."""
    return next((targets[cell.key] for cell in row if isinstance(cell, Quote)), "")


def is_numeric(table: Table, place: int) -> bool:
    """Whether a column holds numbers, missing ones apart."""
    cells = [row[place] for row in table.rows if row[place] is not None]
    return bool(cells) and all(not isinstance(cell, str) and number(cell) is not None for cell in cells)


def width(column: Column, texts: list[str]) -> float:
    """How wide the column wants to be, in ems: its longest cell, a head on two lines."""
    most = max(map(ems, texts), default=0.0)
    return min(max(most, ems(column.head) / 2 + 0.5, NARROWEST), WIDEST)


def ems(text: str) -> float:
    return sum(1.0 if east_asian_width(one) in "WF" else 0.6 for one in text)


def attached(table: Table) -> bool:
    return bool(table.name) or len(table.rows) > CAP


def file_name(table: Table, place: int) -> str:
    return table.name if table.name.endswith(".csv") else f"{table.name or f'表{place}'}.csv"


def attachment(table: Table, place: int) -> Attachment:
    """The whole table as a CSV for inside the PDF."""
    told = f"{table.title}：全部 {len(table.rows)} 行"
    return Attachment(file_name(table, place), "text/csv", csv_text(table).encode(), told)
