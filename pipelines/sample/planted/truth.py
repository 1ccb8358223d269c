"""Which cases were planted, told by the generator alone: nothing here reads a file or a database."""

from dataclasses import dataclass

import numpy as np

from ..block import Block
from ..places import Roster
from .draft import EVENTS, SERIAL
from .schedule import PATTERNS


@dataclass(frozen=True)
class Case:
    """One planted case: an event has settlements, a pattern has an institution and a month ('YYYY-MM')."""

    rule: str
    setl_ids: frozenset[str] = frozenset()
    institution: str | None = None
    month: str | None = None


def planted(halves: list[tuple[Block, np.ndarray]], roster: Roster, months: set[str]) -> list[Case]:
    """The cases of some half-years.

    halves: each half-year's rows and their settlement numbers; months: those whose patterns are wanted.
    """
    return [case for block, ids in halves for case in events(block, ids)] + institution_months(roster, months)


def events(block: Block, setl_ids: np.ndarray) -> list[Case]:
    """The planted events among a half-year's rows."""
    rows = np.flatnonzero(block["case"] >= 0)
    rows = rows[np.argsort(block["case"][rows], kind="stable")]
    numbers, starts = np.unique(block["case"][rows], return_index=True)
    groups = np.split(setl_ids[rows], starts[1:])
    return [
        Case(EVENTS[number // SERIAL], frozenset(map(str, ids))) for number, ids in zip(numbers, groups, strict=True)
    ]


def institution_months(roster: Roster, months: set[str]) -> list[Case]:
    """The planted patterns, month by month."""
    return [
        Case(each.rule, institution=roster.code[roster.name.index(each.institution)], month=month)
        for each in PATTERNS
        for month in each.months
        if month in months
    ]
