"""The fields of 登记案件: where it was found, who and what, how it is handled, what was decided."""

import streamlit as st

from pipelines.cases import Draft, violation, violations
from pipelines.cases.taxonomy import handlings
from pipelines.contracts import code_lists
from views import case_words, ledger, look, shared
from views.case_fields import Typed

PLACES = ("institution", "pharmacy")


def show(typed: Typed, draft: Draft, numbered: str = "编号由系统按发现年份顺延") -> None:
    look.section("发现", numbered)
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
        own = [basis for basis in known.basis(draft.found_on) if basis.binds(draft.subject_type)]
        cited = "；".join(basis.cited for basis in own) or "这一天没有有效的条文"
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


def computed(typed: Typed) -> bool:
    """Whether the damages are base x multiple."""
    return bool(typed["base_amount_yuan"] and typed["multiple"])
