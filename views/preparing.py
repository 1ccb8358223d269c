"""Files that take more than two seconds: made beside the page onto disk, with a bar and a button that stops it."""

from collections.abc import Callable
from typing import BinaryIO

import streamlit as st

from pipelines import audit_log
from pipelines.access import caller
from pipelines.side_by_side import Progress
from views import outbox, words
from views.handing import parameters
from views.jobs import Job
from views.place import warehouse

LOOK_SECONDS = 0.5
Write = Callable[[BinaryIO, Progress], int]  # writes the file, tells how far it is; returns how many rows it holds


def offer(label: str, name: str, write: Write, key: str) -> None:
    """A button that has the file made; while it is, how far; then the link to it. It is drawn by itself, beside the
    rest of the page.
    """
    key = f"{key}-{name}-{sorted(parameters().items())}"  # another month or filter is another file
    job = st.session_state.get(key)
    running = job is not None and not job.ended.is_set()
    st.fragment(stage, run_every=LOOK_SECONDS if running else None)(label, name, write, key, running)


def stage(label: str, name: str, write: Write, key: str, running: bool) -> None:
    job = st.session_state.get(key)
    if (job is not None and not job.ended.is_set()) != running:
        st.rerun()  # the page knows from now on whether there is something to look after
    if running:
        st.progress(job.share, text=words.safe(job.said()))
        st.button("停止", key=f"{key}-stop", type="tertiary", icon=":material/stop_circle:", on_click=job.cancel)
    elif job is not None and job.result is not None and job.result.path.is_file():
        waiting: outbox.Waiting = job.result
        size = f"{waiting.path.stat().st_size / 1e6:,.1f} MB"
        st.link_button(f"下载 {label}（{size}）", f"take/{waiting.token}", type="tertiary", icon=":material/download:")
    else:
        if job is not None and job.problem:
            st.caption(words.safe(job.problem))
        asked = parameters()
        st.button(f"准备 {label}", key=key + "-make", type="tertiary", on_click=begin, args=(name, write, key, asked))


def begin(name: str, write: Write, key: str, asked: dict[str, str]) -> None:
    owner = caller(warehouse()).name
    st.session_state[key] = Job(lambda tell: made(name, owner, write, asked, tell), unwanted=outbox.remove)


def made(name: str, owner: str, write: Write, asked: dict[str, str], tell: Progress) -> outbox.Waiting:
    """Write the file into the outbox, to be taken once the audit log has it. Broken off, nothing of it stays."""
    waiting = outbox.place_for(name, owner)
    aside = waiting.path.with_name("part")
    try:
        with aside.open("wb") as target:
            rows = write(target, tell)
        size = f"{aside.stat().st_size:,}"
        audit_log.record(warehouse(), "export", name, asked | {"字节": size}, rows)
        aside.rename(waiting.path)
        return outbox.show(waiting)
    except BaseException:
        outbox.remove(waiting)
        raise
