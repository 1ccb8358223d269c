"""One uploaded CSV -> typed rows in Parquet, with the problems that were found on the way.

One pass over the file does the work: DuckDB reads every cell as text, a join per code list and an expression per column
type it, and each row carries a flag that says whether anything in it was wrong. Only then, and only if there is
something wrong, is the file read a second time to say where (diagnosis.py).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

import duckdb

from pipelines.contracts import Contract, code_lists, words
from pipelines.engine import literal, name, workbench
from pipelines.uploads import diagnosis
from pipelines.uploads.decode import Decoded, Misread, UnreadableFile, decode, decode_as
from pipelines.uploads.diagnosis import SHOWN
from pipelines.uploads.doubts import doubts
from pipelines.uploads.files import Upload
from pipelines.uploads.kinds import why
from pipelines.uploads.mapping import Mapping, Remembered, forgetful, header_candidates
from pipelines.uploads.problems import Problem, stops
from pipelines.uploads.recognise import Recognised, recognise
from pipelines.uploads.typing_query import strict_rows
from pipelines.uploads.values import list_of

Words = Callable[[str], dict[str, str]]
PARQUET = "format parquet, compression zstd, compression_level 1"
NO_TABLE = "这张工作表不是上传表"
PERIODS = {"month": "2026-06", "year": "2026"}


@dataclass(frozen=True)
class Known:
    """What is known beside the file: see stage."""

    key: str
    words_of: Words
    mapping: Mapping | None
    remembered: Remembered
    listed: int


@dataclass(frozen=True)
class Left:
    """A line that is no data. kind: 标题, 空行, 合计, 说明 or 空列; text: how it begins."""

    line: int
    kind: str
    text: str


@dataclass(frozen=True)
class Staged:
    """A file after the dry run. rows: the Parquet of its good rows, None if nothing of the file can be loaded.

    head: its first lines as cells, for whoever maps them by hand; header: the cells of its header, at header_line;
    headers: column key -> the file's own header; mapping: source header -> column key, as it was mapped by hand.
    read = good + faulty: its data rows; periods: what the good rows would replace ('2026-06', '2026', or 'all');
    totals: of the good rows: rows, persons, and the sum of each amount and count column; stated: the file's own 合计
    row by column key; skipped: how many lines are no data, left: the first hundred of them.
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


def stage(
    upload: Upload,
    folder: Path,
    key: str,
    words_of: Words = words,
    mapping: Mapping | None = None,
    remembered: Remembered = forgetful,
    listed: int = SHOWN,
) -> Staged:
    """Read an upload into folder/rows.parquet. key: the person key; words_of: list name -> what may be written for it.

    mapping: headers as they were matched by hand for this file; remembered: signature of a header -> the mapping of its
    source, if it has one; listed: for how many faulty rows the problems are told one by one.
    Never raises for what a file may hold: the result carries the problems.
    """
    known = Known(key, words_of, mapping, remembered, listed)
    try:
        if upload.refusal:
            raise UnreadableFile(upload.refusal)
        decoded = decode(upload.path, folder, "," if upload.sheet else "")
        return with_what_unpacking_found(upload, read_as(upload, folder, known, decoded))
    except UnreadableFile as error:
        severity = "analytical" if upload.optional else "structural"
        return Staged(upload, problems=(Problem(None, "", upload.name, str(error), severity),))
    except OSError as error:
        return Staged(upload, problems=(Problem(None, "", upload.name, why(error), "structural"),))


def with_what_unpacking_found(upload: Upload, staged: Staged) -> Staged:
    """Its problems stand before what reading found, and stop the file as well; the digest is the file's own."""
    if upload.evidence != upload.path:
        staged = replace(staged, sha256=digest(upload.evidence))
    if staged.state == "skipped":
        return replace(staged, problems=(Problem(None, "", NO_TABLE, "没有读入；其余工作表照常", "analytical"),))
    rows = None if stops(upload.problems) else staged.rows
    return replace(staged, problems=(*upload.problems, *staged.problems), rows=rows)


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_as(upload: Upload, folder: Path, known: Known, decoded: Decoded) -> Staged:
    reading = recognise(decoded.head, known.mapping, known.remembered)
    if reading is None:
        return unknown(upload, decoded)
    if any(p.severity == "structural" for p in reading.problems):
        return described(upload, decoded, reading, problems=reading.problems)
    con = workbench(folder)
    try:
        return read(con, upload, decoded, reading, folder / "rows.parquet", known)
    except Misread as misread:
        return read_as(upload, folder, known, redecoded(upload.path, folder, misread.encoding))
    finally:
        con.close()


