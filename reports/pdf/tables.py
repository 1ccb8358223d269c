"""Tables for the page: cells as text, columns as wide as what stands in them; rows beyond the cap are attached."""

import re

from reports.cells import printed, sums
from reports.document import Cell, Table, number
from reports.pdf.files import printed_rows
from reports.pdf.measuring import measures, room_for
from reports.quoting import Quote

NUMERAL = re.compile(r"[-+−]?\d[\d,]*\.\d+%?|—")  # whole numbers may be codes
TOGETHER, BRIEF = 12, 40  # so few rows, of so few characters a cell, are not torn between two pages


def content(table: Table, file: str, targets: dict[str, str], tight: bool = False) -> dict:
    """The table as data for the template. file: the name of its attached file, or ''; tight: of a letter."""
    shown = table.rows[: printed_rows(table)]
    texts = [[printed(cell, column) for cell, column in zip(row, table.columns, strict=True)] for row in shown]
    numeric = [is_numeric(table, at) for at in range(len(table.columns))]
    heads = [column.head for column in table.columns]
    columns = list(map(list, zip(*texts, strict=True))) or [[] for _ in heads]
    wide = room_for(heads, columns, numeric) if file else len(heads)
    heads, columns, numeric = heads[:wide], columns[:wide], numeric[:wide]
    fit = measures(heads, columns, numeric)
    leads = {} if table.annex else targets
    return {
        "kind": "table",
        "title": table.title,
        "note": table.note,
        "heads": heads,
        "right": [found or column.right for found, column in zip(numeric, table.columns[:wide], strict=True)],
        "rows": [linked(row[:wide], cells[:wide], leads) for row, cells in zip(shown, texts, strict=True)],
        "labels": [label(row, targets) for row in shown] if table.annex else [],
        "count": len(table.rows),
        "cut": len(shown) < len(table.rows) or wide < len(table.columns),
        "counted": f"共 {len(table.rows):,} 行",
        "sums": [f"{head}合计 {total}" for head, total in sums(table).items()],
        "file": where(table, file, len(shown), wide),
        "size": fit.size,
        "inset": fit.inset,
        "widths": list(fit.widths),
        "broken": [fit.breaks(place, cells) for place, cells in enumerate(columns)],
        "tight": tight,
        "dense": table.dense,
        "short": len(texts) <= TOGETHER and all(len(text) <= BRIEF for row in texts for text in row),
        "landscape": fit.landscape,
    }


def linked(row, texts: list[str], targets: dict[str, str]) -> list:
    """The texts; those of figures that the annex explains with where they lead."""
    if not targets:
        return texts
    keys = [cell.key if isinstance(cell, Quote) else "" for cell in row]
    return [[text, targets[key]] if key in targets else text for text, key in zip(texts, keys, strict=True)]


def where(table: Table, file: str, shown: int, wide: int) -> str:
    """What the reader is told of the attached file. shown, wide: how many rows and columns are printed."""
    rows = (f"前 {shown} 行", f"{len(table.rows):,} 行") if shown < len(table.rows) else None
    columns = (f"前 {wide} 列", f"{len(table.columns)} 列") if wide < len(table.columns) else None
    if cut := [each for each in (rows, columns) if each]:
        part, whole = ("、".join(words) for words in zip(*cut, strict=True))
        return f"此处印{part}，全部 {whole}见附件 {file}。"
    return f"数据另见附件 {file}。" if file else ""


def label(row, targets: dict[str, str]) -> str:
    """Where the figures lead that the row explains: the name of its first one."""
    return next((targets[cell.key] for cell in row if isinstance(cell, Quote)), "")


def is_numeric(table: Table, place: int) -> bool:
    """Whether a column holds numbers, or text that is but a number; missing ones apart."""
    cells = [row[place] for row in table.rows if row[place] not in (None, "")]
    return all(map(reads_as_number, cells)) if cells else table.columns[place].digits is not None


def reads_as_number(cell: Cell) -> bool:
    return bool(NUMERAL.fullmatch(cell)) if isinstance(cell, str) else number(cell) is not None
