"""Long work beside the page: another click, another page or a closed tab does not break it off; its button does."""

import atexit
import logging
import threading
from collections.abc import Callable
from itertools import count
from weakref import WeakSet

import pandas  # noqa: F401  whole before any thread: the engine asks for it beside a page, which falls over a half of it
import streamlit as st

from pipelines import WarehouseError
from pipelines.access import acting, caller
from pipelines.refusals import in_words
from pipelines.side_by_side import beginning
from views import words
from views.place import warehouse

STEP_SECONDS = 0.2
ENDING = "interpreter shutdown"  # what Python says when the server ends and takes on no more work
LEAVING_SECONDS = 60
STARTING, KEPT = threading.Lock(), 4
STOPPED = "已停止，没有改变什么"
log = logging.getLogger(__name__)


class Stopped(Exception):
    """Nobody wants the result any more."""


class Job:
    """Work in a thread of its own: how far it is, and in the end its result or, as a sentence, why there is none."""

    def __init__(self, work: Callable, unwanted: Callable = lambda result: None) -> None:
        """work: takes a progress function (share, what), returns the result; unwanted: takes it if stop() came late."""
        self.share, self.what, self.result, self.problem = 0.0, "准备", None, ""
        self.ended, self.stopped, self.once = threading.Event(), False, threading.Lock()
        self.cancelled, self.undertaking = False, None
        self.work, self.unwanted = work, unwanted
        self.who, self.id = caller(warehouse()), next(NUMBERS)
        self.thread = threading.Thread(target=self.run, daemon=True)
        RUNNING.add(self)
        self.thread.start()

    def run(self) -> None:
        try:
            with acting(self.who), in_words(), beginning(1) as self.undertaking:
                self.result, self.cancelled = self.work(self.tell), False  # too late: it is done
        except Stopped:
            log.info("nobody wants this work any more")
        except WarehouseError as problem:
            self.problem = str(problem)
        except Exception as problem:
            if ENDING not in str(problem) and not self.stopped:
                log.exception("work beside the page failed")
            self.problem = "没有做完，数据没有改变；请把时间告诉管理员查看日志"
        finally:
            if self.cancelled:
                self.problem = STOPPED
            with self.once:
                late = self.stopped
                self.ended.set()
            if late and self.result is not None:
                self.unwanted(self.result)

    def tell(self, share: float, what: str) -> None:
        if self.stopped:
            raise Stopped
        self.share, self.what = min(max(share, 0.0), 1.0), what

    def stop(self) -> None:
        """Break the work off: what the engine is at, else at its next step; a result that is there already is given
        away.
        """
        with self.once:
            late, self.stopped = self.ended.is_set() and not self.stopped, True
        if self.undertaking:
            self.undertaking.interrupt()
        if late and self.result is not None:
            self.unwanted(self.result)

    def cancel(self) -> None:
        """Break it off for the reader, who is told so; what is done already stays done."""
        if not self.ended.is_set():
            self.cancelled = True
            self.stop()

    def watch(self) -> None:
        """Show how far it is until it has ended, and a button that breaks it off: the page is then drawn anew."""
        if self.ended.is_set():
            return
        place = st.empty()
        with place.container(horizontal=True, vertical_alignment="center", gap="small"):
            bar = st.progress(self.share, text=words.safe(self.said()), width="stretch")
            st.button(
                "停止",
                key=f"stop-{self.id}",
                icon=":material/stop_circle:",
                on_click=self.cancel,
                disabled=self.cancelled,
            )
        while not self.ended.wait(STEP_SECONDS):
            bar.progress(self.share, text=words.safe(self.said()))
        place.empty()

    def said(self) -> str:
        return "正在停止……" if self.cancelled else self.what


@st.cache_resource
def common() -> dict[tuple, Job]:
    """Work of this server that everybody waits for together: a visitor who comes later watches the same."""
    return {}


def together(key: tuple, work: Callable, again: bool = False) -> Job:
    """The work of this key, begun unless it runs already. again: also where a reader has stopped it."""
    with STARTING:
        known = common()
        if key not in known or (known[key].ended.is_set() and (again or not known[key].cancelled)):
            known[key] = Job(work)
        for old in [other for other in known if known[other].ended.is_set() and other != key][:-KEPT]:
            del known[old]
        return known[key]


def waited_for(key: tuple, work: Callable) -> None:
    """Watch the work of this key, which all visitors wait for, then draw the page anew; say why if it came to nothing,
    with a button that tries again.
    """
    job = together(key, work)
    job.watch()
    if not job.problem:
        st.rerun()
    st.warning(words.safe(job.problem), icon=":material/hourglass_top:")
    st.button("再试一次", on_click=together, args=(key, work, True))


def ended(name: str) -> Job | None:
    """Watch the job that is kept as NAME_job to its end; None if there is none or it came to nothing, which is said."""
    if f"{name}_job" not in st.session_state:
        return None
    st.session_state[f"{name}_job"].watch()
    job = st.session_state.pop(f"{name}_job")
    if job.problem:
        refused(job)
    return None if job.problem else job


def refused(job: Job) -> None:
    """Say why there is no result."""
    if job.cancelled:
        st.info(words.safe(job.problem), icon=":material/stop_circle:")
    else:
        st.error(words.safe(job.problem), icon=":material/error:")


def followed(name: str) -> None:
    """Watch the job that is kept as NAME_job; say at the next run, which reads what counts now, what became of it."""
    if f"{name}_job" in st.session_state:
        st.session_state[f"{name}_job"].watch()
        st.session_state[f"{name}_told"] = st.session_state.pop(f"{name}_job")
        st.rerun()
    job = st.session_state.pop(f"{name}_told", None)
    if job and job.problem:
        refused(job)
    elif job:
        st.success(words.safe(job.result), icon=":material/check:")


NUMBERS = count()
RUNNING: WeakSet[Job] = WeakSet()


@atexit.register
def leave() -> None:
    """Break off what is still under way and wait for it: the engine aborts a process that ends amid its work."""
    jobs = list(RUNNING)
    for job in jobs:
        job.stop()
    for job in jobs:
        job.thread.join(LEAVING_SECONDS)
