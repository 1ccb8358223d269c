"""Long work, two pieces at a time; whoever waits is told every half second how far it is, and may break it off."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from weakref import WeakSet

import duckdb

Progress = Callable[[float, str], None]
Job = tuple[str, Callable[[], object]]
TICK_SECONDS = 0.5
AT_ONCE = 2  # a month's file is too small to keep both cores of an office PC busy
AGAIN_SECONDS = 0.05  # work that is broken off between two statements would begin the next one


@dataclass(eq=False)
class Undertaking:
    """What runs side by side. at_once: how many pieces share the memory; under_way: their connections to the engine."""

    at_once: int
    around: "Undertaking | None" = None
    under_way: WeakSet = field(default_factory=WeakSet)

    def interrupt(self) -> None:
        """End every statement that the engine is working on for these pieces."""
        for con in list(self.under_way):
            with suppress(duckdb.Error):  # closed meanwhile
                con.interrupt()


NOW: ContextVar[Undertaking | None] = ContextVar("undertaking", default=None)


def quiet(share: float, what: str) -> None:
    """Progress that nobody watches."""


def at_once() -> int:
    """How many pieces of work run side by side where this one does: so many share what may be used."""
    return now.at_once if (now := NOW.get()) else 1


def under_way(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The connection, which is interrupted when the work that it is opened for is broken off."""
    undertaking = NOW.get()
    while undertaking:
        undertaking.under_way.add(con)
        undertaking = undertaking.around
    return con


def side_by_side(
    jobs: Sequence[Job], progress: Progress, first: float = 0.0, last: float = 1.0, whole: bool = False
) -> list:
    """The results of (what, work) jobs in their order; the bar moves from first to last.

    Two at a time. The first error ends it, also one that progress raises because nobody waits any more: what runs is
    broken off, the rest is not begun. whole: what runs is let finish all the same.
    """
    started, pool = time.monotonic(), ThreadPoolExecutor(max_workers=AT_ONCE)
    with beginning(min(len(jobs), AT_ONCE)) as undertaking:
        try:
            futures = [pool.submit(copy_context().run, work) for _, work in jobs]  # who asks comes along
            waiting = set(futures)
            while waiting:
                told(jobs, futures, progress, (first, last), time.monotonic() - started)
                done, waiting = wait(waiting, TICK_SECONDS, FIRST_COMPLETED)
                for future in done:
                    future.result()
            return [future.result() for future in futures]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            running = [future for future in futures if not future.done()]
            while not whole and wait(running, AGAIN_SECONDS).not_done:
                undertaking.interrupt()
            raise
        finally:
            pool.shutdown(wait=True)


@contextmanager
def beginning(pieces: int) -> Iterator[Undertaking]:
    """An undertaking of so many pieces at once, inside the one that is under way here."""
    undertaking = Undertaking(max(pieces, at_once()), NOW.get())
    before = NOW.set(undertaking)
    try:
        yield undertaking
    finally:
        NOW.reset(before)


def told(jobs: Sequence[Job], futures: list[Future], progress: Progress, span: tuple, seconds: float) -> None:
    done = sum(future.done() for future in futures)
    running = next((what for (what, _), future in zip(jobs, futures, strict=True) if not future.done()), jobs[-1][0])
    first, last = span
    progress(first + (last - first) * done / len(jobs), running if seconds < 2 else f"{running}（{seconds:.0f} 秒）")


def meanwhile(what: str, work: Callable[[], object], progress: Progress, first: float, last: float, whole=False):
    """The result of one long piece of work, told like several. whole: it is not broken off, only left after it."""
    return side_by_side([(what, work)], progress, first, last, whole)[0]
