"""What is wrong with a cell, a row or a line, said in Chinese; and the lines that are broken."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.contracts import Column, common
from pipelines.uploads import values
from pipelines.uploads.decode import Decoded
from pipelines.uploads.left import kind_of
from pipelines.uploads.lines import Line, Unclosed, parsed_lines
from pipelines.uploads.privacy import masked
from pipelines.uploads.problems import Problem
from pipelines.uploads.recognise import Recognised
from pipelines.uploads.typing_query import cells_of, firm_rules, present

SHOWN = 1000
SHORT = "这一行的列数比表头少"
LONG = "这一行的列数比表头多；含逗号的内容应加双引号"
UNCLOSED = "双引号没有配对"
NO_ROWS = "文件无法按行列读出；请在 Excel 中打开检查，另存为“CSV UTF-8”后再试"


def row_problems(line: Line, reading: Recognised, bad_cells: list[bool] | None, broken: list[bool] | None):
    """Every unreadable cell of a row, or every rule that it breaks: flags as flagged() gives them."""
    text, columns = cells_of(reading, line.cells), present(reading)
    if bad_cells:  # a rule over a cell that could not be read says nothing more
        faulty = [c for c, is_bad in zip(columns, bad_cells, strict=True) if is_bad]
        return [Problem(line.number, c.header, shown(text[c.key]), cell_wanted(c, text[c.key])) for c in faulty]
    headers = {c.key: c.header for c in columns}
    return [
        Problem(line.number, headers.get(r.column, r.column), shown(text.get(r.column, "")), r.wanted, r.severity)
        for r, is_broken in zip(firm_rules(reading), broken, strict=True)
        if is_broken
    ]


def cell_wanted(column: Column, text: str) -> str:
    if column.free and any(re.search(pattern, text) for pattern in common().forbidden_text):
        return f"含有{common().forbidden_text_meaning}；系统不保存个人信息，请删去"
    if not text.strip():
        return f"不能为空；{values.wanted(column)}"
    if re.search(values.POWER, text.strip()):
        return values.SHORTENED
    if re.search(values.FAILED, text.strip()):
        return values.NO_RESULT
    return values.wanted(column)


def shown(text: str) -> str:
    """A cell as a message repeats it: its beginning, and not the personal number that it may be refused for."""
    return masked(text)[:60]


def unlisted(total: int, listed: int) -> list[Problem]:
    if total <= listed:
        return []
    return [Problem(None, "", f"共 {total} 行有问题", f"以上只列出前 {listed} 行，改好后再试一次")]


@dataclass
class Broken:
    """A file whose lines don't all have the header's width. rows: its data rows; at: row -> line of the broken ones."""

    rows: int = 0
    at: dict[int, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, row: int, line: int, text: str, wanted: str, listed: int) -> None:
        self.at[row] = line
        if len(self.problems) < listed:
            self.problems.append(Problem(line, "", shown(text), wanted, "structural"))


def broken_lines(decoded: Decoded, reading: Recognised, listed: int = SHOWN) -> Broken:
    """Lines with more or fewer cells than the header, and a quote that is never closed; the first listed are told."""
    found, row = Broken(), 0
    with decoded.path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        try:
            for row, line in enumerate(rows_of_file(file, decoded, reading), start=1):
                fits = fitted(line, reading) is not None
                found.rows += not (fits and kind_of(line.cells, reading))
                if not fits:
                    short = len(line.cells) < reading.width
                    text = decoded.delimiter.join(line.cells)
                    found.add(row, line.number, text, SHORT if short else LONG, listed)
        except Unclosed as error:
            found.rows += 1
            found.add(row + 1, error.number, line_at(decoded.path, error.number), UNCLOSED, listed)
    return found


def rows_of_file(file, decoded: Decoded, reading: Recognised) -> Iterator[Line]:
    """The filled lines below the header; Unclosed where a quote is never closed."""
    for line in parsed_lines(file, decoded.delimiter, strict=True):
        if line.number > reading.header_line and line.cells:
            yield line


def fitted(line: Line, reading: Recognised) -> tuple[str, ...] | None:
    """The cells of a line in the width of the header, None if that would lose or make up something.

    A note or a total below the table may be shorter, and blank cells at the end may be more than the header has.
    """
    width, more = reading.width, line.cells[reading.width :]
    if len(line.cells) == width:
        return line.cells
    if more:
        return line.cells[:width] if not any(cell.strip(values.SPACES) for cell in more) else None
    return (*line.cells, *[""] * (width - len(line.cells))) if kind_of(line.cells, reading) else None


def mended(decoded: Decoded, reading: Recognised, target: Path) -> bool:
    """Write a copy in which every line has the header's width, if nothing is lost by it. Line numbers stay."""
    with (
        decoded.path.open(encoding="utf-8-sig", newline="") as file,
        target.open("w", encoding="utf-8", newline="") as copy,
    ):
        writer = csv.writer(copy, delimiter=decoded.delimiter, lineterminator="\n")
        try:
            for line in parsed_lines(file, decoded.delimiter, strict=True):
                cells = fitted(line, reading) if line.number > reading.header_line and line.cells else line.cells
                if cells is None:
                    return False
                writer.writerow(cells)
        except (Unclosed, UnicodeDecodeError):
            return False
    return True


def line_at(path: Path, number: int) -> str:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return next((text for n, text in enumerate(file, start=1) if n == number), "").strip()


def unreadable(name: str) -> Problem:
    return Problem(None, "", name, NO_ROWS, "structural")
