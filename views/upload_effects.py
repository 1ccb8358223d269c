"""将会改变: the headline KPIs before and after, for the months that the chosen files touch."""

import streamlit as st

import pipelines
from pipelines import trial
from views import look
from views.jobs import refused
from views.upload_desk import Desk


def show(desk: Desk, chosen: frozenset) -> None:
    """Worked out on a copy, beside the page; the numbers in force do not move."""
    if not chosen:
        return
    look.section("将会改变", "重要指标装入前后；在副本上试算，现在的数字不动")
    job = desk.effect_of(chosen)
    job.watch()
    if job.cancelled:
        refused(job)
    elif job.problem:
        st.warning(look.safe(job.problem), icon=":material/rule:")
    elif job.result is not None:
        grids(job.result)


def grids(found: tuple[trial.Effect, ...]) -> None:
    changed = [effect for effect in found if effect.changed]
    if not changed:
        look.markdown("总览上的指标都不变。")
        return
    rows = [row(effect) for effect in changed]
    look.markdown(look.grid(("期间", "指标", "装入前", "装入后", "变化"), "llrrr", rows))
    if len(changed) < len(found):
        look.caption(f"另有 {len(found) - len(changed)} 个数不变。")


def row(effect) -> tuple[str, ...]:
    kpi = pipelines.kpis()[effect.kpi]
    return (
        effect.period.label,
        look.safe(kpi.name_zh),
        told(effect.before),
        f"**{told(effect.after)}**",
        difference(kpi, effect.before, effect.after),
    )


def told(figure) -> str:
    """The value with its unit, or why there is none."""
    if figure is None:
        return ":gray[没有数据]"
    return look.said(figure) if figure.value is not None else f":gray[{look.safe(figure.missing) or '—'}]"


def difference(kpi, before, after) -> str:
    if before is None or after is None or before.value is None or after.value is None:
        return ":gray[—]"
    gap = look.shown(kpi, after.value - before.value)
    unit = "个百分点" if kpi.unit == "%" else kpi.display_unit
    return f"{look.signed(gap, look.digits(kpi))} {unit}"
