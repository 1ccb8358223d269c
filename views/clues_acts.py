"""What staff do with clues: set aside, review, open again, make a case; each with who and why, in the journal."""

import streamlit as st

from pipelines import WarehouseError
from pipelines.clues import VERDICTS, Standing, reopen, set_aside, to_review
from views import clues_words, look, shared, who
from views.place import warehouse

TOLD = "clues-told"
TURN = "clues-turn"  # counts what was done: widgets of the next turn begin empty
ACTS = {"set_aside": set_aside, "review": to_review, "open": reopen}
ICONS = {"set_aside": ":material/block:", "review": ":material/fact_check:", "open": ":material/undo:"}
MOST_IN_A_CASE = 100  # keys that the address of the new case carries


def turn() -> int:
    return st.session_state.get(TURN, 0)


def told() -> None:
    """What the last act did, once."""
    if words := st.session_state.pop(TOLD, ""):
        st.success(look.safe(words), icon=":material/check:")


def bar(chosen: list[Standing]) -> None:
    """Who, why, and the acts that fit what was chosen."""
    if not who.acts("clues"):
        return
    with st.form(f"clues-act-{turn()}", enter_to_submit=False):
        st.markdown(summary(chosen))
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            why = st.text_input(
                "原因（排除和重新打开必填，记入操作记录）", placeholder="如：两次住院病种不同，调阅病历属实"
            )
            by = who.signs("操作人", width=150)
            pressed = [act for act in fitting(chosen) if button(act, fitting(chosen)[act])]
        if pressed:
            act = pressed[0]
            done(act, fitting(chosen)[act], by.strip(), why.strip())
        elif any(st.session_state.get(key_of(act)) for act in ACTS):  # its button is gone: somebody was quicker
            st.warning("别人刚处置过，没有再记；现在的情形见本页。", icon=":material/group:")


def summary(chosen: list[Standing]) -> str:
    """已选 3 条，涉及基金 1,200.00 元；霁川镇中心卫生院."""
    names = list(dict.fromkeys(clues_words.institution(each.hit) for each in chosen))
    where = look.safe(names[0]) if len(names) == 1 else f"{len(names)} 家机构"
    return f"已选 **{len(chosen)} 条**，涉及基金 **{look.number(clues_words.yuan(chosen))} 元**，{where}"


def fitting(chosen: list[Standing]) -> dict[str, list[Standing]]:
    """{act: the chosen clues that it changes}, without acts that change none."""
    found = {
        "set_aside": [each for each in chosen if each.verdict not in ("set_aside", "case")],
        "review": [each for each in chosen if not each.verdict],
        "open": [each for each in chosen if each.verdict],
    }
    return {act: those for act, those in found.items() if those}


def button(act: str, those: list[Standing]) -> bool:
    words = VERDICTS[act] + (f" {len(those)} 条" if len(those) > 1 else "")
    return st.form_submit_button(words, icon=ICONS[act], key=key_of(act))


def key_of(act: str) -> str:
    return f"clues-{act}-{turn()}"


def done(act: str, those: list[Standing], by: str, why: str) -> None:
    """Write it down, or say in a sentence why not."""
    if not by:
        st.error("操作人没有填；谁处置的要记入操作记录。", icon=":material/error:")
        return
    try:
        with st.spinner(look.WRITING):
            ACTS[act](warehouse(), [each.hit.key for each in those], by, why)
    except WarehouseError as problem:
        st.error(look.safe(problem), icon=":material/error:")
        return
    undo = "；在名单“已了结”里可以重新打开" if act == "set_aside" else ""
    st.session_state.update(
        {
            "by": by,
            TURN: turn() + 1,
            TOLD: f"{VERDICTS[act]} {len(those)} 条线索，已记入操作记录{undo}。",
        }
    )
    st.rerun()


def links(chosen: list[Standing], opens: bool) -> None:
    """To the one clue that is chosen, and to a new case filled in from those that are."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        if opens and len(chosen) == 1:
            query = shared.carry(clue=chosen[0].hit.key)
            arrow = {"icon": ":material/arrow_forward:", "icon_position": "right"}
            shared.page_link("clues", label="打开这条线索：原因、结算行、处置经过", query_params=query, **arrow)
        new_case(chosen)


def new_case(chosen: list[Standing]) -> None:
    page, open_ = st.session_state["pages"].get("cases"), [e for e in chosen if e.verdict in ("", "review")]
    if page is None or not open_ or not who.acts("cases"):
        return
    if obstacle := why_not(open_):
        st.caption(f"立案：{obstacle}")
        return
    query = shared.carry(new="1", clues=",".join(each.hit.key for each in open_))
    st.page_link(page, label=f"立案（{len(open_)} 条线索预先填好）", icon=":material/gavel:", query_params=query)


def why_not(chosen: list[Standing]) -> str:
    """Why these clues can't become one case; empty if they can: a case has one subject."""
    places, persons = {each.hit.institution for each in chosen}, {each.hit.person for each in chosen}
    if len(chosen) > MOST_IN_A_CASE:
        return f"一次最多 {MOST_IN_A_CASE} 条，已选 {len(chosen)} 条"
    if len(places) > 1 and (len(persons) > 1 or None in persons):
        return f"一个案件只有一个对象，已选的涉及 {len(places)} 家机构；先按机构筛选"
    return ""
