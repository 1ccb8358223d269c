"""Uploads as they should not be: the real templates and sample-like rows, spoilt at random, the same for the same seed.

A grid is a list of rows of cells, the header first. A mutator takes (dice, thing) and gives the spoilt thing; those of
cells, grids, text and bytes come one after the other, as a file comes about.
"""

import contextlib
import csv
import io
import random
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from pipelines.contracts import Column, contracts

TEMPLATES = Path(__file__).resolve().parents[1] / "docs" / "templates"
HOSTILE = [
    "=cmd|'/c calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.y","z")',
    "＝1+1",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "'; drop table settlements; --",
    "1 or 1=1",
    "${jndi:ldap://x}",
    "{{7*7}}",
    "%s%n%x",
    "../../../etc/passwd",
    "𠮷𡈽𪚥",
    "㐂ー﨑",
    "名\u202e字",
    "e\u0301\u200b\u200d",
    "\ufeff100.00",
    "100.00\u200b",
    "a\nb",
    "a\r\nb",
    'say "x"',
    "逗，号,",
    "'123",
    "NULL",
    "None",
    "nan",
    "inf",
    "#REF!",
    "#N/A",
    "TRUE",
    "null",
    "一千二",
    "壹仟",
    "合计",
    "小计",
    "总 计",
    "备注：无",
    "说明",
    "制表人：李四",
    "110101199003078515",
    "13800138000",
    "x" * 3000,
    "",
    " ",
    "　",
    "\t",
]
NUMBERS = [
    "1e5",
    "1E+05",
    "5.11E+17",
    "1e-2",
    "0x10",
    "1_000",
    "-0",
    "-0.00",
    "+5",
    "5-",
    "--5",
    "−5",
    "－５",
    "1.005",
    "1.0050",
    "1.",
    ".5",
    "1..5",
    "1,5",
    "1,23",
    "1,234.50",
    "12,34,567.00",
    "1，234．50",
    "1 234.50",
    "１２３４．５",
    "(100.00)",
    "（100.00）",
    "(-100.00)",
    "¥100.00",
    "￥100",
    "100元",
    "100.5万",
    "99999999999999999999",
    "9999999999999999.99",
    "92233720368547758.07",
    "9223372036854775808",
    "0.1e1",
    "٣٤",
    "१२",
    "½",
    "²",
    "①",
    "3.14%",
    "50％",
    " 12.00 ",
    "\t12.00",
    "12.00\u00a0",
    "007",
    "1/2",
    "Infinity",
    "1.0000000000001",
    "12.50000000",
]
DATES = [
    "2026-02-30",
    "2026-13-01",
    "2026/6/31",
    "20260230",
    "2026-6-5",
    "2026年6月5日",
    "２０２６－０６－０５",
    "06/05/2026",
    "5.6.2026",
    "2026-06-05 25:61",
    "2026-06-05T10:00:00",
    "20260605102030",
    "46178",
    "2062-06-05",
    "0026-06-05",
    "2026.1",
    "2026.10",
    "202613",
    "2026-00",
    "2026-06-05 10:00 下午",
    "2026-6",
    "昨天",
]


# ---------------------------------------------------------------- files as they should be


@cache
def kinds() -> tuple[tuple[str, str], ...]:
    """(table, layout) of every upload."""
    return tuple((table, layout.name) for table, c in contracts().items() for layout in c.layouts)


