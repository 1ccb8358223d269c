"""The list of those whose cover ended by death or leaving, and who of them is still seen afterwards."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from ..days import first_day, last_day
from ..people import RESIDENTS, People
from ..places import SEED
from ..printed import Half, read_halves

LISTED, STILL_SEEN, SEEN_BEFORE = 150, 7, 12  # per half-year: on the list; seen afterwards; seen only up to the end
REASONS = (("死亡", 0.6), ("停保", 0.25), ("异地转出", 0.15))


@dataclass(frozen=True)
class Listed:
    """Rows of the list."""

    person: np.ndarray  # row in People
    ended_on: np.ndarray  # days since 1970
    reason: np.ndarray
    planted: np.ndarray  # number of the half-year in which the person is still seen afterwards, -1 for most
    half: np.ndarray  # number of the half-year in which the cover ended
    seen: np.ndarray  # seen in that half-year at all


@cache
def listed() -> Listed:
    """All rows of the list, half-year by half-year."""
    rng = np.random.default_rng([SEED, 7])
    person = rng.permutation(RESIDENTS)[: 4 * LISTED]
    half = np.repeat(np.arange(4), LISTED)
    rank = np.tile(np.arange(LISTED), 4)
    ended = np.empty(len(person), np.int64)
    for each in read_halves():
        own = half == each.number
        still = own & (rank < STILL_SEEN)
        ended[own] = rng.integers(first_day(each) + 40, last_day(each), own.sum())
        ended[still] = first_day(each) + rng.integers(15, 45, still.sum())
    reason = rng.choice([name for name, _ in REASONS], len(person), p=[share for _, share in REASONS])
    planted = np.where(rank < STILL_SEEN, half, -1)
    return Listed(person, ended, reason, planted, half, rank < STILL_SEEN + SEEN_BEFORE)


def seen_in(half: Half, weights: np.ndarray) -> np.ndarray:
    """The weights of being seen in the half-year: none for those whose cover ended, but a few are seen for sure."""
    rows, likely = listed(), weights.copy()
    likely[rows.person[rows.half <= half.number]] = 1e-12
    likely[rows.person[rows.seen & (rows.half == half.number)]] = 1e12
    return likely


def cover_end_rows(people: People) -> list[dict]:
    """The list as rows of the upload."""
    rows = listed()
    order = np.argsort(rows.ended_on, kind="stable")
    return [
        {
            "psn_no": f"P{people.number[rows.person[k]]:08d}",
            "ended_on": str(np.datetime64(int(rows.ended_on[k]), "D")),
            "reason": str(rows.reason[k]),
        }
        for k in order
    ]
