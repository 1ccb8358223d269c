"""Which cases were planted, told by the generator alone: nothing here reads a file or a database."""

from dataclasses import dataclass

import numpy as np

from .block import Block
from .county import settlements
from .people import make_people, register_by_town
from .places import Roster, make_roster
from .planted.draft import EVENTS, SERIAL
from .planted.schedule import PATTERNS
from .printed import read_halves
from .write import setl_ids


@dataclass(frozen=True)
class Case:
    """One planted case: an event has settlements, a pattern has an institution and a month ('YYYY-MM')."""

    rule: str
    setl_ids: frozenset[str] = frozenset()
    institution: str | None = None
    month: str | None = None


def planted_cases(year: str) -> list[Case]:
    """All cases planted into a calendar year's settlements; makes them anew, which takes about a second a half-year."""
    register = register_by_town()
    people, roster = make_people(register), make_roster(register.sum(axis=1))
    found = institution_months(roster, year)
    for half in read_halves():
        if half.key.startswith(year):
            found += events(settlements(half, people, roster))
    return found


def events(block: Block) -> list[Case]:
    """The planted events among a half-year's rows."""
    rows = np.flatnonzero(block["case"] >= 0)
    rows = rows[np.argsort(block["case"][rows], kind="stable")]
    numbers, starts = np.unique(block["case"][rows], return_index=True)
    groups = np.split(np.array(setl_ids(block, rows)), starts[1:])
    return [
        Case(EVENTS[number // SERIAL], frozenset(map(str, ids))) for number, ids in zip(numbers, groups, strict=True)
    ]


def institution_months(roster: Roster, year: str) -> list[Case]:
    """The planted patterns of a year, month by month."""
    return [
        Case(each.rule, institution=roster.code[roster.name.index(each.institution)], month=month)
        for each in PATTERNS
        for month in each.months
        if month.startswith(year)
    ]
