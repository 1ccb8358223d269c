"""The invariant that no record is penalised twice, and what breaks it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations

from pipelines.answers.county import County
from pipelines.cases.model import Case
from pipelines.cases.reading import ledger

WITHIN_DAYS = 180


@dataclass(frozen=True)
class Doubled:
    """Two cases of one institution that seem to penalise the same, the earlier first.

    certain: they name the same settlement (setl_ids); else they only share violation, base amount and description, and
    were found by two activities within so many days. yuan: what the later case asks for once more.
    """

    first: str
    second: str
    institution: str
    activities: tuple[str, str]
    setl_ids: tuple[str, ...]
    certain: bool
    yuan: Decimal


def doubled(county: County, within_days: int = WITHIN_DAYS) -> list[Doubled]:
    """Every pair of cases with money that penalise the same record, the certain ones first; there should be none."""
    groups: dict[tuple, list[Case]] = {}
    for case in with_money(county):
        for mark in marks(case):
            groups.setdefault((case.institution, *mark), []).append(case)
    pairs = {}
    for cases in groups.values():
        for one, other in combinations(sorted(cases, key=lambda c: (c.found_on, c.case_no)), 2):
            if found := pair(one, other, within_days):
                pairs[one.case_no, other.case_no] = found
    return sorted(pairs.values(), key=lambda d: (not d.certain, d.first, d.second))


def with_money(county: County) -> Iterator[Case]:
    return (case for case in ledger(county, None, date.max) if case.institution and case.due_yuan > 0)


def marks(case: Case) -> list[tuple]:
    """What two cases that penalise the same have in common."""
    found = [("record", setl_id) for setl_id in case.setl_ids]
    if case.base_amount_yuan:
        found.append(("facts", case.violation, case.base_amount_yuan, case.description))
    return found


def pair(one: Case, other: Case, within_days: int) -> Doubled | None:
    shared = tuple(sorted(set(one.setl_ids) & set(other.setl_ids)))
    told_apart = one.setl_ids and other.setl_ids and not shared
    near = one.activity != other.activity and (other.found_on - one.found_on).days <= within_days
    if not shared and (told_apart or not near):
        return None
    activities = one.activity, other.activity
    return Doubled(one.case_no, other.case_no, one.institution, activities, shared, bool(shared), other.due_yuan)


def punished_before(county: County, institution: str, setl_ids: Iterable[str], but: str = "") -> dict[str, str]:
    """Settlement id -> the case (but this one) of the institution that asks for money because of it already."""
    cases = [case for case in with_money(county) if case.institution == institution and case.case_no != but]
    wanted = list(dict.fromkeys(setl_ids))
    return {each: case.case_no for case in cases for each in wanted if each in case.setl_ids}
