"""Planting odd inpatient stays into a draft, each rule by its own function."""

import numpy as np

from .. import traits
from ..block import Block
from ..days import first_day, last_day
from ..places import TOWNS
from .draft import Scene, admit, chain, free, grid, mark, pick, set_days
from .schedule import NEAR_MISSES, Pattern, patterns

SPLITS = {  # institutions with split stays: how many in each half-year
    "示例县枫渚颐和康复医院": 16,
    "莳畈乡卫生院": 12,
    "栎屏镇中心卫生院": 8,
    "示例县中医院": 6,
}
DISGUISED = {
    "示例县枫渚颐和康复医院": 2,
    "莳畈乡卫生院": 2,
}  # split stays under another diagnosis, which no rule will see
RELATED = ("示例县人民医院", "示例县康泽医院", 6)  # both in the county seat: the second stay follows in the other house
LONG = {"示例县枫渚颐和康复医院": 4, "示例县中医院": 2, "苎圩镇卫生院": 1}
IDLE = {"示例县枫渚颐和康复医院": 9, "菱洼乡卫生院": 6, "芷汀镇中心卫生院": 5}
IDLE_COST = 0.07  # of the usual: far below a quarter of the median of the institution
OVERLAPS = 12
FREQUENT = ((3, 7), (2, 6))  # persons, and how many stays each has
NEARLY_FREQUENT = (6, 5)
BEDS_FROM, BEDS_SPREAD = 5, 8  # beds fill from the 6th of the month within eight days
BED_STAYS = (8, 16)  # days
ORDINARY_STAY = (5, 12)  # days


def plant_stays(scene: Scene, draft: Block) -> None:
    """Plant the half-year's odd stays, in place. The largest needs come first, single persons last."""
    _cheap_short(scene, draft)
    _idle(scene, draft)
    _long(scene, draft)
    _crowds(scene, draft)
    _beds(scene, draft)
    _clusters(scene, draft)
    _same_bills(scene, draft)
    _pilot_splits(scene, draft)
    _splits(scene, draft)
    _overlaps(scene, draft)
    _frequent(scene, draft)


def _of(scene: Scene, draft: Block, name: str) -> np.ndarray:
    return draft["place"] == scene.at(name)[0]


def _between(draft: Block, low: int, high: int) -> np.ndarray:
    return (draft["ipt_days"] >= low) & (draft["ipt_days"] <= high)


def _month(scene: Scene, pattern: Pattern) -> tuple[int, int]:
    """First and last day of the pattern's month as days since 1970."""
    first = np.datetime64(pattern.first, "M")
    return tuple(
        int(day.astype(int)) for day in (first.astype("datetime64[D]"), (first + 1).astype("datetime64[D]") - 1)
    )


def _cheap_short(scene: Scene, draft: Block) -> None:
    """Stays of two or three days that cost little more than a visit."""
    for each in patterns("cheap_short_stay", scene.half.months):
        own = _of(scene, draft, each.institution)
        rows = pick(scene, draft, own & _between(draft, 2, 9), int(own.sum() * each.strength))
        set_days(scene, draft, rows, scene.rng.integers(2, 4, len(rows)))
        draft["thrift"][rows] = 0.3 / traits.DISEASE_COST[draft["illness"][rows]]


def _idle(scene: Scene, draft: Block) -> None:
    """Long enough stays that cost next to nothing."""
    for name, number in IDLE.items():
        rows = pick(scene, draft, _of(scene, draft, name) & _between(draft, 9, 25), number)
        draft["thrift"][rows] = IDLE_COST / traits.DISEASE_COST[draft["illness"][rows]]
        mark("cheap_idle_stay", draft, rows[:, None])


def _long(scene: Scene, draft: Block) -> None:
    """Stays of more than two months that end in the half-year."""
    for name, number in LONG.items():
        late = draft["setl_time"] > first_day(scene.half) + 100
        rows = pick(scene, draft, _of(scene, draft, name) & late & ~_between(draft, 0, 4), number)
        set_days(scene, draft, rows, scene.rng.integers(61, 96, len(rows)))
        mark("long_stay", draft, rows[:, None])


def _crowds(scene: Scene, draft: Block) -> None:
    """Many admissions or discharges of one institution on one day."""
    for rule in ("admitted_together", "discharged_together"):
        for each in patterns(rule, scene.half.months):
            start, _ = _month(scene, each)
            day = start + each.day - 1
            wanted = _of(scene, draft, each.institution) & _between(draft, *ORDINARY_STAY)
            rows = pick(scene, draft, wanted, int(each.strength))
            admit(draft, rows, day if rule == "admitted_together" else day - draft["ipt_days"][rows])
            _touched(draft, rows)


def _touched(draft: Block, rows: np.ndarray) -> None:
    """Keep rows of a pattern from being planted twice: each is its own parent."""
    draft["parent"][rows] = rows


def _beds(scene: Scene, draft: Block) -> None:
    """More inpatients than registered beds in the middle of a month."""
    for each in patterns("beds_over_registered", scene.half.months):
        start, _ = _month(scene, each)
        own = _of(scene, draft, each.institution) & _between(draft, *BED_STAYS)
        rows = np.flatnonzero(free(draft) & own)
        beds = scene.roster.beds[scene.at(each.institution)[0]]
        rows = rows[np.argsort(-draft["ipt_days"][rows], kind="stable")][: int(beds * each.strength)]
        admit(draft, rows, start + BEDS_FROM + np.arange(len(rows)) % BEDS_SPREAD)
        _settle_in_half(scene, draft, rows)
        _touched(draft, rows)


