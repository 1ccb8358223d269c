"""下载: the tables of a page to take away, as workbooks and CSV, behind one quiet button; PDF: the page itself."""

import io
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import BinaryIO, NamedTuple

import streamlit as st

from pipelines import WarehouseError
from pipelines.access import reading
from pipelines.side_by_side import Progress, quiet
from pipelines.spreadsheets import Sheet as Spread
from pipelines.spreadsheets import write_workbook
from reports import marking, register
from reports.document import Paragraph
from reports.pdf import Refused, pdf
from reports.visible import fit
from views import preparing, sheet
from views.handing import handed, mine
from views.place import warehouse
from views.words import write_csv

MARK = "水印"
LARGEST = 150_000  # rows of a workbook: a busy month; they take a minute to write, and a spreadsheet as long to open
SLOW_ROWS, SLOW_LINES = 5_000, 200_000  # more take over two seconds: rows by Python, lines that the engine makes
WRITTEN = 0.9  # of the way, when all rows are written and the workbook is packed
EVERY = 1_000  # rows


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
        return self.whole("xlsx", marked)

    def csv(self) -> bytes:
        return self.whole("csv")

    def whole(self, suffix: str, marked: str = "") -> bytes:
        target = io.BytesIO()
        self.write(target, quiet, suffix, marked)
        return target.getvalue()

    def write(self, target: BinaryIO, tell: Progress, suffix: str, marked: str = "") -> int:
        """Write it as csv or xlsx, telling how far it is; returns how many rows it has."""
        counts = [0]
        if suffix == "xlsx":
            sheet = Spread(self.heads, counted(self.rows(), counts, self.told(tell, WRITTEN)))
            mark = {MARK: Spread((MARK,), [(marked,)])} if marked else {}
            write_workbook(target, {self.name: sheet} | mark)
        elif self.lines is None:
            write_csv(target, self.heads, counted(self.rows(), counts, self.told(tell)))
        else:
            self.write_lines(target, counts, self.told(tell))
        return counts[0]

    def write_lines(self, target: BinaryIO, counts: list[int], told: Callable[[int], None]) -> None:
        target.write(BOM_UTF8)
        told(0)
        for number, data in self.lines():
            target.write(data)
            counts[0] += number
            told(counts[0])

    def told(self, tell: Progress, most: float = 1.0) -> Callable[[int], None]:
        """Tells the share of the rows that are written, up to most."""
        return lambda rows: tell(most * min(rows / max(self.count, 1), 1.0), f"已写 {rows:,} 行")


def counted(rows: Iterable[Sequence], counts: list[int], told: Callable[[int], None]) -> Iterator[Sequence]:
    """The rows; while they are gone through, how many they were so far is in counts, and told now and then."""
    told(0)
    for row in rows:
        yield row
        counts[0] += 1
        if counts[0] % EVERY == 0:
            told(counts[0])


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
    """What takes longer than a click is made beside the page, and given out from disk."""
    name = fit(f"{file.name}{marking.stamp(warehouse())}.{suffix}")
    write = partial(file.write, suffix=suffix, marked=marking.watermark(warehouse()))
    if file.count > (SLOW_LINES if suffix == "csv" and file.lines else SLOW_ROWS):
        preparing.offer(words, name, write, key)
        return
    counts: list[int] = []
    make = handed(name, partial(at_once, write, counts), lambda: next(iter(counts), None))
    st.download_button(words, make, name, on_click="ignore", type="tertiary", key=key)


def at_once(write: preparing.Write, counts: list[int]) -> bytes:
    """The whole file; counts: gets how many rows it has."""
    target = io.BytesIO()
    counts[:] = [write(target, quiet)]
    return target.getvalue()


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
