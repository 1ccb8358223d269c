"""登记案件: a form that checks while one types, keeps what was typed, and says what was written down and where."""

import re
from collections.abc import Callable
from datetime import date

import streamlit as st

from pipelines import WarehouseError
from pipelines.cases import CaseError, Demand, Draft, draft_problems, enter
from pipelines.cases.taxonomy import handlings
from views import case_clues, case_draft_fields, case_steps, case_words, look, restating, shared, who
from views.case_fields import Typed
from views.place import warehouse

TEXTS = ("subject_name", "description", "persons", "records", "setl_ids", "base_amount_yuan", "multiple")
TEXTS += ("decision_no", "transferred_to", "why")
CHOSEN = ("activity", "subject_type", "institution", "violation", "decision_on", "suspend_from", "suspend_to")
SEPARATORS = re.compile(r"[;；,，、\s]+")


def button() -> None:
    """The way to the form, in the title row of the list."""
    if not who.acts("cases"):
        return
    query = shared.carry(new="1")
    shared.page_link("cases", label="登记案件", icon=":material/add:", query_params=query)


def page() -> None:
    keys = case_clues.asked()
    typed = begun(keys)
    if typed.once.written:
        written_down(typed)
    draft, tried = read(typed, keys), "draft-tried" in st.session_state
    check(typed, draft, tried, problems)
    with look.header("登记案件"):
        shared.page_link("cases", label="全部案件", icon=":material/list:", query_params=shared.carry())
        look.scope("记入稽核处罚台账，由谁、为什么记在操作记录里")
    look.answer(summary(draft, typed))
    if keys:
        case_clues.show(keys)
    case_draft_fields.show(typed, draft)
    finish(typed, draft)


def begun(keys: tuple[str, ...]) -> Typed:
    """The form as it was left; afresh from the clues when they are others."""
    known = st.session_state.get("draft-clues")
    if known is None or known != keys:
        Typed("draft", {}).forget()
        st.session_state["draft-clues"] = keys
        for name, value in case_clues.prefilled(case_clues.hits(keys) if keys else []).items():
            st.session_state[f"draft-{name}"] = value
    return fields("draft", {})


def fields(form: str, known: dict) -> Typed:
    """The fields of a case, empty but for those that are known."""
    defaults = dict.fromkeys(CHOSEN) | dict.fromkeys(TEXTS, "") | {"found_on": date.today(), "insutype": ""}
    amounts = {f"due-{code}": "" for code, rule in handlings().items() if rule.money}
    more = {"demands": [], "by": who.by()}
    return Typed(form, defaults | amounts | more | known)


def read(typed: Typed, keys: tuple[str, ...]) -> Draft:
    """The draft as it is typed so far."""
    suspends, transfers = ("suspend_agreement" in typed["demands"]), ("transfer" in typed["demands"])
    at_place = typed["subject_type"] in case_draft_fields.PLACES
    return Draft(
        found_on=typed["found_on"],
        activity=typed["activity"] or "",
        subject_type=typed["subject_type"] or "",
        violation=typed["violation"] or "",
        description=typed["description"],
        institution=(typed["institution"] or "") if at_place else "",
        subject_name="" if at_place or typed["subject_type"] == "insured_person" else typed["subject_name"],
        insutype=typed["insutype"] or "",
        persons=typed.count("persons", "涉及人数"),
        records=typed.count("records", "涉及份数"),
        base_amount_yuan=typed.decimal("base_amount_yuan", "违规金额"),
        multiple=typed.decimal("multiple", "违约金倍数", "倍数，如 1 或 2.5"),
        demands=tuple(Demand(code, due(typed, code)) for code in typed["demands"]),
        decision_no=typed["decision_no"],
        decision_on=typed["decision_on"],
        suspend_from=typed["suspend_from"] if suspends else None,
        suspend_to=typed["suspend_to"] if suspends else None,
        transferred_to=typed["transferred_to"] if transfers else "",
        setl_ids=tuple(filter(None, SEPARATORS.split(typed["setl_ids"]))),
        clue_keys=keys,
    )


def due(typed: Typed, code: str):
    """The amount asked for, None for a handling without money and for damages that are computed."""
    if not handlings()[code].money or (code == "damages" and case_draft_fields.computed(typed)):
        return None
    return typed.decimal(f"due-{code}", shared.named("handling", code))


def check(typed: Typed, draft: Draft, tried: bool, problems: Callable[[Draft], dict[str, str]]) -> None:
    """What is wrong: of fields that are filled in at once, of empty ones once somebody tried to write it down."""
    found = problems(draft)
    if tried and not typed["by"]:
        found["by"] = "操作人没有填"
    if tried and not typed["why"]:
        found["why"] = "原因没有填，如“6月现场检查发现”"
    for name, said in found.items():
        if tried or typed[name]:
            typed.problems.setdefault(name, said)


def problems(draft: Draft) -> dict[str, str]:
    return draft_problems(warehouse(), draft)


def summary(draft: Draft, typed: Typed) -> str:
    """What the case would be: 苎圩镇卫生院，A04 过度检查，违约金 2,453.20 × 10 = 24,532.00 元."""
    who = shared.county().names.get(draft.institution, "") or draft.subject_name
    what = case_words.violation_name(draft.violation) if draft.violation else ""
    dues = [(d.handling, draft.due_yuan(d)) for d in draft.demands]
    asked = [f"{shared.named('handling', code)} **{look.number(yuan)} 元**" for code, yuan in dues if yuan]
    whole = sum(yuan for _, yuan in dues if yuan)
    total = f"，共 **{look.number(whole)} 元**" if len(asked) > 1 else ""
    said = [look.safe(part) for part in (who, what) if part] + (["、".join(asked) + total] if asked else [])
    if typed.problems:
        said.append(f"**{len(typed.problems)} 处**要改")
    return "；".join(said) + "。" if said else "记下在哪里发现、是谁、违反什么、怎样处理；金额一边填一边核对。"


def finish(typed: Typed, draft: Draft) -> None:
    if signed(typed, "登记", "如：6月现场检查发现"):
        save(typed, draft)


def signed(typed: Typed, words: str, example: str) -> bool:
    """Who writes and why, and the button; under them why the last attempt was refused. Whether it was pressed."""
    left, middle, right = st.columns([3, 9, 3], gap="small", vertical_alignment="top")
    with left:
        typed.draw(st.text_input, "操作人", "by", disabled=who.known())
    with middle:
        typed.draw(st.text_input, "原因（必填，记入操作记录）", "why", placeholder=example)
    with right:
        st.space("small")
        pressed = st.button(words, type="primary", icon=":material/save:", width="stretch")
    case_steps.refused(typed.form)
    restating.offer(typed)
    return pressed


def save(typed: Typed, draft: Draft) -> None:
    st.session_state["draft-tried"] = True
    check(typed, draft, True, problems)
    if typed.problems:
        st.rerun()  # with every field's sentence under it
    once, told = typed.once, (warehouse(), draft, typed["by"], typed["why"], restating.reason(typed))
    try:
        with st.spinner("正在登记…"):
            once.write(lambda: [enter(*told)])
    except CaseError:
        st.rerun()
    except WarehouseError as problem:
        case_steps.refuse("draft", problem)
    written_down(typed)


def written_down(typed: Typed) -> None:
    """Empty the form and open the case that it has become."""
    by, number = typed["by"], typed.once.written[0]
    typed.forget()
    st.session_state["by"] = by
    case_steps.tell(number, f"案件 {number} 已登记")
    st.switch_page(shared.link("cases"), query_params=shared.carry(case=number))
