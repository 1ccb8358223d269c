"""One workbook with every KPI and every table of a period, a sheet each.

workbook   county, period -> xlsx;  gathered: the document it is written from;  xlsx: any document's tables
"""

from datetime import datetime
from io import BytesIO

from pipelines import County, Period
from pipelines.side_by_side import Progress, quiet
from reports import register
from reports.document import Document
from reports.workbook import contents, pictures, sheets
from reports.workbook.gathering import gathered
from reports.workbook.pen import open_book

__all__ = ["gathered", "workbook", "xlsx"]


def workbook(
    county: County, period: Period, by: str, at: datetime, progress: Progress = quiet, unit: str = ""
) -> bytes:
    """Everything about a period as one xlsx; by, at: who made it and when. Equal inputs give equal bytes.

    Screens the clues of the period's last month, if nobody has yet: that takes a while, and progress tells of it.
    """
    return xlsx(gathered(county, period, by, at, progress, unit), progress)


def xlsx(document: Document, progress: Progress = quiet) -> bytes:
    """Every table of a document as a sheet, after one with the contents; a table called 总览 gets the charts."""
    target, tables = BytesIO(), document.tables()
    book = open_book(target, document, register.mark(document))
    book.page("目录")
    for place, table in enumerate(tables):
        progress(0.9 + 0.1 * place / len(tables), f"写工作表“{table.title}”")
        sheets.write(book, table)
    pictures.draw(book, {table.title: table for table in tables})
    contents.write(book)
    book.file.close()
    return target.getvalue()
