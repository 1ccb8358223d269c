"""Tables in the text, in columns parted by tabs, bars or wide spaces: totals of columns, averages along rows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from reports.checking.readings import Reading, reading, summed
from reports.checking.tokens import FAMILY_OF, MAGNITUDES, UNITS, Figure

CELL = re.compile(r"\||\t+|(?<=\S) {2,}(?=\S)")
NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?%?")
SIGNED = re.compile(rf"[+−]?{NUMBER.pattern}")
TOTAL = re.compile(r"^(?:合\s*计|总\s*计|共\s*计|小\s*计|全县(?:合计)?)$")
NO_SUM = re.compile(r"率|比|占|%|次均|人均|平均|日均|增|降|排名|序号|年份|月份|床日费用")
UNIT = re.compile(rf"(?P<magnitude>百万|千万|亿|万|千)?(?P<unit>{'|'.join(UNITS)})")
NARROWEST = 3
LONGEST_ROW = 2000  # characters
PARTED = re.compile(r"[\t|]|\S {2,}\S")


@dataclass(frozen=True)
class Cell:
    """A cell. start, end: its place in the text; figure: its number in the unit of its head, if it is one."""

    start: int
    end: int
    text: str
    figure: Figure | None = None


@dataclass(frozen=True)
class Table:
    """A table. heads: the text of its header cells; rows: the cells below, as many in each; caption: the line above."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    start: int
    end: int

    @property
    def total(self) -> tuple[Cell, ...] | None:
        return next((row for row in reversed(self.rows) if TOTAL.match(row[0].text)), None)


def tables_of(half: str) -> list[Table]:
    """The tables of a half-width text: three columns and two lines at least, the first without numbers."""
    lines = [(m.start(), cells(half, m.start(), m.end())) for m in re.finditer(r"[^\n]+", half)]
    found, block = [], []
    for _, row in [*lines, (len(half), [])]:
        if block and len(row) == len(block[0]) and len(row) >= NARROWEST:
            block.append(row)
            continue
        found += [block] if len(block) > 2 else []
        block = [row] if len(row) >= NARROWEST and not any(NUMBER.fullmatch(c.text) for c in row) else []
    return [table for block in found if (table := made(half, block))]


def headless(half: str, tables: list[Table]) -> list[tuple[int, int]]:
    """(start, end) of lines that look like rows of a table whose head is not known: nothing can be said of them."""
    lines = [
        (m.start(), m.end()) for m in re.finditer(r"[^\n]+", half) if len(m[0]) < LONGEST_ROW and PARTED.search(m[0])
    ]
    outside = [line for line in lines if not any(table.start <= line[0] < table.end for table in tables)]
    return [line for line in outside if is_row(cells(half, *line))]


def is_row(found: list[Cell]) -> bool:
    """Whether cells are those of a row: two numbers among them, or so many that they are no sentence."""
    return sum(bool(SIGNED.fullmatch(cell.text)) for cell in found) > 1 or len(found) > NARROWEST


def cells(half: str, start: int, end: int) -> list[Cell]:
    line = half[start:end]
    edges = [0, *(edge for m in CELL.finditer(line) for edge in m.span()), len(line)]
    spans = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    stripped = [
        (a + len(line[a:b]) - len(line[a:b].lstrip()), b - len(line[a:b]) + len(line[a:b].rstrip())) for a, b in spans
    ]
    inner = [(a, b) for n, (a, b) in enumerate(stripped) if b > a or 0 < n < len(stripped) - 1]
    return [Cell(start + a, start + max(a, b), line[a : max(a, b)]) for a, b in inner]


def made(half: str, block: list[list[Cell]]) -> Table | None:
    heads = tuple(cell.text for cell in block[0])
    body = [row for row in block[1:] if not re.fullmatch(r"[-:| ]*", "".join(c.text for c in row))]
    caption = half[: block[0][0].start].rstrip("\n ").rpartition("\n")[2]
    rows = tuple(tuple(filled(cell, head, caption) for cell, head in zip(row, heads, strict=True)) for row in body)
    numeric = sum(cell.figure is not None for row in rows for cell in row)
    return Table(heads, rows, block[0][0].start, rows[-1][-1].end) if rows and numeric * 2 > len(rows) else None


def filled(cell: Cell, head: str, caption: str) -> Cell:
    if not NUMBER.fullmatch(cell.text):
        return cell
    magnitude, unit = unit_of(head, caption, cell.text)
    value = Decimal(cell.text.rstrip("%").replace(",", ""))
    figure = Figure(cell.start, cell.end, value, magnitude + unit, MAGNITUDES[magnitude], FAMILY_OF.get(unit, ""))
    return Cell(cell.start, cell.end, cell.text, figure)


def unit_of(head: str, caption: str, text: str) -> tuple[str, str]:
    """The unit of a column: in its head's brackets, by its head's words, or the caption's 单位：万元."""
    if text.endswith("%") or "%" in head or re.search(r"率|占比|比例$", head):
        return "", "%"
    bracket = re.search(r"[(/]([^()/]+)\)?$", head)
    for where in (
        bracket[1] if bracket else "",
        head if re.search(r"人次|人数$|家数$", head) else "",
        unit_said(caption),
    ):
        if found := UNIT.search(where):
            return found["magnitude"] or "", found["unit"]
    return "", ""


def unit_said(caption: str) -> str:
    said = re.search(r"单位\s*:?\s*([^)\s,，、]+)", caption)
    return said[1] if said else ""


def tabled(tables: list[Table]) -> Iterator[Reading]:
    """The readings of every table."""
    for table in tables:
        yield from totals(table)
        yield from averages(table)


def totals(table: Table) -> Iterator[Reading]:
    total = table.total
    if total is None:
        return
    above = table.rows[: table.rows.index(total)]
    for place, head in enumerate(table.heads):
        parts = [row[place].figure for row in above if row[place].figure]
        if total[place].figure and not NO_SUM.search(head) and len(parts) >= 2 and len(parts) == len(above):
            yield summed(total[place].figure, parts, firm=True)


def averages(table: Table) -> Iterator[Reading]:
    """次均费用 = 总费用 ÷ 人次 in each row, where the heads say so."""
    for place, head in enumerate(table.heads):
        family = "persons" if re.search(r"人均", head) else "visits" if re.search(r"次均|例均", head) else ""
        money = [
            n for n, h in enumerate(table.heads) if re.search(r"总?(?:费用|金额|支出)", h) and not NO_SUM.search(h)
        ]
        counts = [n for n, h in enumerate(table.heads) if counting(h, family)]
        if not family or len(money) != 1 or len(counts) != 1:
            continue
        for row in table.rows:
            sum_, count, target = row[money[0]].figure, row[counts[0]].figure, row[place].figure
            if sum_ and count and target:
                yield from filter(None, [reading("ratio", target, "a/b", {"a": sum_, "b": count})])


def counting(head: str, family: str) -> bool:
    if NO_SUM.search(head):
        return False
    return "人次" in head or "例数" in head if family == "visits" else bool(re.search(r"人数|参保", head))
