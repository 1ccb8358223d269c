"""The clue rules a second time, in plain Python over lists of dicts: slow, without SQL, from the rules' own words.

Every function gives {key: (measured, cases, yuan at stake)} of 2026, all of which is loaded.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property
from statistics import median

from tests.clue_tables import ROSTER

KIND = {code: row[0] for code, row in ROSTER.items()}
LEVEL = {code: row[1] for code, row in ROSTER.items()}
PILOT = {code: row[2] for code, row in ROSTER.items()}
TOWN = {code: row[3] for code, row in ROSTER.items()}
PLACE = {code: row[4] for code, row in ROSTER.items()}
BEDS = {code: row[5] for code, row in ROSTER.items()}
COURSES = ("Z49", "Z51")
Found = dict[str, tuple[Decimal, int, Decimal]]
ORACLES: dict[str, Callable] = {}


@dataclass(frozen=True)
class Stay:
    person: int
    institution: str
    admitted_on: date
    discharged_on: date
    month: date
    town: str
    illness: str
    med_type: str
    cost: Decimal
    fund: Decimal
    parts: dict[str, Decimal]

    @cached_property
    def nights(self) -> int:
        return (self.discharged_on - self.admitted_on).days

    @property
    def days(self) -> int:
        return max(self.nights, 1)

    @property
    def disease(self) -> str:
        return self.illness[:3]


class World:
    """Stays and visits that stand, of settlements and refunds; cover: (person, ended_on, reason, resumed_on)."""

    def __init__(self, rows: Iterable[dict], cover: Iterable[tuple] = ()):
        kept = [row for row in rows if row["visits"] > 0]
        for refund in (row for row in rows if row["visits"] < 0):
            kept.remove(min((r for r in kept if taken_back(r, refund)), key=lambda r: (r["settled_on"], r["setl_id"])))
        self.rows = kept
        self.stays = [stay_of(row) for row in kept if row["care"] == "inpatient"]
        self.visits = [row for row in kept if row["care"] in ("outpatient", "chronic_outpatient", "pharmacy")]
        self.cover = list(cover)


def taken_back(row: dict, refund: dict) -> bool:
    same = ("person", "institution", "care", "admitted_on", "discharged_on")
    amounts = ("total_cost_yuan", "fund_paid_yuan")
    return all(row[n] == refund[n] for n in same) and all(row[n] == -refund[n] for n in amounts)


def stay_of(row: dict) -> Stay:
    parts = {part: row[f"{part}_cost_yuan"] for part in ("drug", "exam", "material")}
    names = ("person", "institution", "admitted_on", "discharged_on", "month", "town", "disease_code", "med_type")
    return Stay(*(row[n] for n in names), row["total_cost_yuan"], row["fund_paid_yuan"], parts)


def oracle(*rules: str):
    def register(function):
        ORACLES.update(dict.fromkeys(rules, function))
        return function

    return register


def yuan(value) -> Decimal:
    value = Fraction(value)
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def hexed(person: int) -> str:
    return f"{person:06x}"[-6:]


def year(month: date) -> bool:
    return month.year == 2026


def month_key(month: date) -> str:
    return month.isoformat()[:7]


def grouped(items: Iterable, key: Callable) -> dict:
    found = defaultdict(list)
    for item in items:
        found[key(item)].append(item)
    return found


def back(month: date, months: int) -> date:
    total = month.year * 12 + month.month - 1 - months
    return date(total // 12, total % 12 + 1, 1)


# ---------------------------------------------------------------- persons


@oracle("split_stay")
def split_stay(world: World, rule: str, days) -> Found:
    found = {}
    for s in (s for s in world.stays if year(s.month) and s.disease not in COURSES and s.med_type != "23"):
        gaps = [
            (s.admitted_on - p.discharged_on).days
            for p in world.stays
            if p.person == s.person and p.disease == s.disease and p.admitted_on < s.admitted_on
            if p.institution == s.institution or near(p, s)
        ]
        if within := [gap for gap in gaps if 0 <= gap <= days]:
            found[f"{rule}/{hexed(s.person)}/{s.institution}/{s.admitted_on}"] = (min(within), 1, s.fund)
    return found


def near(p: Stay, s: Stay) -> bool:
    """Another institution of one town, and the person was not handed on to another level at once."""
    at_once = (s.admitted_on - p.discharged_on).days <= 1
    towns = TOWN[p.institution], TOWN[s.institution]
    handed_on = at_once and LEVEL[p.institution] != LEVEL[s.institution]
    return None not in towns and towns[0] == towns[1] and not handed_on


@oracle("overlapping_stays")
def overlapping_stays(world: World, rule: str, overlap_days) -> Found:
    found = {}
    for s in world.stays:
        for p in world.stays:
            first = (p.admitted_on, p.institution) < (s.admitted_on, s.institution)
            if p.person == s.person and p.institution != s.institution and first and year(max(p.month, s.month)):
                nights = (min(p.discharged_on, s.discharged_on) - s.admitted_on).days
                if nights >= overlap_days:
                    key = f"{rule}/{hexed(s.person)}/{s.institution}/{s.admitted_on}/{p.institution}"
                    found[key] = (nights, 1, s.fund)
    return found


@oracle("visit_during_stay")
def visit_during_stay(world: World, rule: str) -> Found:
    found = defaultdict(list)
    for v in world.visits:
        over = [
            s for s in world.stays if s.person == v["person"] and s.admitted_on < v["admitted_on"] < s.discharged_on
        ]
        if over and v["care"] != "pharmacy" and year(max(v["month"], min(over, key=first_stay).month)):
            found[f"{rule}/{hexed(v['person'])}/{v['institution']}/{v['admitted_on']}"].append(v["fund_paid_yuan"])
    return {key: (len(paid), len(paid), sum(paid)) for key, paid in found.items()}


def first_stay(stay: Stay) -> tuple:
    return stay.admitted_on, stay.discharged_on, stay.institution


@oracle("frequent_stays")
def frequent_stays(world: World, rule: str, stays) -> Found:
    found = {}
    counted = [s for s in world.stays if year(s.month) and s.disease not in COURSES]
    for person, own in grouped(counted, lambda s: s.person).items():
        own.sort(key=lambda s: (s.month, s.discharged_on, s.admitted_on, s.institution))
        if beyond := own[int(stays) - 1 :]:
            found[f"{rule}/{hexed(person)}/2026"] = (len(own), len(beyond), sum(s.fund for s in beyond))
    return found


@oracle("cheap_idle_stay")
def cheap_idle_stay(world: World, rule: str, days, share, stays) -> Found:
    found = {}
    for institution, own in grouped((s for s in world.stays if year(s.month)), lambda s: s.institution).items():
        bound = Fraction(share) * Fraction(median(Fraction(s.cost) / s.days for s in own))
        for s in own if len(own) >= stays else ():
            daily = Fraction(s.cost) / s.days
            if s.days >= days and daily < bound:
                found[f"{rule}/{hexed(s.person)}/{institution}/{s.admitted_on}"] = (yuan(daily), 1, s.fund)
    return found


@oracle("excess_dispensing")
def excess_dispensing(world: World, rule: str, purchases, purchase_days, institutions, institution_days) -> Found:
    bought = grouped((v for v in world.visits if v["care"] != "outpatient"), lambda v: v["person"])
    found = {}
    for person, own in bought.items():
        for month in {v["month"] for v in own if year(v["month"])}:
            rows, most = {}, Counter()
            for end in (v for v in own if v["month"] == month):
                age = {v["setl_id"]: (end["admitted_on"] - v["admitted_on"]).days for v in own}
                few = [v for v in own if 0 <= age[v["setl_id"]] < purchase_days]
                places = {v["institution"] for v in own if 0 <= age[v["setl_id"]] < institution_days}
                if len(few) >= purchases or len(places) >= institutions:
                    most |= Counter({"purchases": len(few), "places": len(places)})
                    window = max(purchase_days, institution_days) if len(places) >= institutions else purchase_days
                    rows |= {v["setl_id"]: v for v in own if 0 <= age[v["setl_id"]] < window and v["month"] <= month}
            if rows:
                measured = most["purchases"] if most["purchases"] >= purchases else most["places"]
                paid = sum(v["fund_paid_yuan"] for v in rows.values())
                found[f"{rule}/{hexed(person)}/{month_key(month)}"] = (measured, len(rows), paid)
    return found


@oracle("frequent_visits")
def frequent_visits(world: World, rule: str, visits) -> Found:
    counted = (v for v in world.visits if v["care"] != "pharmacy" and year(v["month"]))
    groups = grouped(counted, lambda v: (v["person"], v["institution"], v["month"]))
    return {
        f"{rule}/{hexed(person)}/{place}/{month_key(month)}": (
            len(own),
            len(own),
            sum(v["fund_paid_yuan"] for v in own),
        )
        for (person, place, month), own in groups.items()
        if len(own) >= visits
    }


@oracle("after_cover_ended")
def after_cover_ended(world: World, rule: str, days) -> Found:
    found = defaultdict(list)
    for row in (row for row in world.rows if year(row["month"])):
        ends = [
            end
            for person, end, _, resumed in world.cover
            if person == row["person"] and (row["admitted_on"] - end).days > days
            if resumed is None or row["admitted_on"] < resumed
        ]
        if ends:
            key = f"{rule}/{hexed(row['person'])}/{row['institution']}/{row['admitted_on']}"
            found[key].append(((row["admitted_on"] - max(ends)).days, row["fund_paid_yuan"]))
    return {key: (own[0][0], len(own), sum(paid for _, paid in own)) for key, own in found.items()}


# ---------------------------------------------------------------- institutions


@oracle("same_bill")
def same_bill(world: World, rule: str, persons) -> Found:
    groups = grouped((s for s in world.stays if year(s.month)), lambda s: (s.institution, s.month, s.cost))
    return {
        f"{rule}/{place}/{month_key(month)}/{cost:.2f}": (
            len({s.person for s in own}),
            len(own),
            sum(s.fund for s in own),
        )
        for (place, month, cost), own in groups.items()
        if len({s.person for s in own}) >= persons
    }


@oracle("exam_share", "drug_share", "material_share")
def cost_share(world: World, rule: str, times, stays) -> Found:
    part, found = rule.removesuffix("_share"), {}
    groups = grouped((s for s in world.stays if year(s.month)), lambda s: (s.institution, s.month))
    for (place, month), own in groups.items():
        peers = [
            s for s in world.stays if s.month == month and s.institution != place and KIND[s.institution] == KIND[place]
        ]
        if len(own) < stays or len(peers) < stays:
            continue
        share, usual = (
            Fraction(sum(s.parts[part] for s in group)) / Fraction(sum(s.cost for s in group)) for group in (own, peers)
        )
        if share > times * usual > 0:
            found[f"{rule}/{place}/{month_key(month)}"] = (
                yuan(share * 100), len(own), yuan((share - usual) * Fraction(sum(s.fund for s in own)))
            )  # fmt: skip
    return found


@oracle("outpatient_as_inpatient")
def outpatient_as_inpatient(world: World, rule: str, times, visits, errors) -> Found:
    """times and errors both bound the share."""
    found = {}
    month_of = [(s.institution, s.month, 1, s.fund) for s in world.stays]
    month_of += [(v["institution"], v["month"], 0, Decimal(0)) for v in world.visits if v["care"] != "pharmacy"]
    groups = grouped((m for m in month_of if year(m[1])), lambda m: (m[0], m[1]))
    groups = {key: own for key, own in groups.items() if any(m[2] for m in own)}
    for (place, month), own in groups.items():
        beside = [
            m for (p, n), peers in groups.items() if n == month and p != place and KIND[p] == KIND[place] for m in peers
        ]
        if len(own) < visits or len(beside) < visits:
            continue
        stays, peer_stays = sum(m[2] for m in own), sum(m[2] for m in beside)
        if beyond(stays, len(own), peer_stays, len(beside), times, errors):
            kept = 1 - Fraction(peer_stays, len(beside)) / Fraction(stays, len(own))
            paid = Fraction(sum(m[3] for m in own))
            found[f"{rule}/{place}/{month_key(month)}"] = (
                yuan(Fraction(100 * stays, len(own))),
                stays,
                yuan(paid * kept),
            )
    return found


def beyond(part: int, whole: int, peer_part: int, peer_whole: int, times, errors) -> bool:
    """Whether a share is so many times that of the peers, and so many standard errors more."""
    usual = Fraction(peer_part, peer_whole)
    spread = float(whole * Fraction(max(peer_part, 1), peer_whole) * (1 - usual)) ** 0.5
    return Fraction(part, whole) > times * usual and part - float(whole * usual) > float(errors) * spread


@oracle("beds_over_registered")
def beds_over_registered(world: World, rule: str, times, days) -> Found:
    found = {}
    for place, beds in ((p, b) for p, b in BEDS.items() if b):
        own = [s for s in world.stays if s.institution == place and s.nights > 0]
        inside = Counter(s.admitted_on + timedelta(n) for s in own for n in range(s.nights))
        over = {night: number for night, number in inside.items() if number > times * beds and night.year == 2026}
        for month, nights in grouped(over, lambda night: night.replace(day=1)).items():
            if len(nights) >= days:
                there = [s for s in own if s.admitted_on <= max(nights) and s.discharged_on > min(nights)]
                spare = Fraction(sum(over[n] - beds for n in nights), sum(s.days for s in there))
                stake = yuan(Fraction(sum(s.fund for s in there)) * spare)
                found[f"{rule}/{place}/{month_key(month)}"] = (len(nights), len(there), stake)
    return found


@oracle("admitted_together", "discharged_together")
def together(world: World, rule: str, cases, times) -> Found:
    attribute, found = rule.replace("_together", "_on"), {}
    for place, own in grouped(world.stays, lambda s: s.institution).items():
        usual = Fraction(sum(getattr(s, attribute).year == 2026 for s in own), 365)
        for day, there in grouped(own, lambda s: getattr(s, attribute)).items():
            months = sorted(s.month for s in there)
            if len(there) >= cases and len(there) > times * usual and year(months[int(cases) - 1]):
                stake = yuan(Fraction(sum(s.fund for s in there)) * (1 - usual / len(there)))
                found[f"{rule}/{place}/{day}"] = (len(there), len(there), stake)
    return found


@oracle("out_of_county_cluster")
def out_of_county_cluster(world: World, rule: str, stays, times, months) -> Found:
    found, known = {}, sorted({s.month for s in world.stays})
    outside = grouped(
        (s for s in world.stays if PLACE[s.institution] == "out_of_county"), lambda s: (s.institution, s.town)
    )
    for (place, town), own in outside.items():
        for month, there in grouped(own, lambda s: s.month).items():
            before = sum(m < month for m in known)
            if not year(month) or len(there) < stays or before < months:
                continue
            usual = Fraction(sum(s.month < month for s in own), before)
            if len(there) > times * usual:
                stake = yuan(Fraction(sum(s.fund for s in there)) * (1 - usual / len(there)))
                found[f"{rule}/{place}/{town}/{month_key(month)}"] = (len(there), len(there), stake)
    return found


@oracle("pilot_longer_stays")
def pilot_longer_stays(world: World, rule: str, times, others, stays) -> Found:
    found, known = {}, {s.month for s in world.stays}
    for month in (m for m in known if year(m)):
        spans = [{back(month, n) for n in range(first, first + 3)} for first in (0, 12)]
        if not spans[0] | spans[1] <= known:
            continue
        now, then = ([s for s in world.stays if s.month in span] for span in spans)
        control = [[s for s in group if PILOT[s.institution] == "no"] for group in (now, then)]
        if mean_days(control[0]) >= others * mean_days(control[1]):
            continue
        for place in (p for p, pilot in PILOT.items() if pilot == "yes"):
            own, before = ([s for s in group if s.institution == place] for group in (now, then))
            if min(len(own), len(before)) >= stays and mean_days(own) >= times * mean_days(before):
                stake = yuan(Fraction(sum(s.fund for s in own)) * (1 - mean_days(before) / mean_days(own)))
                found[f"{rule}/{place}/{month_key(month)}"] = (yuan(mean_days(own)), len(own), stake)
    return found


def mean_days(stays: list[Stay]) -> Fraction:
    return Fraction(sum(s.days for s in stays), len(stays))


@oracle("pilot_split_stays")
def pilot_split_stays(world: World, rule: str, days, times, stays, errors) -> Found:
    def follows(s: Stay) -> bool:
        return any(
            p.person == s.person
            and p.institution == s.institution
            and p.admitted_on < s.admitted_on
            and 0 <= (s.admitted_on - p.discharged_on).days <= days
            for p in world.stays
        )

    found = {}
    for month in {s.month for s in world.stays if year(s.month)}:
        now = [s for s in world.stays if back(month, 2) <= s.month <= month]
        control = [follows(s) for s in now if PILOT[s.institution] == "no"]
        for place in (p for p, pilot in PILOT.items() if pilot == "yes"):
            own = [s for s in now if s.institution == place]
            again = [s for s in own if follows(s)]
            if len(own) >= stays and beyond(len(again), len(own), sum(control), len(control), times, errors):
                kept = 1 - Fraction(sum(control), len(control)) / Fraction(len(again), len(own))
                stake = yuan(Fraction(sum(s.fund for s in again)) * kept)
                found[f"{rule}/{place}/{month_key(month)}"] = (
                    yuan(Fraction(100 * len(again), len(own))),
                    len(again),
                    stake,
                )
    return found
