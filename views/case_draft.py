"""登记案件: a form that checks while one types, keeps what was typed, and says what was written down and where."""

import re
from datetime import date
from pathlib import Path

import streamlit as st

from pipelines import WarehouseError, user
from pipelines.cases import CaseError, Demand, Draft, draft_problems, enter, violation, violations
from pipelines.cases.taxonomy import handlings
from pipelines.clues import link_case
from pipelines.contracts import code_lists
from views import case_clues, case_steps, case_words, ledger, look, shared
from views.case_fields import Typed
from views.place import warehouse

PLACES = ("institution", "pharmacy")
TEXTS = ("subject_name", "description", "persons", "records", "setl_ids", "base_amount_yuan", "multiple")
TEXTS += ("decision_no", "transferred_to", "why")
CHOSEN = ("activity", "subject_type", "institution", "violation", "decision_on", "suspend_from", "suspend_to")
SEPARATORS = re.compile(r"[;；,，、\s]+")


def button() -> None:
    """The way to the form, in the title row of the list."""
    query = shared.carry(new="1")
    st.page_link(shared.link("cases"), label="登记案件", icon=":material/add:", query_params=query)


def page() -> None:
    keys = case_clues.asked()
    typed = begun(keys)
    if typed.once.written:
        written_down(typed)
    draft, tried = read(typed, keys), "draft-tried" in st.session_state
    check(typed, draft, tried)
    with look.header("登记案件"):
        st.page_link(shared.link("cases"), label="全部案件", icon=":material/list:", query_params=shared.carry())
        look.scope("记入稽核处罚台账，由谁、为什么记在操作记录里")
    look.answer(summary(draft, typed))
    if keys:
        case_clues.show(keys)
    fields(typed, draft)
    finish(typed, draft)


def begun(keys: tuple[str, ...]) -> Typed:
    """The form as it was left; afresh from the clues when they are others."""
    known = st.session_state.get("draft-clues")
    if known is None or known != keys:
        Typed("draft", {}).forget()
        st.session_state["draft-clues"] = keys
        for name, value in case_clues.prefilled(case_clues.hits(keys) if keys else []).items():
            st.session_state[f"draft-{name}"] = value
    defaults = dict.fromkeys(CHOSEN) | dict.fromkeys(TEXTS, "") | {"found_on": date.today(), "insutype": ""}
    amounts = {f"due-{code}": "" for code, rule in handlings().items() if rule.money}
    return Typed("draft", defaults | amounts | {"demands": [], "by": st.session_state.get("by", user())})


def read(typed: Typed, keys: tuple[str, ...]) -> Draft:
    """The draft as it is typed so far."""
    suspends, transfers = ("suspend_agreement" in typed["demands"]), ("transfer" in typed["demands"])
    at_place = typed["subject_type"] in PLACES
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
    if not handlings()[code].money or (code == "damages" and computed(typed)):
        return None
    return typed.decimal(f"due-{code}", shared.named("handling", code))


def computed(typed: Typed) -> bool:
    """Whether the damages are base x multiple."""
    return bool(typed["base_amount_yuan"] and typed["multiple"])


def check(typed: Typed, draft: Draft, tried: bool) -> None:
    """What is wrong: of fields that are filled in at once, of empty ones once somebody tried to enter the case."""
    found = draft_problems(warehouse(), draft)
    if tried and not typed["by"]:
        found["by"] = "操作人没有填"
    if tried and not typed["why"]:
        found["why"] = "原因没有填，如“6月现场检查发现”"
    for name, said in found.items():
        if tried or typed[name]:
            typed.problems.setdefault(name, said)


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


def fields(typed: Typed, draft: Draft) -> None:
    look.section("发现", "编号由系统按发现年份顺延")
    with st.container(key="draft-found"):
        found(typed)
    look.section("违规", "依据按发现日期取当日有效的条文")
    violated(typed, draft)
    look.section("处理", "违约金 = 违规金额 × 倍数；扣减从结算款中抵扣，追回、违约金、罚款另行缴款")
    handled(typed, draft)
    look.section("决定", "还没有决定的可以不填，以后在“办理进展”里记")
    decided(typed)


def found(typed: Typed) -> None:
    columns = st.columns([3, 3, 3, 6], gap="small")
    with columns[0]:
        typed.draw(st.date_input, "发现日期", "found_on", format="YYYY-MM-DD")
    with columns[1]:
        choose(typed, "发现途径", "activity", names_of("activity"))
    with columns[2]:
        choose(typed, "对象类型", "subject_type", names_of("subject_type"))
    with columns[3]:
        subject(typed)


def subject(typed: Typed) -> None:
    """The institution of the roster, the name of a company, or nothing: a person's name is not kept."""
    kind = typed["subject_type"]
    if kind in (None, *PLACES):
        choose(typed, "机构", "institution", places(), disabled=kind is None)
    elif kind == "insured_person":
        st.text_input("对象名称", value="参保人不填姓名", disabled=True, key="no-name")
    else:
        typed.draw(st.text_input, "对象名称", "subject_name", placeholder="单位全称")


def places() -> dict[str, str]:
    """Every institution with its kind: those of the roster first, then the hospitals outside the county."""
    roster, names = ledger.roster(), shared.county().names
    ours = {code: f"{place.name}（{shared.named('kind', place.kind)}）" for code, place in roster.items()}
    return ours | {code: f"{name}（县外）" for code, name in names.items() if code not in roster}


