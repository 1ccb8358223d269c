"""Who a page is for: the session of the cookie that its websocket was opened with."""

from pathlib import Path

import streamlit as st

from pipelines.access import Caller, entering, sessions
from pipelines.access.identity import caller_of
from views.place import warehouse
from views.server.cookies import SESSION, named


def token() -> str:
    """The token of whoever looks at the page; empty without one."""
    sent = st.context.cookies
    return sent.get(named(SESSION, True)) or sent.get(named(SESSION, False)) or ""


def identify(where: Path) -> Caller | None:
    """Whoever looks at the page, for identify_by. Asked many times in each run: some microseconds."""
    found = sessions.found(where, token())
    return caller_of(found) if found else None


def log_out() -> None:
    """End the session; the guard, which sees it gone, leads the browser to the log-in."""
    entering.log_out(warehouse(), token())
