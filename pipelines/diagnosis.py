"""Saying what is wrong with a file, line by line, in Chinese: only run when something is."""

import csv
import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import duckdb

from pipelines import values
from pipelines.contracts import Column, common
from pipelines.decode import Decoded
from pipelines.engine import literal, name
from pipelines.problems import Problem
from pipelines.recognise import Recognised, plain, scale_of
from pipelines.typing_query import RAGGED, bad_cell, conditions, final, flagged, present, rules, scan

SHOWN = 1000
REJECTED = {
    "MISSING COLUMNS": "这一行的列数比表头少",
    "TOO MANY COLUMNS": "这一行的列数比表头多；含逗号的内容应加双引号",
    "UNQUOTED VALUE": "双引号没有配对",
    "INVALID ENCODING": "有不能识别的字符；应为 UTF-8 或 GB18030",
    "LINE SIZE OVER MAXIMUM": "这一行过长；可能是双引号没有配对",
}


def explain(con, decoded: Decoded, reading: Recognised, error: duckdb.Error) -> tuple[list[Problem], int]:
    """Why a file could not be typed: every faulty cell and broken rule (at most SHOWN rows), and the rows left out."""
    try:
        found = faulty_rows(con, decoded, reading, "")
    except duckdb.Error:
        try:  # short rows are filled up, so that their blanks are reported cell by cell
            found = faulty_rows(con, decoded, reading, RAGGED)
        except duckdb.Error as again:
            return broken_lines(con, decoded, reading, again), 0
    skipped = con.execute("select count(*) from faulty where is_skipped").fetchone()[0]
    return found or broken_lines(con, decoded, reading, error), skipped


def doubts(con, decoded: Decoded, reading: Recognised, rows: Path) -> list[Problem]:
    """What is wrong or odd with a file whose every cell could be read: repeated keys, false totals, odd rows."""
    found = [*reading.problems, *repeated_keys(con, reading, rows), *wrong_totals(con, decoded, reading, rows)]
    for rule in (r for r in rules(reading) if r.severity == "analytical"):
        odd = con.execute(f"select count(*) from {literal(rows)} where not ({conditions([rule])})").fetchone()[0]
        if odd:
            header = reading.contract.columns[rule.column].header
            found.append(Problem(None, header, f"{odd} 行", rule.wanted, rule.severity))
    return found


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
    lines = line_numbers(decoded, reading, {row[0] for row in rows})
    return [p for row in rows for p in row_problems(lines[row[0]], row[1:], columns, chosen)]


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
    return (raw or "")[:60]


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


def repeated_keys(con, reading: Recognised, rows: Path) -> list[Problem]:
    keys = [name(key) for key in reading.layout.unique]
    listed = ", ".join(keys)
    whole = listed if len(keys) == 1 else f"({listed})"
    if len(keys) == 1:
        total, distinct = con.execute(
            f"select count({whole}), count(distinct {whole}) from {literal(rows)}"
        ).fetchone()
        if total == distinct:
            return []
    texts = ", ".join(f"coalesce(cast({key} as varchar), '空')" for key in keys)
    found = con.execute(
        f"select concat_ws('、', {texts}), count(*) from {literal(rows)} "
        f"group by {listed} having count(*) > 1 order by 2 desc, 1 limit 100"
    ).fetchall()
    headers = "、".join(reading.layout.columns[key].header for key in reading.layout.unique)
    return [Problem(None, headers, key, f"在文件里出现了 {times} 次；应只有一行") for key, times in found]


def wrong_totals(con, decoded: Decoded, reading: Recognised, rows: Path) -> list[Problem]:
    """A file's own 合计 row against the sum of its rows, for amounts and counts."""
    found = []
    for line, cells in total_rows(decoded, reading):
        for key, source in reading.sources.items():
            column = reading.layout.columns[key]
            stated = plain_number(cells[source.cells[0]], scale_of(source.header)) if source.cells[0] < len(cells) else None
            if column.type not in ("money", "count") or stated is None:
                continue
            total = con.execute(f"select sum({name(key)}) from {literal(rows)} ").fetchone()[0]
            if total is not None and Decimal(total) != stated:
                wanted = f"合计行与各行相加不一致；各行相加为 {total}"
                found.append(Problem(line, column.header, cells[source.cells[0]], wanted, "structural"))
    return found


def total_rows(decoded: Decoded, reading: Recognised) -> Iterable[tuple[int, list[str]]]:
    """The last 合计 or 总计 row near the end of the file, if it has one."""
    tail = last_lines(decoded.path)
    words = {plain(w) for w in ("合计", "总计")}
    for line, text in reversed(tail):
        cells = next(csv.reader([text], delimiter=decoded.delimiter), [])
        first = next((c for c in cells[:3] if c.strip()), "")
        if plain(first) in words:
            return [(line, cells)]
    return []


def last_lines(path: Path, size: int = 1 << 16, count: int = 20) -> list[tuple[int, str]]:
    with path.open("rb") as file:
        start = max(0, path.stat().st_size - size)
        before = sum(chunk.count(b"\n") for chunk in chunks(file, start))
        lines = file.read().decode("utf-8-sig", errors="ignore").splitlines()
    numbered = [(before + i + 1, line) for i, line in enumerate(lines) if line.strip()]
    return numbered[-count:]


def chunks(file, length: int) -> Iterable[bytes]:
    while length > 0 and (chunk := file.read(min(1 << 20, length))):
        length -= len(chunk)
        yield chunk


def plain_number(text: str, scale: int) -> Decimal | None:
    tidy = re.sub(r"[,，￥¥\s元]", "", text).translate(str.maketrans("０１２３４５６７８９．－", "0123456789.-"))
    return Decimal(tidy) * scale if re.fullmatch(r"-?\d+(\.\d+)?", tidy) else None


def broken_lines(con, decoded: Decoded, reading: Recognised, error: duckdb.Error) -> list[Problem]:
    """A file whose rows can't be told apart: what the engine rejected, by line; at least one problem, always."""
    try:
        con.execute(f"select count(c0) from {scan(decoded, reading, ', store_rejects = true')}").fetchall()
        found = con.execute(
            "select line, error_type, csv_line from reject_errors order by line limit 100"
        ).fetchall()
    except duckdb.Error as again:
        return [Problem(None, "", decoded.path.name, f"文件无法按行列读出：{first_line(again)}", "structural")]
    problems = [
        Problem(line, "", (text or "")[:60], REJECTED.get(kind, f"这一行无法读出（{kind}）"), "structural")
        for line, kind, text in found
    ]
    return problems or [Problem(None, "", decoded.path.name, f"文件无法读出：{first_line(error)}", "structural")]


def first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200]
