"""Which upload a file is: its table and layout, its header line, and which cell of the file feeds which column."""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from pipelines.contracts import Column, Contract, Layout, common, contracts
from pipelines.uploads.problems import Problem

UNIT = re.compile(r"[(（](元|万元|%|小数)[)）]$")
SCALES = {"元": 1, "万元": 10_000, "%": 1, "小数": 100}
NO_COLUMN = "模板“{}”没有这一列；请改用模板列名或删去"
WRONG_UNIT = "这一列的单位不能是“{}”；请把数换算好，单位从列名中删去"
WIDEST = 500
UNIT_ABOVE = re.compile(r"单位[:：]?(万元|千元|百万元|亿元)")
UNITS_OF = {"money": ("元", "万元"), "decimal": ("%", "小数")}


@dataclass(frozen=True)
class Source:
    """Where a column's cells come from. cells: their positions, two for 年份 + 月份; scale: of the header's unit."""

    header: str
    cells: tuple[int, ...]
    scale: int = 1


@dataclass(frozen=True)
class Recognised:
    """A file's table and columns. header_line: 1 = first line of the file; sources: column key -> Source."""

    contract: Contract
    layout: Layout
    header_line: int
    width: int
    sources: dict[str, Source]
    dropped: tuple[str, ...]
    ignored: tuple[str, ...]
    problems: tuple[Problem, ...]


def recognise(head: tuple[tuple[str, ...], ...], table: str | None = None) -> Recognised | None:
    """The best reading of a file's first rows; None when no row looks like the header of any upload.

    Missing required columns and unknown headers are problems of the reading, never read over.
    """
    wanted = [contracts()[table]] if table else contracts().values()
    readings = [
        match(contract, layout, line, cells)
        for line, cells in enumerate(head[:10], start=1)
        if len(cells) <= WIDEST
        for contract in wanted
        for layout in contract.layouts
    ]
    best = max(readings, key=quality, default=None)
    if best is None or len(best.sources) < min(2, len(best.layout.columns)):
        return None
    return replace(best, problems=(*best.problems, *unit_above(best, head)))


def quality(reading: Recognised) -> tuple:
    """Fewer problems first, then more columns found, then the earlier line."""
    return -len(reading.problems) + len(reading.sources), len(reading.sources), -reading.header_line


def unit_above(reading: Recognised, head) -> list[Problem]:
    """A unit in a title line that the headers of the amounts don't repeat: nobody could say which of them holds."""
    amounts = [k for k in reading.sources if reading.layout.columns[k].type == "money"]
    bare = [k for k in amounts if unit_of(reading.sources[k].header) is None]
    for line, cells in enumerate(head[: reading.header_line - 1], start=1):
        said = next((cell.strip() for cell in cells if UNIT_ABOVE.search(squeezed(cell))), None)
        if said and bare:
            unit = UNIT_ABOVE.search(squeezed(said)).group(1)
            example = f"{reading.sources[bare[0]].header}({unit})"
            wanted = f"表头上方写着{unit}，金额列名里却没有；请把单位写进列名，如 {example}"
            return [Problem(line, "", said, wanted, "structural")]
    return []


def match(contract: Contract, layout: Layout, line: int, cells: tuple[str, ...]) -> Recognised:
    names = [plain(cell) for cell in cells]
    sources = sources_of(layout, cells, names)
    used = {cell for source in sources.values() for cell in source.cells}
    left = [(i, cells[i].strip()) for i in range(len(cells)) if i not in used and names[i]]
    dropped = tuple(h for i, h in left if names[i] in plain_set(common().dropped_headers))
    ignored = tuple(h for i, h in left if names[i] in plain_set(common().ignored_headers) and h not in dropped)
    spelled = frozenset().union(*(plain_set(column.spellings) for column in layout.columns.values()))
    unknown = [h for i, h in left if h not in dropped and h not in ignored and names[i] not in spelled]
    problems = [
        *missing(layout, line, sources),
        *(Problem(line, h, h, NO_COLUMN.format(contract.name_zh), "structural") for h in unknown),
        *repeated(layout, line, names, cells),
        *misfits(layout, line, sources),
    ]
    return Recognised(contract, layout, line, len(cells), sources, dropped, ignored, tuple(problems))


