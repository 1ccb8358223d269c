"""指标字典: what every KPI means, how it is computed, from where, and what it is now; the methods beyond KPIs."""

import streamlit as st

import pipelines
from pipelines import registry, wording
from pipelines.answers.questions import levels
from pipelines.methods import Method, methods
from views import cards, look, shared

HEADS = ("主题", "指标", "英文名", "别名", "编号", "单位", "方向", "公式", "口径", "来源", "可分组", "本期", "上年同期")


def page() -> None:
    values = shared.total(tuple(pipelines.kpis()))
    with look.header("指标字典"):
        shared.scope()
        chosen = found(values)
        county = shared.county()
        files = {"指标字典": look.File("指标字典", HEADS, lambda: (entry(county, each) for each in chosen))}
        look.takeaway(files | {"测算方法": look.File("测算方法", METHOD_HEADS, method_rows)})
    if not chosen:
        look.empty("没有找到这样的指标", "换一个词，或清空查找框。")
        return
    known = sum(1 for figure in values.values() if figure.value is not None)
    look.answer(f"共 **{len(values)} 个**指标，本期能算 **{known} 个**；没有数值的都写明缺什么。")
    left, right = st.columns([7, 5], gap="medium")
    with left:
        place = table(chosen)
    with right:
        detail(chosen[place or 0])
    worked_out()


def found(values: dict) -> list:
    """The figures whose names or definition hold every word that was typed."""
    themes = {"": "全部主题"} | registry.themes()
    theme = look.pick("主题", themes, "t", label_visibility="collapsed", width=150)
    words = look.sought("q", "查找名称、别名、口径")
    kept = [figure for figure in values.values() if theme in ("", figure.kpi.theme)]
    return [figure for figure in kept if all(word in haystack(figure.kpi) for word in words.lower().split())]


def haystack(kpi) -> str:
    return " ".join((kpi.id, kpi.name_zh, kpi.name_en, *kpi.aliases, kpi.definition, kpi.source)).lower()


def entry(county, figure) -> tuple:
    kpi = figure.kpi
    what = (registry.themes()[kpi.theme], kpi.name_zh, kpi.name_en, "、".join(kpi.aliases), kpi.id, kpi.display_unit)
    how = (wording.DIRECTIONS[kpi.direction], wording.formula(kpi), kpi.definition, kpi.source, groups(county, kpi))
    now = look.shown(kpi, figure.value)
    return *what, *how, figure.missing or None if now is None else now, look.shown(kpi, figure.year_ago)


def groups(county, kpi) -> str:
    return "、".join(wording.DIMENSIONS[level] for level in levels(county, kpi))


COLUMNS = {
    "主题": st.column_config.TextColumn(width=80),
    "指标": st.column_config.TextColumn(width=190),
    "本期": st.column_config.TextColumn(width=110, alignment="right"),
    "单位": st.column_config.TextColumn(width=60),
    "较上年": st.column_config.TextColumn(width=110, alignment="right"),
    "方向": st.column_config.TextColumn(width=80),
    "公式": st.column_config.TextColumn(width=320),
    "口径": st.column_config.TextColumn(width=420),
    "来源": st.column_config.TextColumn(width=220),
}


def table(chosen: list) -> int | None:
    columns = {
        "主题": [registry.themes()[figure.kpi.theme] for figure in chosen],
        "指标": [figure.kpi.name_zh for figure in chosen],
        "本期": [look.amount(figure) for figure in chosen],
        "单位": [figure.kpi.display_unit for figure in chosen],
        "较上年": [look.signed_change(figure) for figure in chosen],
        "方向": [wording.DIRECTIONS[figure.kpi.direction] for figure in chosen],
        "公式": [wording.formula(figure.kpi) for figure in chosen],
        "口径": [figure.kpi.definition for figure in chosen],
        "来源": [figure.kpi.source for figure in chosen],
        "可分组": [groups(shared.county(), figure.kpi) for figure in chosen],
        "英文名": [figure.kpi.name_en for figure in chosen],
        "编号": [figure.kpi.id for figure in chosen],
    }
    return look.table(columns, COLUMNS, "dictionary", 20, "指标字典表")


def detail(figure) -> None:
    kpi = figure.kpi
    with st.container(border=True):
        look.subheader(f"{kpi.name_zh} {look.said(figure)}")
        look.caption(
            " · ".join(
                filter(None, (kpi.name_en, kpi.id, wording.DIRECTIONS[kpi.direction], look.target_words(figure)))
            )
        )
        cards.definition(figure, titled=False)
        look.markdown(f":gray[可分组：]{groups(shared.county(), kpi) or '不分组'}")
        if kpi.aliases:
            look.markdown(f":gray[又名：]{look.safe('、'.join(kpi.aliases))}")


METHOD_HEADS = ("方法", "回答什么", "公式", "依据", "步骤", "例", "不能说明的")


def method_rows() -> list[tuple]:
    return [
        (m.title, m.asks, m.brief, m.basis, *("\n".join(lines) for lines in (m.steps, m.examples, m.limits)))
        for m in methods().values()
    ]


def worked_out() -> None:
    """What is worked out rather than counted: how, on what basis, and what it can't say."""
    look.section("测算方法", "结算、预测、归因、分担怎样算，依据什么，不能说明什么")
    for each in methods().values():
        with st.expander(each.title):
            method(each)


def method(each: Method) -> None:
    look.markdown(f"**{each.title}** {each.asks}{each.brief}")
    look.markdown("\n".join(f"{place}. {step}" for place, step in enumerate(each.steps, 1)))
    for name, lines in (("依据", (each.basis,)), ("例", each.examples), ("不能说明的", each.limits)):
        if lines:
            look.markdown(f":gray[{name}]\n\n" + "\n".join(f"- {line}" for line in lines))
