"""Where roster, agreement and settlement disagree: one Finding each. To be looked into, never a verdict."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations

from pipelines.agreements.names import alike, core, evened, shortened
from pipelines.agreements.states import STATES, Place, state, uncovered
from pipelines.periods import Period

FINDINGS = {
    "unsigned_paid": "没有签过协议却有结算",
    "expired_paid": "协议到期后仍有结算",
    "terminated_paid": "协议已解除仍有结算",
    "suspended_paid": "协议中止仍有结算",
    "unlisted": "不在名册却有结算",
    "renamed": "名称与名册不一致",
    "duplicated": "疑似重复登记",
    "idle": "有协议而没有结算",
}
ZERO = Decimal(0)


@dataclass(frozen=True)
class Paid:
    """What an institution was settled in a month, all schemes."""

    month: str
    visits: int
    fund_yuan: Decimal


@dataclass(frozen=True)
class Finding:
    """A disagreement. kind: a code of FINDINGS; visits and fund_yuan: of the months concerned, first to last (or ''),
    None where they are not shown to the caller.

    other: the institution it may be the same as; why: in Chinese, what was compared with what.
    """

    kind: str
    institution: str
    name: str
    institution_kind: str | None
    town: str
    visits: int | None
    fund_yuan: Decimal | None
    first: str
    last: str
    why: str
    other: str = ""


def finding(kind: str, place: Place, paid: Iterable[Paid], why: str, other: str = "") -> Finding:
    listed = sorted(paid, key=lambda each: each.month)
    months = [each.month for each in listed]
    return Finding(
        kind,
        place.institution,
        place.name,
        place.kind,
        place.town,
        sum(each.visits for each in listed),
        sum((each.fund_yuan for each in listed), ZERO),
        months[0] if months else "",
        months[-1] if months else "",
        why,
        other,
    )


def without_agreement(places: Iterable[Place], paid: Mapping[str, list[Paid]], known_to: date) -> Iterator[Finding]:
    """Institutions of the county that were settled with in months for which they have no agreement."""
    days = {month: (Period(month, month).first_day, Period(month, month).last_day) for month in months_of(paid)}
    for place in places:
        by_state: dict[str, list[Paid]] = defaultdict(list)
        for each in paid.get(place.institution, ()):
            if reason := uncovered(place, *days[each.month], known_to):
                by_state[reason].append(each)
        for reason, months in by_state.items():
            yield finding(f"{reason}_paid", place, months, told(place, reason, months[0].month))


def months_of(paid: Mapping[str, list[Paid]]) -> set[str]:
    return {each.month for months in paid.values() for each in months}


def told(place: Place, reason: str, first: str) -> str:
    """协议 2025-01-01 至 2025-12-31，状态解除. first: the first month that lacks an agreement."""
    if place.begins is None:
        return "名册没有协议日期" if reason == "unsigned" else f"{STATES[reason]}，名册没有协议日期"
    term = f"协议 {place.begins} 至 {place.ends or '未写'}，{STATES[reason]}"
    running = place.ends is None or f"{place.ends:%Y-%m}" >= first
    return term + ("（哪天起，名册没有写）" if running and reason in ("suspended", "terminated") else "")


def idle(places: Iterable[Place], paid: Mapping[str, list[Paid]], on: date) -> Iterator[Finding]:
    """Agreements in force on the day without a single settlement in the period."""
    for place in places:
        if state(place, on) == "in_force" and not paid.get(place.institution):
            yield finding("idle", place, (), f"协议自 {place.begins}，本期没有结算")


def unlisted(known: set[str], paid: Mapping[str, list[Paid]], stated: Mapping[str, list[tuple]]) -> Iterator[Finding]:
    """Codes that were settled with and that the roster does not have."""
    for code in sorted(set(paid) - known):
        names = [name for name, *_ in stated.get(code, ())]
        place = Place(code, names[0] if names else code, None, None, "", "", "", None, None, "")
        yield finding("unlisted", place, paid[code], "结算明细有，机构名册没有这个编码")


def renamed(place: Place, stated: list[tuple[str, date, date]], former: str | None, paid: list[Paid]) -> list[Finding]:
    """Other names of a code than the roster's. stated: (name, first day, last day) in settlement rows."""
    found = [
        f"结算明细 {first} 至 {last} 写作“{name}”" + ("（简称）" if shortened(name, place.name) else "")
        for name, first, last in stated
        if evened(name) != evened(place.name)
    ]
    if former and evened(former) != evened(place.name):
        found.append(f"前一份名册写作“{former}”")
    return [finding("renamed", place, paid, "；".join(found))] if found else []


def duplicated(places: Iterable[Place], paid: Mapping[str, list[Paid]]) -> Iterator[Finding]:
    """Pairs of codes of one type in one town whose names say the same, or nearly."""
    groups: dict[tuple, list[Place]] = defaultdict(list)
    for place in places:
        groups[place.town, place.type].append(place)
    for members in groups.values():
        for one, other in combinations(sorted(members, key=lambda p: p.institution), 2):
            if alike(one.name, other.name, one.township):
                yield finding(
                    "duplicated", one, paid.get(one.institution, ()), pair(one, other, paid), other.institution
                )


def pair(one: Place, other: Place, paid: Mapping[str, list[Paid]]) -> str:
    same = "同名" if core(one.name, one.township) == core(other.name, other.township) else "名称只差一字"
    both = sum(bool(paid.get(place.institution)) for place in (one, other))
    settled = {0: "本期都没有结算", 1: "本期只有一家结算", 2: "本期两家都有结算"}[both]
    return f"与 {other.institution} {other.name} {same}、同乡镇；{settled}"
