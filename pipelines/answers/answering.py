"""A KPI's answer in one span and group: its measures put into its formulas, or the reason why there is none."""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from pipelines.answers import history
from pipelines.answers.county import County
from pipelines.answers.measuring import Results, Span
from pipelines.answers.small_cells import SMALL
from pipelines.formulas import EXACT, evaluate
from pipelines.registry import Kpi, measures

ZERO = Decimal(0)


class Answer(NamedTuple):
    """numerator, denominator: as summed; exact: in the KPI's unit, unrounded; missing: why exact is None."""

    numerator: Decimal | None
    denominator: Decimal | None
    exact: Decimal | None
    missing: str


def answering(county: County, kpi: Kpi, results: Results, span: Span, filters: dict) -> Callable[[tuple], Answer]:
    """What answers a KPI in one span, group by group: a city has thousands of institutions, and where nothing lacks
    and nothing is hidden in the span, that is looked up once for all of them.
    """
    gapped = any(results.gaps[m, span.label] or results.closed[m, span.label] for m in kpi.measures)
    if gapped or kpi.typed:
        return lambda key: answer(county, kpi, results, span, key, filters)
    sums = [(m, results.sums[m][span.label], results.ignored.get(m)) for m in kpi.measures]

    def plain(key: tuple) -> Answer:
        names = {m: found.get(results.own(m, key) if ignored else key, ZERO) for m, found, ignored in sums}
        return worked_out(kpi, names, span)

    return plain


def answer(county: County, kpi: Kpi, results: Results, span: Span, key: tuple, filters: dict) -> Answer:
    """A KPI in one span and group: from its measures, else from the typed history, else the reason why not."""
    missing = next((g for m in kpi.measures if (g := results.gap(m, span.label, key))), "")
    if missing or kpi.typed:
        typed = history.value(county, kpi, span.period, filters) if not key else None
        return Answer(None, None, typed, "" if typed is not None else missing or "未上传：历史指标")
    if any(results.hides(m, span.label, key) for m in kpi.measures):
        return Answer(None, None, None, SMALL)
    return worked_out(kpi, {m: results.value(m, span.label, key) for m in kpi.measures}, span)


def worked_out(kpi: Kpi, names: dict, span: Span) -> Answer:
    """A KPI from the sums of its measures."""
    for measure, value in names.items():
        if value is None:
            return Answer(None, None, None, f"未填：{measures()[measure].name_zh}")
    names |= span.built_in
    top = evaluate(kpi.numerator, names)
    bottom = evaluate(kpi.denominator, names) if kpi.denominator else None
    exact = top if not kpi.denominator else (EXACT.divide(top, bottom) if top is not None and bottom else None)
    if exact is None:
        return Answer(top, bottom, None, "分母为 0，不能计算")
    return Answer(top, bottom, exact * 100 if kpi.unit == "%" else exact, "")
