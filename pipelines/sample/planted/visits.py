"""Planting odd outpatient visits and purchases: persons and days change, never an institution's money."""

import numpy as np

from ..block import Block
from ..days import first_day, last_day
from . import cover
from .draft import Scene, mark

BUSY_MONTHS = (1, 4)  # months of the half-year with frequent visits, from 0
FREQUENT, NEARLY_FREQUENT = ((15, 26), (10, 15))  # visits in the month, from and to (not included)
FREQUENT_PERSONS, NEARLY_PERSONS = 4, 3  # in each of these months
IN_HOSPITAL = 45  # visits on a day in hospital
AT_THE_EDGE = 80  # visits on the day of admission or discharge: ordinary, and left where they are
RUNS = (6, 5)  # purchases of one person on one day, at the largest pharmacy and the next
BUYERS = 4  # persons at each of them
TOURS = 8  # persons who buy at four pharmacies within a week


def out_of_hospital(scene: Scene, visits: Block, stays: Block) -> None:
    """Move visits off the days on which the person lay in hospital; a few stay there, planted. In place."""
    rng, half = scene.rng, scene.half
    planted = False
    for _ in range(3):  # a visit that was moved may fall into the next stay
        spot, inside, strictly = _lying(visits, stays)
        edge = np.flatnonzero(inside & ~strictly)[AT_THE_EDGE:]
        within = np.flatnonzero(strictly & (visits["case"] < 0))
        if not planted:
            seen_there = within[scene.roster.kind[visits["place"][within]] != "pharmacy"]
            kept, planted = rng.permutation(seen_there)[:IN_HOSPITAL], True
            mark("visit_during_stay", visits, kept[:, None])
            within = np.setdiff1d(within, kept)
        rows = np.concatenate([edge, within])
        later = stays["enddate"][spot[rows]] + rng.integers(1, 12, len(rows))
        earlier = np.maximum(stays["begndate"][spot[rows]] - rng.integers(1, 12, len(rows)), first_day(half))
        set_day(visits, rows, np.where(later > last_day(half), earlier, later))


def _lying(visits: Block, stays: Block) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each visit the person's last stay begun by then; is it inside; is it off the stay's first and last day."""
    order = np.lexsort((stays["begndate"], stays["person"]))
    key = stays["person"][order] * 100_000 + stays["begndate"][order]
    found = np.searchsorted(key, visits["person"] * 100_000 + visits["setl_time"], side="right") - 1
    spot = order[np.maximum(found, 0)]
    day, begin, end = visits["setl_time"], stays["begndate"][spot], stays["enddate"][spot]
    inside = (found >= 0) & (stays["person"][spot] == visits["person"]) & (day <= end) & (day >= begin)
    return spot, inside, inside & (day > begin) & (day < end)


def set_day(visits: Block, rows: np.ndarray, day: np.ndarray | int) -> None:
    """Move visits to a day."""
    for name in ("begndate", "enddate", "setl_time"):
        visits[name][rows] = day


def plant_visits(scene: Scene, visits: Block, stays: Block, busy: int) -> None:
    """Persons who are at one institution day after day, the `busy` village clinic, and not in hospital. In place."""
    often = np.bincount(visits["person"], minlength=len(scene.people.town))
    there = np.flatnonzero(visits["place"] == busy)
    ill = np.zeros(len(often), bool)
    ill[stays["person"]] = True
    for month in BUSY_MONTHS:
        own = there[_in_month(scene, visits["setl_time"][there], month)]
        for persons, numbers, planted in ((FREQUENT_PERSONS, FREQUENT, True), (NEARLY_PERSONS, NEARLY_FREQUENT, False)):
            for number in scene.rng.integers(*numbers, persons):
                rows = _spare(scene, visits, often, own)
                rows = rows[np.argsort(ill[visits["person"][rows]], kind="stable")][:number]
                often[visits["person"][rows]] -= 1
                _give_to_one(scene, visits, rows, month)
                if planted:
                    mark("frequent_visits", visits, rows[None, :])


def _in_month(scene: Scene, day: np.ndarray, month: int) -> np.ndarray:
    return day.astype("datetime64[D]").astype("datetime64[M]") == np.datetime64(scene.half.months[month])


def _spare(scene: Scene, visits: Block, often: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Those of the rows whose person comes elsewhere or again, one of each person, at random."""
    rows = rows[(visits["case"][rows] < 0) & (often[visits["person"][rows]] > 1)]
    _, once = np.unique(visits["person"][rows], return_index=True)
    return scene.rng.permutation(rows[once])


