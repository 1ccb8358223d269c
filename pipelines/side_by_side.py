"""Long work, two pieces at a time, while whoever waits is told every half second how far it is."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context

Progress = Callable[[float, str], None]
Job = tuple[str, Callable[[], object]]
TICK_SECONDS = 0.5


def quiet(share: float, what: str) -> None:
    """Progress that nobody watches."""


def side_by_side(jobs: Sequence[Job], progress: Progress, first: float = 0.0, last: float = 1.0) -> list:
    """The results of (what, work) jobs in their order; the bar moves from first to last.

    Two at a time: a month's file is too small to keep both cores of an office PC busy. The first error ends it, also
    one that progress raises because nobody waits any more: work that runs is let finish, the rest is not begun.
    """
    started, pool = time.monotonic(), ThreadPoolExecutor(max_workers=2)
    try:
        futures = [pool.submit(copy_context().run, work) for _, work in jobs]  # who asks comes along
        waiting = set(futures)
        while waiting:
            told(jobs, futures, progress, (first, last), time.monotonic() - started)
            done, waiting = wait(waiting, TICK_SECONDS, FIRST_COMPLETED)
            for future in done:
                future.result()
        return [future.result() for future in futures]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def told(jobs: Sequence[Job], futures: list[Future], progress: Progress, span: tuple, seconds: float) -> None:
    done = sum(future.done() for future in futures)
    running = next((what for (what, _), future in zip(jobs, futures, strict=True) if not future.done()), jobs[-1][0])
    first, last = span
    progress(first + (last - first) * done / len(jobs), running if seconds < 2 else f"{running}（{seconds:.0f} 秒）")


def meanwhile(what: str, work: Callable[[], object], progress: Progress, first: float, last: float):
    """The result of one long piece of work, told like several."""
    return side_by_side([(what, work)], progress, first, last)[0]
