"""What a document is before it is a PDF, a Word file or a text: its head, its blocks in order, what is attached.

Everything in it is plain data. A string is shown as it stands, never run: no Markdown, no HTML, no Typst, no formula.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from pipelines.periods import Period
from reports.quoting import Quote, Ref

KINDS = {
    "page": "页面快照",
    "bulletin": "月报",
    "quarter": "季报",
    "half_year": "半年报告",
    "year": "年度报告",
    "span": "报告",
    "letter": "一院一函",
    "workbook": "工作簿",
}
UNSIGNED = {"page": "快照", "workbook": "数据"}  # what is never official, nor the draft of anything

Run = str | Quote  # a piece of a sentence: words, or a figure that knows which figure it is


def state(kind: str, official: bool) -> str:
    """What a document is good for: 正式件, 草稿, or that which its kind always is."""
    return "正式件" if official else UNSIGNED.get(kind, "草稿")


@dataclass(frozen=True)
class Heading:
    """A heading. level: 1 for a part, 2 for a section in it; parts go into the contents."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. style: body, answer (the page's answer), note (small, grey) or warning; of a letter also address
    (whom it is to) and sign (who writes, when)."""

    runs: tuple[Run, ...]
    style: str = "body"

    @property
    def text(self) -> str:
        return "".join(run if isinstance(run, str) else run.text for run in self.runs)


@dataclass(frozen=True)
class Card:
    """A headline figure. change: 增加 4.04%; meaning: 好于上年; spark: its small picture as SVG text, or ''.

    quote: the figure, where it is one of the KPIs; tone: blue, orange or gray, as on the screen.
    """

    name: str
    value: str
    unit: str
    change: str = ""
    meaning: str = ""
    context: str = ""
    spark: str = ""
    tone: str = "gray"
    quote: Quote | None = None


@dataclass(frozen=True)
class Cards:
    """Cards side by side, four across."""

    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Chart:
    """A Plotly figure as a dictionary. title: what it finds; note: measure and unit; alt: the chart in words."""

    figure: dict
    title: str
    note: str
    alt: str


@dataclass(frozen=True)
class Column:
    """A column of a table. digits: decimals of its numbers (None: as they are); percent: shown with a percent sign.

    total: its sum stands under the table as a control sum; signed: a plus before what is above 0.
    right: its cells stand at the right although they are text, as numbers with their units are.
    """

    head: str
    digits: int | None = None
    percent: bool = False
    total: bool = False
    signed: bool = False
    right: bool = False


Cell = str | int | float | Decimal | None | Quote  # dates come as text


@dataclass(frozen=True)
class Table:
    """A table. rows: every row there is, whatever is printed; name: what its file is called when it is attached.

    annex: each row says how the first figure in it came about; where it stands elsewhere, it leads to that row.
    most: how many rows are printed where the whole can be attached, None for all (up to a cap); dense: its rows are
    looked up, not read, and stand close.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    name: str = ""
    annex: bool = False
    most: int | None = None
    dense: bool = False

    def control_sums(self) -> dict[str, Decimal]:
        """{head: exact sum} of the columns that are added up; missing cells count for nothing.

        Figures are added before they are rounded, as the county's own total is: sums of rounded 万元 would not agree.
        """
        places = [place for place, column in enumerate(self.columns) if column.total]
        return {self.columns[place].head: self.sum_of(place) for place in places}

    def sum_of(self, place: int) -> Decimal:
        found = (unrounded(row[place]) for row in self.rows)
        return sum((Decimal(str(value)) for value in found if value is not None), Decimal(0))


@dataclass(frozen=True)
class Form:
    """A box that whoever gets the document fills in by hand. lines: what each part asks; signs: what stands below."""

    title: str
    lines: tuple[str, ...]
    signs: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageBreak:
    """What follows begins a new page."""


Block = Heading | Paragraph | Cards | Chart | Table | Form | PageBreak


@dataclass(frozen=True)
class Attachment:
    """A file inside the PDF: complete tables as CSV, the figures as JSON."""

    name: str
    mime: str
    data: bytes
    description: str


@dataclass(frozen=True)
class Document:
    """A document. kind: one of KINDS; scope: 险种 and filters in words; unit: who issues it; by, at: who made it, when.

    as_of: 数据截至 in words; build_id: the build its figures come from; official: 正式, else it is marked 草稿;
    why_draft: what is missing for 正式; watermark: a name across each page, or ''; cover: it has a cover and contents;
    page_id, query: of a page snapshot, the page and what its address asked for; counties: the codes of those whose
    figures alone it tells, where several share the warehouse.
    """

    kind: str
    title: str
    period: Period
    scope: str
    unit: str
    as_of: str
    build_id: str
    by: str
    at: datetime
    blocks: tuple[Block, ...]
    official: bool = False
    why_draft: tuple[str, ...] = ()
    watermark: str = ""
    cover: bool = False
    attachments: tuple[Attachment, ...] = ()
    subtitle: str = ""
    page_id: str = ""
    query: dict[str, str] = field(default_factory=dict)
    counties: tuple[str, ...] = ()

    def quotes(self) -> dict[str, Quote]:
        """Every figure in it by its key, in the order in which they come first."""
        return {quote.key: quote for block in self.blocks for quote in quotes_in(block)}

    def annex_numbers(self) -> dict[str, int]:
        """{key of a figure: the row of the annex, from 1, that explains it}; empty without an annex.

        A row explains every aspect of its figure: growth follows from the values that stand in it.
        """
        rows = [row for table in self.tables() if table.annex for row in table.rows]
        firsts = [next((cell for cell in row if isinstance(cell, Quote)), None) for row in rows]
        numbers = {apart(quote.ref): number for number, quote in enumerate(firsts, start=1) if quote}
        found = self.quotes().items() if numbers else ()
        return {key: numbers[apart(quote.ref)] for key, quote in found if apart(quote.ref) in numbers}

    def tables(self) -> list[Table]:
        return [block for block in self.blocks if isinstance(block, Table)]


def apart(ref: Ref) -> Ref:
    """The figure, whichever aspect of it."""
    return replace(ref, aspect="value")


def quotes_in(block: Block) -> Iterator[Quote]:
    """The figures of a block, in reading order."""
    if isinstance(block, Paragraph):
        yield from (run for run in block.runs if isinstance(run, Quote))
    elif isinstance(block, Cards):
        yield from (card.quote for card in block.cards if card.quote)
    elif isinstance(block, Table):
        yield from (cell for row in block.rows for cell in row if isinstance(cell, Quote))


def number(cell: Cell) -> int | float | Decimal | None:
    """The number in a cell; None for text and for a missing one."""
    if isinstance(cell, Quote):
        return cell.value
    return None if cell is None or isinstance(cell, str | bool) else cell


def unrounded(cell: Cell) -> int | float | Decimal | None:
    """The number in a cell with all its decimals, in the unit that is printed; None for text and a missing one."""
    return cell.exact if isinstance(cell, Quote) else number(cell)
