"""A new case from clues: what they can fill in of it. That it is a violation is for whoever looks into it to say."""

import re

import streamlit as st

from pipelines.clues import Hit, rules, screen
from views import case_words, clues_desk, ledger, look, shared

YEAR = re.compile(r"/(\d{4})-\d\d")
FROM_SCREENING = "smart_audit"


def asked() -> tuple[str, ...]:
    """The keys in the address (clues=KEY,KEY)."""
    return tuple(filter(None, st.query_params.get("clues", "").split(",")))


def hits(keys: tuple[str, ...]) -> list[Hit]:
    """The clues of these keys that stand today, in the order of the keys."""
    years = {found[1] for key in keys if (found := YEAR.search(key))} or {shared.county().last_month[:4]}
    if not clues_desk.ready(sorted(years)) and not clues_desk.waited(sorted(years), look.caption):
        return []
    known = {hit.key: hit for year in sorted(years) for hit in screen(shared.county(), year)}
    return [known[key] for key in keys if key in known]


def prefilled(found: list[Hit]) -> dict:
    """Fields of the form that the clues fill in."""
    if not found:
        return {}
    places = {hit.institution for hit in found}
    titles = dict.fromkeys(rules()[hit.rule].title for hit in found)
    persons = {hit.person for hit in found if hit.person is not None}
    filled = {
        "activity": FROM_SCREENING,
        "description": f"由疑点线索（{'、'.join(titles)}）转来，核查情况：",
        "setl_ids": "、".join(dict.fromkeys(setl_id for hit in found for setl_id in hit.setl_ids)),
        "records": str(sum(hit.cases for hit in found)),
        "persons": str(len(persons)) if persons else "",
    }
    return filled | (place(places.pop()) if len(places) == 1 else {})


def place(code: str) -> dict:
    known = ledger.roster().get(code)
    return {"institution": code, "subject_type": "pharmacy" if known and known.kind == "pharmacy" else "institution"}


def show(keys: tuple[str, ...]) -> None:
    """The clues that the new case will be linked to."""
    found = hits(keys)
    look.section("由疑点线索转来", "线索不是结论；登记后这些线索记为“立案”，案件写明核查认定的事实")
    if len(found) < len(keys):
        st.warning(f"{len(keys) - len(found)} 条线索现在查不到，登记时仍会记上编号。", icon=":material/rule:")
    if found:
        heads = ("线索", "机构", "日期", "可能涉及（元）", "为什么")
        with st.container(key="wrapped-clues"):
            look.markdown(look.grid(heads, "lllrl", map(cells, found)))


def cells(hit: Hit) -> tuple[str, ...]:
    named = map(look.safe, (rules()[hit.rule].title, shared.named("institution", hit.institution)))
    return *named, case_words.day(hit.first_day), look.number(hit.at_stake_yuan), look.safe(hit.reason)