def sources_of(layout: Layout, cells: tuple[str, ...], names: list[str]) -> dict[str, Source]:
    """Each column's cell: by its spellings; else 年份 + 月份 for a month; else a stand-in header that nobody took."""
    found: dict[str, Source] = {}
    for key, column in layout.columns.items():
        at = position(column, names)
        if at is not None:
            found[key] = Source(cells[at].strip(), (at,), scale_of(cells[at]))
    for key, column in layout.columns.items():
        if key not in found and column.type == "month":
            found |= year_and_month(key, names)
        if key not in found and column.stands_in and plain(column.stands_in) in names:
            found |= taken_over(layout, found, key, names.index(plain(column.stands_in)), cells)
    return found


def taken_over(layout: Layout, found: dict[str, Source], key: str, at: int, cells) -> dict[str, Source]:
    """Without a 险种 column, 人员类别 (居民/职工) is the scheme and no longer the person type."""
    for other in [k for k, source in found.items() if source.cells == (at,)]:
        del found[other]
    return {key: Source(cells[at].strip(), (at,))}


def year_and_month(key: str, names: list[str]) -> dict[str, Source]:
    for year, month in (("年份", "月份"), ("stt_year", "stt_mon")):
        if year in names and month in names:
            return {key: Source(f"{year}、{month}", (names.index(year), names.index(month)))}
    return {}


def position(column: Column, names: list[str]) -> int | None:
    spellings = [plain(s) for s in column.spellings]
    return next((names.index(s) for s in spellings if s in names), None)


def missing(layout: Layout, line: int, sources: dict[str, Source]) -> list[Problem]:
    return [
        Problem(line, c.header, "没有这一列", f"必须有“{c.header}”列（{c.meaning}）", "structural")
        for key, c in layout.columns.items()
        if c.required and key not in sources
    ]


def repeated(layout: Layout, line: int, names: list[str], cells: tuple[str, ...]) -> list[Problem]:
    """Two cells of the header that feed one column: nobody can say which of them counts."""
    problems = []
    for column in layout.columns.values():
        at = [i for i, name in enumerate(names) if name and name in plain_set(column.spellings)]
        if len(at) > 1:
            both = "、".join(cells[i].strip() for i in at)
            problems.append(Problem(line, column.header, both, f"“{column.header}”只应有一列", "structural"))
    return problems


def misfits(layout: Layout, line: int, sources: dict[str, Source]) -> list[Problem]:
    """Units that a column can't be in: 万元 behind a count, 小数 behind an amount."""
    named = [(layout.columns[key], source.header, unit_of(source.header)) for key, source in sources.items()]
    return [
        Problem(line, column.header, header, WRONG_UNIT.format(unit), "structural")
        for column, header, unit in named
        if unit and unit not in UNITS_OF.get(column.type, ())
    ]


@lru_cache(maxsize=4096)
def plain(header: str) -> str:
    """A header without unit, spaces, case and full-width forms: ＂总费用 （万元）＂ -> 总费用."""
    return UNIT.sub("", squeezed(header)).lower()


def squeezed(header: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", header)).lstrip("\ufeff")


@lru_cache(maxsize=1024)
def plain_set(headers: tuple[str, ...]) -> frozenset[str]:
    return frozenset(plain(h) for h in headers)


def unit_of(header: str) -> str | None:
    unit = UNIT.search(squeezed(header))
    return unit.group(1) if unit else None


def scale_of(header: str) -> int:
    """What an amount under this header is multiplied by."""
    return SCALES.get(unit_of(header), 1)
