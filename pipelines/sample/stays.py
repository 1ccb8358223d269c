"""Inpatient stays of a half-year: who, where, when, for what, at what cost. Every group meets its totals exactly."""

import numpy as np

from . import traits
from .block import Block, new_block
from .days import day_weights, first_day, last_day
from .money import draw, fit_counts, fit_share, heavy_tail, reduce_to, spread, spread_counts
from .people import People
from .places import Roster
from .planted.draft import Scene, extend, finished
from .planted.schedule import half_factor
from .planted.stays import plant_stays
from .printed import EMPLOYEE, MATERNITY, RESIDENT, Half

# group of stays: scheme, and which kinds treat which share of it
GROUPS = {
    "pilot": (RESIDENT, {"township": 1.0}),
    "comparison": (RESIDENT, {"township": 1.0}),
    "other": (RESIDENT, {"county_hospital": 0.52, "private_hospital": 0.157, "central_township": 0.323}),
    "outside": (RESIDENT, {"outside_hospital": 1.0}),  # the last of the residents
    "employee": (EMPLOYEE, {"county_hospital": 0.78, "private_hospital": 0.14, "central_township": 0.08}),
    "maternity": (MATERNITY, {"county_hospital": 1.0}),
}
NAMES = list(GROUPS)
LONGEST = 52
ADMISSION = 0.8  # what an admission costs by itself, on the scale of days ** 0.8
CHEAPEST = 0.62  # no bill falls below this part of the usual by chance alone
SAME_ILLNESS = 0.3  # share of the readmissions that are for the illness of the stay before
SOON_AGAIN, SOON_OTHERWISE = 0.01, 0.9  # share of the readmissions within 15 days: for the same illness, for another
SHORTEST_FEE = 8000  # fen
OUTSIDE_TREND = {
    "2024H2": 0.0,
    "2025H1": 0.3,
    "2025H2": 0.6,
    "2026H1": 0.45,
}  # growth of cost outside within a half-year


def make_stays(scene: Scene, before: np.ndarray) -> Block:
    """All stays settled in the half-year; residents come from the scene's `active`.

    before: residents who were seen in the half-year before (row numbers in People).
    """
    rng, half, people, roster = scene.rng, scene.half, scene.people, scene.roster
    group, place = _plan(half, roster)
    person, parent = _patients(rng, group, place, people, roster, scene.active)
    illness = _illnesses(rng, group, place, person, parent, people, roster)
    days = _per_group(group, half, lambda rows, totals: _days(rng, half, rows, totals, place, illness, roster))
    begin, end, settled = _dates(rng, half, group, days, parent, illness)
    stays = new_block(
        len(place),
        person=person,
        insutype=np.array([scheme for scheme, _ in GROUPS.values()])[group],
        med_type=_med_types(rng, group, illness, days),
        place=place,
        illness=illness,
        ipt_days=days,
        begndate=begin,
        enddate=end,
        setl_time=settled,
        setl_type=np.where(settled > end, 1, 2),
        clr_way=np.where((group == NAMES.index("pilot")) & (half.key >= "2026"), 2, 1),
    )
    draft = extend(stays, group, parent)
    _fresh_at_the_start(scene, draft, before)
    plant_stays(scene, draft)
    return finished(draft) | _bills(rng, half, draft, parent >= 0, roster)


def _fresh_at_the_start(scene: Scene, draft: Block, before: np.ndarray) -> None:
    """Stays that began in the half-year before are those of persons not seen in it, who could not be elsewhere then."""
    own = (draft["insutype"] == RESIDENT) & (draft["parent"] < 0)
    rows = np.flatnonzero(own & (draft["begndate"] < first_day(scene.half)))
    seen = np.zeros(len(scene.people.town), bool)
    seen[before] = True
    rows = rows[seen[draft["person"][rows]]]
    seen[draft["person"]] = True
    unseen = scene.rng.permutation(scene.active[~seen[scene.active]])
    home, wanted = scene.people.town[unseen], scene.people.town[draft["person"][rows]]
    for town in np.unique(wanted):
        own, others = rows[wanted == town], unseen[home == town]
        draft["person"][own[: len(others)]] = others[: len(own)]
    again = np.flatnonzero(draft["parent"] >= 0)
    draft["person"][again] = draft["person"][draft["parent"][again]]


def _plan(half: Half, roster: Roster) -> tuple[np.ndarray, np.ndarray]:
    """Which group each stay belongs to and which institution treats it."""
    group, place = [], []
    for number, (name, (_, shares)) in enumerate(GROUPS.items()):
        cases = half.stays[name].cases
        candidates, weights = _treating(half, name, shares, roster)
        place.append(np.repeat(candidates, spread_counts(weights, cases)))
        group.append(np.full(cases, number))
    return np.concatenate(group), np.concatenate(place)


