"""One uploaded CSV -> typed rows in Parquet, with the problems that were found on the way.

One pass over the file does the work: DuckDB reads every cell as text, a join per code list and an expression per column
type it, and each row carries a flag that says whether anything in it was wrong. Only then, and only if there is
something wrong, is the file read a second time to say where (diagnosis.py).
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import duckdb

from pipelines.contracts import Contract, code_lists, words
from pipelines.engine import literal, name, workbench
from pipelines.uploads.decode import Decoded, Misread, UnreadableFile, decode, decode_as, is_utf8
from pipelines.uploads.diagnosis import SHOWN, broken_lines, mended, unlisted, unreadable
from pipelines.uploads.doubts import cut_numbers, stated_totals, warnings, wrong_totals
from pipelines.uploads.files import Upload
from pipelines.uploads.kinds import DISK_TROUBLE, why
from pipelines.uploads.left import left_lines, unnamed_columns
from pipelines.uploads.lines import last_lines
from pipelines.uploads.mapping import Mapping, Remembered, forgetful
from pipelines.uploads.problems import Problem, stops
from pipelines.uploads.recognise import Recognised, recognise
from pipelines.uploads.sorting import PARQUET, Sorted, faulty_beside, in_order, sort_rows, stray_months
from pipelines.uploads.staged import Staged, described, unknown
from pipelines.uploads.typing_query import strict_rows
from pipelines.uploads.values import list_of

Words = Callable[[str], dict[str, str]]
WORKBOOK = "Excel"  # what stands in place of an encoding
NO_TABLE = "这张工作表不是上传表"
SHORT_OF_ROOM = (duckdb.IOException, duckdb.OutOfMemoryException, MemoryError)
LOG = logging.getLogger(__name__)
PERIODS = {"month": "2026-06", "year": "2026"}


@dataclass(frozen=True)
class Known:
    """What is known beside the file: see stage."""

    key: str
    words_of: Words
    mapping: Mapping | None
    remembered: Remembered
    listed: int


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
        decoded = decode(upload.path, folder, upload.delimiter)
        return with_what_unpacking_found(upload, read_as(upload, folder, known, decoded))
    except UnreadableFile as error:
        severity = "analytical" if upload.optional else "structural"
        return Staged(upload, problems=(Problem(None, "", upload.name, str(error), severity),))
    except OSError as error:
        if error.errno in DISK_TROUBLE:
            raise
        return Staged(upload, problems=(Problem(None, "", upload.name, why(error), "structural"),))
    except SHORT_OF_ROOM:
        raise
    except Exception:  # whatever a file may hold, staff read a sentence; the log keeps what the engine said
        LOG.exception("staging %s", upload.path)
        return Staged(upload, problems=(unreadable(upload.name),))


def with_what_unpacking_found(upload: Upload, staged: Staged) -> Staged:
    """Its problems stand before what reading found, and stop the file as well; the digest is the file's own."""
    if upload.evidence != upload.path:
        staged = replace(staged, sha256=digest(upload.evidence), encoding=WORKBOOK)
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
    if stops(reading.problems):
        return described(upload, decoded, reading, problems=reading.problems)
    try:
        with workbench(folder) as con:
            prepare(con, reading, known.key, known.words_of)
            return read(con, upload, decoded, reading, folder / "rows.parquet", known.listed)
    except Misread as misread:
        return read_as(upload, folder, known, redecoded(upload.path, folder, misread.encoding))


def redecoded(path: Path, folder: Path, encoding: str) -> Decoded:
    try:
        return decode_as(path, folder, encoding, rewrite=True)
    except UnicodeDecodeError as error:
        raise UnreadableFile("前面是 UTF-8，后面夹有不能识别的字符；请在 Excel 中另存为“CSV UTF-8”") from error


def read(con, upload: Upload, decoded: Decoded, reading: Recognised, target: Path, listed: int) -> Staged:
    """The first way: every row is typed in one pass that ends at the first fault. Then the second, with all told."""
    try:
        rows = in_order(strict_rows(decoded, reading), decoded, reading)
        con.execute(f"copy ({rows}) to {literal(target)} ({PARQUET})")
    except SHORT_OF_ROOM:
        raise
    except duckdb.Error:
        decoded.confirm()
        return read_sorted(con, upload, decoded, reading, target, listed)
    decoded.confirm()
    if one_of_a_kind(con, reading, target):
        return finished(con, upload, decoded, reading, target)
    return read_sorted(con, upload, decoded, reading, target, listed)


def one_of_a_kind(con, reading: Recognised, target: Path) -> bool:
    """Whether no two rows have one key, and no month lies years from the others."""
    listed = ", ".join(name(key) for key in reading.layout.unique)
    total, keys = con.execute(f"select count(*), count(distinct hash({listed})) from {literal(target)}").fetchone()
    return total == keys and not stray_months(con, reading, literal(target))


def read_sorted(con, upload: Upload, decoded: Decoded, reading: Recognised, target: Path, listed: int) -> Staged:
    """The second way. Lines that only lack their empty end are mended first; others that are broken stop the file."""
    try:
        rows = sort_rows(con, decoded, reading, target, listed)
    except SHORT_OF_ROOM:
        raise
    except duckdb.Error as error:
        if not is_utf8(decoded.path):
            raise Misread("gb18030") from error
        copy = target.with_name("mended.csv")
        if decoded.path != copy and mended(decoded, reading, copy):
            return read(con, upload, replace(decoded, path=copy), reading, target, listed)
        return broken(con, upload, decoded, reading, target, listed)
    return finished(con, upload, decoded, reading, target, rows, listed)


