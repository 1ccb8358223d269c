"""Outpatient care of a half-year: residents' visits, children's major illnesses, employees' visits and purchases."""

import numpy as np

from . import traits
from .block import Block, count, join, new_block
from .days import day_weights, first_day
from .money import draw, fit_share, heavy_tail, spread
from .people import MINORS, People
from .places import Roster
from .planted.draft import Scene
from .planted.schedule import half_factor
from .planted.visits import out_of_hospital, plant_purchases, plant_visits
from .printed import EMPLOYEE, MATERNITY, RESIDENT, Half

ORDINARY, CHRONIC, PRENATAL, CHILD, PURCHASE = 11, 14, 51, 9901, 41
VILLAGES_BEFORE_2026 = 0.3  # share of the village clinics in the outpatient pool before all of them joined
UNSIGNED_BUT_PAID = 18  # unsigned village clinics that still settle a little
SIGNED_BUT_IDLE = 6
FAITHFUL = {ORDINARY: 0.8, PURCHASE: 0.95}  # share of employees' visits and purchases at the place they usually go to
BUSY_CLINIC = 5.0  # one village clinic sees this many times its usual patients
TREATS = {"village": 1.0, "township": 5.0, "central_township": 8.0, "clinic": 1.5, "county_hospital": 0}


def make_visits(scene: Scene, stays: Block) -> Block:
    """All settlements of the half-year that are not stays. Every person of `active` has at least one row in all."""
    rng, half, people, roster, active = scene.rng, scene.half, scene.people, scene.roster, scene.active
    children = _children(rng, half, people, roster, active)
    seen = np.concatenate([stays["person"], children["person"]])
    number = half.visits - int(np.sum(stays["insutype"] == RESIDENT)) - half.child[0]
    residents = _resident_visits(rng, half, people, roster, _visitors(rng, people, active, seen, number))
    villages = residents["place"][roster.kind[residents["place"]] == "village"]
    plant_visits(scene, residents, stays, int(np.argmax(np.bincount(villages))))
    treated, bought = _employee_visits(rng, half, people, roster)
    plant_purchases(scene, bought)
    visits = join([residents, treated, bought, _prenatal(rng, half, people, roster)])
    out_of_hospital(scene, visits, stays)
    return join([visits, children])


def _visitors(rng, people: People, active, seen, number: int) -> np.ndarray:
    """The person of each visit: everybody not seen yet once, the rest by how often people are ill."""
    once = np.setdiff1d(active, seen)
    more = active[draw(rng, people.illness[active], number - len(once))]
    return rng.permutation(np.concatenate([once, more]))


def _open_places(rng, half: Half, roster: Roster) -> np.ndarray:
    """How many residents' visits each institution attracts within its town (0: none)."""
    weight = np.array([TREATS.get(kind, 0.0) for kind in roster.kind]) * roster.reach
    weight[roster.where("central_township")] /= 45
    village = roster.where("village")
    fixed = np.random.default_rng(len(village))  # the same villages in every half-year
    shuffled = fixed.permutation(village)
    signed, unsigned = shuffled[roster.signed[shuffled]], shuffled[~roster.signed[shuffled]]
    weight[unsigned] = 0
    if half.key < "2026":
        weight[signed[int(len(signed) * VILLAGES_BEFORE_2026) :]] = 0
    weight[signed[:1]] *= BUSY_CLINIC
    weight[signed[-SIGNED_BUT_IDLE:]] = 0
    weight[unsigned[:UNSIGNED_BUT_PAID]] = 0.015
    weight[roster.where("clinic")] *= roster.signed[roster.where("clinic")]
    return weight / half_factor("outpatient_as_inpatient", roster, half.months)


def _resident_visits(rng, half: Half, people: People, roster: Roster, person) -> Block:
    """Residents' visits: most near home, chronic illnesses at health centres and hospitals."""
    town = people.town[person]
    chronic = rng.random(len(person)) < np.array([0, 0.005, 0.03, 0.11, 0, 0])[people.psn_type[person]]
    place = _near(rng, town, _open_places(rng, half, roster), roster)
    centre = _near(rng, town, np.isin(roster.kind, ["central_township", "township"]).astype(float), roster)
    county = roster.where("county_hospital")
    chance = rng.random(len(person))
    place = np.where(chronic, centre, place)
    place = np.where(
        chance < np.where(chronic, 0.35, 0.035), county[draw(rng, roster.reach[county], len(person))], place
    )
    day = first_day(half) + draw(rng, day_weights(half), len(person))
    visits = _visits(person, RESIDENT, np.where(chronic, CHRONIC, ORDINARY), place, day)
    visits["illness"] = _everyday_illness(rng, chronic)
    fee = _visit_fees(rng, place, roster, chronic)
    in_policy = np.floor(fee * np.minimum(1, rng.normal(0.97, 0.05, len(fee)))).astype(np.int64)
    wish = np.where(chronic, 0.55, traits.usual(roster, "visit_paid")[place])
    fund = fit_share(in_policy, wish, half.outpatient_fund)
    return visits | {"medfee_sumamt": fee, "inscp_scp_amt": in_policy, "fund_pay_sumamt": fund}


