"""The KPI card: value, change and what it means, two years of months, target, definition and the way to the rows."""

import streamlit as st

from views import words
from views.spark import spark

BLANK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 62"/>'


def cards(figures, contexts: dict[str, str] | None = None, across: int = 4, rows: dict | None = None) -> None:
    """Cards in rows of `across`; contexts: one line of context by KPI id; rows: where the rows behind them are."""
    contexts = contexts or {}
    for start in range(0, len(figures), across):
        group = figures[start : start + across]
        for column, figure in zip(st.columns(across), group, strict=False):
            with column:
                card(figure, contexts.get(figure.kpi.id), rows)


def card(figure, context: str | None = None, rows: dict | None = None, name: str = "") -> None:
    """figure: a Figure asked for with history=24. context None: what the target says."""
    name = name or figure.kpi.name_zh
    context = target_words(figure) if context is None else context
    with st.container(key=f"card-{figure.kpi.id}-{name}", border=True, height="stretch", gap="xxsmall"):
        card_head(figure, name, rows)
        card_value(figure, name)
        now, last = two_years(figure.months)
        alt = f"{name}逐月走势，{words.said(figure)}；{context}"
        st.image(spark(now, last, *aim(figure)), width="stretch", alt=alt)
        st.caption(context)


def card_value(figure, name: str) -> None:
    kpi = figure.kpi
    value = words.number(words.shown(kpi, figure.value), words.digits(kpi))
    value = f"{value} :small[:gray[{kpi.display_unit}]]"
    colour, meaning = words.verdict(figure)
    change = None if figure.change is None else words.amount_of_change(figure)
    st.metric(
        name,
        value,
        change,
        delta_color=colour,
        delta_arrow="off" if not figure.change else "up" if figure.change > 0 else "down",
        delta_description=meaning if change else None,
        label_visibility="collapsed",
    )
    if change is None:
        st.caption(figure.missing or "上年同期没有数据")


def card_head(figure, name: str, rows: dict | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap=None):
        st.markdown(f":gray[{name}]", width="content")
        with st.popover(":gray[口径]", type="tertiary"):
            definition(figure)


def definition(figure) -> None:
    kpi = figure.kpi
    st.markdown(f"**{kpi.name_zh}**  \n{words.safe(kpi.definition)}")
    st.caption(f"来源：{words.safe(kpi.source)}")


def two_years(months) -> tuple[list, list]:
    """(this year, last year), twelve places each, from ((YYYY-MM, value), ...) that ends with the period."""
    if not months:
        return [None] * 12, [None] * 12
    year, values = int(months[-1][0][:4]), dict(months)
    return tuple([values.get(f"{y}-{m:02d}") for m in range(1, 13)] for y in (year, year - 1))


def aim(figure) -> tuple:
    """(value, target, whether more is better) for the bullet, or nothing."""
    if figure.target is None or figure.value is None:
        return ()
    return float(figure.value), float(figure.target), more_is_better(figure.kpi)


def more_is_better(kpi) -> bool:
    return kpi.target_kind == "floor" or (kpi.target_kind != "ceiling" and kpi.direction == "up")


def target_words(figure) -> str:
    """目标 95.00%，已达标 / 快于时间进度 25.42 个百分点; empty without a target."""
    if figure.target is None or figure.value is None:
        return ""
    ahead = figure.value - figure.target
    if figure.kpi.target_kind == "time":
        return f"{'快' if ahead >= 0 else '慢'}于时间进度 {words.number(abs(ahead))} 个百分点"
    met = ahead == 0 or (ahead > 0) == more_is_better(figure.kpi)
    aim_text = words.with_unit(
        words.shown(figure.kpi, figure.target), figure.kpi.display_unit, words.digits(figure.kpi)
    )
    return f"目标 {aim_text}，{'已达标' if met else '未达标'}"
