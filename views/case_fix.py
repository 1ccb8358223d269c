"""更正案件: the form of 登记案件 filled with a case's facts; what changes is shown before it is saved."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import streamlit as st

from pipelines import WarehouseError
from pipelines.cases import CaseError, Change, Draft, changes, correct, correction_problems, draft_of
from views import case_draft, case_draft_fields, case_steps, look, restating, shared, who
from views.case_fields import Typed
from views.place import warehouse

HEADS = ("项", "原来", "更正为")


def link(number: str) -> None:
    """The way to the form, in the title row of the case."""
    if not who.acts("cases"):
        return
    query = shared.carry(fix=number)
    shared.page_link("cases", label="更正", icon=":material/edit:", query_params=query)


def page(number: str) -> None:
    with look.header(f"更正案件 {look.safe(number)}"):
        shared.page_link("cases", label="回到案件", icon=":material/undo:", query_params=shared.carry(case=number))
        look.scope("替换案件的事实，编号和办理进展不变；由谁、为什么、改了什么记在操作记录里")
    try:
        before = draft_of(warehouse(), number)
    except WarehouseError as problem:
        look.empty(look.safe(problem), "这个编号可能写错了。", "cases", "看全部案件", shared.carry())
        return
    form(number, before)


def form(number: str, before: Draft) -> None:
    typed = begun(number, before)
    if typed.once.written:
        written_down(typed, number)
    draft = replace(case_draft.read(typed, ()), status=before.status)
    tried = f"{typed.form}-tried" in st.session_state
    case_draft.check(typed, draft, tried, problems_of(number, typed))
    made = changes(warehouse(), number, draft) if draft.found_on else ()
    look.answer(summary(made, typed))
    case_draft_fields.show(typed, draft, "改到别的月份的，编号不变")
    typed.tell("status")
    compared(made)
    finish(typed, number, draft)


def problems_of(number: str, typed: Typed) -> Callable[[Draft], dict[str, str]]:
    return lambda draft: correction_problems(warehouse(), number, draft, restating.reason(typed))


def begun(number: str, before: Draft) -> Typed:
    """The form as it was left; afresh from the case if that has become another since."""
    name = f"fix-{number}"
    if st.session_state.get(f"{name}-before") != before:
        Typed(name, {}).forget()
        st.session_state[f"{name}-before"] = before
    return case_draft.fields(name, filled(before))


def filled(draft: Draft) -> dict:
    """The fields of the form as a draft has them; a sum that is base x multiple is not typed."""
    plain = ("found_on", "activity", "subject_type", "violation", "institution", "decision_on", "suspend_from")
    plain += ("suspend_to", "subject_name", "description", "insutype", "decision_no", "transferred_to")
    texts = {"persons": draft.persons, "records": draft.records, "base_amount_yuan": draft.base_amount_yuan}
    texts |= {"multiple": draft.multiple.normalize() if draft.multiple is not None else None}
    texts |= {f"due-{demand.handling}": demand.due_yuan for demand in draft.demands}
    told = {name: getattr(draft, name) for name in plain}
    told |= {name: None for name in ("institution", "violation") if not told[name]}
    told |= {"setl_ids": "、".join(draft.setl_ids), "demands": [demand.handling for demand in draft.demands]}
    return told | {name: text(value) for name, value in texts.items()}


def text(value: Decimal | int | None) -> str:
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def summary(made: tuple[Change, ...], typed: Typed) -> str:
    said = [f"要改 **{len(made)} 项**：{look.safe('、'.join(each.title for each in made))}"] if made else []
    if typed.problems:
        said.append(f"**{len(typed.problems)} 处**要改正后才能保存")
    return "；".join(said) + "。" if said else "填的是台账里现在的内容，还没有改动；改好后在最下面核对，再保存。"


def compared(made: tuple[Change, ...]) -> None:
    look.section("核对改动", "左边是台账里现在的，右边是保存以后的；已到账和办理进展不变")
    if not made:
        st.caption("还没有改动。")
        return
    rows = [tuple(look.safe(cell) or ":gray[（空）]" for cell in (c.title, c.before, c.after)) for c in made]
    with st.container(key="wrapped-changes"):
        st.markdown(look.grid(HEADS, "lll", rows))


def finish(typed: Typed, number: str, draft: Draft) -> None:
    if case_draft.signed(typed, "保存更正", "如：金额录错，见决定书"):
        save(typed, number, draft)


def save(typed: Typed, number: str, draft: Draft) -> None:
    st.session_state[f"{typed.form}-tried"] = True
    case_draft.check(typed, draft, True, problems_of(number, typed))
    if typed.problems:
        st.rerun()  # with every field's sentence under it
    once, told = typed.once, (warehouse(), number, draft, typed["by"], typed["why"], restating.reason(typed))
    try:
        with st.spinner("正在更正…"):
            once.write(lambda: [change.title for change in correct(*told)])
    except CaseError:
        st.rerun()
    except WarehouseError as problem:
        case_steps.refuse(typed.form, problem)
    written_down(typed, number)


def written_down(typed: Typed, number: str) -> None:
    """Empty the form and open the case as it stands now."""
    by, titles = typed["by"], typed.once.written
    typed.forget()
    st.session_state["by"] = by
    case_steps.tell(number, f"案件 {number} 已更正：{'、'.join(titles)}")
    st.switch_page(shared.link("cases"), query_params=shared.carry(case=number))