def _give_to_one(scene: Scene, visits: Block, rows: np.ndarray, month: int) -> None:
    """Make visits one person's, on different days of the month as far as they reach."""
    visits["person"][rows] = visits["person"][rows[0]]
    first = int(np.datetime64(scene.half.months[month], "M").astype("datetime64[D]").astype(int))
    set_day(visits, rows, first + scene.rng.permutation(28)[: len(rows)])


def plant_purchases(scene: Scene, purchases: Block) -> None:
    """Runs of purchases of one person on one day, and tours through four pharmacies within a week. In place."""
    place, rng = purchases["place"], scene.rng
    largest = np.argsort(-np.bincount(place))[:2]
    for shop, run in zip(largest, RUNS, strict=True):
        rows = rng.permutation(np.flatnonzero(place == shop))[: BUYERS * run].reshape(-1, run)
        _one_buyer(scene, purchases, rows, spread=1)
    shops = np.argsort(-np.bincount(place))[2:6]
    tours = np.stack([rng.permutation(np.flatnonzero(place == shop))[:TOURS] for shop in shops], axis=1)
    _one_buyer(scene, purchases, tours, spread=5)


def _one_buyer(scene: Scene, purchases: Block, rows: np.ndarray, spread: int) -> None:
    """Each line of rows becomes one person's purchases within `spread` days."""
    purchases["person"][rows] = purchases["person"][rows[:, :1]]
    start = np.minimum(purchases["setl_time"][rows[:, :1]], last_day(scene.half) - spread)
    set_day(purchases, rows, start + np.arange(rows.shape[1]) % spread)
    mark("excess_dispensing", purchases, rows)


def plant_after_cover(scene: Scene, block: Block) -> None:
    """Move care of the listed: of most before their cover ended, of the planted after, of some after it resumed.

    In place; rows that are planted for another rule stay where they are.
    """
    listed = cover.listed()
    ended, later, told = (np.zeros(len(scene.people.town), np.int64) for _ in range(3))
    ended[listed.person] = listed.ended_on
    later[listed.person] = (listed.planted == scene.half.number) | (listed.resumed_on > 0)
    told[listed.person] = listed.planted == scene.half.number
    person = block["person"]
    rows = np.flatnonzero((ended[person] > 0) & (ended[person] <= last_day(scene.half)) & (block["case"] < 0))
    after, upto = rows[later[person[rows]] > 0], rows[later[person[rows]] == 0]
    _shift(scene, block, after, ended[person[after]] + cover.DAYS_OUT, np.int64(last_day(scene.half)))
    _shift(scene, block, upto, np.int64(first_day(scene.half)), ended[person[upto]])
    for row in after[told[person[after]] > 0]:
        mark("after_cover_ended", block, np.array([[row]]))


def _shift(scene: Scene, block: Block, rows: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
    """Move rows that begin before `low` or are settled after `high` to days between them; the rest keeps its day."""
    length = block["setl_time"][rows] - block["begndate"][rows]
    width = np.maximum(high - low - length, 1)
    start = low + (scene.rng.random(len(rows)) * width).astype(int)
    wrong = (block["begndate"][rows] < low) | (block["setl_time"][rows] > high)
    move = np.where(wrong, start - block["begndate"][rows], 0)
    for name in ("begndate", "enddate", "setl_time"):
        block[name][rows] += move