def _treating(half: Half, name: str, shares: dict[str, float], roster: Roster) -> tuple[np.ndarray, np.ndarray]:
    candidates = roster.where(*shares)
    if name in ("pilot", "comparison"):
        candidates = candidates[roster.pilot[candidates] == ("试点" if name == "pilot" else "非试点")]
    drawn = roster.reach * half_factor("outpatient_as_inpatient", roster, half.months)
    kinds, reach = roster.kind[candidates], drawn[candidates]
    total = {kind: reach[kinds == kind].sum() for kind in shares}
    return candidates, np.array([shares[kind] / total[kind] for kind in kinds]) * reach


def _per_group(group: np.ndarray, half: Half, make) -> np.ndarray:
    """Fill one array group by group: make(rows of the group, its totals) -> values."""
    values = np.empty(len(group), np.int64)
    for number, name in enumerate(NAMES):
        rows = np.flatnonzero(group == number)
        values[rows] = make(rows, half.stays[name])
    return values


def _patients(rng, group, place, people: People, roster: Roster, active) -> tuple[np.ndarray, np.ndarray]:
    """The person of each stay, and the row of the earlier stay it is a readmission of (-1 for none)."""
    person = np.empty(len(place), np.int64)
    resident = group <= NAMES.index("outside")
    for rows, pool in ((np.flatnonzero(resident), active), (np.flatnonzero(~resident), people.employees)):
        person[rows] = _from_catchment(rng, place[rows], pool, people, roster)
    parent = _readmissions(rng, group, place, roster)
    again = np.flatnonzero(parent >= 0)
    person[again] = person[parent[again]]
    return person, parent


def _from_catchment(rng, place, pool, people: People, roster: Roster) -> np.ndarray:
    """A different person of the pool for each stay: mostly of the institution's town, the illest first."""
    town_of = people.town[pool]
    size = np.bincount(town_of, minlength=people.town.max() + 1)
    local = rng.random(len(place)) < traits.usual(roster, "local")[place]
    wanted = np.where(local, roster.town[place], draw(rng, size, len(place)))
    by_town = pool[np.lexsort((rng.standard_exponential(len(pool)) / people.illness[pool], town_of))]
    shuffled = rng.permutation(len(place))
    order = shuffled[np.argsort(wanted[shuffled], kind="stable")]
    stays_before = np.concatenate([[0], np.cumsum(np.bincount(wanted, minlength=len(size)))])
    people_before = np.concatenate([[0], np.cumsum(size)])
    town = wanted[order]
    rank = (np.arange(len(place)) - stays_before[town]) % size[town]
    person = np.empty(len(place), np.int64)
    person[order] = by_town[people_before[town] + rank]
    return person


def _readmissions(rng, group, place, roster: Roster) -> np.ndarray:
    """Pair stays of the same institution and group at random; the second of a pair is a readmission of the first."""
    share = traits.usual(roster, "back") * traits.oddness(roster, traits.ODD_BACK)
    key = place * len(NAMES) + group
    order = np.lexsort((rng.random(len(place)), key))
    first, second = order[:-1:2], order[1::2]
    first = first[: len(second)]
    pair = (key[first] == key[second]) & (rng.random(len(second)) < 2 * share[place[second]])
    pair &= group[first] != NAMES.index("maternity")
    parent = np.full(len(place), -1)
    parent[second[pair]] = first[pair]
    return _transfers(rng, group, place, roster, parent)


