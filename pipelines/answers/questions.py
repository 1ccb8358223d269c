"""What may be asked: KPIs, dimensions and codes that the definitions know, months that follow one another."""

from collections.abc import Iterable, Mapping, Sequence

from pipelines.answers.codes import unknown_code
from pipelines.answers.county import County
from pipelines.periods import Period
from pipelines.registry import COUNTY, DIMENSIONS, Kpi, kpis

MONTH = "month"
Where = Mapping[str, str | Sequence[str]]


class QuestionError(ValueError):
    """A question the definitions don't allow; the message is a Chinese sentence."""


def understood(
    county: County, kpi_ids: Iterable[str], period: Period, by: Sequence[str], where: Where | None
) -> tuple[list[Kpi], Period, dict[str, list[str]]]:
    """The KPIs, the months and the filters (dimension -> codes) of a question; a filter on months narrows the period.

    Raises QuestionError for an unknown KPI, dimension or code, a dimension that a KPI doesn't have, and months apart.
    """
    asked = [known(kpi_id) for kpi_id in kpi_ids]
    filters = {d: [v] if isinstance(v, str) else list(v) for d, v in (where or {}).items()}
    for kpi in asked:
        allowed(county, kpi, [*by, *filters])
    months = filters.pop(MONTH, None)
    if wrong := unknown_code(county, filters):
        raise QuestionError(wrong)
    return asked, narrowed(period, months) if months else period, filters


def known(kpi_id: str) -> Kpi:
    if kpi_id not in kpis():
        raise QuestionError(f"没有指标“{kpi_id}”；可用指标见指标字典")
    return kpis()[kpi_id]


def levels(county: County, kpi: Kpi) -> tuple[str, ...]:
    """What a KPI can be broken down by: by county only where counties share the warehouse."""
    return (*kpi.levels, COUNTY) if county.counties and kpi.of_counties else kpi.levels


def allowed(county: County, kpi: Kpi, dims: Iterable[str]) -> None:
    known_here = levels(county, kpi)
    wrong = [d for d in dims if d not in known_here and not (kpi.typed and d in ("scheme", "place"))]
    if wrong:
        told = f"“{kpi.name_zh}”不能按 {wrong[0]} 分" if wrong[0] in dimensions() else f"没有维度“{wrong[0]}”"
        raise QuestionError(f"{told}；可用：{'、'.join(known_here) or '无'}")


def dimensions() -> list[str]:
    """Every dimension that any fact knows, each once."""
    return list(dict.fromkeys([MONTH, *(d for fact in DIMENSIONS.values() for d in fact)]))


def narrowed(period: Period, months: list[str]) -> Period:
    """The months of a filter as a period of its own."""
    wanted = sorted(set(months))
    outside = [month for month in wanted if month not in period.months]
    if outside:
        raise QuestionError(f"月份“{outside[0]}”不在 {period.label} 里；月份应如 2026-01")
    found = Period(wanted[0], wanted[-1])
    if found.months != wanted:
        raise QuestionError(f"筛选的月份 {'、'.join(wanted)} 不相连；可用 --by month 分月查看")
    return found
