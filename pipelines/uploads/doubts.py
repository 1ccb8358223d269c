"""What is odd about a file whose rows can be read: a false 合计, numbers that Excel cut, rules that only warn."""

import re
import unicodedata
from decimal import Decimal
from pathlib import Path

from pipelines.engine import literal, name
from pipelines.uploads.decode import Decoded
from pipelines.uploads.headers import plain, scale_of
from pipelines.uploads.left import kind_of
from pipelines.uploads.lines import Line
from pipelines.uploads.problems import Problem
from pipelines.uploads.recognise import Recognised
from pipelines.uploads.sorting import Sorted
from pipelines.uploads.typing_query import cells_of, conditions, rules

GRAND = ("合计", "总计")
NEAR_END = 20
SOME = 3
CUT = "^[0-9]{12,}000$"  # Excel keeps fifteen digits of a number
CUT_AT_LEAST, CUT_SHARE = 10, Decimal("0.9")
CUT_WANTED = "末尾都是 000，像是被 Excel 截去了后几位；请核对，必要时从系统重新导出"


def warnings(con, reading: Recognised, rows: Path) -> list[Problem]:
    """How many rows break each rule that only warns, and the words that do where its column holds words."""
    found = []
    for rule in (r for r in rules(reading) if r.severity == "analytical"):
        column, odd = reading.contract.columns[rule.column], f"from {literal(rows)} where not ({conditions([rule])})"
        count = con.execute(f"select count(*) {odd}").fetchone()[0]
        if count:
            words = f"（{some_words(con, column.key, odd)}）" if column.type == "text" else ""
            found.append(Problem(None, column.header, f"{count} 行{words}", rule.wanted, rule.severity))
    return found


def some_words(con, column: str, odd: str) -> str:
    """The first words of a column in some rows: Q77、Q78、Z1 等 5 种."""
    words = [row[0] for row in con.execute(f"select distinct {name(column)} as word {odd} order by 1").fetchall()]
    return "、".join(words[:SOME]) + (f" 等 {len(words)} 种" if len(words) > SOME else "")


def cut_numbers(decoded: Decoded, reading: Recognised, last: list[Line]) -> list[Problem]:
    """A warning for each column of long numbers that nearly all end in 000, by the file's first and last lines."""
    later = [line.cells for line in last if line.number > len(decoded.head)]
    lines = [*decoded.head[reading.header_line :], *later]
    rows = [cells_of(reading, cells) for cells in lines if not kind_of(cells, reading)]
    found = []
    columns = (reading.layout.columns[key] for key in reading.sources)
    for column in (c for c in columns if c.type in ("text", "person")):
        long = [row[column.key].strip() for row in rows if re.fullmatch("[0-9]{15,}", row[column.key].strip())]
        cut = sum(bool(re.search(CUT, number)) for number in long)
        if cut >= CUT_AT_LEAST and cut >= CUT_SHARE * len(long):
            told = f"抽看的 {len(long)} 个长号码中有 {cut} 个"
            found.append(Problem(None, column.header, told, CUT_WANTED, "analytical"))
    return found


def stated_totals(reading: Recognised, last: list[Line]) -> tuple[Line | None, dict[str, Decimal]]:
    """The last 合计 or 总计 row near the end of the file, and what it states of each amount and count, as stored."""
    filled = [line for line in last if any(line.cells)]
    line = next((line for line in reversed(filled[-NEAR_END:]) if is_grand_total(line)), None)
    if line is None:
        return None, {}
    text, stated = cells_of(reading, line.cells), {}
    for key, source in reading.sources.items():
        if reading.layout.columns[key].type in ("money", "count"):
            stated[key] = plain_number(text[key], scale_of(source.header))
    return line, {key: value for key, value in stated.items() if value is not None}


def is_grand_total(line: Line) -> bool:
    return plain(next((cell for cell in line.cells[:3] if cell.strip()), "")) in GRAND


def wrong_totals(
    reading: Recognised, line: Line | None, stated: dict[str, Decimal], totals: dict, rows: Sorted | None
) -> list[Problem]:
    """A file's own 合计 (line, stated) against its rows. totals: of the good rows; rows: of a file with faulty ones.

    With faulty rows the sum of all rows may be meant, or of the good ones; where cells can't be read, nobody can say.
    """
    found = []
    for key, value in stated.items():
        sums = [totals.get(key, 0), *([rows.sums.get(key) or 0] if rows else [])]  # a blank column sums up to nothing
        if value not in sums:
            unread = rows.unread[key] if rows else 0
            told = f"合计行与各行相加不一致；各行相加为 {sums[-1]}"
            told += f"，另有 {unread} 行读不出" if unread else ""
            severity = "analytical" if unread else "structural"
            found.append(Problem(line.number, *cell_at(line, reading, key), told, severity))
    return found


def cell_at(line: Line, reading: Recognised, key: str) -> tuple[str, str]:
    return reading.layout.columns[key].header, cells_of(reading, line.cells)[key]


def plain_number(text: str, scale: int) -> Decimal | None:
    tidy = re.sub(r"[,¥\s元]", "", unicodedata.normalize("NFKC", text))
    tidy = re.sub(r"^\((.+)\)$", r"-\1", tidy)
    return Decimal(tidy) * scale if re.fullmatch(r"-?\d+(\.\d+)?", tidy) else None
