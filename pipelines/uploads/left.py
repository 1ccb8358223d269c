"""Lines and columns that are no data: titles, blank rows, totals, notes, repeated headers, columns without a name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from pipelines.contracts import common
from pipelines.uploads.decode import Decoded
from pipelines.uploads.lines import Line, parsed, rows_at
from pipelines.uploads.privacy import masked
from pipelines.uploads.problems import Problem
from pipelines.uploads.recognise import Recognised, without_end
from pipelines.uploads.typing_query import AMOUNTS, PAGE, scan, skip_condition
from pipelines.uploads.values import SPACES, bare

LISTED = 100
UNNAMED = "这一列没有列名，没有读入；要读入的请补上列名"


@dataclass(frozen=True)
class Left:
    """A line that is no data. kind: 标题, 空行, 合计, 说明, 表头重复 or 空列; text: how it begins.

    personal: an ID or telephone number stands in it, which text does not repeat.
    """

    line: int
    kind: str
    text: str
    personal: bool = False


def kind_of(cells: tuple[str, ...], reading: Recognised) -> str:
    """Why a row is no data, '' if it is data: what skip_condition says, in words."""
    if not any(cell.strip(SPACES) for cell in cells):
        return "空行"
    if without_end(cells) in reading.above:
        return "表头重复"
    if "!" <= cells[0] <= "~":
        return ""
    first = next((tidy for cell in cells[:3] if (tidy := cell.strip(SPACES))), "")
    if re.sub("[ 　]", "", first) in common().total_words:
        return "合计"
    noted = first.startswith(common().note_words) or re.search(PAGE, first)
    return "说明" if noted and not like_data(cells, reading) else ""


def like_data(cells: tuple[str, ...], reading: Recognised) -> bool:
    """Whether a row has all that a row is never without, as typing_query.like_data says."""
    needed = [(c, cells[at].strip(SPACES) if at < len(cells) else "") for c, at in reading.needed]
    return len(needed) > 2 and all(text and (c.type not in AMOUNTS or re.search("[0-9]", text)) for c, text in needed)


def left_lines(
    con, decoded: Decoded, reading: Recognised, taken: int, last: list[Line]
) -> tuple[int, tuple[Left, ...]]:
    """How many lines are no data, and the first hundred of them; taken: how many rows are data; last: see last_lines.

    Mostly all of them are among the last lines, and the file need not be read again.

    Where cells are quoted, only rows can be counted: empty lines are not among them.
    """
    above = titles(decoded, reading)
    below = count_below(con, decoded, reading, taken)
    listed = [left(line, reading) for line in last if kind_of(line.cells, reading)] if below else []
    if len(listed) != below:
        anywhere = plain_lines(decoded, reading) if decoded.lines else skipped_rows(con, decoded, reading)
        listed = [left(line, reading) for line in islice(anywhere, LISTED)]
    return len(above) + below, (*above, *listed)[:LISTED]


def titles(decoded: Decoded, reading: Recognised) -> list[Left]:
    above = [(end, decoded.head[end - 1]) for end in decoded.ends if end < reading.header.first]
    return [told(n, "标题" if any(c.strip() for c in cells) else "空行", cells) for n, cells in above]


def count_below(con, decoded: Decoded, reading: Recognised, taken: int) -> int:
    if decoded.lines:
        return decoded.lines - reading.header_line - taken
    return con.execute(f"select count(*) from {scan(decoded, reading)}").fetchone()[0] - taken


def plain_lines(decoded: Decoded, reading: Recognised) -> Iterator[Line]:
    """The lines below the header that are no data, of a file without quotes; most lines tell by their first sign."""
    above = {cell[:1] for line in reading.above for cell in line[:1]} | {decoded.delimiter}
    with decoded.path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        for number, text in enumerate(file, start=1):
            is_data = "!" <= text[:1] <= "~" and text[:1] not in above
            if number > reading.header_line and not is_data:
                line = parsed((number, text), decoded.delimiter)
                if kind_of(line.cells, reading):
                    yield line


def skipped_rows(con, decoded: Decoded, reading: Recognised) -> list[Line]:
    rows = f"select row_number() over () as row_in_file, * from {scan(decoded, reading)}"
    query = f"select row_in_file from ({rows}) where {skip_condition(reading)} order by row_in_file limit {LISTED}"
    wanted = {row for (row,) in con.execute(query).fetchall()}
    return [line for _, line in rows_at(decoded, reading.header_line, wanted)]


def left(line: Line, reading: Recognised) -> Left:
    return told(line.number, kind_of(line.cells, reading), line.cells)


def told(number: int, kind: str, cells: tuple[str, ...]) -> Left:
    text = "，".join(cell.strip() for cell in cells if cell.strip())
    return Left(number, kind, masked(text)[:60], masked(text) != text)


def unnamed_columns(con, decoded: Decoded, reading: Recognised) -> tuple[list[Left], list[Problem]]:
    """Columns without a header: empty ones, and a warning for each that holds something. Read again only for these."""
    at = [i for i, cell in enumerate(reading.header.cells) if not cell.strip()]
    if not at:
        return [], []
    asked = ", ".join(f"count(nullif({bare(f'c{i}')}, ''))" for i in at)
    query = f"select {asked} from {scan(decoded, reading)} where not {skip_condition(reading)}"
    filled = dict(zip(at, con.execute(query).fetchone(), strict=True))
    line = reading.header_line
    empty = [Left(line, "空列", column_name(i)) for i, rows in filled.items() if not rows]
    warned = [
        Problem(line, column_name(i), f"{rows} 行有内容", UNNAMED, "analytical") for i, rows in filled.items() if rows
    ]
    return empty, warned


def column_name(at: int) -> str:
    """第 28 列（AB）: as it is counted, and as Excel calls it."""
    letters, rest = "", at + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"第 {at + 1} 列（{letters}）"
