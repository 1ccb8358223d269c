"""A table's cells as documents print them, and a whole table as a file."""

import csv
import io
from decimal import Decimal

from pipelines.formulas import rounded
from pipelines.spreadsheets import harmless
from reports import words
from reports.document import Cell, Column, Table, number, unrounded
from reports.quoting import Quote

SHORT_HEAD = 6  # characters


def printed(cell: Cell, column: Column) -> str:
    """The cell's text: rounded half up to the column's decimals, its unit in the head, a missing one as a dash."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Quote):
        return quoted(cell, column)
    return numeral(cell, column)


def quoted(quote: Quote, column: Column) -> str:
    """A figure in its own decimals; with its unit where the column's head cannot say one for all."""
    if column.digits is None and not column.percent:
        return ("+" if column.signed and (quote.value or 0) > 0 else "") + quote.text
    return numeral(quote.value, Column("", quote.digits, column.percent, signed=column.signed))


def numeral(value, column: Column) -> str:
    if value is None:
        return "—"
    if column.digits is None:
        text = f"{value:f}" if isinstance(value, Decimal) else str(value)
        text = ("+" if column.signed and value > 0 else "") + text.replace("-", "−")
    else:
        exact = rounded(Decimal(str(value)), column.digits)
        text = (words.signed if column.signed and exact else words.number)(exact, column.digits)
    return text + (words.RATIO if column.percent else "")


def head_lines(head: str) -> list[str]:
    """A column's head with its unit on a line below, unless both are short: brackets are not to be broken apart."""
    name, _, unit = head.rpartition("（")
    return [name, f"（{unit}"] if name and unit.endswith("）") and len(head) > SHORT_HEAD else [head]


def sums(table: Table) -> dict[str, str]:
    """{head: its control sum as it is printed}; a sum keeps every decimal of what it adds up, if none are asked for."""
    by_head = {column.head: column for column in table.columns if column.total}
    return {head: numeral(value, by_head[head]) for head, value in table.control_sums().items()}


def csv_text(table: Table) -> str:
    """Every row of the table, its numbers unrounded; Excel opens it with its Chinese intact and computes nothing."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([harmless(column.head) for column in table.columns])
    for row in table.rows:
        writer.writerow([plain(*each) for each in zip(row, table.columns, strict=True)])
    return "\ufeff" + target.getvalue()


def plain(cell: Cell, column: Column):
    """A cell as data: text that runs nothing, numbers as plain digits (below 0 too: a minus is no formula), unrounded
    where they are added up; what is missing as nothing."""
    if isinstance(cell, str):
        return harmless(cell)
    value = unrounded(cell) if column.total else number(cell)
    return f"{value:f}" if isinstance(value, Decimal) else value