def broken(con, upload: Upload, decoded: Decoded, reading: Recognised, target: Path, listed: int) -> Staged:
    """A file whose lines can't be told apart: nothing of it is loaded; the lines are told, and faulty cells beside."""
    found = broken_lines(decoded, reading, listed)
    if not found.at:
        LOG.error("the engine can't read %s", decoded.path)
        return described(upload, decoded, reading, problems=(unreadable(upload.name),))
    beside = faulty_beside(con, decoded, reading, target, found, listed)
    faulty = len(found.at) + beside.faulty
    rows = max(found.rows, faulty)  # a quote that is never closed may begin above the table
    told = sorted([*found.problems, *beside.problems], key=lambda p: p.line or 0)
    return described(
        upload,
        decoded,
        reading,
        problems=(*told, *unlisted(faulty, listed)),
        read=rows,
        good=rows - faulty,
        faulty=faulty,
    )


def finished(
    con,
    upload: Upload,
    decoded: Decoded,
    reading: Recognised,
    target: Path,
    rows: Sorted | None = None,
    listed: int = SHOWN,
) -> Staged:
    """Everything that is told of a file whose good rows lie in target. rows: what sorting found."""
    summed = totals(con, reading.contract, target)
    good, faulty = summed["rows"], rows.faulty if rows else 0
    last = last_lines(decoded, reading.header_line)
    line, stated = stated_totals(reading, last)
    skipped, lines = left_lines(con, decoded, reading, good + faulty, last)
    empty, unnamed = unnamed_columns(con, decoded, reading)
    problems = [
        *reading.problems,
        *(rows.problems if rows else ()),
        *unlisted(faulty, listed),
        *wrong_totals(reading, line, stated, summed, rows),
        *unnamed,
        *cut_numbers(decoded, reading, last),
        *warnings(con, reading, target),
    ]
    if not good + faulty:
        problems.append(Problem(None, "", upload.name, "文件里没有数据行；应至少有一行", "structural"))
    return described(
        upload,
        decoded,
        replace(reading, dropped=(*reading.dropped, *(p.column for p in unnamed))),
        periods=periods(con, reading, target),
        counties=told_counties(con, reading, target),
        totals=summed,
        skipped=skipped,
        left=(*lines, *empty),
        problems=tuple(problems),
        rows=None if stops(problems) or not good else target,
        read=good + faulty,
        good=good,
        faulty=faulty,
        stated=stated,
    )


def prepare(con, reading: Recognised, key: str, words_of: Words) -> None:
    """The words of the code lists as tables and variables; the person key as a variable, never as text in a query."""
    con.execute("set variable person_key = ?", [f"{key}:"])
    for source in {list_of(column) for column in reading.contract.columns.values()} - {None}:
        prepare_words(con, source, words_of(source))


def prepare_words(con, source: str, known: dict[str, str]) -> None:
    table, kind = name("words_" + source), name("code_" + source)
    listed = [list(known), list(known.values())]
    con.execute(f"create type {kind} as enum ({', '.join(map(literal, sorted(set(known.values()))))})")
    con.execute(f"create temp table {table} as select unnest(?) as word, cast(unnest(?) as {kind}) as code", listed)
    con.execute(f"set variable words_{source} = map(?, cast(? as {kind}[]))", listed)
    if source in code_lists():
        con.execute(f"set variable prefixes_{source} = ?", [list(code_lists()[source])])


def periods(con, reading: Recognised, target: Path) -> tuple[str, ...]:
    """The months or years that the rows cover, in order; ('all',) for a table without periods."""
    if reading.contract.grain == "none":
        return ("all",)
    column, length = name(reading.layout.period), len(PERIODS[reading.contract.grain])
    found = con.execute(f"select distinct {column} from {literal(target)} where {column} is not null").fetchall()
    return tuple(sorted({str(value)[:length] for (value,) in found}))


def told_counties(con, reading: Recognised, target: Path) -> dict[str, tuple[str, ...]]:
    """The counties of the rows; none where the file has no such column."""
    has = any(reading.contract.columns[key].type == "county" for key in reading.sources)
    return counties(con, reading.contract, reading.layout.period, target) if has else {}


def counties(con, contract: Contract, period: str, target: Path) -> dict[str, tuple[str, ...]]:
    """County code -> the periods in which it has rows, '' for rows without one. period: the column that says which."""
    column = next(c.key for c in contract.columns.values() if c.type == "county")
    length = len(PERIODS.get(contract.grain, ""))
    told = f"left(cast({name(period)} as varchar), {length})" if length else "'all'"
    days = f"(select distinct {name(column)}, {name(period)} from {literal(target)})" if length else literal(target)
    query = f"select distinct coalesce({name(column)}, ''), {told} from {days} order by all"
    found: dict[str, tuple[str, ...]] = {}
    for code, each in con.execute(query).fetchall():
        found[code] = (*found.get(code, ()), each)
    return found


def totals(con, contract: Contract, target: Path) -> dict[str, Decimal | int]:
    """Rows, distinct persons, and the sum of each amount and count column: what the receipt shows."""
    amounts = [c.key for c in contract.columns.values() if c.type in ("money", "count")]
    persons = [c.key for c in contract.columns.values() if c.type == "person"]
    asked = ["count(*)", *(f"count(distinct {name(p)})" for p in persons), *(f"sum({name(a)})" for a in amounts)]
    keys = ["rows", *("persons" for _ in persons), *amounts]
    found = con.execute(f"select {', '.join(asked)} from {literal(target)}").fetchone()
    return {k: v for k, v in zip(keys, found, strict=True) if v is not None}
