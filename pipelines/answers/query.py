"""Asking the county: any KPI, for any months, against last year, by any dimensions it knows, under any filters.

One SQL statement per fact answers all KPIs of a question for all its spans of time at once (the period, the same months
of last year, the months of a trend); the formulas are then divided last, in exact decimals.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipelines.answers import targets
from pipelines.answers.answering import Answer, answering
from pipelines.answers.county import County
from pipelines.answers.measuring import Question, Results, Span, measure_all
from pipelines.answers.questions import MONTH, QuestionError, understood
from pipelines.formulas import rounded
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
    return [
        figure
        for kpi in asked
        for labels in pairs
        for figure in figures(county, kpi, results, spans, labels, dims, filters)
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


def figures(county, kpi, results, spans, labels, dims, filters) -> Iterator[Figure]:
    """A KPI's figures, one per group. labels: the spans of the period and of last year, and the month if asked."""
    now, ago, month = labels
    value, year_ago = (answering(county, kpi, results, spans[label], filters) for label in (now, ago))
    trend = [
        (label.removeprefix("trend"), answering(county, kpi, results, span, filters))
        for label, span in spans.items()
        if label.startswith("trend")
    ]
    for key in keys_of(kpi, results, spans[now], dims):
        shown = dict(zip(dims, key, strict=True)) | ({MONTH: month} if month else {})
        months = tuple((label, rounded(told(key).exact, kpi.digits)) for label, told in trend)
        target = targets.target(county, kpi, spans[now].period, shown, filters)
        yield figure(kpi, shown, value(key), year_ago(key), target, months)


def figure(kpi: Kpi, dims: dict, value: Answer, before: Answer, target: Decimal | None, months: tuple) -> Figure:
    return Figure(
        kpi,
        dims,
        value.numerator,
        value.denominator,
        rounded(value.exact, kpi.digits),
        value.exact,
        rounded(before.exact, kpi.digits),
        before.exact,
        change(kpi, value.exact, before.exact),
        change_unit(kpi),
        target,
        value.missing,
        months,
        before.missing,
    )


def change(kpi: Kpi, now: Decimal | None, ago: Decimal | None) -> Decimal | None:
    """Percentage points for a ratio, per cent for anything else; from unrounded values, to two decimals."""
    if now is None or ago is None:
        return None
    if change_unit(kpi) == "百分点":
        return rounded(now - ago, 2)
    return rounded(100 * (now - ago) / abs(ago), 2) if ago else None


def change_unit(kpi: Kpi) -> str:
    return "百分点" if kpi.unit in ("%", "百分点") else "%"
