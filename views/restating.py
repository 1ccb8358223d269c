"""Forms of cases that would change a locked month: once that is ticked, their reason is that of the restatement too."""

import streamlit as st

from views.case_fields import Typed

WORDS = "按更正处理：改动已锁定的月份，上面的原因记为更正原因"
ASKED = "更正"  # stands for a reason that is not typed yet, while the form is only checked
LOCKED = "锁定"  # what every sentence about a lock says


def ticked(typed: Typed) -> bool:
    return bool(typed["restate"])


def reason(typed: Typed) -> str:
    """Why a locked month may be changed; '' while nobody has ticked it."""
    return (typed["why"] or ASKED) if ticked(typed) else ""


def met(form: str) -> None:
    """A lock was in the way of this form."""
    st.session_state[f"{form}-met-lock"] = True


def offer(typed: Typed) -> None:
    """The tick, where a lock is in the way of what is typed."""
    in_the_way = any(LOCKED in said for said in typed.problems.values())
    if in_the_way or typed["met-lock"] or ticked(typed):
        st.checkbox(WORDS, key=typed.key("restate"))
