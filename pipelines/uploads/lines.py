"""The lines of a file behind the engine's rows: where each stands, and how it is written."""

import csv
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.uploads.decode import Decoded

CHUNK = 1 << 20
TAIL = 1 << 16  # the bytes in which what stands below a table is looked for


class Unclosed(ValueError):
    """A quote that is never closed, in the row that begins at line number."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True)
class Line:
    """A row of the file: the number of its first line (1 = first), and its cells as they are written."""

    number: int
    cells: tuple[str, ...]


def rows_at(decoded: Decoded, header_line: int, wanted: Collection[int]) -> Iterator[tuple[int, Line]]:
    """Row of the engine (1 = first below the header) and its line, in order. A quoted cell may run over lines."""
    last = max(wanted, default=0)
    for row, line in rows_below(decoded, header_line) if wanted else ():
        if row in wanted:
            yield row, line if isinstance(line, Line) else parsed(line, decoded.delimiter)
        if row >= last:
            return


def rows_below(decoded: Decoded, header_line: int) -> Iterator[tuple[int, "Line | tuple[int, str]"]]:
    """Number and line of each row below the header; unparsed where no cell is quoted, which is ten times faster."""
    with decoded.path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        if decoded.lines:
            filled = ((n, text) for n, text in enumerate(file, 1) if n > header_line and text.rstrip("\r\n"))
            yield from enumerate(filled, start=1)
            return
        rows = parsed_lines(file, decoded.delimiter)
        yield from enumerate((line for line in rows if line.number > header_line and line.cells), start=1)


def parsed(line: tuple[int, str], delimiter: str) -> Line:
    number, text = line
    return Line(number, tuple(next(csv.reader([text], delimiter=delimiter), ())))


def parsed_lines(file: Iterable[str], delimiter: str, strict: bool = False) -> Iterator[Line]:
    """Every row of a text with the line that it starts at; an empty line has no cells. Unclosed if strict is broken."""
    reader, start = csv.reader(file, delimiter=delimiter, strict=strict), 1
    try:
        for cells in reader:
            yield Line(start, tuple(cells))
            start = reader.line_num + 1
    except csv.Error as error:
        raise Unclosed(start) from error


def last_lines(decoded: Decoded, header_line: int) -> list[Line]:
    """The lines below the header within a file's last bytes, empty ones too; each parsed by itself."""
    with decoded.path.open("rb") as file:
        start = max(0, decoded.path.stat().st_size - TAIL)
        file.seek(start)
        texts = file.read().decode("utf-8-sig", errors="ignore").split("\n")
    if texts and not texts[-1]:
        texts.pop()  # what follows the last line's end is no line
    before = decoded.lines - len(texts) if decoded.lines else newlines_before(decoded.path, start)
    numbered = [(before + n, text.rstrip("\r")) for n, text in enumerate(texts, start=1)]
    whole = numbered[1 if start else 0 :]  # the first may have lost its beginning
    return [parsed(line, decoded.delimiter) for line in whole if line[0] > header_line]


def newlines_before(path: Path, position: int) -> int:
    count = 0
    with path.open("rb") as file:
        while position > 0 and (chunk := file.read(min(CHUNK, position))):
            count += chunk.count(b"\n")
            position -= len(chunk)
    return count
