"""What is wrong with a file whose every cell could be read: repeated keys, false totals, stray months, odd rows."""

import csv
import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

from pipelines.engine import literal, name
from pipelines.uploads.decode import Decoded
from pipelines.uploads.diagnosis import SHOWN, line_numbers, shown, unlisted
from pipelines.uploads.headers import plain, scale_of
from pipelines.uploads.problems import Problem
from pipelines.uploads.recognise import Recognised
from pipelines.uploads.typing_query import conditions, final, flagged, rules

FAR = 2 * 366
STRAY = "与文件里其他行的月份相差两年以上；请核对年份"


def doubts(con, decoded: Decoded, reading: Recognised, rows: Path) -> list[Problem]:
    """What is wrong or odd with a file whose every cell could be read: repeated keys, false totals, odd rows."""
    repeated = repeated_keys(con, decoded, reading, rows)
    strays = stray_months(con, decoded, reading, rows)
    found = [*reading.problems, *repeated, *strays, *wrong_totals(con, decoded, reading, rows)]
    for rule in (r for r in rules(reading) if r.severity == "analytical"):
        odd = con.execute(f"select count(*) from {literal(rows)} where not ({conditions([rule])})").fetchone()[0]
        if odd:
            header = reading.contract.columns[rule.column].header
            found.append(Problem(None, header, f"{odd} 行", rule.wanted, rule.severity))
    return found


def repeated_keys(con, decoded: Decoded, reading: Recognised, rows: Path) -> list[Problem]:
    """A problem for each row whose key an earlier row has; the file is read again only if there is one."""
    listed = ", ".join(name(key) for key in reading.layout.unique)
    total, hashes = con.execute(f"select count(*), count(distinct hash({listed})) from {literal(rows)}").fetchone()
    if total == hashes:  # different keys may have one hash, never one key two
        return []
    distinct = con.execute(f"select count(*) from (select distinct {listed} from {literal(rows)})").fetchone()[0]
    told = ", ".join(f"coalesce(cast({name(key)} as varchar), '空')" for key in reading.layout.unique)
    settled = ", ".join(final(reading, reading.contract.columns[key]) for key in reading.layout.unique)
    found = con.execute(
        f"with keyed as (select row_in_file, is_skipped, {settled} from ({flagged(decoded, reading)})), "
        f"numbered as (select row_in_file, concat_ws('、', {told}) as told, "
        f"row_number() over (partition by {listed} order by row_in_file) as nth from keyed where not is_skipped) "
        f"select row_in_file, told from numbered where nth > 1 order by row_in_file limit {SHOWN}"
    ).fetchall()
    lines = line_numbers(decoded, reading, {row for row, _ in found})
    headers = "、".join(reading.layout.columns[key].header for key in reading.layout.unique)
    repeated = [Problem(lines[row], headers, key, "与前面的一行重复；应只有一行") for row, key in found]
    return [*repeated, *unlisted(total - distinct)]


def stray_months(con, decoded: Decoded, reading: Recognised, rows: Path) -> list[Problem]:
    """Rows of a month that lies years from all others of the file: one typed 2062 would end every default period."""
    if reading.contract.grain != "month":
        return []
    column = reading.layout.columns[reading.layout.period]
    months = con.execute(
        f"select cast(date_trunc('month', {name(column.key)}) as date) as month, count(*) from {literal(rows)} "
        "group by all order by month"
    ).fetchall()
    groups = neighbours(months)
    odd = [month for group in groups if group is not max(groups, key=rows_of) for month, _ in group]
    if not odd:
        return []
    month = f"cast(date_trunc('month', {name(column.key)}) as date)"
    found = con.execute(
        f"select row_in_file, {name('raw_' + column.key)} from ({flagged(decoded, reading)}) "
        f"where not is_skipped and list_contains(?, {month}) order by row_in_file limit {SHOWN}",
        [odd],
    ).fetchall()
    lines = line_numbers(decoded, reading, {row for row, _ in found})
    return [Problem(lines[row], column.header, shown(raw), STRAY) for row, raw in found]


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


def wrong_totals(con, decoded: Decoded, reading: Recognised, rows: Path) -> list[Problem]:
    """A file's own 合计 row against the sum of its rows, for amounts and counts."""
    found = []
    for line, cells in total_rows(decoded, reading):
        for key, source in reading.sources.items():
            column = reading.layout.columns[key]
            if column.type not in ("money", "count") or source.cells[0] >= len(cells):
                continue
            stated = plain_number(cells[source.cells[0]], scale_of(source.header))
            if stated is None:
                continue
            total = con.execute(f"select sum({name(key)}) from {literal(rows)} ").fetchone()[0]
            if total is not None and Decimal(total) != stated:
                wanted = f"合计行与各行相加不一致；各行相加为 {total}"
                found.append(Problem(line, column.header, cells[source.cells[0]], wanted, "structural"))
    return found


def total_rows(decoded: Decoded, reading: Recognised) -> Iterable[tuple[int, list[str]]]:
    """The last 合计 or 总计 row near the end of the file, if it has one, with its line."""
    words = {plain(w) for w in ("合计", "总计")}
    start, lines = last_lines(decoded.path)
    filled = [(number, text) for number, text in enumerate(lines, start=1) if text.strip()]
    for number, text in reversed(filled[-20:]):
        cells = next(csv.reader([text], delimiter=decoded.delimiter), [])
        first = next((c for c in cells[:3] if c.strip()), "")
        if plain(first) in words:
            return [(lines_before(decoded.path, start) + number, cells)]
    return []


def last_lines(path: Path, size: int = 1 << 16) -> tuple[int, list[str]]:
    """The lines of a file's last bytes, and the position that they begin at."""
    with path.open("rb") as file:
        start = max(0, path.stat().st_size - size)
        file.seek(start)
        return start, file.read().decode("utf-8-sig", errors="ignore").split("\n")


def lines_before(path: Path, position: int) -> int:
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in chunks(file, position))


def chunks(file, length: int) -> Iterable[bytes]:
    while length > 0 and (chunk := file.read(min(1 << 20, length))):
        length -= len(chunk)
        yield chunk


def plain_number(text: str, scale: int) -> Decimal | None:
    tidy = re.sub(r"[,¥\s元]", "", unicodedata.normalize("NFKC", text))
    tidy = re.sub(r"^\((.+)\)$", r"-\1", tidy)
    return Decimal(tidy) * scale if re.fullmatch(r"-?\d+(\.\d+)?", tidy) else None