def _near(rng, town, weight, roster: Roster) -> np.ndarray:
    """For each person one institution of the own town, by weight."""
    local = np.flatnonzero((roster.town >= 0) & (weight > 0))
    local = local[np.argsort(roster.town[local], kind="stable")]
    running = np.cumsum(weight[local])
    last = np.searchsorted(roster.town[local], np.arange(roster.town.max() + 1), side="right") - 1
    end = running[last]
    start = np.concatenate([[0.0], end[:-1]])
    point = start[town] + rng.random(len(town)) * (end - start)[town]
    return local[np.minimum(np.searchsorted(running, point, side="right"), last[town])]


def _visits(person, insutype: int, med_type, place, day) -> Block:
    zero = np.zeros(len(person), np.int64)
    return new_block(
        len(person),
        person=person,
        insutype=insutype,
        med_type=med_type,
        place=place,
        begndate=day,
        enddate=day,
        setl_time=day,
        act_pay_dedc=zero,
    )


def _everyday_illness(rng, chronic) -> np.ndarray:
    everyday = np.array(traits.EVERYDAY)[rng.integers(0, len(traits.EVERYDAY), len(chronic))]
    lasting = np.array(traits.CHRONIC)[draw(rng, np.array([9, 6, 3, 2, 1, 0.6]), len(chronic))]
    return np.where(chronic, lasting, everyday)


def _visit_fees(rng, place, roster: Roster, chronic) -> np.ndarray:
    """Fees around the usual of each kind, in fen; chronic prescriptions cost several times as much."""
    usual = traits.usual(roster, "visit_cost")[place] * np.where(chronic, 2.6, 1.0)
    return np.maximum(300, usual * 90 * heavy_tail(rng, len(place), 0.45)).astype(np.int64)


def _children(rng, half: Half, people: People, roster: Roster, active) -> Block:
    """Major illnesses of children: own settlements, not among the stays."""
    number, fee, fund = half.child
    minors = active[np.isin(people.psn_type[active], MINORS)]
    places = np.concatenate([roster.where("outside_hospital"), roster.where("county_hospital")])
    place = places[draw(rng, np.where(places < 9, 8.0, roster.reach[places]), number)]
    end = first_day(half) + draw(rng, day_weights(half), number)
    days = rng.integers(6, 25, number)
    rows = _visits(rng.choice(minors, number, replace=False), RESIDENT, CHILD, place, end)
    rows["begndate"], rows["ipt_days"] = end - days, days
    rows["illness"] = rng.choice(traits.CHILD_ILLNESS, number)
    costs = spread(heavy_tail(rng, number, 0.7), fee, 50000)
    in_policy = (costs * rng.uniform(0.82, 0.95, number)).astype(np.int64)
    paid = fit_share(in_policy, np.full(number, 0.7), fund)
    return rows | {"medfee_sumamt": costs, "inscp_scp_amt": in_policy, "fund_pay_sumamt": paid}


def _employee_visits(rng, half: Half, people: People, roster: Roster) -> list[Block]:
    """Employees' outpatient visits and purchases at pharmacies: no fund, the personal account pays."""
    blocks = []
    for kinds, number, med_type in (
        (("county_hospital", "private_hospital", "central_township"), half.employee_visits[0], ORDINARY),
        (("pharmacy",), half.employee_visits[1], PURCHASE),
    ):
        places = roster.where(*kinds)
        places = places[roster.signed[places]]
        place = places[draw(rng, roster.reach[places], number)]
        person = people.employees[draw(rng, people.illness[people.employees], number)]
        day = first_day(half) + draw(rng, day_weights(half), number)
        place = np.where(rng.random(number) < FAITHFUL[med_type], _own_place(person, places, roster), place)
        chronic = (rng.random(number) < 0.15) & (med_type == ORDINARY)
        rows = _visits(person, EMPLOYEE, np.where(chronic, CHRONIC, med_type), place, day)
        rows["illness"] = np.where(med_type == PURCHASE, -1, _everyday_illness(rng, chronic))
        fee = _visit_fees(rng, place, roster, chronic)
        in_policy = (fee * rng.uniform(0.86, 1.0, number)).astype(np.int64)
        zero = np.zeros(number, np.int64)
        blocks.append(rows | {"medfee_sumamt": fee, "inscp_scp_amt": in_policy, "fund_pay_sumamt": zero})
    return blocks


def _own_place(person: np.ndarray, places: np.ndarray, roster: Roster) -> np.ndarray:
    """Which of the places a person usually goes to, the same in every half-year."""
    running = np.cumsum(roster.reach[places])
    return places[np.searchsorted(running, (person * 0.6180339887 % 1) * running[-1], side="right")]


def _prenatal(rng, half: Half, people: People, roster: Roster) -> Block:
    """Prenatal checks paid by the maternity fund."""
    number, fee, fund = half.maternity_outpatient
    county = roster.where("county_hospital")
    working = people.employees[people.psn_type[people.employees] == 4]
    day = first_day(half) + draw(rng, day_weights(half), number)
    rows = _visits(rng.choice(working, number), MATERNITY, PRENATAL, rng.choice(county, number), day)
    costs = spread(heavy_tail(rng, number, 0.3), fee, 5000)
    paid = fit_share(costs, np.full(number, 0.6), fund)
    return rows | {"medfee_sumamt": costs, "inscp_scp_amt": costs.copy(), "fund_pay_sumamt": paid}


def number_episodes(block: Block) -> Block:
    """Give every row its own visit number within the block."""
    return block | {"episode": np.arange(count(block))}
