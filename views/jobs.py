"""Long work beside the page: another click, another page or a closed tab does not break it off."""

import atexit
import logging
import threading
from collections.abc import Callable
from weakref import WeakSet

import pandas  # noqa: F401  whole before any thread: the engine asks for it beside a page, which falls over a half of it
import streamlit as st

from pipelines import WarehouseError
from pipelines.access import acting, caller
from pipelines.refusals import in_words
from views import words
from views.place import warehouse

STEP_SECONDS = 0.2
ENDING = "interpreter shutdown"  # what Python says when the server ends and takes on no more work
LEAVING_SECONDS = 60
log = logging.getLogger(__name__)


class Stopped(Exception):
    """Nobody wants the result any more."""


class Job:
    """Work in a thread of its own: how far it is, and in the end its result or, as a sentence, why there is none."""

    def __init__(self, work: Callable, unwanted: Callable = lambda result: None) -> None:
        """work: takes a progress function (share, what), returns the result; unwanted: takes it if stop() came late."""
        self.share, self.what, self.result, self.problem = 0.0, "准备", None, ""
        self.ended, self.stopped, self.once = threading.Event(), False, threading.Lock()
        self.work, self.unwanted = work, unwanted
        self.who = caller(warehouse())
        self.thread = threading.Thread(target=self.run, daemon=True)
        RUNNING.add(self)
        self.thread.start()

    def run(self) -> None:
        try:
            with acting(self.who), in_words():
                self.result = self.work(self.tell)
        except Stopped:
            log.info("nobody wants this work any more")
        except WarehouseError as problem:
            self.problem = str(problem)
        except Exception as problem:
            if ENDING not in str(problem):
                log.exception("work beside the page failed")
            self.problem = "没有做完，数据没有改变；请把时间告诉管理员查看日志"
        finally:
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
        """Break the work off at its next step; a result that is there already is given away."""
        with self.once:
            late, self.stopped = self.ended.is_set() and not self.stopped, True
        if late and self.result is not None:
            self.unwanted(self.result)

    def watch(self) -> None:
        """Show how far it is until it has ended."""
        if self.ended.is_set():
            return
        bar = st.progress(self.share, text=words.safe(self.what))
        while not self.ended.wait(STEP_SECONDS):
            bar.progress(self.share, text=words.safe(self.what))
        bar.empty()


def ended(name: str) -> Job | None:
    """Watch the job that is kept as NAME_job to its end; None if there is none or it came to nothing, which is said."""
    if f"{name}_job" not in st.session_state:
        return None
    st.session_state[f"{name}_job"].watch()
    job = st.session_state.pop(f"{name}_job")
    if job.problem:
        st.error(words.safe(job.problem), icon=":material/error:")
    return None if job.problem else job


def followed(name: str) -> None:
    """Watch the job that is kept as NAME_job; say at the next run, which reads what counts now, what became of it."""
    if f"{name}_job" in st.session_state:
        st.session_state[f"{name}_job"].watch()
        st.session_state[f"{name}_told"] = st.session_state.pop(f"{name}_job")
        st.rerun()
    job = st.session_state.pop(f"{name}_told", None)
    if job and job.problem:
        st.error(words.safe(job.problem), icon=":material/error:")
    elif job:
        st.success(words.safe(job.result), icon=":material/check:")


RUNNING: WeakSet[Job] = WeakSet()


@atexit.register
def leave() -> None:
    """Break off what is still under way and wait for it: the engine aborts a process that ends amid its work."""
    jobs = list(RUNNING)
    for job in jobs:
        job.stop()
    for job in jobs:
        job.thread.join(LEAVING_SECONDS)
