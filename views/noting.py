"""Acts that write to the journal: done by whoever is named, and told of after the rerun, also when nothing was done."""

from collections.abc import Callable

import streamlit as st

from pipelines import WarehouseError
from pipelines.sampling import FrameError
from views import who
from views import words as said
from views.place import warehouse

WRITING = "正在记录；有人在装入数据时，要等那边写完…"  # the journal has one writer at a time
GOOD, BAD = "noted", "not_noted"


def stamp() -> tuple[int, int]:
    """What changes when the journal does."""
    path = warehouse() / "journal.jsonl"
    told_ = path.stat() if path.exists() else None
    return (told_.st_size, told_.st_mtime_ns) if told_ else (0, 0)


def act(do: Callable[[str], None], words: str) -> None:
    """Do something that writes to the journal, given who does it; say what became of it after the rerun."""
    try:
        with st.spinner(WRITING):
            do(who.by())
        st.session_state[GOOD] = words
    except (WarehouseError, FrameError) as problem:
        wrong(str(problem))
    st.rerun()


def wrong(problem: str) -> None:
    """Say this at the page's next run; a line for each fault."""
    st.session_state[BAD] = problem


def told() -> None:
    """What the act before this run came to."""
    good, bad = st.session_state.pop(GOOD, ""), st.session_state.pop(BAD, "")
    if good:
        st.success(said.safe(good), icon=":material/check:")
    if bad:
        st.error("  \n".join(map(said.safe, bad.split("\n"))), icon=":material/error:")
