"""Which upload a file is: its table and layout, its header line, and which cell of the file feeds which column."""

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise

from pipelines.contracts import Column, Contract, Layout, common, contracts
from pipelines.uploads.headers import plain, plain_set, scale_of, squeezed, unit_of
from pipelines.uploads.mapping import Mapping, Remembered, forgetful, layout_of, signature
from pipelines.uploads.privacy import masked
from pipelines.uploads.problems import Problem

NO_COLUMN = "模板“{}”没有这一列；请改用模板列名或删去"
WRONG_UNIT = "这一列的单位不能是“{}”；请把数换算好，单位从列名中删去"
PERSONAL = "这一列是个人信息，不能对应到别的列；系统不保存个人信息，请选“不读入”"
DATA_AS_HEADER = "表头里有身份证号或手机号，像是一行数据；请改选或补上表头"
DATA_ABOVE = "表头上方有像数据的一行；表头要在所有数据的上方，请移到最前面"
WITH_DIGITS = ("money", "decimal", "multiple", "count", "date", "month", "year", "institution", "person")
WIDEST = 500
LARGE = "(万元|千元|百万元|亿元)"
UNIT_ABOVE = re.compile(rf"单位[:：]?{LARGE}|[(]{LARGE}[)]$")  # as (万元) ends a title, or a name above several columns
UNITS_OF = {"money": ("元", "万元"), "decimal": ("%", "小数")}


@dataclass(frozen=True)
class Header:
    """A header as it is read: its first and last line, and its cells, of two lines joined into one where it has two."""

    first: int
    last: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """Where a column's cells come from. cells: their positions, two for 年份 + 月份; scale: of the header's unit."""

    header: str
    cells: tuple[int, ...]
    scale: int = 1


@dataclass(frozen=True)
class Recognised:
    """A file's table and columns. sources: column key -> Source; mapping: source header -> column key, made by hand.

    header_line: the header's last line, 1 = first line of the file; above: the lines of title and header.
    """

    contract: Contract
    layout: Layout
    header: Header
    sources: dict[str, Source]
    dropped: tuple[str, ...]
    ignored: tuple[str, ...]
    problems: tuple[Problem, ...]
    mapping: dict[str, str] = field(default_factory=dict)
    above: tuple[tuple[str, ...], ...] = ()

    @property
    def header_line(self) -> int:
        return self.header.last

    @property
    def width(self) -> int:
        return len(self.header.cells)

    @property
    def needed(self) -> list[tuple[Column, int]]:
        """The required columns and the positions of their cells: what a row is never without."""
        columns = self.layout.columns.items()
        return [(c, self.sources[key].cells[0]) for key, c in columns if c.required and key in self.sources]


def recognise(
    head: tuple[tuple[str, ...], ...], mapping: Mapping | None = None, remembered: Remembered = forgetful
) -> Recognised | None:
    """The best reading of a file's first rows; None when no row looks like the header of any upload.

    mapping: headers as they were matched by hand for this file; remembered: signature -> the mapping of a source that
    came before. Missing required columns and unknown headers are problems of the reading, never read over.
    """
    best = by_hand(head, mapping, remembered) or by_words(head)
    if best is None:
        return None
    lines = [line for line in head[: best.header.first - 1] if is_title(line, best.width)]
    header = [line for line in head[best.header.first - 1 : best.header_line] if any(line)]
    above = tuple(dict.fromkeys(without_end(line) for line in (*lines, *header)))
    return replace(best, above=above, problems=(*best.problems, *unit_above(best, head), *data_above(best, head)))


def without_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    """The cells without empty ones at the end."""
    count = len(cells)
    while count and not cells[count - 1]:
        count -= 1
    return cells[:count]


