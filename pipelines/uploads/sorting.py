"""The second way through a file, taken when something is wrong with it: good rows here, faulty rows there, each told.

The first way (staging) stops at the first fault. Here every row is read with flags, and a row goes out for a cell that
can't be read, for a rule that it breaks, for a key that an earlier row has, or for a month years away from all others.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from pipelines.engine import literal, name
from pipelines.uploads.decode import Decoded
from pipelines.uploads.diagnosis import Broken, row_problems, shown
from pipelines.uploads.lines import Line, rows_at
from pipelines.uploads.problems import Problem
from pipelines.uploads.recognise import Recognised
from pipelines.uploads.typing_query import RAGGED, cells_of, flagged

FAR = 2 * 366
STRAY = "与文件里其他行的月份相差两年以上；请核对年份"
TWICE = "与前面的一行重复；应只有一行"
PARQUET = "format parquet, compression zstd, compression_level 1"
INSTITUTION = "fixmedins_code"
MANY_BYTES = 300 << 20  # about a million settlements


@dataclass(frozen=True)
class Sorted:
    """good + faulty = the data rows; problems: of the faulty ones, in their order; unread: column -> unreadable cells.

    sums: amount or count column -> its sum over all rows, faulty ones too, as far as their cells can be read.
    """

    good: int
    faulty: int
    problems: tuple[Problem, ...]
    sums: dict[str, object]
    unread: dict[str, int]


def in_order(query: str, decoded: Decoded, reading: Recognised) -> str:
    """The rows of a query as they are kept: of a large file those of an institution together, so that who asks for one
    reads a part of the file. A small one stays as it is: it is read whole anyway.
    """
    large = decoded.path.stat().st_size > MANY_BYTES and INSTITUTION in reading.contract.columns
    return f"from ({query}) order by {INSTITUTION} nulls last" if large else query


def sort_rows(con, decoded: Decoded, reading: Recognised, target: Path, listed: int, how: str = "") -> Sorted:
    """Write the good rows to target, a Parquet file, and tell the first listed faulty rows.

    Raises duckdb.Error if the lines of the file can't be told apart; how: options for the reader that is to try.
    """
    aside = target.with_name("sorted.parquet")
    con.execute(f"copy ({flagged(decoded, reading, how)}) to {literal(aside)} ({PARQUET})")
    con.execute("create or replace temp table left_out (row_in_file bigint, why varchar, told varchar)")
    con.execute(
        f"insert into left_out select row_in_file, 'cells', null from {literal(aside)} "
        "where bad_cells is not null or broken_rules is not null"
    )
    con.execute(f"insert into left_out {repeated(reading, aside)}")
    con.execute(f"insert into left_out {strays(con, reading, aside)}")
    columns = ", ".join(name(key) for key in reading.contract.columns)
    rows = in_order(f"select {columns} from {kept(aside)}", decoded, reading)
    good = con.execute(f"copy ({rows}) to {literal(target)} ({PARQUET})").fetchone()[0]
    (faulty,) = con.execute("select count(*) from left_out").fetchone()
    found = problems(con, decoded, reading, aside, listed)
    return Sorted(good, faulty, tuple(found), *readable(con, reading, aside))


def faulty_beside(con, decoded: Decoded, reading: Recognised, target: Path, broken: Broken, listed: int) -> Sorted:
    """The faulty rows among broken lines, as far as the engine can tell rows apart; good and sums are worth nothing."""
    try:
        found = sort_rows(con, decoded, reading, target, listed, RAGGED)
    except duckdb.Error:
        return Sorted(0, 0, (), {}, {})
    counted = "select count(*) from left_out where not list_contains(?, row_in_file)"
    (faulty,) = con.execute(counted, [list(broken.at)]).fetchone()
    lines = set(broken.at.values())
    return replace(found, faulty=faulty, problems=tuple(p for p in found.problems if p.line not in lines))


def kept(aside: Path) -> str:
    """The sorted rows that nothing so far speaks against."""
    return f"{literal(aside)} s anti join left_out l on s.row_in_file = l.row_in_file"


def unique(reading: Recognised) -> list[str]:
    """What no two rows may have alike; the county only where the file has it: one county's files don't tell it."""
    columns = reading.layout.columns
    return [key for key in reading.layout.unique if columns[key].type != "county" or key in reading.sources]


def repeated(reading: Recognised, aside: Path) -> str:
    """SELECT the rows whose key an earlier good row has."""
    listed = ", ".join(name(key) for key in unique(reading))
    told = ", ".join(f"coalesce(cast({name(key)} as varchar), '空')" for key in unique(reading))
    numbered = (
        f"select row_in_file, concat_ws('、', {told}) as told, "
        f"row_number() over (partition by {listed} order by row_in_file) as nth from {kept(aside)}"
    )
    return f"select row_in_file, 'twice', told from ({numbered}) where nth > 1"


def strays(con, reading: Recognised, aside: Path) -> str:
    """SELECT the rows of a month that lies years from all others: one typed 2062 would end every default period."""
    odd = stray_months(con, reading, kept(aside))
    con.execute("set variable odd_months = ?", [odd])
    if not odd:
        return "select 0, '', '' where false"
    month = f"date_trunc('month', {name(reading.layout.period)})"
    return (
        f"select row_in_file, 'stray', cast({name(reading.layout.period)} as varchar) from {kept(aside)} "
        f"where list_contains(cast(getvariable('odd_months') as date[]), cast({month} as date))"
    )


def stray_months(con, reading: Recognised, rows: str) -> list[date]:
    """The months that lie more than two years from most rows' months. rows: SQL for what to read from."""
    if reading.contract.grain != "month":
        return []
    month = f"cast(date_trunc('month', {name(reading.layout.period)}) as date)"
    counted = con.execute(f"select {month} as month, count(*) from {rows} group by all order by month").fetchall()
    groups = neighbours([(month, count) for month, count in counted if month])
    return [month for group in groups if group is not max(groups, key=rows_of) for month, _ in group]