def _transfers(rng, group, place, roster: Roster, parent) -> np.ndarray:
    """A part of the patients outside were first treated in a county hospital."""
    free = parent < 0
    free[parent[parent >= 0]] = False
    outside = np.flatnonzero(free & (group == NAMES.index("outside")))
    county = free & (group == NAMES.index("other")) & (roster.kind[place] == "county_hospital")
    moved = rng.permutation(outside)[: len(outside) // 8]
    parent[moved] = rng.permutation(np.flatnonzero(county))[: len(moved)]
    return parent


def _illnesses(rng, group, place, person, parent, people: People, roster: Roster) -> np.ndarray:
    """An illness for each stay by age and place: the grave ones mostly outside; most readmissions keep theirs."""
    age = traits.AGE_GROUP[people.psn_type[person]]
    outside = group == NAMES.index("outside")
    small = np.isin(roster.kind[place], ["township", "central_township"])
    settings = ((~outside & ~small, 1.0), (small, traits.DISEASE_SMALL), (outside, traits.DISEASE_OUTSIDE))
    illness = np.empty(len(group), np.int64)
    for number in range(3):
        for rows, factor in settings:
            rows = np.flatnonzero(rows & (age == number))
            illness[rows] = draw(rng, traits.BY_AGE[number] * factor, len(rows))
    mothers = np.flatnonzero(group == NAMES.index("maternity"))
    illness[mothers] = rng.choice(traits.DELIVERY, len(mothers), p=(0.62, 0.38))
    same = np.flatnonzero((parent >= 0) & (rng.random(len(group)) < SAME_ILLNESS))
    illness[same] = illness[parent[same]]
    return illness


def _days(rng, half: Half, rows, totals, place, illness, roster: Roster) -> np.ndarray:
    usual = traits.usual(roster, "days") * traits.oddness(roster, traits.ODD_DAYS)
    usual = usual * half_factor("pilot_longer_stays", roster, half.months)
    wish = usual[place[rows]] * traits.DISEASE_DAYS[illness[rows]] * heavy_tail(rng, len(rows), 0.42)
    return fit_counts(np.minimum(wish, LONGEST), totals.bed_days)


def _dates(rng, half: Half, group, days, parent, illness) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Admission, discharge and settlement day; a readmission follows its first stay within two months."""
    end = first_day(half) + draw(rng, day_weights(half), len(days))
    child = np.flatnonzero(parent >= 0)
    gap = _gaps(rng, group, parent, illness, child)
    after = end[parent[child]] + gap + days[child]
    beyond = np.where(after > last_day(half), after - last_day(half) + rng.integers(0, 25, len(child)), 0)
    end[parent[child]] = np.maximum(end[parent[child]] - beyond, first_day(half))
    end[child] = end[parent[child]] + gap + days[child]
    by_hand = (group == NAMES.index("outside")) & (parent < 0) & (rng.random(len(days)) < 0.3)
    settled = end
    end = settled - np.where(by_hand, rng.integers(4, 40, len(days)), 0)
    return end - days, end, settled


def _gaps(rng, group, parent, illness, child) -> np.ndarray:
    """Days from a discharge to the next admission: few for another illness or a transfer, many for the same illness."""
    soon, later = rng.integers(1, 16, len(child)), rng.integers(17, 46, len(child))
    same = illness[child] == illness[parent[child]]
    gap = np.where(rng.random(len(child)) < np.where(same, SOON_AGAIN, SOON_OTHERWISE), soon, later)
    moved = (group[child] == NAMES.index("outside")) & (group[parent[child]] != NAMES.index("outside"))
    return np.where(moved, rng.integers(0, 4, len(child)), gap)


def _med_types(rng, group, illness, days) -> np.ndarray:
    chance = rng.random(len(group))
    kind = np.where(chance < 0.04, 24, np.where((chance > 0.97) & (days <= 2), 28, 21))
    injury = np.char.startswith(np.array(traits.DISEASE_CODES), "S")[illness]
    kind = np.where(injury & (chance < 0.6), 22, kind)
    kind = np.where(group == NAMES.index("outside"), np.where(chance < 0.7, 23, 27), kind)
    return np.where(group == NAMES.index("maternity"), 52, kind)


def _bills(rng, half: Half, stays: Block, again, roster: Roster) -> Block:
    """Fee, in-policy cost, deductible and fund paid of each stay of a draft, in fen."""
    group, place, days = stays["group"], stays["place"], stays["ipt_days"]
    fee = _fees(rng, half, stays, roster)
    wish = np.clip(traits.usual(roster, "in_policy")[place] + rng.normal(0, 0.025, len(days)), 0.4, 0.995)
    in_policy = _per_group(group, half, lambda rows, t: fit_share(fee[rows], wish[rows], t.in_policy))
    standard = np.where(group == NAMES.index("employee"), 300, traits.usual(roster, "deductible")[place]) * 100
    standard = np.minimum(standard, in_policy // 2).astype(np.int64)
    standard[group == NAMES.index("maternity")] = 0
    turn = rng.random(len(days)) - again  # readmissions are let off first
    deductible = _per_group(
        group, half, lambda rows, t: reduce_to(standard[rows], t.deductible, np.argsort(turn[rows], kind="stable"))
    )
    paid = np.clip(traits.usual(roster, "paid")[place] + rng.normal(0, 0.05, len(days)), 0.2, 0.97)
    fund = _per_group(group, half, lambda rows, t: fit_share((in_policy - deductible)[rows], paid[rows], t.fund))
    return {"medfee_sumamt": fee, "inscp_scp_amt": in_policy, "act_pay_dedc": deductible, "fund_pay_sumamt": fund}


def _fees(rng, half: Half, stays: Block, roster: Roster) -> np.ndarray:
    """What each stay costs, in fen; stays planted with one bill cost the same, another of the group bears the rest."""
    group, place, days = stays["group"], stays["place"], stays["ipt_days"]
    rate = traits.usual(roster, "day_cost") * traits.oddness(roster, traits.ODD_COST)
    chance = heavy_tail(rng, len(days), 0.4)
    chance = np.where(chance < CHEAPEST, CHEAPEST * rng.uniform(1, 1.2, len(days)), chance)
    weight = rate[place] * (ADMISSION + days**0.8) * traits.DISEASE_COST[stays["illness"]] * chance * stays["thrift"]
    passed = (stays["setl_time"] - first_day(half)) / (last_day(half) - first_day(half))
    weight *= np.where(group == NAMES.index("outside"), np.exp(OUTSIDE_TREND[half.key] * passed), 1.0)
    fee = _per_group(group, half, lambda rows, t: spread(weight[rows], t.fee, SHORTEST_FEE))
    for number in np.unique(stays["same_bill"][stays["same_bill"] >= 0]):
        rows = np.flatnonzero(stays["same_bill"] == number)
        total = int(fee[rows].sum())
        fee[rows] = total // len(rows)
        largest = np.argmax(np.where(group == group[rows[0]], fee, 0))
        fee[largest] += total - total // len(rows) * len(rows)
    return fee
