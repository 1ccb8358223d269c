"""Reading the year's targets and holding the institutions' figures against them."""

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from pipelines.answers.county import County
from pipelines.answers.query import Figure, ask
from pipelines.assessment.judged import Assessment, Judged, Target
from pipelines.assessment.terms import Terms
from pipelines.contracts import zh
from pipelines.periods import Period
from pipelines.registry import Kpi, kpis, measures

CASES = "inpatient_cases"
WHOLE_COUNTY = "全县"
COLUMNS = """year, institution, institution_group, indicator, scheme, insutype, kind_of_target, operator, target,
    base_y1, base_y2, base_y3, step, step_basis, points_per_step, most_points, yuan_per_point,
    deduction_rule, deducted_yuan"""


class AssessmentError(ValueError):
    """An assessment that can't be made; the message is a Chinese sentence."""


def targets_of(county: County, year: int) -> list[Target]:
    """Every target of the year, the county's own too, in the order of institution, group, indicator and scheme."""
    rows = county.fetch(
        f"select {COLUMNS} from fct_assessment where year = ? "
        "order by institution nulls last, institution_group, indicator, insutype nulls first",
        [year],
    )
    return [target_of(row) for row in rows]


def target_of(row: tuple) -> Target:
    terms = Terms(row[12], row[13] or Terms.basis, *row[14:17])
    return Target(*row[:9], row[9:12], terms, *row[17:])


def assess(county: County, period: Period) -> Assessment:
    """The assessment of a period within one year, against the targets of that year.

    An institution is bound by its own targets; by those of its kind only for an indicator of which it has none of its
    own. Judged is the figure as published, rounded to the indicator's decimals. Raises AssessmentError for a period
    that lies in two years.
    """
    if period.first[:4] != period.last[:4]:
        raise AssessmentError(f"考核目标按年定，{period.label}跨了两年；请选同一年内的月份")
    bound, left_out = binding(county, targets_of(county, int(period.last[:4])))
    figures = read_figures(county, period, bound)
    judged = tuple(judge(code, target, figures) for code, target in bound)
    return Assessment(period, judged, booked(county, period), left_out)


def binding(county: County, targets: list[Target]) -> tuple[list[tuple[str, Target]], tuple[tuple[str, str], ...]]:
    """(institution, target) pairs, and (indicator, why) of the targets that can't be held against an institution."""
    told = [t for t in targets if t.institution or t.group not in (None, WHOLE_COUNTY)]
    usable = [t for t in told if "institution" in kpis()[t.indicator].levels]
    wrong = dict.fromkeys((kpis()[t.indicator].name_zh, "这个指标不能分机构") for t in told if t not in usable)
    own = {(t.institution, t.indicator): t for t in usable if t.institution}
    of_kind = [
        (code, t)
        for t in usable
        if not t.institution
        for code in members(county, t.group)
        if (code, t.indicator) not in own
    ]
    return [(t.institution, t) for t in usable if t.institution] + of_kind, tuple(wrong)


@lru_cache(maxsize=64)
def members(county: County, group: str) -> tuple[str, ...]:
    """The institutions of a kind, by its Chinese name, that have an agreement in force."""
    rows = county.fetch(
        "select institution, kind from dim_institution where place = 'in_county' and agreement_status = 'normal' "
        "order by institution"
    )
    return tuple(code for code, kind in rows if zh("kind", kind) == group)


def read_figures(county: County, period: Period, bound: Iterable[tuple[str, Target]]) -> dict[tuple, Figure]:
    """(indicator, scheme, institution) -> Figure, one question for each scheme of the targets."""
    wanted: dict[str | None, dict[str, None]] = {}
    for _, target in bound:
        wanted.setdefault(target.scheme, {CASES: None})[target.indicator] = None
    found = {}
    for scheme, indicators in wanted.items():
        for group, where in scoped(indicators, scheme):
            for figure in ask(county, group, period, by=("institution",), where=where):
                found[figure.kpi.id, scheme, figure.dims["institution"]] = figure
    return found


def scoped(indicators: Iterable[str], scheme: str | None) -> list[tuple[list[str], dict[str, str]]]:
    """The indicators that know schemes, asked for the scheme, and those that don't, asked without."""
    known = [i for i in indicators if "scheme" in kpis()[i].levels]
    other = [i for i in indicators if i not in known]
    return [(known, {"scheme": scheme} if scheme else {}), *([(other, {})] if other else [])]


def judge(code: str, target: Target, figures: dict[tuple, Figure]) -> Judged:
    kpi = kpis()[target.indicator]
    figure = figures.get((kpi.id, target.scheme, code))
    if figure is None or figure.value is None:
        return Judged(code, kpi, target, None, None, figure.missing if figure else "期间内没有它的结算")
    return Judged(code, kpi, target, figure.value, cases_behind(kpi, figure, figures.get((CASES, target.scheme, code))))


def cases_behind(kpi: Kpi, figure: Figure, stays: Figure | None) -> Decimal | None:
    """The stays or visits that a ratio or a mean is taken over; None where the indicator has no such number."""
    if kpi.denominator and {measures()[m].unit for m in kpi.measures if m in kpi.denominator} == {"人次"}:
        return figure.denominator
    inpatient = any(m.startswith("inpatient_") for m in kpi.measures)
    return stays.value if inpatient and stays else None


def booked(county: County, period: Period) -> dict[str, Decimal]:
    """Yuan by institution that the ledger's cases of the period deduct for missed targets."""
    figures = ask(county, ["assessment_deduction"], period, by=("institution",))
    return {f.dims["institution"]: f.value for f in figures if f.dims["institution"] and f.value}
