"""What is done on the page 封账: months closed and opened, breaches explained, notes written and taken back."""

from collections.abc import Callable

import streamlit as st

from pipelines import Period, lock, signing, unlock
from pipelines.signing import Breached, Note, Signing
from views import noting, shared, signing_words, upload_words, who
from views.place import warehouse

MISSING = "缺表的月份封账后，补传要写更正原因。"


def bar(found: Signing) -> None:
    """Close months that are open, open months that are closed; several at once."""
    if not who.acts("lock"):
        return
    unlocked = [month for month in found.months if month.locked is None and month.loaded]
    locked = [month.month for month in found.months if month.locked]
    with st.container(horizontal=True, gap="small"):
        if unlocked:
            ready = [month.month for month in unlocked if not month.missing and not month.open]
            told = "封账后，这些月份按月的各表要写明更正原因才能再装入、替换或撤销。"
            told += MISSING if any(month.missing for month in unlocked) else ""
            listed = [month.month for month in unlocked]
            popover("封账", ":material/lock:", told, listed, ready, "如：已与财务核对，上报", closed)
        if locked:
            told = "解封后，这些月份的表又可以装入和撤销，期间的文件只能出草稿，直到再封账。"
            popover("解封", ":material/lock_open:", told, locked, [], "如：要整月重报", opened)


def popover(words: str, icon: str, told: str, months: list[str], picked: list[str], example: str, do: Callable) -> None:
    """A button that asks which months, who and why before anything happens."""
    with st.popover(words, icon=icon), st.form(f"form-{words}", border=False, enter_to_submit=False):
        st.markdown(told)
        chosen = st.multiselect(
            "月份", months, picked, format_func=upload_words.period_name, key=f"months-{words}", placeholder="选月份"
        )
        by, why = signed(words, example)
        if st.form_submit_button(f"确认{words}", type="primary"):
            if not chosen:
                noting.wrong("还没有选月份，没有改变什么")
                st.rerun()
            done(by, why, lambda who: do(chosen, who, why), f"已{words} {upload_words.periods_name(chosen)}")


def signed(key: str, example: str) -> tuple[str, str]:
    """Who and why."""
    by = who.signs("操作人", key=f"by-{key}")
    return by, st.text_input("原因（必填，记入操作记录）", placeholder=example, key=f"why-{key}", max_chars=500).strip()


def done(by: str, why: str, do: Callable[[str], None], words: str) -> None:
    if not by or not why:
        noting.wrong("操作人和原因都要写，没有改变什么")
        st.rerun()
    st.session_state["by"] = by
    noting.act(do, words)


def closed(months: list[str], by: str, why: str) -> None:
    for month in sorted(months):
        lock(warehouse(), month, by, why)


def opened(months: list[str], by: str, why: str) -> None:
    for month in sorted(months):
        unlock(warehouse(), month, by, why)


# ---------------------------------------------------------------- breaches
def explaining(listed: list[Breached]) -> None:
    """Explain the open months of an identity, take explanations back."""
    if not who.acts("lock"):
        return
    identity = listed[0].identity.id
    unexplained = [each.month for each in listed if not each.explained]
    told = [each.month for each in listed if each.explained]
    with st.container(horizontal=True, gap="small"):
        if unexplained:
            act(identity, "说明", ":material/draw:", unexplained, unexplained, signing.explain)
        if told:
            act(identity, "撤回说明", ":material/undo:", told, [], signing.withdraw_explanation)


def act(identity: str, words: str, icon: str, months: list[str], picked: list[str], do: Callable) -> None:
    key = f"{words}-{identity}"
    with st.popover(words, icon=icon, key=f"do-{key}"), st.form(f"form-{key}", border=False, enter_to_submit=False):
        if words == "说明":
            st.markdown("说明署名后，正式文件会印出差额和这段说明；这几个数再变，说明就失效。")
        chosen = st.multiselect(
            "月份", months, picked, format_func=upload_words.period_name, key=f"months-{key}", placeholder="选月份"
        )
        by, why = signed(key, "如：六月县外结算七月才回传")
        if st.form_submit_button(f"署名{words}", type="primary"):
            if not chosen:
                noting.wrong("还没有选月份，没有改变什么")
                st.rerun()
            county, said = shared.county(), f"已{words} {upload_words.periods_name(chosen)}"
            done(by, why, lambda who: do(county, identity, chosen, who, why), said)


# ---------------------------------------------------------------- notes
def notes(found: list[Note]) -> None:
    """Write a note on a month of the period; take one back."""
    if not who.acts("notes"):
        return
    months = shared.period().months[::-1]
    with st.container(horizontal=True, gap="small"):
        with (
            st.popover("写月份批注", icon=":material/edit_note:"),
            st.form("form-note", border=False, enter_to_submit=False),
        ):
            month = st.selectbox("月份", months, format_func=upload_words.period_name, key="note-month")
            text = st.text_area(
                "批注", max_chars=500, placeholder="如：六月上线新结算系统，月底三天停机", key="note-text"
            )
            by = who.signs("署名", key="note-by")
            if st.form_submit_button("记下批注", type="primary"):
                noted(month, text.strip(), by)
        if found:
            taking_back(found)


def noted(month: str, text: str, by: str) -> None:
    period = Period(month, month)
    done(by, text, lambda who: signing.note(warehouse(), "month", month, period, text, who), "已记下批注")


def taking_back(found: list[Note]) -> None:
    named = {each.number: f"{each.number} 号 {signing_words.about(each)}：{each.text[:20]}" for each in found}
    with st.popover("撤回批注", icon=":material/undo:"), st.form("form-unnote", border=False, enter_to_submit=False):
        number = st.selectbox("批注", list(named), format_func=named.get, key="unnote")
        by, why = signed("unnote", "如：写错了对象")
        if st.form_submit_button("确认撤回", type="primary"):
            done(by, why, lambda who: signing.withdraw_note(warehouse(), number, who, why), f"已撤回 {number} 号批注")
