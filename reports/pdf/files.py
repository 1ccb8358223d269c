"""The files inside a PDF: what came with the document, and its tables as CSV."""

import re

from reports.cells import csv_text
from reports.document import Attachment, Document, Table
from reports.pdf.glyphs import MISSING, Cleaner

CAP = 1000  # rows of a table that are printed; more of them are looked for in a file, not leafed through
HEAD = 100  # rows that are printed of a longer one
UNFIT = re.compile(r'[\\/:*?"<>|' + MISSING + r"\x00-\x1f]+")
LONGEST = 60


def printed_rows(table: Table) -> int:
    """How many rows stand on the pages; the others are in the attached file."""
    whole = len(table.rows)
    return min(whole, HEAD if table.most is None and whole > CAP else whole if table.most is None else table.most)


def names(document: Document) -> dict[int, str]:
    """{place of a table, from 0: name of its file}, no two alike; for those named and those not printed in full."""
    taken = {each.name for each in document.attachments}
    found: dict[int, str] = {}
    for place, table in enumerate(document.tables()):
        if table.name or printed_rows(table) < len(table.rows):
            found[place] = free(stem(table, place), place, taken)
            taken.add(found[place])
    return found


def stem(table: Table, place: int) -> str:
    """The name without its ending, of characters that a disk takes."""
    plain = UNFIT.sub("_", Cleaner()(table.name.removesuffix(".csv"))).strip(" ._")
    return plain[:LONGEST] or f"表{place + 1}"


def free(name: str, place: int, taken: set[str]) -> str:
    return f"{name}.csv" if f"{name}.csv" not in taken else f"{name}（{place + 1}）.csv"


def attachments(document: Document) -> list[Attachment]:
    every = document.tables()
    return [*document.attachments, *(whole(every[place], name) for place, name in names(document).items())]


def whole(table: Table, name: str) -> Attachment:
    """Every row of the table as a file."""
    told = Cleaner()(f"{table.title}：全部 {len(table.rows):,} 行")
    return Attachment(name, "text/csv", csv_text(table).encode("utf-8", "replace"), told)


def file(each: Attachment) -> dict:
    """A file as data for the template, its bytes as text where they are text, else as numbers."""
    try:
        data = each.data.decode()
    except UnicodeDecodeError:
        data = list(each.data)
    kind = "data" if each.mime == "application/json" else "source"
    told = {"name": each.name, "mime": each.mime, "description": each.description, "relationship": kind}
    return told | {"data": data}
