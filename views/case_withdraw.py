"""撤案: a case that was entered by mistake, taken off the books with the reason; nothing is deleted."""

import streamlit as st

from pipelines import WarehouseError, events
from pipelines.cases import Case, withdraw, withdrawal_problem
from views import case_steps, look, restating, who
from views.case_fields import Once
from views.place import warehouse


def popover(case: Case) -> None:
    """In the title row of a case that is not withdrawn yet."""
    with st.popover("撤案", icon=":material/block:", type="tertiary"):
        locked = withdrawal_problem(warehouse(), case.case_no)
        if problem := withdrawal_problem(warehouse(), case.case_no, restating.ASKED):
            st.warning(look.safe(f"{problem}。"), icon=":material/lock:")
            return
        with st.form(f"withdraw-{case.case_no}", border=False):
            st.caption("只用于录错的案件。撤案后不计入任何月份的件数和金额，记录不会删除，在“已撤案”名单里还能查到。")
            if locked:
                st.markdown(f":orange-badge[更正] {look.safe(locked)}。这里的撤案原因会记为更正原因。")
            by = who.signs("操作人")
            why = st.text_input("撤案原因（必填，记入操作记录）", placeholder="如：和另一件是同一件").strip()
            if st.form_submit_button("确认撤案", type="primary"):
                withdrawn(case, by, why, bool(locked))


def withdrawn(case: Case, by: str, why: str, locked: bool) -> None:
    if not by or not why:
        st.error("操作人和原因都要写。", icon=":material/error:")
        return
    place = warehouse()
    key = f"withdraw-{case.case_no}-{len(events(place))}-once"  # another after it was taken up again
    once = st.session_state.setdefault(key, Once())
    try:
        with st.spinner("正在撤案…"):
            once.write(lambda: withdraw(place, case.case_no, by, why, why if locked else ""))
    except WarehouseError as problem:
        st.error(look.safe(problem), icon=":material/error:")
        return
    st.session_state["by"] = by
    case_steps.tell(case.case_no, f"案件 {case.case_no} 已撤案")
    st.rerun()
