"""Merged cells: in a header they are spread so that one line names every column; over data rows they are reported.

A merged cell holds its value in the upper left corner, and the others are empty: read as it stands, a scheme merged
over forty rows would be the scheme of the first alone.
"""

from collections import Counter
from dataclasses import dataclass

from pipelines.contracts import common
from pipelines.uploads.headers import UNIT, plain, squeezed, unit_of
from pipelines.uploads.problems import Problem
from pipelines.uploads.recognise import recognise

HEADER_ROWS = 10
LISTED = 100
APART = "单元格是合并的，只有左上角一格有内容；请取消合并，把每一行都填上"


@dataclass(frozen=True)
class Merge:
    """Cells merged into one, counted from 0, the last ones included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def tall(self) -> bool:
        return self.bottom > self.top


def settled(head: list[list[str]], merges: list[Merge]) -> tuple[list[list[str]], int]:
    """The first rows with the merges of the header spread, and how many of them lie above the data."""
    near = [merge for merge in merges if merge.top < HEADER_ROWS and merge.bottom < len(head)]
    spread = named(lowered(head, near), near)
    found = recognise(tuple(map(tuple, spread)))
    last = found.header_line if found else likely_header(near)
    above = [merge for merge in near if merge.bottom < last]
    return named(lowered(head, above), above), last


def likely_header(merges: list[Merge]) -> int:
    """The header's last line where no table is recognised: where the first names over several lines end."""
    spans = Counter((merge.bottom, merge.top) for merge in merges if merge.tall)
    beside = {merge.top for merge in merges if not merge.tall}
    found = [bottom for (bottom, top), count in sorted(spans.items()) if count > 1 or top in beside]
    return found[0] + 1 if found else 1 + max((m.bottom for m in merges if not m.tall and m.top == 0), default=-1)


def lowered(head: list[list[str]], merges: list[Merge]) -> list[list[str]]:
    """A name over several lines stands in the last of them, beside the names of the columns."""
    rows = [list(row) for row in head]
    for merge in merges:
        if merge.tall:
            value, rows[merge.top][merge.left] = rows[merge.top][merge.left], ""
            rows[merge.bottom][merge.left] = value
    return rows


def named(head: list[list[str]], merges: list[Merge]) -> list[list[str]]:
    """Columns of one name below different parents (居民 and 职工 over 人次) bear the parent's name before their own.

    A unit behind the parent's name stands behind each of its columns' names.
    """
    rows = [list(row) for row in head]
    for line in sorted({merge.bottom + 1 for merge in merges if merge.right > merge.left}):
        if line >= len(rows):
            continue
        names = [plain(cell) for cell in head[line]]
        often = {name for name, count in Counter(names).items() if name and count > 1}
        for merge in [m for m in merges if m.bottom + 1 == line and m.right > m.left]:
            parent = head[merge.bottom][merge.left].strip()
            for column in range(merge.left, merge.right + 1):
                rows[line][column] = below(parent, rows[line][column].strip(), names[column] in often)
    return rows


def below(parent: str, name: str, often: bool) -> str:
    """A column's name below its parent's: 居民 over 人次 is 居民人次 if 人次 comes often; 金额(万元) gives its unit."""
    unit = unit_of(parent) if name and not unit_of(name) else None
    group = UNIT.sub("", squeezed(parent)) if unit else parent
    return (group if often else "") + name + (f"({unit})" if unit else "")


def over_data(merges: list[Merge], last: int, first_cells: dict[int, str], header: list[str]) -> list[Problem]:
    """What is merged below the header, but for totals and notes. first_cells: row -> its first filled cell."""
    found = [merge for merge in merges if merge.bottom >= last and merge.top in first_cells]
    data = [merge for merge in found if not says_no_data(first_cells[merge.top])]
    problems = [problem(merge, header) for merge in sorted(data, key=lambda m: (m.top, m.left))[:LISTED]]
    if len(data) > LISTED:
        more = f"共 {len(data)} 处合并单元格"
        problems.append(Problem(None, "", more, f"以上只列出前 {LISTED} 处；请全部取消合并", "structural"))
    return problems


def says_no_data(cell: str) -> bool:
    bare = "".join(cell.split())
    return bare in common().total_words or bare.startswith(common().note_words)


def problem(merge: Merge, header: list[str]) -> Problem:
    column = header[merge.left].strip() if merge.left < len(header) else ""
    where = (
        f"第 {merge.top + 1} 行到第 {merge.bottom + 1} 行" if merge.tall else f"横跨 {merge.right - merge.left + 1} 列"
    )
    return Problem(merge.top + 1, column or f"{letters(merge.left)} 列", where, APART, "structural")


def letters(column: int) -> str:
    """The column's name in Excel: 0 -> A, 26 -> AA."""
    found, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found
