"""Tables in Word: every row, the head repeated on each page, columns as wide as what stands in them, sums below."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from unicodedata import east_asian_width

from docx.oxml.ns import qn

from reports.cells import head_lines, printed
from reports.document import Cell, Table, number
from reports.quoting import Quote
from reports.word.looks import HEI, WASH, Look
from reports.word.xml import Font, bookmarked, el, link, paragraph, run

SIZES = (10.5, 9.0, 8.0, 7.5)  # points
SMALL = SIZES[1:]  # what has to be squeezed is not set large
LEAST, MOST = 4.5, 16.0  # ems: a column of text is not set narrower, and asks for no more
LONGEST = 60.0  # ems of a text that is given what room is left over
ONE_LINE = 4  # characters of a head that are not parted
SLACK = 0.4  # ems beside what is measured
CELL_ROOM = 6.0  # points: the cell margins of the style Statistics
TWENTIETHS = 20
WORD = re.compile(r"[!-~]+")


@dataclass(frozen=True)
class Fit:
    """size and widths in points; lying: the page has to lie on its side; needs: ems of each column, if even that is
    too narrow for them.
    """

    size: float
    widths: tuple[float, ...]
    lying: bool
    needs: tuple[float, ...] = ()


def fit(table: Table, texts: Sequence[Sequence[str]], look: Look) -> Fit:
    """The largest size in which the columns stand side by side upright, else lying; lying in any case else."""
    numeric = numeric_columns(table)
    columns = list(zip(*texts, strict=True)) or [()] * len(table.columns)
    told = list(zip(table.columns, columns, numeric, strict=True))
    wide = [wanted(column.head, cells, n) for column, cells, n in told]
    narrow = [w if n else min(w, max(least(cells), w / 2)) for w, (_, cells, n) in zip(wide, told, strict=True)]
    whole = [0.0 if n else min(max(map(ems, cells), default=0.0) + SLACK, LONGEST) for _, cells, n in told]
    upright, lying = look.upright_points, look.lying_points
    for room, needs, sizes in (
        (upright, wide, SIZES),
        (upright, narrow, SMALL),
        (lying, wide, SIZES),
        (lying, narrow, SMALL),
    ):
        for size in sizes:
            points = [each * size + CELL_ROOM for each in needs]
            if sum(points) <= room:
                lacks = [max(all_of_it - need, 0.0) * size for all_of_it, need in zip(whole, needs, strict=True)]
                return Fit(size, spread(points, room, lacks), room == lying)
    return Fit(SIZES[-1], spread(narrow, lying, narrow), True, tuple(narrow))


def portions(table: Table, needs: Sequence[float], look: Look) -> list[Table]:
    """A table that is too wide for a page as several with the same rows, each with the first columns of text."""
    numeric = numeric_columns(table)
    lead = list(range(min(2, numeric.index(True) if True in numeric else 1)))
    room, groups = look.lying_points / SIZES[-1], [[]]
    taken = start = sum(needs[at] + CELL_ROOM / SIZES[-1] for at in lead)
    for at in range(len(lead), len(needs)):
        more = needs[at] + CELL_ROOM / SIZES[-1]
        if groups[-1] and taken + more > room:
            groups.append([])
            taken = start
        groups[-1].append(at)
        taken += more
    return [narrowed(table, [*lead, *group], f"（{n}/{len(groups)}）") for n, group in enumerate(groups, start=1)]


def narrowed(table: Table, places: Sequence[int], told: str) -> Table:
    """Some columns of a table, as a table."""
    rows = tuple(tuple(row[at] for at in places) for row in table.rows)
    return replace(table, title=table.title + told, columns=tuple(table.columns[at] for at in places), rows=rows)


def numeric_columns(table: Table) -> list[bool]:
    """Which columns hold numbers: they stand at the right and are never wrapped."""
    return [
        column.right or any(number(row[place]) is not None for row in table.rows)
        for place, column in enumerate(table.columns)
    ]


def wanted(head: str, cells: Sequence[str], numeric: bool) -> float:
    """Ems: the longest cell on one line, the head on two unless it is short."""
    longest = max(map(ems, cells), default=0.0)
    lines = head_lines(head)
    named = max(map(ems, lines)) if len(lines) > 1 or len(head) <= ONE_LINE else ems(head) / 2 + 0.5
    return max(longest if numeric else min(longest, MOST), named) + SLACK


def least(cells: Sequence[str]) -> float:
    """Ems below which a column of text would break a code or a date in two."""
    words = (word for text in cells for word in WORD.findall(text))
    return max(LEAST, min(max(map(ems, words), default=0.0) + SLACK, MOST))


def ems(text: str) -> float:
    return sum(1.0 if east_asian_width(one) in "WFA" else 0.55 for one in text)


def spread(points: Sequence[float], room: float, lacks: Sequence[float]) -> tuple[float, ...]:
    """The room that is left over goes where text lacks it to stand on one line, what is left then to all alike."""
    spare, lacking = room - sum(points), sum(lacks)
    part = min(spare / lacking, 1.0) if lacking else 0.0
    widths = [each + lack * part for each, lack in zip(points, lacks, strict=True)]
    return tuple(each * room / sum(widths) for each in widths)


def cell_texts(table: Table) -> list[list[str]]:
    return [[printed(cell, column) for cell, column in zip(row, table.columns, strict=True)] for row in table.rows]


@dataclass(frozen=True)
class Leads:
    """Where figures lead. anchors: {key of a figure: its number in the annex}; first: the number of the first row, of
    a table of the annex; None of any other, whose figures lead to the annex.
    """

    anchors: Mapping[str, int]
    first: int | None = None


def drawn(table: Table, texts: Sequence[Sequence[str]], fitted: Fit, leads: Leads):
    """The table itself."""
    numeric, font = numeric_columns(table), Font(points=fitted.size)
    made = el("w:tbl", properties(table, fitted), columns_of(fitted), head_row(table, fitted))
    for place, (row, cells) in enumerate(zip(table.rows, texts, strict=True)):
        runs = [linked(cell, run(text, font), leads) for cell, text in zip(row, cells, strict=True)]
        if leads.first is not None:
            runs[0] = bookmarked(leads.first + place, anchor(leads.first + place), runs[0])
        made.append(body_row(runs, fitted, numeric))
    for style in made[-1].iter(qn("w:pStyle")):
        style.addnext(el("w:keepNext"))  # what is counted below stays on the page of the last row
    return made


def properties(table: Table, fitted: Fit):
    banded = {"firstRow": 1, "lastRow": 0, "firstColumn": 0, "lastColumn": 0, "noHBand": 1, "noVBand": 1}
    return el(
        "w:tblPr",
        el("w:tblStyle", val="Statistics"),
        el("w:tblW", w=round(sum(fitted.widths) * TWENTIETHS), type="dxa"),
        el("w:jc", val="center"),
        el("w:tblLayout", type="fixed"),
        el("w:tblLook", val="0620", **banded),
        el("w:tblCaption", val=table.title),
    )


def columns_of(fitted: Fit):
    return el("w:tblGrid", *(el("w:gridCol", w=round(width * TWENTIETHS)) for width in fitted.widths))


def head_row(table: Table, fitted: Fit):
    """The heads, units below the names; Word repeats the row on each page."""
    font = Font(points=fitted.size, chinese=HEI)
    told = zip(table.columns, fitted.widths, strict=True)
    cells = [cell(lines(head_lines(column.head), font), width, "center", WASH) for column, width in told]
    return el("w:tr", el("w:trPr", el("w:cantSplit"), el("w:tblHeader")), *cells)


def lines(texts: Sequence[str], font: Font) -> list:
    """Runs of text, each on a line of its own."""
    broken = [[el("w:r", el("w:br")), run(text, font)] for text in texts]
    return [each for pair in broken for each in pair][1:]


def body_row(runs: Sequence[list], fitted: Fit, numeric: Sequence[bool]):
    """A row of cells with these runs; numbers stand at the right."""
    told = zip(runs, fitted.widths, numeric, strict=True)
    cells = [cell(each, width, "right" if right else "left") for each, width, right in told]
    return el("w:tr", el("w:trPr", el("w:cantSplit")), *cells)


def linked(of: Cell, made, leads: Leads) -> list:
    """The run of a cell; that of a figure which the annex explains leads there, outside the annex."""
    known = leads.anchors.get(of.key) if isinstance(of, Quote) and leads.first is None else None
    return [made if known is None else link(anchor(known), made, tip=tip(of, known))]


def anchor(known: int) -> str:
    """The bookmark of a row of the annex."""
    return f"figure_{known}"


def tip(quote: Quote, known: int) -> str:
    """What a link to the annex says of its figure: its number there, and its id."""
    return f"附录第 {known} 项　{quote.key}"


def cell(runs: Sequence, width: float, side: str, fill: str = ""):
    shade = el("w:shd", val="clear", color="auto", fill=fill) if fill else None
    size = el("w:tcW", w=round(width * TWENTIETHS), type="dxa")
    return el("w:tc", el("w:tcPr", size, shade, el("w:vAlign", val="center")), paragraph("Cell", *runs, jc=side))
