"""Rearranging a half-year's stays before they are billed: who lies where, when, how long. Groups keep their totals.

A draft is a block of stays with further columns: group (index of GROUPS), parent (row of the stay that it is a
readmission of, -1 for none), case (which planted case the row belongs to, -1 for none), thrift (factor on the
usual cost) and same_bill (stays of one number get one fee, -1 for none).
"""

from dataclasses import dataclass

import numpy as np

from ..block import Block
from ..days import first_day, last_day
from ..people import People
from ..places import Roster
from ..printed import RESIDENT, Half

EVENTS = (
    *("split_stay", "overlapping_stays", "visit_during_stay", "long_stay", "frequent_stays", "cheap_idle_stay"),
    *("excess_dispensing", "frequent_visits", "after_cover_ended"),
)
SERIAL = 1000  # a case's number is the rule's place in EVENTS times this, plus a running number


@dataclass(frozen=True)
class Scene:
    """All that planting in one half-year needs to know."""

    rng: np.random.Generator
    half: Half
    people: People
    roster: Roster
    active: np.ndarray  # residents who are seen in this half-year, row numbers in People

    def at(self, *names: str) -> np.ndarray:
        """Row numbers in the roster."""
        return np.array([self.roster.name.index(name) for name in names])


def extend(stays: Block, group: np.ndarray, parent: np.ndarray) -> Block:
    """Stays as a draft."""
    size = len(group)
    nothing = {"case": np.full(size, -1), "same_bill": np.full(size, -1), "thrift": np.ones(size)}
    return stays | nothing | {"group": group, "parent": parent}


def finished(draft: Block) -> Block:
    """The draft's stays without what only planting needs; `case` stays."""
    return {name: values for name, values in draft.items() if name not in ("group", "parent", "thrift", "same_bill")}


def free(draft: Block) -> np.ndarray:
    """Mask of residents' stays that nothing was done to and that no other stay depends on."""
    untouched = (draft["parent"] < 0) & (draft["case"] < 0) & (draft["same_bill"] < 0) & (draft["thrift"] == 1)
    untouched[draft["parent"][draft["parent"] >= 0]] = False
    return untouched & (draft["insutype"] == RESIDENT)


def pick(scene: Scene, draft: Block, wanted: np.ndarray, number: int) -> np.ndarray:
    """Free rows of the mask at random, in no order; fewer if there are fewer."""
    return scene.rng.permutation(np.flatnonzero(free(draft) & wanted))[:number]


def case_numbers(rule: str, block: Block, number: int) -> np.ndarray:
    """The next running numbers of a rule's cases in the block."""
    base = EVENTS.index(rule) * SERIAL
    used = block["case"][(block["case"] >= base) & (block["case"] < base + SERIAL)]
    return (used.max() + 1 if len(used) else base) + np.arange(number)


def mark(rule: str, draft: Block, rows: np.ndarray) -> None:
    """Record each line of rows (cases x stays) as one planted case."""
    draft["case"][rows] = case_numbers(rule, draft, len(rows))[:, None]


def set_days(scene: Scene, draft: Block, rows: np.ndarray, days: np.ndarray) -> None:
    """Change the length of stays; other free stays of the same group lose or gain the same bed days."""
    for group in np.unique(draft["group"][rows]):
        own = rows[draft["group"][rows] == group]
        new = days[draft["group"][rows] == group]
        gap = int(np.sum(new - draft["ipt_days"][own]))
        draft["ipt_days"][own] = new
        others = free(draft) & (draft["group"] == group)
        others[own] = False
        _share_out(scene, draft["ipt_days"], np.flatnonzero(others), -gap)
    _redate(scene, draft)


def _share_out(scene: Scene, days: np.ndarray, rows: np.ndarray, change: int) -> None:
    """Add `change` days to rows one by one, day by day; nothing falls below 4 days that was not."""
    while change:
        able = rows[(days[rows] > 4) if change < 0 else (days[rows] < 30)]
        able = scene.rng.permutation(able)[: abs(change)]
        if not len(able):
            raise ValueError(f"{change} bed days find no stay to go to")
        days[able] += np.sign(change)
        change -= int(np.sign(change)) * len(able)


def _redate(scene: Scene, draft: Block) -> None:
    """Admission follows from discharge and length, also after the length changed."""
    draft["begndate"] = draft["enddate"] - draft["ipt_days"]


def admit(draft: Block, rows: np.ndarray, day: np.ndarray | int) -> None:
    """Let stays begin on a day, keep their length, settle at discharge."""
    draft["begndate"][rows] = day
    draft["enddate"][rows] = draft["setl_time"][rows] = draft["begndate"][rows] + draft["ipt_days"][rows]
    draft["setl_type"][rows] = 2


def chain(scene: Scene, draft: Block, rows: np.ndarray, gaps: np.ndarray) -> None:
    """Make each line of rows (cases x stays) one person's stays, with gaps (cases x stays - 1) in days between."""
    draft["person"][rows] = draft["person"][rows[:, :1]]
    days = draft["ipt_days"][rows]
    offset = np.concatenate([np.zeros((len(rows), 1), int), np.cumsum(days[:, :-1] + gaps, axis=1)], axis=1)
    end = np.max(offset + days, axis=1)
    room = last_day(scene.half) - first_day(scene.half) - end
    if (room < 0).any():
        raise ValueError("the stays of a planted case do not fit into the half-year")
    start = first_day(scene.half) + 1 + (scene.rng.random(len(rows)) * room).astype(int)
    for stay in range(rows.shape[1]):
        admit(draft, rows[:, stay], start + offset[:, stay])


def grid(rows: np.ndarray, width: int) -> np.ndarray:
    """Rows as cases x stays; what does not fill a case is left out."""
    return rows[: len(rows) // width * width].reshape(-1, width)
