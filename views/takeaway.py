"""下载: the tables of a page to take away, as workbooks and CSV, behind one quiet button; PDF: the page itself."""

import io
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import streamlit as st

from pipelines import WarehouseError
from pipelines.access import reading
from pipelines.spreadsheets import Sheet as Spread
from pipelines.spreadsheets import write_workbook, xlsx_bytes
from reports import marking, register
from reports.document import Paragraph
from reports.pdf import Refused, pdf
from reports.visible import fit
from views import sheet
from views.handing import handed, mine
from views.place import warehouse
from views.words import csv_bytes

MARK = "水印"
LARGEST = 150_000  # rows: a busy month; they take a minute to write, and the browser gives up after three


class File(NamedTuple):
    """A table as a file. name: without suffix; rows: makes them when asked; count: how many, where it may be many.

    lines: the same rows as lines of a CSV with its heads, where the engine puts them together: (how many, their bytes).
    """

    name: str
    heads: Sequence[str]
    rows: Callable[[], Iterable[Sequence]]
    count: int = 0
    lines: Callable[[], Iterator[tuple[int, bytes]]] | None = None

    @classmethod
    def of(cls, name: str, columns: Mapping[str, list]) -> "File":
        """From {head: values}."""
        return cls(name, list(columns), lambda: zip(*columns.values(), strict=True))

    def xlsx(self, marked: str = "") -> bytes:
        """marked: whose it is, on a sheet of its own."""
        if not marked:
            return xlsx_bytes(self.heads, self.rows(), self.name)
        target = io.BytesIO()
        write_workbook(target, {self.name: Spread(self.heads, self.rows()), MARK: Spread((MARK,), [(marked,)])})
        return target.getvalue()

    def csv(self) -> bytes:
        if self.lines is None:
            return csv_bytes(self.heads, self.rows())
        return BOM_UTF8 + b"".join(data for _, data in self.lines())

    def counted(self, counts: list[int]) -> "File":
        """The same file, which puts the number of its rows into counts while it is made."""
        lines = None if self.lines is None else lambda: counting_lines(self.lines(), counts)
        return self._replace(rows=lambda: counting(self.rows(), counts), lines=lines)


def counting(rows: Iterable[Sequence], counts: list[int]) -> Iterator[Sequence]:
    """The rows; once they are gone through, how many they were is in counts."""
    number = 0
    for number, row in enumerate(rows, start=1):  # noqa: B007  the last one is how many there are
        yield row
    counts[:] = [number]


def counting_lines(lines: Iterator[tuple[int, bytes]], counts: list[int]) -> Iterator[tuple[int, bytes]]:
    """The same of lines in portions."""
    counts[:] = [0]
    for number, data in lines:
        counts[0] += number
        yield number, data


def takeaway(files: Mapping[str, File]) -> None:
    """{what a file holds, in words: the file}. A file is made after the page, when asked for: no st.* in its rows.

    Nothing is offered to whoever looks through the eyes of another role.
    """
    if reading(warehouse()):
        return
    with st.popover("下载", icon=":material/download:", type="tertiary"):
        for place, (words, file) in enumerate(files.items()):
            offer(f"takeaway-{place}", words, file)


def offer(key: str, words: str, file: File) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key):
        st.text(words, width="stretch")
        if file.count > LARGEST:
            st.caption(f"超过 {LARGEST:,} 行，只有 CSV", width="content")
        else:
            button("Excel", file, "xlsx", f"{key}-xlsx")
        button("CSV", file, "csv", f"{key}-csv")


def button(words: str, file: File, suffix: str, key: str) -> None:
    counts: list[int] = []
    counted = file.counted(counts)
    makes = {"xlsx": lambda: counted.xlsx(marking.watermark(warehouse())), "csv": counted.csv}
    name = fit(f"{file.name}{marking.stamp(warehouse())}.{suffix}")
    make = handed(name, makes[suffix], lambda: next(iter(counts), None))
    st.download_button(words, make, name, on_click="ignore", type="tertiary", key=key)


def page_pdf() -> None:
    """The page as it stands, as a PDF: made after the page, when asked for; none while there is no county."""
    page = sheet.current()
    if page.head is None or reading(warehouse()):
        return
    make, name = (
        mine(partial(pdf_of, page)),
        fit(" ".join(filter(None, (page.title, page.head.period.label, page.head.part))) + ".pdf"),
    )
    st.download_button(
        "本页 PDF", make, name, on_click="ignore", type="tertiary", icon=":material/picture_as_pdf:", key="page-pdf"
    )


def pdf_of(page: sheet.Sheet) -> bytes:
    """The page as a PDF, entered into the register; one with the reason alone where it can't be whole."""
    made = sheet.document(page)
    try:
        data = pdf(made).data
        register.keep(page.head.county.warehouse, made, data, "pdf")
        return data
    except (Refused, WarehouseError) as problem:
        return pdf(replace(made, blocks=(Paragraph((str(problem),), "warning"),), attachments=())).data
