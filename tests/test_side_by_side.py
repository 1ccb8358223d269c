"""Work side by side that nobody wants any more: what the engine is at is broken off, the rest is not begun."""

import threading
import time

import pytest

from pipelines.engine import workbench
from pipelines.side_by_side import meanwhile, side_by_side

ENDLESS = "select count(*) from range(3000000) a, range(3000000) b where a.range * b.range % 7 = 3"
SECONDS = 10


class Enough(Exception):
    """Nobody waits any more."""


def enough(share: float, what: str) -> None:
    raise Enough


def test_a_statement_is_broken_off_when_nobody_waits_any_more(tmp_path):
    begun = threading.Event()

    def endless() -> None:
        with workbench(tmp_path) as con:
            while True:  # whatever comes after the statement that was broken off
                begun.set()
                con.execute(ENDLESS)

    def tell(share: float, what: str) -> None:
        if begun.is_set():
            raise Enough

    started = time.monotonic()
    with pytest.raises(Enough):
        meanwhile("数不完", lambda: meanwhile("里面", endless, lambda *told: None, 0.0, 1.0), tell, 0.0, 1.0)
    assert time.monotonic() - started < SECONDS


def test_what_must_be_whole_is_let_finish_and_left_after_it():
    done = []
    with pytest.raises(Enough):
        meanwhile("清除", lambda: (time.sleep(0.2), done.append(1)), enough, 0.0, 1.0, whole=True)
    assert done == [1]


def test_pieces_that_wait_for_their_turn_are_not_begun():
    begun, free = [], threading.Event()

    def work(number: int) -> None:
        begun.append(number)
        free.wait(SECONDS)

    def tell(share: float, what: str) -> None:
        if len(begun) == 2:
            threading.Timer(0.1, free.set).start()
            raise Enough

    with pytest.raises(Enough):
        side_by_side([("", lambda n=n: work(n)) for n in range(5)], tell)
    assert sorted(begun) == [0, 1]
