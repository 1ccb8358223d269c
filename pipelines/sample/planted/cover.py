"""The list of those whose cover ended by death or leaving, and who of them is still seen afterwards."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from ..days import first_day, last_day
from ..people import RESIDENTS, People
from ..places import SEED
from ..printed import Half, read_halves

LISTED = 150  # per half-year
STILL_SEEN, RESUMED, SEEN_BEFORE = 7, 4, 12  # of them: seen afterwards; after cover was resumed; only up to the end
LEFT, DAYS_OUT = "停保", 4  # who resumed cover had left it for so many days
REASONS = (("死亡", 0.6), (LEFT, 0.25), ("转出", 0.15))


@dataclass(frozen=True)
class Listed:
    """Rows of the list."""

    person: np.ndarray  # row in People
    ended_on: np.ndarray  # days since 1970
    reason: np.ndarray
    planted: np.ndarray  # number of the half-year in which the person is still seen afterwards, -1 for most
    resumed_on: np.ndarray  # days since 1970, 0 for most
    half: np.ndarray  # number of the half-year in which the cover ended
    seen: np.ndarray  # seen in that half-year at all


@cache
def listed() -> Listed:
    """All rows of the list, half-year by half-year."""
    rng = np.random.default_rng([SEED, 7])
    person = rng.permutation(RESIDENTS)[: 4 * LISTED]
    half, rank = np.repeat(np.arange(4), LISTED), np.tile(np.arange(LISTED), 4)
    early = rank < STILL_SEEN + RESUMED
    ended = np.empty(len(person), np.int64)
    for each in read_halves():
        own = half == each.number
        ended[own] = rng.integers(first_day(each) + 40, last_day(each), own.sum())
        ended[own & early] = first_day(each) + rng.integers(15, 45, (own & early).sum())
    reason = rng.choice([name for name, _ in REASONS], len(person), p=[share for _, share in REASONS])
    resumed = early & (rank >= STILL_SEEN)
    reason[resumed] = LEFT
    planted = np.where(rank < STILL_SEEN, half, -1)
    back = np.where(resumed, ended + DAYS_OUT, 0)
    return Listed(person, ended, reason, planted, back, half, rank < STILL_SEEN + RESUMED + SEEN_BEFORE)


def seen_in(half: Half, weights: np.ndarray) -> np.ndarray:
    """The weights of being seen in the half-year: none for those whose cover ended, but a few are seen for sure."""
    rows, likely = listed(), weights.copy()
    likely[rows.person[rows.half <= half.number]] = 1e-12
    likely[rows.person[rows.seen & (rows.half == half.number)]] = 1e12
    return likely


def cover_end_rows(people: People) -> list[dict]:
    """The list as rows of the upload."""
    rows, order = listed(), np.argsort(listed().ended_on, kind="stable")
    return [_row(people, rows, k) for k in order]


def _row(people: People, rows: Listed, k: int) -> dict:
    row = {
        "psn_no": f"P{people.number[rows.person[k]]:08d}",
        "ended_on": str(np.datetime64(int(rows.ended_on[k]), "D")),
        "end_reason": str(rows.reason[k]),
    }
    return row | ({"resumed_on": str(np.datetime64(int(rows.resumed_on[k]), "D"))} if rows.resumed_on[k] else {})