@cache
def template(table: str, layout: str) -> tuple[tuple[str, ...], ...]:
    """The header and the example row of the template that staff download."""
    name = table if layout == "record" else f"{table}_{layout}"
    with (TEMPLATES / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return tuple(map(tuple, csv.reader(file)))


def sample(dice: random.Random, table: str, layout: str) -> list[list[str]]:
    """A good file: the template's header, and a few rows like its example with other ids, months and amounts."""
    head, example = template(table, layout)[:2]
    columns = {c.header: c for x in contracts()[table].layouts if x.name == layout for c in x.columns.values()}
    return [list(head), *(varied(dice, [columns[h] for h in head], example, n) for n in range(dice.randint(2, 6)))]


def varied(dice: random.Random, columns: list[Column], example: tuple[str, ...], number: int) -> list[str]:
    """A row like the example: other ids, months and years, all amounts and all counts by one factor each."""
    fen, times = dice.choice([1, 100, dice.randint(1, 99_999)]), dice.randint(1, 9)
    return [varied_cell(column, cell, number, fen, times) for column, cell in zip(columns, example, strict=True)]


def varied_cell(column: Column, cell: str, number: int, fen: int, times: int) -> str:
    if not cell:
        return cell
    if column.type == "money":
        return str((Decimal(cell) * fen / 100).quantize(Decimal("0.01")))
    if column.type == "count":
        return str(int(cell) * times)
    if column.type == "month":
        return (date.fromisoformat(f"{cell[:7]}-01") + timedelta(days=31 * number)).isoformat()[:7]
    if column.type == "year":
        return str(int(cell) - number)
    if column.type == "institution" or (column.type == "county" and column.required):
        return f"{cell[:-1]}{number}"
    return f"{cell}{number}" if column.type == "person" or (column.type == "text" and column.required) else cell


# ---------------------------------------------------------------- grids


def hostile_cell(dice, grid):
    row, at = spot(dice, grid)
    row[at] = dice.choice([*HOSTILE, *NUMBERS, *DATES])
    return grid


def odd_number(dice, grid):
    """In a cell that holds a number, another way to write one."""
    row, at = spot(dice, grid, lambda cell: cell.replace(".", "").isdigit())
    row[at] = dice.choice(NUMBERS)
    return grid


def odd_date(dice, grid):
    row, at = spot(dice, grid, lambda cell: cell.startswith("20") and "-" in cell)
    row[at] = dice.choice(DATES)
    return grid


def hostile_column(dice, grid):
    at = dice.randrange(len(grid[0]))
    for row in grid[1:]:
        row[at] = dice.choice([*HOSTILE, *NUMBERS])
    return grid


def spot(dice, grid, fits=lambda cell: True):
    places = [(row, at) for row in grid[1:] for at, cell in enumerate(row) if fits(cell)]
    return dice.choice(places or [(row, 0) for row in grid])


def lost_column(dice, grid):
    at = dice.randrange(len(grid[0]))
    return [row[:at] + row[at + 1 :] for row in grid]


def doubled_column(dice, grid):
    at = dice.randrange(len(grid[0]))
    return [[*row, row[at]] for row in grid]


def swapped_columns(dice, grid):
    a, b = dice.randrange(len(grid[0])), dice.randrange(len(grid[0]))
    for row in grid:
        row[a], row[b] = row[b], row[a]
    return grid


def swapped_cells(dice, grid):
    row = dice.choice(grid)
    a, b = dice.randrange(len(row)), dice.randrange(len(row))
    row[a], row[b] = row[b], row[a]
    return grid


def lost_cell(dice, grid):
    row = dice.choice(grid)
    del row[dice.randrange(len(row))]
    return grid


def further_cell(dice, grid):
    row = dice.choice(grid)
    row.insert(dice.randint(0, len(row)), dice.choice(["", "1", "x"]))
    return grid


def blank_column(dice, grid):
    at = dice.randint(0, len(grid[0]))
    return [[*row[:at], "", *row[at:]] for row in grid]


def blank_row(dice, grid):
    grid.insert(dice.randint(0, len(grid)), dice.choice([[], [""] * len(grid[0]), [" "]]))
    return grid


def doubled_row(dice, grid):
    grid.insert(dice.randint(0, len(grid)), list(dice.choice(grid)))
    return grid


def shuffled_rows(dice, grid):
    body = grid[1:]
    dice.shuffle(body)
    return [grid[0], *body]


def sorted_with_the_header(dice, grid):
    """What Excel does to a table whose header is taken for a row."""
    at = dice.randrange(len(grid[0]))
    return sorted(grid, key=lambda row: row[at], reverse=dice.random() < 0.5)


def titles(dice, grid):
    above = [["云溪县2026年6月报表"], ["单位：元"], ["单位:万元"], [], ["制表日期", "2026-07-01"]]
    return [*(dice.sample(above, dice.randint(1, 3))), *grid]


def notes(dice, grid):
    return [
        *grid,
        *dice.sample([["制表人：李四"], ["备注", "含补报"], ["说明：以上为初步数"], [], ["审核人", "王五"]], 2),
    ]


def summed(grid, at: int) -> str:
    """The sum of a column, for a true 合计 row; blank where a cell is no plain number."""
    cells = [row[at] if at < len(row) else "" for row in grid[1:]]
    hundredths = [int(c.replace(".", "")) for c in cells if c.replace(".", "").isdigit() and c[-3:-2] == "."]
    total = sum(hundredths)
    return f"{total // 100}.{total % 100:02d}" if hundredths and len(hundredths) == len(cells) else ""


def total_row(dice, grid):
    return [*grid, ["合计", *(summed(grid, at) for at in range(1, len(grid[0])))]]


def false_total(dice, grid):
    forged = ["合计", *(dice.choice(["", summed(grid, at), "1.00"]) for at in range(1, len(grid[0])))]
    grid.insert(dice.choice([len(grid), len(grid), dice.randint(1, len(grid))]), forged)
    return grid


def header_again(dice, grid):
    grid.insert(dice.randint(1, len(grid)), list(grid[0]))
    return grid


def other_header(dice, grid):
    """A header as other exports write it: an alias, full-width, spaced, with a unit, or one that nobody knows."""
    at = dice.randrange(len(grid[0]))
    ways = [
        "{}(万元)",
        "{}（元）",
        " {} ",
        "{}\n",
        "姓名",
        "{}2",
        "=1+1",
        "",
        "{}(%)",
        "ＡＢＣ",
        "\ufeff{}",
        *aliases(grid[0][at]),
    ]
    grid[0][at] = dice.choice(ways).format(grid[0][at])
    return grid


@cache
def aliases(header: str) -> tuple[str, ...]:
    columns = [c for contract in contracts().values() for c in contract.columns.values() if c.header == header]
    return tuple(spelling for column in columns for spelling in column.spellings)


# ---------------------------------------------------------------- text


def insert(dice, text: str, *pieces: str) -> str:
    at = dice.randint(0, len(text))
    return text[:at] + dice.choice(pieces) + text[at:]


def quotes(dice, text):
    return insert(dice, text, '"', '""', '"""', "'", "“", '",', ',"', '"\n')


def open_quote(dice, text):
    at = text.find(",", dice.randint(0, len(text)))
    return text[: at + 1] + '"' + text[at + 1 :]


def mixed_newlines(dice, text):
    return "".join(dice.choice(["\n", "\r\n", "\r"]) if c == "\n" else c for c in text)


def returns_only(dice, text):
    return text.replace("\n", "\r")


def odd_newlines(dice, text):
    return insert(dice, text, "\u2028", "\x85", "\x0b", "\x0c", "\r", "\n", "\n\n", "\r\r\n")


def zeros(dice, text):
    return insert(dice, text, "\0", "\0" * 9)


def mark_in_the_middle(dice, text):
    return insert(dice, text, "\ufeff")


def control(dice, text):
    return insert(dice, text, *map(chr, [1, 7, 8, 27, 26, 127, 0xFFFD, 0xFFFE, 0x10FFFF]))


def other_delimiter(dice, text):
    return text.replace(",", dice.choice([";", "\t", "|", "，", ",\t"]))


def lost_character(dice, text):
    at = dice.randrange(len(text))
    return text[:at] + text[at + 1 :]


def cut_text(dice, text):
    return text[: dice.randint(1, len(text))]


def repeated_piece(dice, text):
    a = dice.randrange(len(text))
    b = min(len(text), a + dice.randint(1, 80))
    return text[:b] + text[a:b] + text[b:]


def no_last_newline(dice, text):
    return text.rstrip("\n")


def trailing_commas(dice, text):
    return text.replace("\n", "," * dice.randint(1, 3) + "\n")


def separator_line(dice, text):
    return "sep=,\n" + text


# ---------------------------------------------------------------- bytes


def flipped(dice, content):
    changed = bytearray(content)
    for _ in range(dice.randint(1, 4)):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def cut_bytes(dice, content):
    return content[: dice.randint(0, len(content))]


def random_bytes(dice, content):
    at = dice.randint(0, len(content))
    return content[:at] + dice.randbytes(dice.randint(1, 6)) + content[at:]


def lost_bytes(dice, content):
    at = dice.randrange(len(content))
    return content[:at] + content[at + dice.randint(1, 5) :]


def zeroed(dice, content):
    at = dice.randrange(len(content))
    return content[:at] + b"\0" * min(dice.randint(1, 64), len(content) - at) + content[at + 64 :]


GRIDS = [
    *[hostile_cell] * 4,
    *[odd_number] * 6,
    *[odd_date] * 2,
    hostile_column,
    lost_column,
    doubled_column,
    swapped_columns,
    swapped_cells,
    lost_cell,
    further_cell,
    blank_column,
    blank_row,
    doubled_row,
    shuffled_rows,
    sorted_with_the_header,
    titles,
    notes,
    *[total_row] * 2,
    *[false_total] * 2,
    header_again,
    *[other_header] * 2,
]
TEXTS = [
    quotes,
    open_quote,
    mixed_newlines,
    returns_only,
    odd_newlines,
    zeros,
    mark_in_the_middle,
    control,
    other_delimiter,
    lost_character,
    cut_text,
    repeated_piece,
    no_last_newline,
    trailing_commas,
    separator_line,
]
BYTES = [flipped, cut_bytes, random_bytes, lost_bytes, zeroed]
USUAL = ["utf-8", "utf-8-sig", "gb18030", "gb18030", "utf-16"]
UNUSUAL = ["utf-16-le", "utf-16-be", "big5", "utf-32", "utf-7"]


@dataclass(frozen=True)
class Spoilt:
    """A mutated file. how: the table and what was done to it, in order."""

    content: bytes
    how: str


def spoilt(seed: str) -> Spoilt:
    """The mutated file of this seed."""
    dice = random.Random(seed)
    table, layout = dice.choice(kinds())
    grid, how = sample(dice, table, layout), [f"{table} {layout}"]
    grid = through(dice, grid, GRIDS, [0, 1, 1, 1, 2, 3], how)
    text = through(dice, csv_text(dice, grid), TEXTS, [0, 0, 0, 0, 1, 2], how)
    content = encoded(dice, text, dice.choice(USUAL if dice.random() < 0.9 else UNUSUAL), how)
    return Spoilt(through(dice, content, BYTES, [0, 0, 0, 0, 1], how), ", ".join(how))


def through(dice, thing, mutators: list, numbers: list[int], how: list[str]):
    """The thing after some of the mutators; one that finds nothing to spoil in it leaves it as it is."""
    for mutate in dice.choices(mutators, k=dice.choice(numbers)):
        with contextlib.suppress(IndexError, ValueError):
            thing = mutate(dice, [list(row) for row in thing] if isinstance(thing, list) else thing)
            how.append(mutate.__name__)
    return thing


NUMBER = re.compile(r"(0|-?[1-9]\d{0,11})(\.\d{1,2})?")
DAY = re.compile(r"20\d\d-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])")


def spoilt_cells(seed: str) -> tuple[list[list], bytes, str]:
    """A spoilt grid as the cells of a workbook, some as numbers and days; as the CSV that says the same; and how."""
    dice = random.Random(seed)
    table, layout = dice.choice(kinds())
    how = [f"{table} {layout}"]
    grid = through(dice, sample(dice, table, layout), GRIDS, [0, 1, 1, 2], how)
    cells = [[typed_cell(dice, cell) for cell in row] for row in grid]
    told = io.StringIO()
    width = max(map(len, cells), default=0)  # a sheet has no rows that are too short
    csv.writer(told, lineterminator="\n").writerows(
        [[as_text(cell) for cell in row] + [""] * (width - len(row)) for row in cells]
    )
    return cells, told.getvalue().encode(), ", ".join(how)


def typed_cell(dice, cell: str):
    if NUMBER.fullmatch(cell) and dice.random() < 0.6:
        return float(cell)
    return date.fromisoformat(cell) if DAY.fullmatch(cell) and dice.random() < 0.6 else cell or None


def as_text(cell) -> str:
    """A cell as a careful clerk would copy it: no digit added or lost, line breaks as spaces."""
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)).normalize():f}"
    return re.sub("\r\n|\r|\n", " ", "" if cell is None else str(cell))


def csv_text(dice, grid) -> str:
    target = io.StringIO()
    style = dice.choice([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    csv.writer(target, lineterminator="\n", quoting=style).writerows(grid)
    return target.getvalue()


def encoded(dice, text: str, encoding: str, how: list[str]) -> bytes:
    """The text's bytes; now and then one half of them in another encoding."""
    how.append(encoding)
    if dice.random() < 0.04:
        how.append("half of it gb18030")
        middle = len(text) // 2
        return text[:middle].encode(encoding, "replace") + text[middle:].encode("gb18030", "replace")
    return text.encode(encoding, "replace")
