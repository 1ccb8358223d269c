"""Who is logged in, in the sidebar of every page; without accounts, that there are none."""

import html

import streamlit as st

from pipelines.access import guarded
from pipelines.errors import NotAllowed
from views import who
from views.place import warehouse
from views.server.page import log_out
from views.server.starting import HOW

OPEN = f"""<details class="signed-in"><summary>未设账号：本机上谁都能看</summary>
<p>只在这台电脑上能打开。要分角色，或让别的电脑打开，先设一个系统管理员账号：</p><code>{html.escape(HOW)}</code></details>"""
KNOWN = """<div class="signed-in"><b>{name}</b> · {role} · <a href="/password" target="_self">改密码</a></div>"""


def shown() -> None:
    """The box in the sidebar. Its button logs out, and the guard, which sees that, leads to the log-in."""
    with st.sidebar.container(key="signed-in", horizontal=True, vertical_alignment="center", gap="xsmall"):
        if not guarded(warehouse()):
            st.html(OPEN)
            return
        try:
            me = who.me()
        except NotAllowed as nobody:  # logged out just now: nothing more may be shown
            st.caption(str(nobody))
            st.stop()
        st.html(KNOWN.format(name=html.escape(me.seen_by or me.name), role=html.escape(me.role_name)), width="content")
        st.button("退出", on_click=log_out, type="tertiary", key="log-out")
