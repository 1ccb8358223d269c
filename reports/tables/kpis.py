"""All KPIs: by scheme, with last year, target, formula and definition; and month by month."""

from collections.abc import Iterator
from decimal import Decimal

import pipelines
from pipelines import County, Figure, Kpi, Period
from pipelines.answers.aims import aimed, met
from pipelines.formulas import rounded
from pipelines.registry import themes
from pipelines.wording import DIRECTIONS, formula
from reports import words
from reports.document import Column, Table
from reports.naming import code_name
from reports.quoting import Quote, Ref, printed
from reports.tables.asking import SCHEMES, at
from reports.tables.tabling import POINTS, change_unit

WHOLE = "全部"
HEADS = ("主题", "指标", "险种", "单位")


def every_kpi(county: County, period: Period) -> Table:
    """Every KPI, of all schemes and of each, set against last year; what is missing says why."""
    columns = (*map(Column, HEADS), Column("本期"), Column("上年同期"), Column("较上年", 2, signed=True))
    columns += (Column("较上年单位"), Column("目标"), Column("是否达标"), Column("分子"), Column("分母"))
    columns += tuple(map(Column, ("公式", "口径", "好坏", "缺数原因", "指标编号")))
    rows = tuple(kpi_row(county, period, figure) for figure in by_scheme(county, period))
    note = "金额以万元列示的指标，分子分母以元计；目标按时间进度的，已折算到期末月份"
    return Table("全部指标", columns, rows, note, "全部指标")


def headlines(county: County, period: Period) -> Table:
    """The KPIs that the overview shows, of all schemes."""
    columns = (*map(Column, ("指标", "单位", "本期", "上年同期")), Column("较上年", 2, signed=True))
    columns += tuple(map(Column, ("较上年单位", "目标", "是否达标")))
    found = [aimed(figure, period.last, {}) for figure in pipelines.ask(county, pipelines.headlines(), period)]
    rows = [(figure.kpi.name_zh, figure.kpi.display_unit, *standing(period, figure)) for figure in found]
    return Table("总览", columns, tuple(rows), "全部险种；目标按时间进度的，已折算到期末月份", "总览")


def standing(period: Period, figure: Figure) -> tuple:
    """Value, last year's, change and its unit, target, and whether that is reached."""
    aspects = [quoted(figure, period, aspect) for aspect in ("value", "year_ago", changing(figure.kpi))]
    unit = "" if figure.change is None else change_unit(figure.kpi)
    reached = {True: "达标", False: "未达标", None: ""}[met(figure)]
    target = None if figure.target is None else quoted(figure, period, "target")
    return *aspects, unit, target, reached


def quoted(figure: Figure, period: Period, aspect: str) -> Quote:
    return printed(Ref.of(figure.kpi.id, period, aspect, **figure.dims), figure)


def by_scheme(county: County, period: Period, trend: int = 0) -> Iterator[Figure]:
    """Each KPI for all schemes, then for each one, if it knows schemes; in the order of the themes."""
    known = pipelines.kpis()
    scoped = [id for id, kpi in known.items() if "scheme" in kpi.levels]
    whole = {f.kpi.id: f for f in pipelines.ask(county, list(known), period, trend=trend)}
    parts: dict[str, list[Figure]] = {}
    for figure in pipelines.ask(county, scoped, period, by=("scheme",), trend=trend):
        if figure.dims["scheme"] is not None:
            parts.setdefault(figure.kpi.id, []).append(figure)
    for id, figure in whole.items():
        yield aimed(figure, period.last, {})
        for part in sorted(parts.get(id, []), key=lambda each: at(each.dims["scheme"], SCHEMES)):
            yield aimed(part, period.last, {})


def kpi_row(county: County, period: Period, figure: Figure) -> tuple:
    kpi = figure.kpi
    return (
        *opening(county, figure),
        *standing(period, figure),
        figure.numerator,
        figure.denominator,
        formula(kpi),
        kpi.definition,
        DIRECTIONS[kpi.direction],
        figure.missing,
        kpi.id,
    )


def opening(county: County, figure: Figure) -> tuple[str, ...]:
    """The cells under HEADS."""
    code = figure.dims.get("scheme")
    return (
        themes()[figure.kpi.theme],
        figure.kpi.name_zh,
        code_name(county, "scheme", code) if code else WHOLE,
        (figure.kpi.display_unit),
    )


def changing(kpi: Kpi) -> str:
    return "difference" if change_unit(kpi) == POINTS else "change"


def of_month(figure: Figure, month: str, value: Decimal | None) -> Quote:
    """The figure of one month, of which only the value is known."""
    kpi, exact = figure.kpi, words.shown(figure.kpi, value)
    digits, unit = words.digits(kpi), kpi.display_unit
    ref = Ref.of(kpi.id, Period(month, month), **{dim: code for dim, code in figure.dims.items() if code})
    value_in_unit = rounded(exact, digits)
    return Quote(ref, words.with_unit(value_in_unit, unit, digits), value_in_unit, unit, digits, exact=exact)


def months(county: County, period: Period) -> Table:
    """Every KPI month by month: the months of the year up to the period's last, and the year before."""
    trend = 12 + int(period.last[5:])
    rows, heads = [], []
    for figure in by_scheme(county, period, trend):
        heads = [month for month, _ in figure.months]
        if any(value is not None for _, value in figure.months):
            rows.append((*opening(county, figure), *(of_month(figure, *each) for each in figure.months)))
    note = "每格是该月单月的数（存量为月末数）；按年的指标逐月不可分，留空"
    return Table("逐月", (*map(Column, HEADS), *map(Column, heads)), tuple(rows), note, "逐月")
