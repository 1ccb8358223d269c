"""Saying what is wrong with a file, line by line, in Chinese: only run when something is."""

import csv
import re
from itertools import islice
from pathlib import Path

import duckdb

from pipelines.contracts import Column, common
from pipelines.engine import name
from pipelines.uploads import values
from pipelines.uploads.decode import Decoded
from pipelines.uploads.privacy import masked
from pipelines.uploads.problems import Problem
from pipelines.uploads.recognise import Recognised
from pipelines.uploads.typing_query import (
    RAGGED,
    bad_cell,
    conditions,
    final,
    flagged,
    present,
    rules,
    scan,
    skip_condition,
)

SHOWN = 1000
SHORT = "这一行的列数比表头少"
LONG = "这一行的列数比表头多；含逗号的内容应加双引号"
UNCLOSED = "双引号没有配对"


def explain(con, decoded: Decoded, reading: Recognised, error: duckdb.Error) -> tuple[list[Problem], int]:
    """Why a file could not be typed: broken lines, faulty cells and broken rules; and how many rows were left out."""
    broken: list[Problem] = []
    try:
        found = faulty_rows(con, decoded, reading, "")
    except duckdb.Error:
        broken = broken_lines(decoded, reading)
        found = faulty_among_broken(con, decoded, reading, {p.line for p in broken})
    problems = sorted([*broken, *found], key=lambda p: p.line or 1 << 62)
    return problems or [unreadable(decoded, error)], 0 if broken else left_out(con, decoded, reading)


def left_out(con, decoded: Decoded, reading: Recognised, taken: int | None = None) -> int:
    """How many lines are no data: empty, blank, a total or a note. taken: how many are, if that is known."""
    if taken is None:
        query = f"select count(*) from {scan(decoded, reading)} where not {skip_condition(reading)}"
        taken = con.execute(query).fetchone()[0]
    if decoded.lines:
        return decoded.lines - reading.header_line - taken
    # a quoted cell may run over lines: only rows can be counted
    return con.execute(f"select count(*) from {scan(decoded, reading)}").fetchone()[0] - taken


def faulty_among_broken(con, decoded: Decoded, reading: Recognised, lines: set[int]) -> list[Problem]:
    """Faulty cells of a file that also has broken lines, as far as the engine can tell its rows apart."""
    try:
        return [p for p in faulty_rows(con, decoded, reading, RAGGED) if p.line not in lines]
    except duckdb.Error:
        return []


def faulty_rows(con, decoded: Decoded, reading: Recognised, how: str) -> list[Problem]:
    """At most SHOWN faulty rows, each with every faulty cell or broken rule."""
    columns, chosen = present(reading), [r for r in rules(reading) if r.severity != "analytical"]
    cell_flags = ", ".join(f"({bad_cell(c)})" for c in columns)
    raw = ", ".join(name("raw_" + c.key) for c in columns)
    settled = ", ".join(final(reading, c) for c in reading.contract.columns.values())
    rule_flags = ", ".join(f"not ({conditions([rule])})" for rule in chosen) or "false"
    cells = f"select row_in_file, is_skipped, [{cell_flags}] as bad_cells, [{raw}] as raw_cells, {settled}"
    con.execute(
        f"create or replace temp table faulty as "
        f"select row_in_file, is_skipped, bad_cells, raw_cells, [{rule_flags}] as broken_rules "
        f"from ({cells} from ({flagged(decoded, reading, how)})) "
        f"where is_skipped or list_bool_or(bad_cells) or list_bool_or([{rule_flags}])"
    )
    rows = con.execute(
        f"select row_in_file, bad_cells, raw_cells, broken_rules from faulty "
        f"where not is_skipped order by row_in_file limit {SHOWN}"
    ).fetchall()
    total = con.execute("select count(*) from faulty where not is_skipped").fetchone()[0]
    lines = line_numbers(decoded, reading, {row[0] for row in rows})
    found = [p for row in rows for p in row_problems(lines[row[0]], row[1:], columns, chosen)]
    return [*found, *unlisted(total)]


def unlisted(total: int) -> list[Problem]:
    if total <= SHOWN:
        return []
    return [Problem(None, "", f"共 {total} 行有问题", f"以上只列出前 {SHOWN} 行，改好后再试一次")]


def row_problems(line: int, row: tuple, columns: list[Column], chosen) -> list[Problem]:
    bad_cells, raw_cells, broken = row
    text = dict(zip((c.key for c in columns), raw_cells, strict=True))
    cells = [
        Problem(line, column.header, shown(text[column.key]), cell_wanted(column, text[column.key]))
        for column, is_bad in zip(columns, bad_cells, strict=True)
        if is_bad
    ]
    if cells:  # a rule over a cell that could not be read says nothing more
        return cells
    headers = {c.key: c.header for c in columns}
    return [
        Problem(line, headers.get(rule.column, rule.column), shown(text.get(rule.column)), rule.wanted, rule.severity)
        for rule, is_broken in zip(chosen, broken, strict=False)
        if is_broken
    ]


def cell_wanted(column: Column, raw: str | None) -> str:
    if column.free and any(re.search(pattern, raw or "") for pattern in common().forbidden_text):
        return f"含有{common().forbidden_text_meaning}；系统不保存个人信息，请删去"
    if not (raw or "").strip():
        return f"不能为空；{values.wanted(column)}"
    return values.wanted(column)


def shown(raw: str | None) -> str:
    """A cell as a message repeats it: its beginning, and not the personal number that it may be refused for."""
    return masked(raw or "")[:60]


def line_numbers(decoded: Decoded, reading: Recognised, wanted: set[int]) -> dict[int, int]:
    """Row of the table -> line of the file: quoted cells may run over lines, and the engine leaves out empty lines."""
    found: dict[int, int] = {}
    with decoded.path.open(encoding="utf-8-sig", newline="") as file:
        skipped = [next(file, "") for _ in range(reading.header_line)]
        rows, row, start = csv.reader(file, delimiter=decoded.delimiter), 0, len(skipped) + 1
        for cells in rows:
            row += bool(cells)
            if cells and row in wanted:
                found[row] = start
            start = len(skipped) + rows.line_num + 1
            if len(found) == len(wanted):
                break
    return found


def broken_lines(decoded: Decoded, reading: Recognised) -> list[Problem]:
    """Lines with more or fewer cells than the header, and a quote that is never closed; at most a hundred."""
    found: list[Problem] = []
    with decoded.path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        skipped = [next(file, "") for _ in range(reading.header_line)]
        rows = csv.reader(file, delimiter=decoded.delimiter, strict=True)
        start = len(skipped) + 1
        try:
            for cells in rows:
                if cells and len(cells) != reading.width:
                    line = decoded.delimiter.join(cells)[:60]
                    found.append(Problem(start, "", line, SHORT if len(cells) < reading.width else LONG, "structural"))
                if len(found) == 100:
                    break
                start = len(skipped) + rows.line_num + 1
        except csv.Error:
            found.append(Problem(start, "", line_at(decoded.path, start), UNCLOSED, "structural"))
    return found


def line_at(path: Path, number: int) -> str:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return next(islice(file, number - 1, None), "").strip()[:60]


def unreadable(decoded: Decoded, error: duckdb.Error) -> Problem:
    return Problem(None, "", decoded.path.name, f"文件无法按行列读出：{str(error).splitlines()[0][:200]}", "structural")
