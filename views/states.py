"""What the screen says when there is nothing to show or something is wrong: a sentence, never a traceback."""

import logging
from collections.abc import Callable
from functools import partial

import streamlit as st

from pipelines import WarehouseError
from pipelines.audit_log import LogUnwritable, seen
from views import look, run, who
from views.place import warehouse

log = logging.getLogger(__name__)


def failed(problem: Exception) -> None:
    """An error on screen: what happened and what did not; the details go to the log."""
    if isinstance(problem, LogUnwritable | WarehouseError):  # a sentence of its own: what is missing, what to do
        st.error(look.safe(str(problem)), icon=":material/error:")
        return
    log.error("page failed", exc_info=problem)
    st.error(
        "这一页没有算出来。数据没有改变；请换一个期间或险种，或把时间告诉管理员查看日志。", icon=":material/error:"
    )


def refused(problem: str) -> None:
    """Something that whoever looks has no right to; the audit log is told."""
    st.warning(look.safe(problem), icon=":material/lock:")
    try:
        seen(warehouse(), "refused", problem, {}, None)
    except LogUnwritable as told:
        st.error(str(told), icon=":material/error:")


def refusing(title: str) -> Callable[[], None]:
    """A page that says that it isn't theirs, in place of one that is somebody else's."""
    return partial(shut, title)


def shut(title: str) -> None:
    st.title(title, anchor=False)
    way = "要看别的角色看到的，用“以他人身份查看”" if who.may("view_as") else "要看的话，请找系统管理员"
    refused(f"{who.me().name}（{who.me().role_name}）不能看“{title}”；{way}。各角色能看什么，见“权限说明”。")
    run.page_link("access", label="看权限说明", icon=":material/arrow_forward:", icon_position="right")
