"""Who a page is for: whoever the cookie names that its websocket was opened with."""

import time
from pathlib import Path
from threading import local

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pipelines.access import Caller, entering, sessions
from pipelines.access.identity import caller_of
from views.place import warehouse
from views.server.cookies import SESSION, named

KEPT_SECONDS = 0.1  # a run asks a hundred times and more; the guard looks anew at every message anyway
_last = local()


def token() -> str:
    """The token of whoever looks at the page; empty without one."""
    sent = st.context.cookies
    return sent.get(named(SESSION, True)) or sent.get(named(SESSION, False)) or ""


def identify(where: Path) -> Caller | None:
    """Whoever looks at the page, for identify_by. Remembered for a moment within one and the same run."""
    run, now = get_script_run_ctx(suppress_warning=True), time.monotonic()
    key, until, known = getattr(_last, "known", (None, 0.0, None))
    if run is not None and key == (id(run), run.session_id, where) and now < until:
        return known
    found = sessions.found(where, token())
    known = caller_of(found) if found else None
    _last.known = ((id(run), getattr(run, "session_id", ""), where), now + KEPT_SECONDS, known)
    return known


def log_out() -> None:
    """Log out; the guard, which sees that, leads the browser to the log-in."""
    entering.log_out(warehouse(), token())
    _last.known = (None, 0.0, None)