def choose(typed: Typed, title: str, name: str, names: dict[str, str], index: int | None = None, **more) -> None:
    told = {"format_func": lambda code: names.get(code, code), "index": index, "placeholder": "请选择"}
    typed.draw(st.selectbox, title, name, options=list(names), **told, **more)


def names_of(dim: str) -> dict[str, str]:
    return {code: shared.named(dim, code) for code in code_lists()[dim]}


def violated(typed: Typed, draft: Draft) -> None:
    columns = st.columns([6, 3, 3, 3], gap="small")
    with columns[0]:
        choose(typed, "违规类型", "violation", kinds(draft))
    with columns[1]:
        choose(typed, "险种", "insutype", {"": "不分险种"} | names_of("insutype"), index=0)
    with columns[2]:
        typed.draw(st.text_input, "涉及人数", "persons")
    with columns[3]:
        typed.draw(st.text_input, "涉及份数", "records")
    known = violation(draft.violation)
    if known and draft.found_on:
        cited = "；".join(basis.cited for basis in known.basis(draft.found_on)) or "这一天没有有效的条文"
        st.caption(f"依据：{look.safe(cited)}")
    left, right = st.columns([6, 9], gap="small")
    with left:
        typed.draw(st.text_area, "违规事实", "description", height=90, placeholder="简述；不写姓名和证件号码")
    with right:
        typed.draw(
            st.text_area, "涉及结算编号", "setl_ids", height=90, placeholder="可多个，用顿号隔开；用来查重复处罚"
        )


def kinds(draft: Draft) -> dict[str, str]:
    """The violations found with this kind of subject, and the one that is chosen."""
    return {
        code: case_words.violation_name(code)
        for code, each in violations().items()
        if not draft.subject_type or draft.subject_type in each.subjects or code == draft.violation
    }


def handled(typed: Typed, draft: Draft) -> None:
    columns = st.columns([9, 3, 3], gap="small")
    names = names_of("handling")
    with columns[0]:
        typed.draw(
            st.multiselect,
            "处理方式",
            "demands",
            options=list(names),
            format_func=names.get,
            placeholder="可多项；还没有处理的可以不选",
        )
    with columns[1]:
        typed.draw(st.text_input, "违规金额（元）", "base_amount_yuan", placeholder="如 2453.20")
    with columns[2]:
        typed.draw(st.text_input, "违约金倍数", "multiple", placeholder="如 10，可为小数")
    with_money = [code for code in typed["demands"] if handlings()[code].money]
    for column, code in zip(st.columns(5, gap="small") if with_money else (), with_money, strict=False):
        with column:
            amount(typed, draft, code)


def amount(typed: Typed, draft: Draft, code: str) -> None:
    """The field of an amount; damages that follow from base and multiple are shown, not typed."""
    name = shared.named("handling", code)
    if code != "damages" or not computed(typed):
        typed.draw(st.text_input, f"{name}（元）", f"due-{code}")
    elif draft.damages_yuan is not None:
        st.caption(f"{name}（元）")
        st.markdown(f"**{case_words.product(draft.base_amount_yuan, draft.multiple)}**")


def decided(typed: Typed) -> None:
    suspends, transfers = ("suspend_agreement" in typed["demands"]), ("transfer" in typed["demands"])
    columns = st.columns(5, gap="small")
    with columns[0]:
        typed.draw(st.text_input, "决定文号", "decision_no")
    with columns[1]:
        typed.draw(st.date_input, "决定日期", "decision_on", value=None, format="YYYY-MM-DD")
    if suspends:
        with columns[2]:
            typed.draw(st.date_input, "中止协议自", "suspend_from", value=None, format="YYYY-MM-DD")
        with columns[3]:
            typed.draw(st.date_input, "中止协议至", "suspend_to", value=None, format="YYYY-MM-DD")
    if transfers:
        with columns[4]:
            typed.draw(st.text_input, "移送部门", "transferred_to", placeholder="公安、纪检、卫健、市监")


def finish(typed: Typed, draft: Draft) -> None:
    left, middle, right = st.columns([3, 9, 3], gap="small", vertical_alignment="top")
    with left:
        typed.draw(st.text_input, "操作人", "by")
    with middle:
        typed.draw(st.text_input, "原因（必填，记入操作记录）", "why", placeholder="如：6月现场检查发现")
    with right:
        st.space("small")
        pressed = st.button("登记", type="primary", icon=":material/save:", width="stretch")
    case_steps.refused("draft")
    if pressed:
        save(typed, draft)


def save(typed: Typed, draft: Draft) -> None:
    st.session_state["draft-tried"] = True
    check(typed, draft, True)
    if typed.problems:
        st.rerun()  # with every field's sentence under it
    once, told = typed.once, (warehouse(), draft, typed["by"], typed["why"])
    try:
        with st.spinner("正在登记…"):
            once.write(lambda: [entered(*told)])
    except CaseError:
        st.rerun()
    except WarehouseError as problem:
        case_steps.refuse("draft", problem)
    written_down(typed)


def entered(place: Path, draft: Draft, by: str, why: str) -> str:
    """The number of the case; the clues it is made from are linked to it."""
    number = enter(place, draft, by, why)
    if draft.clue_keys:
        link_case(place, draft.clue_keys, number, by, why)
    return number


def written_down(typed: Typed) -> None:
    """Empty the form and open the case that it has become."""
    by, number = typed["by"], typed.once.written[0]
    typed.forget()
    st.session_state["by"] = by
    case_steps.tell(number, f"案件 {number} 已登记")
    st.switch_page(shared.link("cases"), query_params=shared.carry(case=number))
