"""Double settlements: each is refunded, so the totals stay; some rows are void."""

import numpy as np

from .block import MONEY, Block, count, join, take
from .days import last_day
from .printed import Half

REFUNDED, VOID = 0.0016, 0.0009  # shares of the rows


def with_refunds(rng: np.random.Generator, half: Half, block: Block) -> Block:
    """The rows plus pairs of a second settlement of the same visit and its refund, plus void rows (vali_flag 0).

    The person of a pair keeps the row that was copied, so neither distinct persons nor net sums change.
    """
    ordinary = np.flatnonzero(block["case"] < 0)  # a planted case keeps the settlement number it is known by
    rows = np.sort(rng.permutation(ordinary)[: int(count(block) * REFUNDED)])
    double = take(block, rows)
    own_episode = rng.random(len(rows)) < 0.5  # the other half repeats the episode
    double["episode"] = np.where(own_episode, count(block) + np.arange(len(rows)), double["episode"])
    refund = _negative(double)
    refund["setl_time"] = np.minimum(double["setl_time"] + _delay(rng, len(rows)), last_day(half))
    void = take(block, np.sort(rng.permutation(ordinary)[: int(count(block) * VOID)]))
    void["vali_flag"][:] = 0
    return join([block, double, refund, void])


def _negative(block: Block) -> Block:
    refund = {name: -values if name in MONEY else values.copy() for name, values in block.items()}
    refund["refd_setl_flag"][:] = 1
    return refund


def _delay(rng, size: int) -> np.ndarray:
    """Days until a refund: most at once, some a month later."""
    return np.where(rng.random(size) < 0.75, rng.integers(0, 3, size), rng.integers(10, 45, size))
