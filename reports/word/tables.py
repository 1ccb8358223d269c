"""Tables in Word: every row, the head repeated on each page, columns as wide as what stands in them, sums below."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from unicodedata import east_asian_width

from reports.cells import printed
from reports.document import Cell, Table, number
from reports.quoting import Quote
from reports.word.looks import HEI, WASH, Look
from reports.word.xml import Font, bookmarked, el, link, paragraph, run

SIZES = (10.5, 9.0, 8.0, 7.5)  # points
LEAST, MOST = 4.5, 16.0  # ems: a column of text is not set narrower, and asks for no more
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
    wide = [wanted(c.head, cells, n) for c, cells, n in zip(table.columns, columns, numeric, strict=True)]
    narrow = [
        w if n or w <= LEAST else max(least(cells), w / 2) for w, n, cells in zip(wide, numeric, columns, strict=True)
    ]
    upright, lying = look.upright_points, look.lying_points
    for room, needs in ((upright, wide), (upright, narrow), (lying, wide), (lying, narrow)):
        for size in SIZES:
            if sum(needs) * size + CELL_ROOM * len(needs) <= room:
                return Fit(size, spread(needs, room), room == lying)
    return Fit(SIZES[-1], spread(narrow, lying), True, tuple(narrow))


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
    rows = tuple(tuple(row[at] for at in places) for row in table.rows)
    return replace(table, title=table.title + told, columns=tuple(table.columns[at] for at in places), rows=rows)


def numeric_columns(table: Table) -> list[bool]:
    """Which columns hold numbers: they stand at the right and are never wrapped."""
    return [
        column.right or any(number(row[place]) is not None for row in table.rows)
        for place, column in enumerate(table.columns)
    ]


def wanted(head: str, cells: Sequence[str], numeric: bool) -> float:
    """Ems: the longest cell on one line, the head on two."""
    longest = max(map(ems, cells), default=0.0)
    return max(longest if numeric else min(longest, MOST), ems(head) / 2 + 0.5) + SLACK


def least(cells: Sequence[str]) -> float:
    """Ems below which a column of text would break a code or a date in two."""
    words = (word for text in cells for word in WORD.findall(text))
    return max(LEAST, min(max(map(ems, words), default=0.0) + SLACK, MOST))


def ems(text: str) -> float:
    return sum(1.0 if east_asian_width(one) in "WFA" else 0.55 for one in text)


def spread(needs: Sequence[float], room: float) -> tuple[float, ...]:
    """The room shared out by need."""
    return tuple(each * room / sum(needs) for each in needs)


def cell_texts(table: Table) -> list[list[str]]:
    return [[printed(cell, column) for cell, column in zip(row, table.columns, strict=True)] for row in table.rows]


def drawn(table: Table, texts: Sequence[Sequence[str]], fitted: Fit, anchors: Mapping[str, int]):
    """The table itself. anchors: {key of a figure: its number in the annex}; the rows of the annex are bookmarked."""
    numeric, font = numeric_columns(table), Font(points=fitted.size)
    whole = round(sum(fitted.widths) * TWENTIETHS)
    properties = el(
        "w:tblPr",
        el("w:tblStyle", val="Statistics"),
        el("w:tblW", w=whole, type="dxa"),
        el("w:jc", val="center"),
        el("w:tblLayout", type="fixed"),
        el(
            "w:tblLook",
            val="0420",
            firstRow="1",
            lastRow="0",
            firstColumn="0",
            lastColumn="0",
            noHBand="1",
            noVBand="1",
        ),
        el("w:tblCaption", val=table.title),
    )
    grid = el("w:tblGrid", *(el("w:gridCol", w=round(width * TWENTIETHS)) for width in fitted.widths))
    made = el("w:tbl", properties, grid, head_row(table, fitted))
    for row, cells in zip(table.rows, texts, strict=True):
        made.append(body_row(row, cells, fitted, numeric, font, anchors, table.annex))
    return made


def head_row(table: Table, fitted: Fit):
    font = Font(points=fitted.size, chinese=HEI)
    cells = [cell([run(c.head, font)], w, "center", WASH) for c, w in zip(table.columns, fitted.widths, strict=True)]
    return el("w:tr", el("w:trPr", el("w:cantSplit"), el("w:tblHeader")), *cells)


def body_row(row: Sequence[Cell], texts, fitted: Fit, numeric, font: Font, anchors: Mapping[str, int], annex: bool):
    """A row; in the annex the first of its figures bears the bookmark that it is found by."""
    figure = next((each.key for each in row if isinstance(each, Quote)), "") if annex else ""
    cells = []
    for each, text, width, right in zip(row, texts, fitted.widths, numeric, strict=True):
        runs = [run(text, font)]
        if isinstance(each, Quote) and each.key in anchors:
            known = anchors[each.key]
            if not annex:
                runs = [link(anchor(known), *runs, tip=tip(each, known))]
            elif each.key == figure:
                runs, figure = bookmarked(known, anchor(known), runs), ""
        cells.append(cell(runs, width, "right" if right else "left"))
    return el("w:tr", el("w:trPr", el("w:cantSplit")), *cells)


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
