"""What the screen says when there is nothing to show or something is wrong: a sentence, never a traceback."""

import logging

import streamlit as st

from pipelines.audit_log import LogUnwritable

log = logging.getLogger(__name__)


def failed(problem: Exception) -> None:
    """An error on screen: what happened and what did not; the details go to the log."""
    if isinstance(problem, LogUnwritable):
        st.error(str(problem), icon=":material/error:")
        return
    log.error("page failed", exc_info=problem)
    st.error(
        "这一页没有算出来。数据没有改变；请换一个期间或险种，或把时间告诉管理员查看日志。", icon=":material/error:"
    )
