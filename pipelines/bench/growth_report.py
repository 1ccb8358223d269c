"""What a benchmark of several sizes tells: a row per thing measured, how it grew, and whether that is in bounds."""

from dataclasses import dataclass

from pipelines.bench.growing import LIMIT_MB, Found
from pipelines.bench.report import MEGABYTES, MILLISECONDS
from pipelines.registry import themes

SECONDS, BYTES, PAGES, ROWS, HITS = "秒", "字节/行", "次/秒", "行", "条"
NAMED = {"product": "本系统", "plain_duckdb": "DuckDB 直接查明细", "in_polars": "polars", "in_pandas": "pandas"}
LINEAR, FLAT, AT_MOST = "按行数折算", "不随行数", "上限"
LINEAR_AIM, FLAT_AIM, PAGE_AIM = 1.1, 1.5, 50.0
TOO_LARGE = f"超过 {LIMIT_MB / 1024:.0f} GB 内存"
PERSONS = {"month": "一个月", "half_year": "半年", "two_years": "两年", "institution": "一家机构半年"}
SPENT = (
    ("month", "装入一个月", "whole_load", FLAT),
    ("month_derived", "该月的汇总和构建", "derived", FLAT),
    ("rebuild", "全部重做", "rebuild", LINEAR),
    ("clue_rules", "疑点规则", "clue_rules", LINEAR),
)
DISK = {"rows": "明细", "rollups": "汇总", "build": "构建"}
HELD = {
    "whole_load": "装入一个月",
    "own_month": "装入本规模自己的一个月",
    "rebuild": "全部重做",
    "page_times": "各页的查询",
    "users": "20 人同时",
    "drill": "明细行",
    "persons": "不重复人数",
    "clue_rules": "疑点规则",
    "half_year_report": "半年报告 PDF",
}
ANSWERS = "同样的答案"
OF_UPLOADS = (
    ("month", "历史之上装入一个月的文件", SECONDS, ("whole_load", "wall"), FLAT, FLAT_AIM),
    ("month_derived", "其中该月的汇总和构建", SECONDS, ("derived", "wall"), FLAT, FLAT_AIM),
    ("own_month", "装入本规模自己的一个月", SECONDS, ("own_month", "wall"), LINEAR, LINEAR_AIM),
    ("rebuild", "全部汇总和构建从头重做", SECONDS, ("rebuild", "wall"), LINEAR, LINEAR_AIM),
    ("clue_rules", "疑点规则筛一整年", SECONDS, ("clue_rules", "wall"), LINEAR, LINEAR_AIM),
    *((f"{id}_cpu", f"处理器时间：{name}", SECONDS, (job, "cpu"), kind) for id, name, job, kind in SPENT),
    ("hits", "一整年的疑点线索", HITS, ("clue_rules", "hits")),
    ("clue_rules_now", "疑点规则筛本年半年", SECONDS, ("clue_rules_now", "wall")),
    ("half_year_report", "半年报告 PDF（含启动，线索已筛）", SECONDS, ("half_year_report", "wall")),
)
ENDS = (("p50", "中位"), ("p95", "95 分位"))
OF_PAGES = tuple(
    (f"page_{theme}_{end}", f"“{name}”页的全部查询：{word}", MILLISECONDS, ("page_times", theme, end), *aim)
    for theme, name in themes().items()
    for (end, word), aim in zip(ENDS, ((AT_MOST, PAGE_AIM), ()), strict=True)
)
OF_READERS = (
    *((f"users_{end}", f"20 人同时看各页：{word}", MILLISECONDS, ("users", end)) for end, word in ENDS),
    ("users_pages", "20 人同时看各页：合计", PAGES, ("users", "per_second")),
    *((f"drill_{end}", f"一家机构一个月的明细行：{word}", MILLISECONDS, ("drill", end)) for end, word in ENDS),
    ("drill_rows", "一家机构一个月的明细行：平均", ROWS, ("drill", "rows")),
    *(
        (f"persons_{key}", f"不重复人数，{n}：首次", MILLISECONDS, ("persons", key, "first"))
        for key, n in PERSONS.items()
    ),
    *(
        (f"persons_{key}_again", f"不重复人数，{n}：再问", MILLISECONDS, ("persons", key, "p50"))
        for key, n in PERSONS.items()
    ),
)
OF_ROOM = (
    *((f"disk_{key}", f"磁盘：{name}", BYTES, ("disk", key)) for key, name in DISK.items()),
    *((f"memory_{job}", f"内存峰值：{n}", MEGABYTES, (job, "peak_mb"), AT_MOST, LIMIT_MB) for job, n in HELD.items()),
)
OF_ENGINES = (
    *((f"answers_{engine}", f"{ANSWERS}：{n}", SECONDS, (engine, "wall")) for engine, n in NAMED.items()),
    *(
        (f"answers_{engine}_memory", f"{ANSWERS}，内存峰值：{n}", MEGABYTES, (engine, "peak_mb"))
        for engine, n in NAMED.items()
    ),
)


@dataclass(frozen=True)
class Grown:
    """values: one per size, None where it was not measured, as notes say; kind: how growth is judged, '' if it is not.

    growth: between the last two sizes, for LINEAR divided by how much larger the history is, so that 1 is linear.
    """

    id: str
    name: str
    unit: str
    values: tuple[float | None, ...]
    kind: str
    growth: float | None
    aim: float | None
    notes: tuple[str, ...]

    @property
    def met(self) -> bool | None:
        """Whether the aim was met; what the largest size had no memory for was not."""
        judged = self.growth if self.kind in (LINEAR, FLAT) else self.values[-1]
        if self.aim is None or judged is None:
            return False if self.aim is not None and self.notes[-1] == TOO_LARGE else None
        return judged <= self.aim


def growth_rows(found: dict[int, Found]) -> list[Grown]:
    """The table of a benchmark of several sizes, in a fixed order."""
    return [row(found, *asked) for asked in (*OF_UPLOADS, *OF_PAGES, *OF_READERS, *OF_ROOM, *OF_ENGINES)]


def row(
    found: dict[int, Found],
    id: str,
    name: str,
    unit: str,
    path: tuple[str, ...],
    kind: str = "",
    aim: float | None = None,
) -> Grown:
    """A row of what lies at path: the job, and what of it."""
    values = tuple(reached(each, path) for each in found.values())
    notes = tuple("" if v is not None else note(each, path[0]) for v, each in zip(values, found.values(), strict=True))
    return Grown(id, name, unit, values, kind, growth(kind, [*found], values), aim, notes)


def reached(each: Found, path: tuple[str, ...]) -> float | None:
    value = each
    for key in path:
        value = value.get(key, {})
    return None if value == {} else value


def growth(kind: str, sizes: list[int], values: tuple[float | None, ...]) -> float | None:
    """How many times as much the last size took as the one before; for LINEAR by row."""
    if kind not in (LINEAR, FLAT) or len(values) < 2 or None in values[-2:]:
        return None
    times = values[-1] / values[-2]
    return times * sizes[-2] / sizes[-1] if kind == LINEAR else times


def note(each: Found, job: str) -> str:
    """Why there is no value."""
    if each.get(job, {}).get("out_of_memory"):
        return TOO_LARGE
    return "没有安装" if job in NAMED else "系统不提供"
