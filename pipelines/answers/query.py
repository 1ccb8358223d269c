"""Asking the county: any KPI, for any months, against last year, by any dimensions it knows, under any filters.

One SQL statement per fact answers all KPIs of a question for all its spans of time at once (the period, the same months
of last year, the months of a trend); the formulas are then divided last, in exact decimals.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipelines.answers import history, targets
from pipelines.answers.county import County
from pipelines.answers.measuring import Question, Results, Span, measure_all
from pipelines.answers.questions import MONTH, QuestionError, understood
from pipelines.answers.small_cells import SMALL
from pipelines.formulas import EXACT, evaluate, rounded
from pipelines.periods import Period, shifted
from pipelines.registry import Kpi, measures

__all__ = ["Figure", "QuestionError", "ask"]


@dataclass(frozen=True)
class Figure:
    """A KPI's answer. Values are in the KPI's unit (49.60 for 49.60 %), money in yuan, rounded HALF_UP to its digits.

    numerator, denominator: as summed; exact, exact_year_ago: before rounding; change: against last year, in change_unit
    (百分点 for ratios, % for amounts); missing, missing_year_ago: why value and year_ago are None; months: (month,
    value) of the trend, oldest first.
    """

    kpi: Kpi
    dims: dict[str, str | None]
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None
    exact: Decimal | None
    year_ago: Decimal | None
    exact_year_ago: Decimal | None
    change: Decimal | None
    change_unit: str
    target: Decimal | None
    missing: str
    months: tuple[tuple[str, Decimal | None], ...] = ()
    missing_year_ago: str = ""


def ask(
    county: County,
    kpi_ids: Iterable[str],
    period: Period,
    by: Sequence[str] = (),
    where: Mapping[str, str | Sequence[str]] | None = None,
    trend: int = 0,
) -> list[Figure]:
    """Figures of the KPIs for the period, one per combination of the dimensions in by (exactly one without by).

    where: dimension -> code or codes, month too; trend: how many months up to the period's last come along as months.
    Raises QuestionError for an unknown KPI, a dimension that a KPI can't be broken down by, or an unknown code.
    """
    asked, period, filters = understood(county, kpi_ids, period, by, where)
    dims = tuple(d for d in by if d != MONTH)
    spans = spans_of(period, MONTH in by, trend)
    wanted = dict.fromkeys(m for kpi in asked for m in kpi.measures)
    results = measure_all(county, [measures()[m] for m in wanted], Question(tuple(spans.values()), dims, filters))
    pairs = [(f"now{m}", f"ago{m}", m) for m in period.months] if MONTH in by else [("now", "ago", "")]
    trend_spans = [label for label in spans if label.startswith("trend")]
    return [
        figure(county, kpi, results, spans, key, (now, ago, month), dims, filters, trend_spans)
        for kpi in asked
        for now, ago, month in pairs
        for key in keys_of(kpi, results, spans[now], dims)
    ]


def spans_of(period: Period, monthly: bool, trend: int) -> dict[str, Span]:
    """Label -> span: the period and last year's (month by month if asked), and the months of the trend."""
    if monthly:
        pairs = {f"now{m}": Period(m, m) for m in period.months}
        pairs |= {f"ago{m}": Period(m, m).year_ago() for m in period.months}
    else:
        pairs = {"now": period, "ago": period.year_ago()}
    pairs |= {f"trend{m}": Period(m, m) for m in (shifted(period.last, -i) for i in range(trend - 1, -1, -1))}
    return {label: Span(label, p) for label, p in pairs.items()}


def keys_of(kpi: Kpi, results: Results, span: Span, dims: tuple[str, ...]) -> list[tuple]:
    """The groups of a KPI in a span: those any of its measures has rows for; () without dimensions."""
    if not dims:
        return [()]
    found = {
        key for m in kpi.measures if not set(measures()[m].ignores) & set(dims) for key in results.keys(m, span.label)
    }
    return sorted(found, key=lambda key: tuple(str(part or "~") for part in key))


def figure(county, kpi, results, spans, key, labels, dims, filters, trend_spans) -> Figure:
    now, ago, month = labels
    value = answer(county, kpi, results, spans[now], key, filters)
    before = answer(county, kpi, results, spans[ago], key, filters)
    shown = dict(zip(dims, key, strict=True)) | ({MONTH: month} if month else {})
    return Figure(
        kpi,
        shown,
        value.numerator,
        value.denominator,
        rounded(value.exact, kpi.digits),
        value.exact,
        rounded(before.exact, kpi.digits),
        before.exact,
        change(kpi, value.exact, before.exact),
        change_unit(kpi),
        targets.target(county, kpi, spans[now].period, shown, filters),
        value.missing,
        tuple(
            (
                label.removeprefix("trend"),
                rounded(answer(county, kpi, results, spans[label], key, filters).exact, kpi.digits),
            )
            for label in trend_spans
        ),
        before.missing,
    )


@dataclass(frozen=True)
class Answer:
    numerator: Decimal | None
    denominator: Decimal | None
    exact: Decimal | None
    missing: str


def answer(county: County, kpi: Kpi, results: Results, span: Span, key: tuple, filters: dict) -> Answer:
    """A KPI in one span and group: from its measures, else from the typed history, else the reason why not."""
    missing = next((g for m in kpi.measures if (g := results.gap(m, span.label, key))), "")
    if missing or kpi.typed:
        typed = history.value(county, kpi, span.period, filters) if not key else None
        return Answer(None, None, typed, "" if typed is not None else missing or "未上传：历史指标")
    if any(results.hides(m, span.label, key) for m in kpi.measures):
        return Answer(None, None, None, SMALL)
    names = {m: results.value(m, span.label, key) for m in kpi.measures}
    unfilled = next((measures()[m].name_zh for m, value in names.items() if value is None), "")
    if unfilled:
        return Answer(None, None, None, f"未填：{unfilled}")
    names |= span.built_in
    top = evaluate(kpi.numerator, names)
    bottom = evaluate(kpi.denominator, names) if kpi.denominator else None
    exact = top if not kpi.denominator else (EXACT.divide(top, bottom) if top is not None and bottom else None)
    if exact is None:
        return Answer(top, bottom, None, "分母为 0，不能计算")
    return Answer(top, bottom, exact * 100 if kpi.unit == "%" else exact, "")


def change(kpi: Kpi, now: Decimal | None, ago: Decimal | None) -> Decimal | None:
    """Percentage points for a ratio, per cent for anything else; from unrounded values, to two decimals."""
    if now is None or ago is None:
        return None
    if change_unit(kpi) == "百分点":
        return rounded(now - ago, 2)
    return rounded(100 * (now - ago) / abs(ago), 2) if ago else None


def change_unit(kpi: Kpi) -> str:
    return "百分点" if kpi.unit in ("%", "百分点") else "%"
