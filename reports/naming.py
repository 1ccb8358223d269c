"""What a figure is called: its KPI, the conditions it was asked under, its months, in Chinese."""

from pipelines import County
from pipelines.cases import violation
from pipelines.contracts import zh
from pipelines.registry import kpis
from pipelines.wording import LISTS, dimension_codes
from reports.quoting import ASPECTS, Ref

UNKNOWN = "未标明"


def code_name(county: County, dim: str, code: str | None) -> str:
    """The name of a code; an institution and a town have their own, a violation that of the taxonomy."""
    if not code:
        return UNKNOWN
    if dim == "violation":
        known = violation(code)
        return known.name if known else code
    if dim == "institution":
        return county.names.get(code, code)
    return dimension_codes(dim).get(code) or zh(LISTS.get(dim, dim), code)


def conditions(county: County, ref: Ref) -> str:
    """居民、县内; '' for the whole county."""
    return "、".join(code_name(county, dim, code) for dim, codes in ref.where for code in codes.split("+"))


def figure_name(county: County, ref: Ref) -> str:
    """住院人次（居民、县内，2026年1—6月，上年同期）."""
    kpi = kpis().get(ref.kpi)
    told = [conditions(county, ref), ref.period.label, ASPECTS.get(ref.aspect, "")]
    return f"{kpi.name_zh if kpi else ref.kpi}（{'，'.join(filter(None, told))}）"
