"""What a benchmark of several sizes tells: a row per thing measured, how it grew, and whether that is in bounds."""

from collections.abc import Callable
from dataclasses import dataclass

from pipelines.bench.growing import ENGINES, LIMIT_MB, Found
from pipelines.bench.report import MEGABYTES, MILLISECONDS
from pipelines.registry import themes

SECONDS, BYTES, PAGES, ROWS, HITS = "秒", "字节/行", "次/秒", "行", "条"
NAMED = {"product": "本系统", "plain_duckdb": "DuckDB 直接查明细", "in_polars": "polars", "in_pandas": "pandas"}
LINEAR, FLAT, AT_MOST = "按行数折算", "不随行数", "上限"
LINEAR_AIM, FLAT_AIM, PAGE_AIM = 1.1, 1.5, 50.0
PERSONS = {"month": "一个月", "half_year": "半年", "two_years": "两年", "institution": "一家机构半年"}


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
        judged = self.growth if self.kind in (LINEAR, FLAT) else self.values[-1]
        return None if self.aim is None or judged is None else judged <= self.aim


def growth_rows(found: dict[int, Found]) -> list[Grown]:
    """The table of a benchmark of several sizes, in a fixed order."""

    def row(id: str, name: str, unit: str, value: Callable[[Found], float | None], kind: str = "", aim=None) -> Grown:
        values = tuple(value(each) for each in found.values())
        notes = tuple("" if v is not None else note(each, id) for v, each in zip(values, found.values(), strict=True))
        return Grown(id, name, unit, values, kind, growth(kind, [*found], values), aim, notes)

    def of(job: str, key: str = "wall") -> Callable[[Found], float | None]:
        return lambda each: each[job].get(key)

    return [
        row("month", "历史之上装入一个月的文件", SECONDS, of("whole_load"), FLAT, FLAT_AIM),
        row("month_derived", "其中该月的汇总和构建", SECONDS, of("derived"), FLAT, FLAT_AIM),
        row("own_month", "装入本规模自己的一个月", SECONDS, of("own_month"), LINEAR, LINEAR_AIM),
        row("rebuild", "全部汇总和构建从头重做", SECONDS, of("rebuild"), LINEAR, LINEAR_AIM),
        row("clue_rules", "疑点规则筛一整年", SECONDS, of("clue_rules"), LINEAR, LINEAR_AIM),
        *(row(f"{id}_cpu", f"处理器时间：{n}", SECONDS, of(j, "cpu"), kind) for id, n, j, kind in SPENT),
        row("clue_rules_now", "疑点规则筛本年半年", SECONDS, of("clue_rules_now")),
        row("hits", "一整年的疑点线索", HITS, of("clue_rules", "hits")),
        row("half_year_report", "半年报告 PDF（含启动，线索已筛）", SECONDS, of("half_year_report")),
        *(timing for theme, name in themes().items() for timing in page_rows(row, theme, name)),
        row("users_p50", "20 人同时看各页，一页的查询：中位", MILLISECONDS, of("users", "p50")),
        row("users_p95", "同上：95 分位", MILLISECONDS, of("users", "p95")),
        row("users_pages", "同上：合计", PAGES, of("users", "per_second")),
        row("drill_p50", "一家机构一个月的明细行：中位", MILLISECONDS, of("drill", "p50")),
        row("drill_p95", "同上：95 分位", MILLISECONDS, of("drill", "p95")),
        row("drill_rows", "同上：平均行数", ROWS, of("drill", "rows")),
        *(row(f"persons_{k}", f"不重复人数，{n}：首次", MILLISECONDS, span(k, "first")) for k, n in PERSONS.items()),
        *(
            row(f"persons_{k}_again", f"不重复人数，{n}：再问", MILLISECONDS, span(k, "p50"))
            for k, n in PERSONS.items()
        ),
        *(row(f"disk_{k}", f"磁盘：{n}", BYTES, of("disk", k)) for k, n in DISK.items()),
        *(
            row(f"memory_{k}", f"内存峰值：{n}", MEGABYTES, of(k, "peak_mb"), AT_MOST, LIMIT_MB)
            for k, n in HELD.items()
        ),
        *(row(f"answers_{e}", f"同样的答案：{NAMED[e]}", SECONDS, of(e)) for e in ENGINES),
        *(row(f"answers_{e}_memory", f"同上，内存峰值：{NAMED[e]}", MEGABYTES, of(e, "peak_mb")) for e in ENGINES),
    ]


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


def page_rows(row, theme: str, name: str) -> list[Grown]:
    """The median and the slow end of a page's queries."""

    def value(key: str) -> Callable[[Found], float]:
        return lambda each: each["page_times"][theme][key]

    return [
        row(f"page_{theme}", f"“{name}”页的全部查询：中位", MILLISECONDS, value("p50"), AT_MOST, PAGE_AIM),
        row(f"page_{theme}_p95", "同上：95 分位", MILLISECONDS, value("p95")),
    ]


def span(name: str, key: str) -> Callable[[Found], float]:
    return lambda each: each["persons"][name][key]


def growth(kind: str, sizes: list[int], values: tuple[float | None, ...]) -> float | None:
    """How many times as much the last size took as the one before; for LINEAR by row."""
    if kind not in (LINEAR, FLAT) or len(values) < 2 or None in values[-2:]:
        return None
    times = values[-1] / values[-2]
    return times * sizes[-2] / sizes[-1] if kind == LINEAR else times


def note(each: Found, id: str) -> str:
    """Why there is no value."""
    engine = id.removeprefix("answers_").removesuffix("_memory")
    if each.get(engine, {}).get("out_of_memory"):
        return f"超过 {LIMIT_MB / 1024:.0f} GB 内存"
    return "没有安装" if engine in ENGINES else "系统不提供"
