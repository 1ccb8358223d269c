"""账号管理: who may log in, in which role, for which institutions or townships; every change is in the audit log."""

from collections.abc import Callable

import streamlit as st

from pipelines import WarehouseError, access, audit_log
from pipelines.access import Scope, accounts
from pipelines.access.passwords import SHORTEST
from views import look, noting, seeing, who
from views.place import warehouse

HEADS = ("账号", "角色", "数据范围", "状态", "设于", "设置人", "最近登录")
TOLD = f"初始密码至少 {SHORTEST} 个字符，本人第一次登录时须改成自己的"
GIVEN = "登录着的会话立刻结束"


def page() -> None:
    found = accounts.accounts(warehouse())
    with look.header("账号管理"):
        look.scope("停用、改角色、重置密码时，那个账号登录着的会话立刻结束")
        look.takeaway({"账号": look.File("账号", HEADS, lambda: map(cells, found))})
    noting.told()
    look.answer(answer(found))
    look.section("账号", "勾选一行，停用、启用、改角色或重置密码")
    columns = {head: [cells(each)[place] for each in found] for place, head in enumerate(HEADS)}
    row = look.table(columns, {}, "accounts", 14, "账号")
    if not who.acts("accounts"):
        return
    if row is not None and row < len(found):
        change(found[row])
    adding()


def answer(found: list) -> str:
    usable = [each for each in found if not each.disabled]
    counts = {role.name_zh: sum(each.role == id for each in usable) for id, role in access.roles().items()}
    said = "，".join(f"{name} **{count}** 个" for name, count in counts.items() if count)
    shut = len(found) - len(usable)
    return f"可用账号 **{len(usable)} 个**：{said}" + (f"；停用 {shut} 个" if shut else "") + "。"


def cells(each: accounts.Account) -> tuple:
    state = "停用" if each.disabled else "待改密码" if each.must_change else "可用"
    told = each.name, each.role_name, each.scope.told if each.scope else "全县", state
    return *told, each.made_at[:10], each.made_by, each.seen_at[:16].replace("T", " ") or "—"


def adding() -> None:
    look.section("设一个账号", TOLD, screen_only=True)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = st.text_input("账号", key="account-name", width=180, max_chars=32)
        role, scope = chosen("new", "operations")
        password = st.text_input("初始密码", key="account-password", type="password", width=200)
        pressed = st.button("设账号", type="primary", disabled=not (name and password) or scope is False)
    if pressed:
        what = f"设账号，{access.roles()[role].name_zh}"
        act(name, what, lambda by: accounts.add(warehouse(), name, role, password, by, scope))


def change(each: accounts.Account) -> None:
    with st.container(border=True, key="account"):
        look.subheader(look.safe(f"{each.name}（{each.role_name}）"))
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            if each.disabled and st.button("启用", key="enable"):
                act(each.name, "启用", lambda by: accounts.enable(warehouse(), each.name))
            if not each.disabled and st.button("停用", key="disable", help=GIVEN):
                act(each.name, "停用", lambda by: accounts.disable(warehouse(), each.name))
            role, scope = chosen(each.name, each.role)
            if st.button("改角色", key="role", disabled=scope is False, help=GIVEN):
                what = f"改为{access.roles()[role].name_zh}"
                act(each.name, what, lambda by: accounts.set_role(warehouse(), each.name, role, scope))
            password = st.text_input("新的初始密码", key=f"reset-{each.name}", type="password", width=200)
            if st.button("重置密码", key="reset", disabled=not password, help=GIVEN):
                act(each.name, "重置密码", lambda by: accounts.reset(warehouse(), each.name, password))


def chosen(key: str, first: str) -> tuple[str, Scope | bool | None]:
    """A role and the part of the county that it sees; False where that still has to be chosen."""
    roles = {id: role.name_zh for id, role in access.roles().items()}
    role = st.selectbox("角色", list(roles), list(roles).index(first), roles.get, key=f"role-{key}", width=150)
    return role, seeing.part_of(access.roles()[role].scope, key)


def act(name: str, what: str, do: Callable[[str], object]) -> None:
    """Do it, with the right to; what was done is in the audit log."""

    def done(by: str) -> None:
        access.need(warehouse(), "accounts")
        if access.reading(warehouse()):
            raise WarehouseError("以他人身份查看时只能看")
        do(by)
        audit_log.record(warehouse(), "account", name, {"做了什么": what})

    noting.act(done, f"{name}：{what}")