def is_title(cells: tuple[str, ...], width: int) -> bool:
    """Whether a line holds so little that a later one of the same words is the next page's title, and never data."""
    return 0 < sum(bool(cell.strip()) for cell in cells) <= max(1, width // 4) and not any(cells[width:])


def by_hand(head, mapping: Mapping | None, remembered: Remembered) -> Recognised | None:
    """The reading that a mapping leads to: given for this file, or remembered for one of its lines."""
    for header in (h for h in headers(head) if sum(map(bool, h.cells)) > 1):
        known = mapping if mapping and names_all(mapping, header.cells) else remembered(signature(header.cells))
        fitting = layout_of(known) if known else None
        if fitting:
            return match(*fitting, header, known)
    return None


def names_all(mapping: Mapping, cells: tuple[str, ...]) -> bool:
    return {squeezed(head) for head in mapping.columns} <= {squeezed(cell) for cell in cells}


def by_words(head) -> Recognised | None:
    """The reading whose headers are best known to a contract."""
    best = likeliest(single_lines(head[:10]))
    if best is None or best.problems:  # two lines are only tried where one does not do
        best = likeliest(headers(head[:10]))
    return best if best and len(best.sources) >= min(2, len(best.layout.columns)) else None


def likeliest(lines: list[Header]) -> Recognised | None:
    layouts = [(contract, layout) for contract in contracts().values() for layout in contract.layouts]
    return max((match(*each, line) for line in lines for each in layouts), key=quality, default=None)


def single_lines(head) -> list[Header]:
    return [Header(n, n, cells) for n, cells in enumerate(head, start=1) if len(cells) <= WIDEST]


def headers(head) -> list[Header]:
    """What may be the header: each line, then each two lines read as one, as merged cells leave them."""
    lines = single_lines(head)
    pairs = [both for above, below in pairwise(lines) for both in joined(above, below)]
    return [*lines, *pairs]


def joined(above: Header, below: Header) -> list[Header]:
    """Two lines as one header: a blank below means what stands above; or the group above goes before what is below."""
    if above.last + 1 != below.first or not any(above.cells) or all(c.strip() for c in below.cells):
        return []
    width = max(len(above.cells), len(below.cells))
    over, under = (list(h.cells) + [""] * (width - len(h.cells)) for h in (above, below))
    return [Header(above.first, below.last, tuple(u if u.strip() else o for o, u in zip(over, under, strict=True)))]


def quality(reading: Recognised) -> tuple:
    """Fewer problems first, then more columns found, then the earlier line."""
    return -len(reading.problems) + len(reading.sources), len(reading.sources), -reading.header_line


def unit_above(reading: Recognised, head) -> list[Problem]:
    """A unit in a title line that the headers of the amounts don't repeat: nobody could say which of them holds."""
    amounts = [k for k in reading.sources if reading.layout.columns[k].type == "money"]
    bare = [k for k in amounts if unit_of(reading.sources[k].header) is None]
    for line, cells in enumerate(head[: reading.header.last - 1], start=1):
        others = (cell.strip() for cell in cells if cell not in reading.header.cells)
        said = next((cell for cell in others if UNIT_ABOVE.search(squeezed(cell))), None)
        if said and bare:
            unit = next(filter(None, UNIT_ABOVE.search(squeezed(said)).groups()))
            example = f"{reading.sources[bare[0]].header}({unit})"
            wanted = f"表头上方写着{unit}，金额列名里却没有；请把单位写进列名，如 {example}"
            return [Problem(line, "", said, wanted, "structural")]
    return []


def data_above(reading: Recognised, head) -> list[Problem]:
    """A line above the header that is filled like a row: sorting has moved the header, and rows would be lost."""
    for line, cells in enumerate(head[: reading.header.first - 1], start=1):
        found = [(column, cells[at].strip() if at < len(cells) else "") for column, at in reading.needed]
        if found and all(text and (c.type not in WITH_DIGITS or re.search(r"\d", text)) for c, text in found):
            told = masked("，".join(filter(None, map(str.strip, cells))))[:60]
            return [Problem(line, "", told, DATA_ABOVE, "structural")]
    return []


def match(contract: Contract, layout: Layout, header: Header, mapping: Mapping | None = None) -> Recognised:
    cells, line, by_hand = header.cells, header.last, chosen(mapping)
    names = [named(by_hand.get(squeezed(cell)), cell) for cell in cells]
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
        *exposed(layout, line, cells, by_hand),
        *no_header(line, cells if by_hand else ()),
    ]
    told = {cell.strip(): by_hand[squeezed(cell)] for cell in cells if squeezed(cell) in by_hand}
    unread = [head for head, key in told.items() if not key]
    dropped += tuple(head for head in unread if is_personal(head))
    ignored += tuple(head for head in unread if not is_personal(head))
    return Recognised(contract, layout, header, sources, dropped, ignored, tuple(problems), told)


def chosen(mapping: Mapping | None) -> dict[str, str]:
    """Squeezed header -> the column it was matched with by hand, '' for none."""
    return {squeezed(head): key for head, key in mapping.columns.items() if squeezed(head)} if mapping else {}


def named(key: str | None, cell: str) -> str:
    """The word that a header is compared by: its own, or the key of the column that it was matched with by hand."""
    return plain(cell) if key is None else plain(key)


def is_personal(header: str) -> bool:
    return plain(header) in plain_set(common().dropped_headers)


def exposed(layout: Layout, line: int, cells: tuple[str, ...], by_hand: dict[str, str]) -> list[Problem]:
    """Personal columns that were matched with a column which would keep them as they are."""
    return [
        Problem(line, cell.strip(), layout.columns[key].header, PERSONAL, "structural")
        for cell in cells
        if is_personal(cell) and (key := by_hand.get(squeezed(cell))) and layout.columns[key].type != "person"
    ]


def no_header(line: int, cells: tuple[str, ...]) -> list[Problem]:
    """A row that was taken for the header by hand: it would be lost, and its numbers kept in the journal."""
    personal = next((masked(cell) for cell in cells if masked(cell) != cell), "")
    return [Problem(line, "表头", personal, DATA_AS_HEADER, "structural")] if personal else []


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
    if plain_set(column.spellings).isdisjoint(names):
        return None
    return next(names.index(s) for s in map(plain, column.spellings) if s in names)


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
        spelled = plain_set(column.spellings)
        at = [i for i, name in enumerate(names) if name and name in spelled]
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