def redecoded(path: Path, folder: Path, encoding: str) -> Decoded:
    try:
        return decode_as(path, folder, encoding, rewrite=True)
    except UnicodeDecodeError as error:
        raise UnreadableFile("前面是 UTF-8，后面夹有不能识别的字符；请在 Excel 中另存为“CSV UTF-8”") from error


def unknown(upload: Upload, decoded: Decoded) -> Staged:
    """A file of no table: its likeliest header, for whoever maps it by hand."""
    line = next(iter(header_candidates(decoded.head)), 1)
    header = decoded.head[line - 1]
    cells = "、".join(cell.strip() for cell in header if cell.strip())[:80]
    problem = Problem(line, "表头", cells, "应为某一张上传表的表头；请对照模板", "structural")
    return Staged(
        upload,
        encoding=decoded.encoding,
        sha256=decoded.sha256,
        problems=(problem,),
        header=header,
        header_line=line,
        head=decoded.head,
    )


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


def read(con, upload: Upload, decoded: Decoded, reading: Recognised, target: Path, known: Known) -> Staged:
    prepare(con, reading, known.key, known.words_of)
    try:
        con.execute(f"copy ({strict_rows(decoded, reading)}) to {literal(target)} ({PARQUET})")
    except duckdb.Error as error:
        decoded.confirm()
        if decoded.encoding == "UTF-8" and "unicode" in str(error).lower():
            raise Misread("gb18030") from error
        problems, skipped = diagnosis.explain(con, decoded, reading, error)
        return described(upload, decoded, reading, skipped=skipped, problems=tuple(problems))
    decoded.confirm()
    problems = doubts(con, decoded, reading, target)
    summed = totals(con, reading.contract, target)
    if not summed["rows"]:
        problems.append(Problem(None, "", upload.name, "文件里没有数据行；应至少有一行", "structural"))
    return described(
        upload,
        decoded,
        reading,
        periods=periods(con, reading, target),
        totals=summed,
        skipped=diagnosis.left_out(con, decoded, reading, summed["rows"]),
        problems=tuple(problems),
        rows=None if stops(problems) else target,
    )


def prepare(con, reading: Recognised, key: str, words_of: Words) -> None:
    """The words of the code lists as tables and variables; the person key as a variable, never as text in a query."""
    con.execute("set variable person_key = ?", [f"{key}:"])
    for source in {list_of(column) for column in reading.contract.columns.values()} - {None}:
        prepare_words(con, source, words_of(source))


def prepare_words(con, source: str, known: dict[str, str]) -> None:
    table, kind = name("words_" + source), name("code_" + source)
    con.execute("create or replace temp table codes as select distinct unnest(?) as code", [list(known.values())])
    con.execute(f"drop type if exists {kind}")
    con.execute(f"create type {kind} as enum (select code from codes order by code)")
    columns = f"select unnest(?) as word, cast(unnest(?) as {kind}) as code"
    con.execute(f"create or replace temp table {table} as {columns}", [list(known), list(known.values())])
    con.execute(f"set variable words_{source} = (select map(list(word), list(code)) from {table})")
    if source in code_lists():
        con.execute(f"set variable prefixes_{source} = ?", [list(code_lists()[source])])


def periods(con, reading: Recognised, target: Path) -> tuple[str, ...]:
    """The months or years that the rows cover, in order; ('all',) for a table without periods."""
    if reading.contract.grain == "none":
        return ("all",)
    column, length = name(reading.layout.period), len(PERIODS[reading.contract.grain])
    found = con.execute(f"select distinct {column} from {literal(target)} where {column} is not null").fetchall()
    return tuple(sorted({str(value)[:length] for (value,) in found}))


def totals(con, contract: Contract, target: Path) -> dict[str, Decimal | int]:
    """Rows, distinct persons, and the sum of each amount and count column: what the receipt shows."""
    amounts = [c.key for c in contract.columns.values() if c.type in ("money", "count")]
    persons = [c.key for c in contract.columns.values() if c.type == "person"]
    asked = ["count(*)", *(f"count(distinct {name(p)})" for p in persons), *(f"sum({name(a)})" for a in amounts)]
    keys = ["rows", *("persons" for _ in persons), *amounts]
    found = con.execute(f"select {', '.join(asked)} from {literal(target)}").fetchone()
    return {k: v for k, v in zip(keys, found, strict=True) if v is not None}
