"""The result of a dry run: what a file is, what of it can be loaded, what is wrong with it, what was left out."""

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from pipelines.uploads.decode import Decoded
from pipelines.uploads.diagnosis import UNCLOSED, shown
from pipelines.uploads.files import Upload
from pipelines.uploads.left import LISTED, Left
from pipelines.uploads.mapping import header_candidates
from pipelines.uploads.privacy import masked
from pipelines.uploads.problems import Problem
from pipelines.uploads.recognise import Recognised

RUNAWAY = 10  # lines of one cell above the table


@dataclass(frozen=True)
class Staged:
    """A file after the dry run. rows: the Parquet of its good rows, None if nothing of the file can be loaded.

    head: its first lines as cells, for whoever maps them by hand; header: the cells of its header, at header_line;
    headers: column key -> the file's own header; mapping: source header -> column key, as it was mapped by hand.
    read = good + faulty: its data rows; periods: what the good rows would replace ('2026-06', '2026', or 'all');
    totals: of the good rows: rows, persons, and the sum of each amount and count column; stated: the file's own 合计
    row by column key; counties: county code -> the periods in which it has good rows ('' for rows without one), none
    where the file does not tell counties; skipped: how many lines are no data, left: the first hundred of them.
    """

    upload: Upload
    table: str = ""
    layout: str = ""
    encoding: str = ""
    sha256: str = ""
    columns: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    totals: dict[str, Decimal | int] | None = None
    skipped: int = 0
    problems: tuple[Problem, ...] = ()
    rows: Path | None = None
    header: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    header_line: int = 0
    head: tuple[tuple[str, ...], ...] = ()
    read: int = 0
    good: int = 0
    faulty: int = 0
    left: tuple[Left, ...] = ()
    stated: dict[str, Decimal] = field(default_factory=dict)
    mapping: dict[str, str] = field(default_factory=dict)
    counties: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def may_be_kept(self) -> bool:
        """Whether the file as it came may be kept: what was not read, or was refused, might be personal.

        Of more skipped lines than are listed, nobody has looked at the rest.
        """
        looked_at = self.skipped <= LISTED and not any(left.personal for left in self.left)
        return looked_at and not (self.dropped or self.faulty or "" in self.mapping.values())

    @property
    def state(self) -> str:
        """unknown (no table recognised), refused, partial (faulty rows may be kept out), or ready.

        skipped: a sheet of a workbook that is no upload table, beside others that may be.
        """
        if not self.table:
            return "skipped" if self.upload.optional else "unknown"
        if self.rows is None:
            return "refused"
        return "partial" if self.faulty else "ready"


def unknown(upload: Upload, decoded: Decoded) -> Staged:
    """A file of no table: its likeliest header, for whoever maps it by hand."""
    line = next(iter(header_candidates(decoded.head)), 1)
    header = decoded.head[line - 1]
    cells = masked("、".join(cell.strip() for cell in header if cell.strip()))[:80]
    problem = Problem(line, "表头", cells, "应为某一张上传表的表头；请对照模板", "structural")
    return Staged(
        upload,
        encoding=decoded.encoding,
        sha256=decoded.sha256,
        problems=(unclosed(decoded) or problem,),
        header=header,
        header_line=line,
        head=decoded.head,
    )


def unclosed(decoded: Decoded) -> Problem | None:
    """A cell that runs over most of the first lines: its quote is never closed."""
    for before, end in pairwise((0, *decoded.ends)):
        if end - before > RUNAWAY:
            text = next((cell for cell in decoded.head[end - 1] if "\n" in cell), "").split("\n")[0]
            return Problem(before + 1, "", shown(text), UNCLOSED, "structural")
    return None


def described(upload: Upload, decoded: Decoded, reading: Recognised, **more) -> Staged:
    return Staged(
        upload,
        reading.contract.table,
        reading.layout.name,
        decoded.encoding,
        decoded.sha256,
        tuple(reading.sources),
        reading.dropped,
        reading.ignored,
        header=reading.header.cells,
        headers={key: source.header for key, source in reading.sources.items()},
        header_line=reading.header_line,
        head=decoded.head,
        mapping=reading.mapping,
        **more,
    )
