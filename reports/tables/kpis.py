"""All KPIs: by scheme, with last year, target, formula and definition; and month by month."""

from collections.abc import Iterator

import pipelines
from pipelines import County, Figure, Kpi, Period
from pipelines.answers.aims import aimed, met
from pipelines.registry import themes
from pipelines.wording import DIRECTIONS, formula
from reports import words
from reports.document import Column, Table
from reports.tables.splitting import change_unit, named, place, quoted

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
        for part in sorted(parts.get(id, []), key=lambda each: place("scheme", each.dims["scheme"])):
            yield aimed(part, period.last, {})


def kpi_row(county: County, period: Period, figure: Figure) -> tuple:
    kpi = figure.kpi
    aspects = [quoted(figure, period, aspect) for aspect in ("value", "year_ago", changing(kpi))]
    reached = {True: "达标", False: "未达标", None: ""}[met(figure)]
    unit = "" if figure.change is None else change_unit(kpi)
    target = words.shown(kpi, figure.target)
    return (
        *opening(county, figure),
        *aspects,
        unit,
        target,
        reached,
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
        named(county, "scheme", code) if code else WHOLE,
        (figure.kpi.display_unit),
    )


def changing(kpi: Kpi) -> str:
    return "difference" if change_unit(kpi) == "百分点" else "change"


def months(county: County, period: Period) -> Table:
    """Every KPI month by month: the months of the year up to the period's last, and the year before."""
    trend = 12 + int(period.last[5:])
    rows, heads = [], []
    for figure in by_scheme(county, period, trend):
        heads = [month for month, _ in figure.months]
        values = [words.shown(figure.kpi, value) for _, value in figure.months]
        if any(value is not None for value in values):
            rows.append((*opening(county, figure), *values))
    note = "每格是该月单月的数（存量为月末数）；按年的指标逐月不可分，留空"
    return Table("逐月", (*map(Column, HEADS), *map(Column, heads)), tuple(rows), note, "逐月")
