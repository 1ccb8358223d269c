"""走势: each measure month by month with the limits its own movement gives (XmR), and its signals in words."""

import streamlit as st

from pipelines.peers import FEWEST_POINTS, Xmr
from pipelines.profiles import Trend
from reports import charts
from reports.charts.style import ACCENT, GREY, INK, PAST, WARN
from views import look, run
from views.words import month_words

ACROSS = 3
NOTE = "当月值；实线为均值，虚线为自身波动的界限（均值 ± 2.66 × 平均移动极差）；越限或连续 8 个月在一侧是信号，不是结论"


def section(trends: tuple[Trend, ...]) -> None:
    look.section("走势", NOTE)
    kept = [trend for trend in trends if trend.limits and any(value for _, value in trend.limits.points)]
    if not kept:
        few = run.opened() and not run.county().persons
        hidden = "，或者有结算的月份人数不足5人，不显示" if few else ""
        look.empty("没有可画的月份", f"这家机构在这个期间和险种没有逐月的结算{hidden}。")
        return
    across = 2 if len(kept) in (2, 4) else ACROSS
    for start in range(0, len(kept), across):
        for column, trend in zip(st.columns(across, gap="medium"), kept[start : start + across], strict=False):
            with column:
                month_chart(trend)


def month_chart(trend: Trend) -> None:
    kpi = trend.figure.kpi
    words = signals(trend.limits)
    title = f"{kpi.name_zh}{words[0] if words else headline(trend.limits)}"
    alt = f"{kpi.name_zh}逐月折线图，带自身界限；{'；'.join(words) or title}"
    look.chart(chart(trend), title, f"{kpi.display_unit}；{described(trend)}", alt)


def headline(found: Xmr) -> str:
    if found.lower is None:
        return "：月份太少，没有界限"
    return "在界限内波动"


def signals(found: Xmr) -> list[str]:
    """2026年3月高于上限 / 2025年11月起连续 8 个月高于均值, the latest first."""
    told = [(month, f"{month_words(month)}高于上限") for month in found.above]
    told += [(month, f"{month_words(month)}低于下限") for month in found.below]
    for first, last, side in found.runs:
        count = sum(first <= month <= last for month, _ in found.points)
        told.append((last, f"{month_words(first)}起连续 {count} 个月{'高' if side > 0 else '低'}于均值"))
    return [text for _, text in sorted(told, key=lambda each: each[0], reverse=True)]


def described(trend: Trend) -> str:
    """界限 2,339—4,128，24 个月；另有 2 个信号."""
    found, kpi = trend.limits, trend.figure.kpi
    months = f"{len(found.points)} 个月" + (f"，不足 {FEWEST_POINTS} 个月，试行限" if found.provisional else "")
    if found.lower is None:
        return months
    low, high = (look.number(look.shown(kpi, value), look.digits(kpi)) for value in (found.lower, found.upper))
    rest = len(signals(found)) - 1
    more = f"；另有 {rest} 个信号" if rest > 0 else ""
    return f"界限 {low}—{high}，{months}{more}"


def chart(trend: Trend) -> dict:
    """The series over its centre line and limits; months with a signal are orange diamonds."""
    found, kpi, digits = trend.limits, trend.figure.kpi, look.digits(trend.figure.kpi)
    months = [month_words(month) for month, _ in trend.figure.months]
    values = {month_words(month): look.shown(kpi, value) for month, value in found.points}
    flagged = {month_words(month) for month in (*found.above, *found.below)} | in_runs(found)
    hover = f"%{{x}} %{{y:,.{digits}f}} {kpi.display_unit}"
    series = charts.line(months, [values.get(month) for month in months], ACCENT, 2, hover)
    marked = charts.dots(
        [(month, float(values[month]), "") for month in months if month in flagged], WARN, hover, 10, "diamond"
    )
    levels = [(name, None if value is None else float(look.shown(kpi, value))) for name, value in levels_of(found)]
    shapes = [
        charts.rule(0, value, 1, value, PAST, 1, dash(name), xref="paper")
        for name, value in levels
        if value is not None
    ]
    notes = [level_note(name, value, digits) for name, value in levels if value is not None]
    ticks = dict(
        type="category",
        tickvals=[months[0], months[len(months) // 2], months[-1]],
        tickangle=0,
        range=[-0.5, len(months) - 0.5],
    )
    known = [*map(float, values.values()), *(value for _, value in levels if value is not None)]
    scale = dict(rangemode="normal", tickformat=charts.tick_format(known))
    return charts.figure(series, marked, height=210, x=ticks, y=scale, notes=notes, shapes=shapes, right=76)


def in_runs(found: Xmr) -> set[str]:
    return {month_words(m) for m, _ in found.points for first, last, _ in found.runs if first <= m <= last}


def levels_of(found: Xmr):
    return (("上限", found.upper), ("均值", found.mean), ("下限", found.lower))


def dash(name: str) -> str:
    return "solid" if name == "均值" else "dash"


def level_note(name: str, value: float, digits: int) -> dict:
    colour = INK if name == "均值" else GREY
    return charts.label(1, value, f"{name} {look.number(value, digits)}", colour, "left", 12, xref="paper") | dict(
        bgcolor=None
    )
