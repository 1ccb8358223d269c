"""The parameters of a rule: tried out on the month before they are saved, with who and why; back to the default."""

from decimal import Decimal

import streamlit as st

from pipelines import WarehouseError
from pipelines.clues import Hit, Parameter, Rule, parameters, screen, set_parameters, trial
from views import clues_acts, look, shared, who
from views.jobs import Job, refused
from views.place import warehouse

WHOLE_UNITS_EXCEPT = ("倍", "%", "元")


def show(rule: Rule, month: str) -> None:
    if not who.acts("rules"):
        return
    with st.expander("改参数", icon=":material/tune:", key=f"tune-{rule.id}-{clues_acts.turn()}", on_change="rerun"):
        st.caption("改后立即试算本月会怎样，保存了才算数；改动记入操作记录，过去各月也按新参数重新筛查")
        in_force = parameters(warehouse())[rule.id]
        typed = inputs(rule, in_force)
        if typed == in_force:
            back(rule, in_force)
            return
        if effect(rule, typed, month):
            save(rule, typed)


def inputs(rule: Rule, in_force: dict[str, Decimal]) -> dict[str, Decimal]:
    """What stands in the fields."""
    columns = st.columns(max(4, len(rule.parameters)), gap="small", vertical_alignment="bottom")
    found = {}
    for column, parameter in zip(columns, rule.parameters, strict=False):
        with column:
            found[parameter.name] = field(rule, parameter, in_force[parameter.name])
    return found


def field(rule: Rule, parameter: Parameter, value: Decimal) -> Decimal:
    whole = parameter.unit not in WHOLE_UNITS_EXCEPT and not (parameter.default % 1 or value % 1)
    number = int if whole else float
    bounds = {"min_value": number(parameter.low), "max_value": number(parameter.high)}
    key = field_key(rule, parameter)
    st.session_state.setdefault(key, number(value))
    words = f"{parameter.name_zh}（{parameter.unit}，{parameter.low:f}–{parameter.high:f}）"
    typed = st.number_input(
        words, **bounds, step=number(1) if whole else 0.05, key=key, format=None if whole else "%.2f"
    )
    return value if typed is None else Decimal(str(round(typed, 4))).normalize() + 0


def field_key(rule: Rule, parameter: Parameter) -> str:
    return f"set-{rule.id}-{parameter.name}-{clues_acts.turn()}"


def back(rule: Rule, in_force: dict[str, Decimal]) -> None:
    """Fill the fields with what the rule was made with."""
    if in_force != rule.defaults:
        st.button("填回原定值", icon=":material/restart_alt:", on_click=fill, args=(rule,))


def fill(rule: Rule) -> None:
    for parameter in rule.parameters:
        kept = st.session_state.get(field_key(rule, parameter))
        st.session_state[field_key(rule, parameter)] = type(kept)(parameter.default)


def effect(rule: Rule, typed: dict[str, Decimal], month: str) -> bool:
    """What the month would be with these parameters beside what it is; False, with the reason, if that failed."""
    county = shared.county()
    asked = county.key, month[:4], rule.id, tuple(typed.items())
    if st.session_state.get("parameters_asked") != asked:  # what was stopped stays so until something else is asked
        job = Job(lambda tell: trial(county, month[:4], rule.id, typed, tell))
        st.session_state["parameters_asked"], st.session_state["parameters_tried"] = asked, job
    job = st.session_state["parameters_tried"]
    job.watch()
    if job.problem:
        refused(job)
        return False
    year = [hit for hit in screen(county, month[:4]) if hit.rule == rule.id]
    rows = [compared(shared.dotted(month), of_month(year, month), of_month(job.result, month))]
    rows.append(compared(f"{month[:4]}年各月", year, job.result))
    heads = ("", "现在", "改后", "不再筛出", "新筛出", "涉及基金，现在（元）", "改后（元）")
    st.markdown(look.grid(heads, "lrrrrrr", rows))
    return True


def of_month(hits: list[Hit], month: str) -> list[Hit]:
    return [hit for hit in hits if hit.month == month]


def compared(what: str, now: list[Hit], then: list[Hit]) -> tuple[str, ...]:
    keys, others = {hit.key for hit in now}, {hit.key for hit in then}
    counts = (len(now), len(then), len(keys - others), len(others - keys))
    money = (sum((hit.at_stake_yuan for hit in hits), Decimal(0)) for hits in (now, then))
    told = [f"{count:,}" for count in counts]
    return what, told[0], f"**{told[1]}**", *told[2:], *map(look.number, money)


def save(rule: Rule, typed: dict[str, Decimal]) -> None:
    with st.form(f"save-{rule.id}-{clues_acts.turn()}", border=False, enter_to_submit=False):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            why = st.text_input("原因（必填，记入操作记录）", placeholder="如：镇卫生院反映 15 天内复诊较多")
            by = who.signs("操作人", width=150)
            pressed = st.form_submit_button("保存参数", icon=":material/save:", type="primary")
        if pressed:
            saved(rule, typed, by.strip(), why)


def saved(rule: Rule, typed: dict[str, Decimal], by: str, why: str) -> None:
    if not by:
        st.error("操作人没有填；谁改的要记入操作记录。", icon=":material/error:")
        return
    try:
        with st.spinner(look.WRITING):
            set_parameters(warehouse(), rule.id, typed, by, why)
    except WarehouseError as problem:
        st.error(look.safe(problem), icon=":material/error:")
        return
    words = f"“{rule.title}”的参数已改，线索按新参数重新筛查；原因已记入操作记录。"
    st.session_state.update({"by": by, clues_acts.TURN: clues_acts.turn() + 1, clues_acts.TOLD: words})
    st.rerun()