def _settle_in_half(scene: Scene, draft: Block, rows: np.ndarray) -> None:
    """Move stays that would end after the half-year back before its end."""
    beyond = np.maximum(draft["enddate"][rows] - last_day(scene.half), 0)
    for name in ("begndate", "enddate", "setl_time"):
        draft[name][rows] -= beyond


def _clusters(scene: Scene, draft: Block) -> None:
    """Many patients of one small town at one hospital outside the county in a month."""
    for each in patterns("out_of_county_cluster", scene.half.months):
        first, last = _month(scene, each)
        inside = (draft["setl_time"] >= first) & (draft["setl_time"] <= last)
        rows = pick(scene, draft, _of(scene, draft, each.institution) & inside, int(each.strength))
        home = scene.active[scene.people.town[scene.active] == TOWNS.index(each.town)]
        home = np.setdiff1d(home, draft["person"])
        draft["person"][rows] = scene.rng.permutation(home)[: len(rows)]
        _touched(draft, rows)


def _same_bills(scene: Scene, draft: Block) -> None:
    """Stays of one institution in a month that are billed the same fee."""
    near = [each for each in NEAR_MISSES if each.first in scene.half.months]
    for number, each in enumerate(patterns("same_bill", scene.half.months) + near):
        first, last = _month(scene, each)
        inside = (draft["setl_time"] >= first) & (draft["setl_time"] <= last)
        wanted = _of(scene, draft, each.institution) & inside & _between(draft, *ORDINARY_STAY)
        draft["same_bill"][pick(scene, draft, wanted, int(each.strength))] = number


def _gaps(scene: Scene, cases: int, low: int, high: int, width: int = 1) -> np.ndarray:
    return scene.rng.integers(low, high + 1, (cases, width))


def _split(scene: Scene, draft: Block, rows: np.ndarray) -> None:
    """Each line's stays become one person's, for one illness, the next at most 15 days after the one before."""
    draft["illness"][rows] = draft["illness"][rows[:, :1]]
    _soon(scene, draft, rows)


def _soon(scene: Scene, draft: Block, rows: np.ndarray) -> None:
    draft["med_type"][rows] = 21
    chain(scene, draft, rows, _gaps(scene, len(rows), 1, 15, rows.shape[1] - 1))
    mark("split_stay", draft, rows)


def _plain(draft: Block) -> np.ndarray:
    """Stays for an illness that is not treated in planned courses."""
    courses = [k for k, code in enumerate(traits.DISEASE_CODES) if code[0] in "CO" or code.startswith("Z51")]
    return ~np.isin(draft["illness"], courses)


def _pilot_splits(scene: Scene, draft: Block) -> None:
    """Where the fund pays by the bed day, stays are cut in two."""
    for each in patterns("pilot_split_stays", scene.half.months):
        own = _of(scene, draft, each.institution)
        wanted = own & _between(draft, 2, 12) & _plain(draft)
        _split(scene, draft, grid(pick(scene, draft, wanted, int(own.sum() * each.strength)), 2))


def _splits(scene: Scene, draft: Block) -> None:
    """Split stays elsewhere: at the same institution, or at a related one in the same town."""
    usual = _between(draft, 3, 20) & _plain(draft)
    for name, number in SPLITS.items():
        _split(scene, draft, grid(pick(scene, draft, _of(scene, draft, name) & usual, 2 * number), 2))
    for name, number in DISGUISED.items():
        _soon(scene, draft, grid(pick(scene, draft, _of(scene, draft, name) & usual, 2 * number), 2))
    first, second, number = RELATED
    pairs = [pick(scene, draft, _of(scene, draft, name) & usual, number) for name in (first, second)]
    _split(scene, draft, np.stack(pairs, axis=1))


def _overlaps(scene: Scene, draft: Block) -> None:
    """One person in two hospitals at once for some days."""
    kinds = [("county_hospital", "private_hospital"), ("central_township", "township")]
    pairs = []
    for names in kinds:
        here = np.isin(scene.roster.kind[draft["place"]], names) & _between(draft, 7, 20)
        pairs.append(pick(scene, draft, here, OVERLAPS))
    rows = np.stack(pairs, axis=1)
    different = draft["illness"][rows[:, 0]] != draft["illness"][rows[:, 1]]
    rows = rows[different]
    chain(scene, draft, rows, -_gaps(scene, len(rows), 1, 5))
    mark("overlapping_stays", draft, rows)


def _frequent(scene: Scene, draft: Block) -> None:
    """Persons with many stays in the half-year, more than 15 days apart; and some with one too few."""
    for (persons, stays), planted in [*((each, True) for each in FREQUENT), (NEARLY_FREQUENT, False)]:
        inside = scene.roster.kind[draft["place"]] != "outside_hospital"
        rows = grid(pick(scene, draft, inside & _between(draft, 3, 8) & _plain(draft), persons * stays), stays)
        chain(scene, draft, rows, _gaps(scene, len(rows), 16, 18, stays - 1))
        if planted:
            mark("frequent_stays", draft, rows)
        else:
            _touched(draft, rows.ravel())