def neighbours(months: list[tuple[date, int]]) -> list[list[tuple[date, int]]]:
    """The months in order, parted wherever the next one is more than two years later."""
    groups: list[list[tuple[date, int]]] = [[]]
    for month, count in months:
        if groups[-1] and (month - groups[-1][-1][0]).days > FAR:
            groups.append([])
        groups[-1].append((month, count))
    return groups


def rows_of(group: list[tuple[date, int]]) -> int:
    return sum(count for _, count in group)


def problems(con, decoded: Decoded, reading: Recognised, aside: Path, listed: int) -> Iterable[Problem]:
    """Every problem of the first listed faulty rows, in the order of the file."""
    rows = con.execute(
        f"select row_in_file, why, told, bad_cells, broken_rules from left_out "
        f"join {literal(aside)} s using (row_in_file) order by row_in_file limit {listed}"
    ).fetchall()
    said = {row: rest for row, *rest in rows}
    lines = rows_at(decoded, reading.header_line, said)  # one at a time: a million wide rows would fill the memory
    return [p for row, line in lines for p in told_of(line, reading, *said[row])]


def told_of(line: Line, reading: Recognised, why: str, told: str, bad_cells, broken_rules) -> list[Problem]:
    """The problems of one faulty row."""
    if why == "twice":
        headers = "、".join(reading.layout.columns[key].header for key in unique(reading))
        return [Problem(line.number, headers, told, TWICE)]
    if why == "stray":
        column = reading.layout.columns[reading.layout.period]
        return [Problem(line.number, column.header, shown(cells_of(reading, line.cells)[column.key]), STRAY)]
    return row_problems(line, reading, bad_cells, broken_rules)


def readable(con, reading: Recognised, aside: Path) -> tuple[dict, dict[str, int]]:
    """The sums of all rows' readable amounts, and how many cells of each amount or count column can't be read."""
    columns = list(reading.sources)
    amounts = [key for key in columns if reading.layout.columns[key].type in ("money", "count")]
    if not amounts:
        return {}, {}
    asked = [f"sum({name(key)})" for key in amounts]
    asked += [f"count(*) filter (bad_cells[{columns.index(key) + 1}])" for key in amounts]
    found = con.execute(f"select {', '.join(asked)} from {literal(aside)}").fetchone()
    sums, unread = found[: len(amounts)], found[len(amounts) :]
    return dict(zip(amounts, sums, strict=True)), dict(zip(amounts, unread, strict=True))
