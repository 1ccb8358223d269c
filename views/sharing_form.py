"""风险分担: the terms as a form. What is wrong is said where it stands; what is right can be kept with a reason."""

import re
from dataclasses import replace
from datetime import date

import streamlit as st

from pipelines import risk_sharing
from pipelines.risk_sharing import NAMES, TermsError
from views import look, noting, sharing_fields, who
from views.place import warehouse

MONEY = ("pool_limit_yuan", "deductible_yuan", "sum_insured_yuan", "reserve_yuan", "premium_yuan")
EXAMPLE = "示例"
RATES = ("cost_rate", "profit_rate")
KEYS = re.compile(r"[a-z_]+（(.*?)）")  # a field as it is written in a file, with its name
BESIDE = {
    "insurers": "共保人：份额只看相互之比（如 30、25、15），首席一家",
    "treaties": "分保（元）：成数、溢额在共保体里分出；险位超赔按例，“自留额”写起赔点；超额赔款接在共保体限额以上",
    "payers": "保费分担方：份额只看相互之比",
    "benefits": "赔付项目：每单位多少元，每户或每人至多多少元",
    "stages": "生长期：占每单位金额的百分之几",
    "steps": "指数档：达到多少赔多少，不看损失",
}


def edited(base, stamp: str) -> tuple[risk_sharing.Terms, bool]:
    """The fields, filled with base; the terms they make and whether they are right (else base). stamp: of base."""
    spots, told = {}, {"covers": base.covers} | fields(base, stamp)
    spots[""] = st.container()
    lists = ["insurers", "treaties", "payers", *(["benefits", "stages", "steps"] if catastrophe(base) else [])]
    for key in lists:
        st.caption(BESIDE[key])
        items = presets(base, stamp) if key == "payers" else getattr(base, key)
        told[key] = sharing_fields.editor(key, items, f"{stamp}-{len(items)}-{hash(items)}")
        spots[key] = st.container()
    try:
        return risk_sharing.read_terms(told), True
    except TermsError as problem:
        words = KEYS.sub(r"\1", str(problem))
        spots.get(problem.place, spots[""]).error(look.safe(words), icon=":material/error:")
        return base, False


def catastrophe(terms) -> bool:
    return terms.covers == "catastrophe"


def fields(base, stamp: str) -> dict:
    """What stands in the fields for the terms themselves; an empty one is not told."""
    told = {}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        told["title"] = st.text_input("名称", base.title, key=f"title-{stamp}", width=300)
        told["begins"] = st.date_input("起始日", base.begins, key=f"begins-{stamp}", format="YYYY-MM-DD", width=150)
        told["ends"] = st.date_input("截止日（可空）", base.ends, key=f"ends-{stamp}", format="YYYY-MM-DD", width=150)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for name in MONEY:
            value = getattr(base, name)
            text = st.text_input(NAMES[name], "" if value is None else f"{value:,}", key=f"{name}-{stamp}", width=180)
            told[name] = text.replace(",", "").replace("，", "").strip()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for name in RATES:
            value = float(100 * getattr(base, name))
            rate = st.number_input(f"{NAMES[name]}（%）", 0.0, 100.0, value, 0.5, key=f"{name}-{stamp}", width=140)
            told[name] = f"{rate / 100:.8g}"
        told["called_back"] = st.checkbox("都用尽时回调赔付（否则财政兜底）", base.called_back, key=f"back-{stamp}")
        if catastrophe(base):
            told["index_name"] = st.text_input("指数名称", base.index_name, key=f"index_name-{stamp}", width=240)
    return {name: value for name, value in told.items() if value not in ("", None)}


def presets(base, stamp: str) -> tuple:
    """Who pays the premium: as base has it, or one of the usual ways to divide it."""
    ways = {"": "照现有的", **{title: title for title in risk_sharing.premium_shares()}}
    way = st.selectbox("保费按财力分担", list(ways), format_func=ways.get, key=f"payers-way-{stamp}", width=260)
    return risk_sharing.premium_shares()[way] if way else base.payers


def saving(terms, stands, right: bool) -> None:
    """The button that keeps the terms, if they are right, with the reason."""
    same = stands is not None and stands.terms == terms
    example = EXAMPLE in terms.title
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        why = st.text_input("原因", key="terms_why", placeholder="如：2026 年度续签", width="stretch")
        st.session_state["by"] = who.signs("记录人", key="terms_by", width=140)
        pressed = st.button("存为本县条款", type="primary", disabled=same or example or not right, key="keep_terms")
    if example and right:
        st.caption(f"名称里还写着“{EXAMPLE}”：先按合同改好，再存为本县的。")
    st.caption("存下就写进操作记录，从起始日起有效，不能改；写错了可恢复以前的一版，或撤回。")
    if pressed:
        noting.act(lambda by: risk_sharing.keep(warehouse(), terms, by, why), "条款已存下")


def beginning(cover: str, stands) -> risk_sharing.Terms:
    """What the fields begin with: the terms in force, else the example, to be signed from today."""
    return stands.terms if stands else replace(risk_sharing.examples()[cover], begins=date(date.today().year, 1, 1))
