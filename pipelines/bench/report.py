"""What a benchmark tells: one row per aim, with what was measured and whether the aim was met."""

import statistics
from dataclasses import dataclass

from pipelines.bench.rounds import Measured, Plan
from pipelines.registry import themes

RATIO, MILLISECONDS, MEGABYTES = "倍", "毫秒", "MB"


@dataclass(frozen=True)
class Row:
    """value: the median of the rounds; aim: at most this, None where there is none; detail: seconds behind a ratio."""

    id: str
    name: str
    value: float | None
    unit: str
    aim: float | None
    detail: str

    @property
    def met(self) -> bool | None:
        return None if self.aim is None or self.value is None else self.value <= self.aim


def rows_of(plan: Plan, found: Measured) -> list[Row]:
    """The table of a benchmark, in a fixed order."""
    return [
        ratio(found, "load_to_bare", "装入结算明细，比 DuckDB 直读同一文件并存入数据库", "load", "bare", 2.0),
        ratio(found, "load_gb18030_to_bare", "装入 GB18030 的同一文件，比同一直读", "load_gb18030", "bare", 2.8),
        ratio(found, "load_to_bare_in_memory", "装入结算明细，比只读入内存、不存盘", "load", "bare_in_memory", None),
        ratio(found, "month_to_anew", "历史之上装入一个月，比全部重新装入", "month", "load", 0.1),
        ratio(
            found,
            "month_derived_to_rebuild",
            "其中该月的汇总和构建，比全部汇总和构建重做",
            "month_derived",
            "rebuild",
            0.1,
        ),
        ratio(
            found, "month_to_rebuild", "历史之上装入一个月（含读文件），比全部汇总和构建重做", "month", "rebuild", None
        ),
        ratio(found, "load_to_tenth", f"装入 {plan.rows} 行，比 {plan.small_rows} 行", "load", "load_small", 11.0),
        memory(found),
        *(page(found, theme, name_zh) for theme, name_zh in themes().items()),
        ratio(found, "polars_to_duckdb", "月×机构×险种×类别汇总：polars 比 DuckDB", "in_polars", "in_duckdb", None),
        ratio(found, "pandas_to_duckdb", "月×机构×险种×类别汇总：pandas 比 DuckDB", "in_pandas", "in_duckdb", None),
    ]


def ratio(found: Measured, row: str, name: str, over: str, under: str, aim: float | None) -> Row:
    """How many times as long one job took as the other, each round for itself."""
    if over not in found:
        return Row(row, name, None, RATIO, aim, "没有安装")
    pairs = list(zip(found[over], found[under], strict=True))
    wall = statistics.median(o["wall"] / u["wall"] for o, u in pairs)
    cpu = statistics.median(o["cpu"] / u["cpu"] for o, u in pairs)
    return Row(
        row, name, wall, RATIO, aim, f"{seconds(found[over])} / {seconds(found[under])}；处理器时间 {cpu:.2f} 倍"
    )


def seconds(results: list[dict]) -> str:
    return f"{statistics.median(r['wall'] for r in results):.2f} 秒"


def memory(found: Measured) -> Row:
    peaks = [r["peak_mb"] for job in ("load", "load_gb18030", "month") for r in found[job] if r["peak_mb"]]
    return Row("peak_memory", "装入时的内存峰值", max(peaks, default=None), MEGABYTES, 4096.0, "整个进程")


def page(found: Measured, theme: str, name_zh: str) -> Row:
    times = [r[theme] for r in found["pages"]]
    detail = f"各轮 {min(times):.0f}—{max(times):.0f}"
    return Row(f"page_{theme}", f"“{name_zh}”页的全部查询", statistics.median(times), MILLISECONDS, 50.0, detail)
