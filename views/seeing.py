"""以他人身份查看: an administrator looks at the product as another role sees it; they only read, and it is logged."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

import pipelines
from pipelines import access, audit_log
from pipelines.access import Caller, Scope
from pipelines.answers.places import towns
from views import look, run, shared, sheet, who
from views.place import warehouse

EYES = "eyes"
PARTS = {"institution": "机构", "town": "乡镇", "counties": "区县"}


@contextmanager
def eyes() -> Iterator[None]:
    """Run what is inside as the role that was chosen, if one was."""
    chosen, me = st.session_state.get(EYES), who.me()
    if chosen is None or not me.may("view_as"):
        yield
        return
    with access.acting(access.seen_as(me, *chosen)):
        yield


def banner() -> None:
    """On top of every page while somebody looks so."""
    me = who.me()
    if not me.seen_by:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="seen"):
        st.markdown(
            f":material/visibility: **{look.safe(told(me))}**：只能看，不能改、不能下载，看不到到人的行",
            width="stretch",
        )
        if st.button("结束查看", key="stop-seeing", type="primary"):
            audit_log.record(warehouse(), "view_as", me.role_name, {"动作": "结束"})
            del st.session_state[EYES]
            st.session_state[sheet.WANTED] = "seeing"
            st.rerun()


def told(me: Caller) -> str:
    """管理员 正以“机构”的身份查看（苎圩镇卫生院）."""
    part = f"（{named(me.scope)}）" if me.scope else ""
    return f"{me.seen_by} 正以“{me.role_name}”的身份查看{part}"


def named(scope: Scope) -> str:
    names = codes_of(shared.county(), scope.part) if run.opened() else {}
    return "、".join(names.get(code, code) for code in scope.codes)


def codes_of(county, part: str) -> dict[str, str]:
    """code -> name of what a part (institutions, towns, counties) may be of."""
    if part == "towns":
        return {town: town for town in towns(county)}
    return county.names if part == "institutions" else county.counties


def page() -> None:
    with look.header("以他人身份查看"):
        look.scope("看到的和那个角色一样；只能看，开始和结束都记入审计日志")
    look.answer("选一个角色，看它能看到什么。到人的明细在这里总是看不到，也不能写入、出文件、下载。")
    roles = {id: role.name_zh for id, role in access.roles().items() if id != who.me().role}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        role = st.selectbox("角色", list(roles), format_func=roles.get, key="seen-role", width=200)
        scope = part_of(access.roles()[role].scope, "seen")
        if st.button("开始查看", type="primary", disabled=scope is False):
            begin(role, scope)


def part_of(kind: str, key: str) -> Scope | bool | None:
    """An institution, township or county of several; None for all, False while none can be chosen."""
    if kind == "county":
        return None
    try:
        county = pipelines.open_county(shared.warehouse())
    except pipelines.NothingLoaded:
        return False
    part, label = access.matrix.PARTS[kind], PARTS[kind]
    names = codes_of(county, part)  # none is chosen beforehand: an account of the wrong one would be made unseen
    more = {"index": None, "format_func": names.get, "placeholder": f"选{label}", "width": 320}
    code = st.selectbox(label, list(names), key=f"part-{key}-{kind}", **more)
    if code is None:
        return False
    return Scope(**{part: (code,)})


def begin(role: str, scope: Scope | None) -> None:
    access.seen_as(who.me(), role, scope)  # refused here, not on the next page
    told = {"动作": "开始", "范围": scope.told if scope else "全县"}
    audit_log.record(warehouse(), "view_as", access.roles()[role].name_zh, told)
    st.session_state[EYES] = (role, scope)
    st.session_state[sheet.WANTED] = "own" if scope and scope.institutions else "overview"
    st.rerun()
