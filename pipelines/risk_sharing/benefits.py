"""What is owed for a case before anybody shares it: benefit items with limits, an index, sums insured of seats.

Sources: 湖北省巨灾保险试点方案（鄂财金发〔2019〕13号）; the lump-sum and the per-seat system of motor accident cover.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipelines.risk_sharing.terms import ZERO

# of a lump sum, what each person is insured for: by how many were there
LUMP_SUM_PARTS = (Decimal("0.40"), Decimal("0.35"), Decimal("0.30"))


@dataclass(frozen=True)
class Benefit:
    """An item. unit_yuan: of each person, room, mu or head; most_yuan: of a household or person, None without limit."""

    name: str
    unit: str
    unit_yuan: Decimal
    most_yuan: Decimal | None = None


@dataclass(frozen=True)
class Step:
    """From this value of an index on so much is paid, without looking at damage."""

    index: Decimal
    yuan: Decimal


def owed(benefit: Benefit, units: Sequence[Decimal], degrees: Sequence[Decimal] | None = None) -> Decimal:
    """Yuan for households (or persons) with so many units each; degrees: how badly each was hit, 0 to 1."""
    hit = degrees or [Decimal(1)] * len(units)
    amounts = [benefit.unit_yuan * number * degree for number, degree in zip(units, hit, strict=True)]
    return sum((a if benefit.most_yuan is None else min(a, benefit.most_yuan) for a in amounts), ZERO)


def by_index(steps: Sequence[Step], measured: Decimal) -> Decimal:
    """Yuan that an index trigger pays: of the highest step that was reached."""
    return max((step.yuan for step in steps if measured >= step.index), default=ZERO)


def of_each_by_lump_sum(sum_insured_yuan: Decimal, persons: int) -> Decimal:
    """Yuan that each of so many persons is insured for out of one sum: 40 % alone, 35 % of two, else 30 %."""
    if persons < 1:
        raise ValueError("nobody was there")
    return sum_insured_yuan * LUMP_SUM_PARTS[min(persons, len(LUMP_SUM_PARTS)) - 1]


def of_each_by_seat(seat_yuan: Sequence[Decimal]) -> list[Decimal]:
    """Yuan that each person is insured for where every seat has its own sum: whoever else was there."""
    return list(seat_yuan)
