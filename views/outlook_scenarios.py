"""Scenarios of the outlook: tried with fields, saved by name, compared side by side as ranges."""

from collections.abc import Callable

import streamlit as st

from pipelines import WarehouseError
from pipelines import outlook as ahead
from pipelines.outlook import AS_IS, SCHEMES, Projection, Saved, Scenario, wording
from pipelines.outlook.scenarios import refuse
from pipelines.periods import months_between, shifted
from reports import foretelling
from views import look, noting, shared, who
from views.place import warehouse

Projecting = Callable[[Scenario], Projection | None]
TRIED = "正在试的"
CHOSEN = "o_chosen"


def show(projecting: Projecting) -> None:
    told = compared(projecting)
    note = "政策、参保、流感、费用、到账有变会怎样；与照现在的走势用同一批走势比，差别只来自情景"
    look.section("情景", note)
    fields()
    if len(told) > 1:
        beside(told)
    kept()


def compared(projecting: Projecting) -> list[Projection]:
    """How things go, what is being tried, and the saved ones that were chosen, in this order."""
    trying = tried()
    chosen = [each.scenario for name, each in every().items() if name in picked()]
    scenarios = [AS_IS, *([trying] if trying is not None else []), *chosen]
    return [told for each in scenarios if (told := projecting(each)) is not None]


def every() -> dict[str, Saved]:
    """Name -> the saved scenarios that stand."""
    return {each.name: each for each in saved_once(str(warehouse()), noting.stamp()) if not each.withdrawn}


@st.cache_data(max_entries=8, show_spinner=False)
def saved_once(place: str, stamp: tuple) -> list[Saved]:
    return ahead.saved(warehouse())


def picked() -> list[str]:
    """The names chosen to be compared; the latest few at first."""
    return st.session_state.get(CHOSEN, list(every())[:4])


def tried() -> Scenario | None:
    """What the fields say; None where they change nothing."""
    said = {name.removeprefix("o_"): st.session_state.get(name) for name in FIELDS}
    told = Scenario(TRIED, **{name: value for name, value in said.items() if value})
    return None if told == Scenario(TRIED) or unusable(told) else told


FIELDS = (
    *("o_scheme", "o_begins", "o_ratio_points", "o_insured_percent", "o_flu_month", "o_flu_percent"),
    *("o_cost_percent", "o_collected_percent", "o_collected_later"),
)


def unusable(scenario: Scenario) -> str:
    changes = Scenario(scenario.name, scenario.scheme, scenario.begins, flu_month=scenario.flu_month)
    if scenario == changes:
        return "没有改变什么"
    try:
        refuse(scenario)
    except WarehouseError as why:
        return str(why)
    return ""


def fields() -> None:
    """What may change, field by field; saving is for those who may."""
    coming = months_between(shifted(shared.period().last, 1), f"{int(shared.period().last[:4]) + 1}-12")
    own = [scheme for scheme in SCHEMES if shared.scheme() in (ahead.ALL, scheme)]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox("险种", ["", *own], format_func=lambda s: SCHEMES.get(s, "所选险种"), key="o_scheme", width=130)
        st.selectbox("从哪个月起", coming, format_func=shared.dotted, key="o_begins", width=150)
        st.number_input("住院报销比例（±百分点）", -50.0, 50.0, 0.0, 1.0, "%.1f", key="o_ratio_points", width=180)
        st.number_input("参保人数（±%）", -99.0, 100.0, 0.0, 1.0, "%.1f", key="o_insured_percent", width=140)
        st.number_input("次均费用（±%）", -99.0, 100.0, 0.0, 1.0, "%.1f", key="o_cost_percent", width=140)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            "流感月",
            ["", *coming],
            format_func=lambda m: shared.dotted(m) if m else "没有",
            key="o_flu_month",
            width=150,
        )
        st.number_input("当月就诊（+%）", -99.0, 100.0, 0.0, 5.0, "%.1f", key="o_flu_percent", width=140)
        st.number_input("收入（±%）", -99.0, 100.0, 0.0, 1.0, "%.1f", key="o_collected_percent", width=130)
        st.number_input("收入推迟（月）", 0, 12, 0, key="o_collected_later", width=130)
        if who.acts("plans"):
            name = st.text_input("名称", key="o_name", placeholder="如：2027 年提高住院待遇", width="stretch")
            if st.button("存为情景", type="primary", key="o_save", disabled=tried() is None):
                save(name)


def save(name: str) -> None:
    told = tried()
    made = Scenario(**{**vars(told), "name": " ".join(name.split())})
    st.session_state.pop(CHOSEN, None)
    noting.act(lambda by: ahead.save(warehouse(), made, by), f"已存情景“{made.name}”")


def beside(told: list[Projection]) -> None:
    """Several scenarios as ranges, on one chart and in a table."""
    ends = [each for each in told if each.end.balance is not None]
    if len(ends) > 1:
        base, last = ends[0].end.balance.middle, ends[-1]
        lowest = min(ends[1:], key=lambda each: each.end.balance.middle)
        change = lowest.end.balance.middle - base
        more = "少" if change < 0 else "多"
        title = f"“{look.safe(lowest.scenario.name)}”使期末结余的中间值{more} {wording.wan(abs(change))} 万元"
        note = f"{wording.month_name(last.end.month)}末累计结余，万元；细线 95%，粗线 80%，点为中间值"
        look.chart(foretelling.compared(ends), title, note, f"各情景期末结余的区间图；{title}")
    rows = [tuple(map(cell, row)) for row in foretelling.compared_rows(told)]
    look.markdown(look.grid(foretelling.COMPARED, "llrrrrl", rows))


def cell(value) -> str:
    """A cell of a short table."""
    return "—" if value is None else look.safe(value) if isinstance(value, str) else f"{value:,}".replace("-", "−")


def kept() -> None:
    """Which of the saved ones are compared; taking back and restoring for those who may."""
    told = saved_once(str(warehouse()), noting.stamp())
    if not told:
        look.caption("还没有存下的情景。")
        return
    names = list(every())
    st.session_state.setdefault(CHOSEN, names[:4])
    st.session_state[CHOSEN] = [name for name in st.session_state[CHOSEN] if name in names]
    st.multiselect("并列比较", names, key=CHOSEN, placeholder="选存下的情景")
    if who.acts("plans"):
        taking_back(told)


def taking_back(told: list[Saved]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = st.selectbox(
            "存下的情景", [each.name for each in told], format_func=lambda n: named(told, n), key="o_one", width=320
        )
        one = next(each for each in told if each.name == name)
        if one.withdrawn and st.button("恢复", key="o_restore"):
            noting.act(lambda by: ahead.restore(warehouse(), name, by), f"已恢复情景“{name}”")
        if not one.withdrawn and st.button("收回", key="o_withdraw"):
            noting.act(lambda by: ahead.withdraw(warehouse(), name, by), f"已收回情景“{name}”，可以恢复")
        look.caption(look.safe(f"{one.by} 存于 {one.at[:10]}：{wording.scenario_words(one.scenario)}"))


def named(told: list[Saved], name: str) -> str:
    gone = next(each.withdrawn for each in told if each.name == name)
    return f"{name}（已收回）" if gone else name
