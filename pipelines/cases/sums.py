"""Cases added up: by whose money it is, by how long it is owed, by the month of settlement it is withheld from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipelines.cases.model import NOTHING, TRACKS, Case, Handling
from pipelines.cases.taxonomy import handlings
from pipelines.contracts import zh

# name, last day of the age: as the ages of receivables are usually cut
AGES = (("0–30 天", 30), ("31–60 天", 60), ("61–90 天", 90), ("90 天以上", None))


@dataclass(frozen=True)
class Track:
    """The money of one track in yuan. collected: share of what had to be paid in that was, None if nothing had to be.

    Deductions are withheld from settlements, not paid in: they count in due, deducted and owed, not in collected.
    """

    track: str
    name_zh: str
    cases: int
    due_yuan: Decimal
    deducted_yuan: Decimal
    received_yuan: Decimal
    owed_yuan: Decimal
    collected: Decimal | None


@dataclass(frozen=True)
class Owed:
    """Money of one handling of a case that is still out. term_days: within which it should have come; late_days: > 0
    where it is overdue.
    """

    case: Case
    handling: Handling
    owed_yuan: Decimal
    days: int
    term_days: int

    @property
    def late_days(self) -> int:
        return max(self.days - self.term_days, 0)


@dataclass(frozen=True)
class Age:
    """What is owed for a span of days, both ends included; last_day None: and longer."""

    name_zh: str
    first_day: int
    last_day: int | None
    cases: int
    owed_yuan: Decimal


@dataclass(frozen=True)
class Withheld:
    """What one case withholds from a month's settlement. settled_month: 'YYYY-MM', '' where it is still to be set."""

    settled_month: str
    case_no: str
    institution: str | None
    subject_name: str
    handling: str
    yuan: Decimal


@dataclass(frozen=True)
class Settled:
    """All that is withheld from one month's settlement, '' for what no month is set for yet."""

    settled_month: str
    deducted_yuan: Decimal
    assessment_yuan: Decimal
    institutions: int
    lines: tuple[Withheld, ...]

    @property
    def yuan(self) -> Decimal:
        return self.deducted_yuan + self.assessment_yuan


def by_track(cases: Iterable[Case]) -> dict[str, Track]:
    """Every track of TRACKS, in that order, with its money: agreement, fines, assessment, the association's own."""
    parts = moneyed(cases)
    return {track: added(track, name, [p for p in parts if p[1].track == track]) for track, name in TRACKS.items()}


def by_handling(cases: Iterable[Case]) -> dict[str, Track]:
    """The money of every handling that moves any, in the order of codes.toml; track: the one it belongs to."""
    parts = moneyed(cases)
    found = {code: [p for p in parts if p[1].handling == code] for code in handlings()}
    return {code: added(own[0][1].track, zh("handling", code), own) for code, own in found.items() if own}


def whole(cases: Iterable[Case]) -> Track:
    """All money of these cases, whatever its track."""
    return added("", "合计", moneyed(cases))


def moneyed(cases: Iterable[Case]) -> list[tuple[Case, Handling]]:
    return [(case, h) for case in cases for h in case.handlings if h.due_yuan or h.done_yuan]


def added(track: str, name_zh: str, parts: list[tuple[Case, Handling]]) -> Track:
    handled = [h for _, h in parts]
    return Track(
        track,
        name_zh,
        len({case.case_no for case, _ in parts}),
        sum((h.due_yuan for h in handled), NOTHING),
        sum((h.deducted_yuan for h in handled), NOTHING),
        sum((h.received_yuan for h in handled), NOTHING),
        sum((h.owed_yuan for h in handled), NOTHING),
        rate(handled),
    )


def collection_rate(cases: Iterable[Case]) -> Decimal | None:
    """到账率: the share (0 to 1) of recoveries, damages and fines that was paid in; None if none was due.

    Deductions are withheld from settlements and don't count; the association's cases count if they are handed in.
    Source: the KPI arrival_rate.
    """
    return rate([h for case in cases for h in case.handlings])


def rate(parts: Iterable[Handling]) -> Decimal | None:
    paid_in = [h for h in parts if handlings()[h.handling].paid_in]
    due = sum((h.due_yuan for h in paid_in), NOTHING)
    return sum((h.received_yuan for h in paid_in), NOTHING) / due if due else None


def outstanding(cases: Iterable[Case], as_of: date) -> list[Owed]:
    """Every handling with money still out, the longest first. Source of the terms: definitions/violations.toml."""
    found = [
        Owed(case, h, h.owed_yuan, max((as_of - (h.due_on or case.since)).days, 0), handlings()[h.handling].term_days)
        for case in cases
        for h in case.handlings
        if h.owed_yuan > 0
    ]
    return sorted(found, key=lambda owed: (-owed.days, owed.case.case_no, owed.handling.handling))


def overdue(cases: Iterable[Case], as_of: date) -> list[Owed]:
    """What is out for longer than its term, the latest first."""
    return sorted((o for o in outstanding(cases, as_of) if o.late_days), key=lambda o: (-o.late_days, o.case.case_no))


def ageing(cases: Iterable[Case], as_of: date) -> list[Age]:
    """What is owed by how long it is: every span of AGES, also the empty ones; they add up to all that is owed."""
    owed, spans, first = outstanding(cases, as_of), [], 0
    for name, last in AGES:
        here = [o for o in owed if first <= o.days and (last is None or o.days <= last)]
        numbers = {o.case.case_no for o in here}
        spans.append(Age(name, first, last, len(numbers), sum((o.owed_yuan for o in here), NOTHING)))
        first = 0 if last is None else last + 1
    return spans


def settled_by_month(cases: Iterable[Case]) -> list[Settled]:
    """What is withheld from which month's settlement, the months in order; last, under '', what has no month yet."""
    lines = [line for case in cases for line in withheld_of(case)]
    months = sorted({line.settled_month for line in lines}, key=lambda month: (month == "", month))
    return [settled(month, [line for line in lines if line.settled_month == month]) for month in months]


def withheld_of(case: Case) -> list[Withheld]:
    told = case.case_no, case.institution, case.subject_name
    found = [Withheld(month, *told, h.handling, yuan) for h in case.handlings for month, yuan in h.withheld]
    open_ones = [h for h in case.handlings if not handlings()[h.handling].paid_in and h.owed_yuan > 0]
    return found + [Withheld("", *told, h.handling, h.owed_yuan) for h in open_ones]


def settled(month: str, lines: list[Withheld]) -> Settled:
    assessed = sum((line.yuan for line in lines if line.handling == "assessment_deduct"), NOTHING)
    whole = sum((line.yuan for line in lines), NOTHING)
    institutions = len({line.institution for line in lines if line.institution})
    return Settled(month, whole - assessed, assessed, institutions, tuple(lines))
