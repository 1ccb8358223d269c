"""What is owed for a case before anybody shares it: benefit items with limits, an index, sums insured of seats.

Sources: 湖北省巨灾保险试点方案（鄂财金发〔2019〕13号）; the lump-sum and the per-seat system of motor accident cover.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipelines.errors import WarehouseError
from pipelines.formulas import rounded
from pipelines.risk_sharing.terms import ZERO, Benefit, Step, Terms

# of a lump sum, what each person is insured for: by how many were there
LUMP_SUM_PARTS = (Decimal("0.40"), Decimal("0.35"), Decimal("0.30"))


@dataclass(frozen=True)
class Damage:
    """Households (or persons) hit alike. item: a Benefit, stage: of its growth, '' if it has none; units: of each of
    them; degree: how badly they were hit, 0 to 1."""

    item: str
    households: int
    units: Decimal = Decimal(1)
    stage: str = ""
    degree: Decimal = Decimal(1)


def owed(benefit: Benefit, units: Sequence[Decimal], degrees: Sequence[Decimal] | None = None) -> Decimal:
    """Yuan for households (or persons) with so many units each; degrees: how badly each was hit, 0 to 1."""
    hit = degrees or [Decimal(1)] * len(units)
    return sum((of_one(benefit, number, degree) for number, degree in zip(units, hit, strict=True)), ZERO)


def of_one(benefit: Benefit, units: Decimal, degree: Decimal) -> Decimal:
    """Yuan for one household, up to its limit."""
    yuan = rounded(benefit.unit_yuan * units * degree, 2)
    return yuan if benefit.most_yuan is None else min(yuan, benefit.most_yuan)


def owed_for(damage: Damage, terms: Terms) -> Decimal:
    """Yuan that the items of the terms owe for this. Raises WarehouseError for what the terms don't know."""
    benefit = next((each for each in terms.benefits if each.name == damage.item), None)
    if benefit is None:
        raise WarehouseError(f"条款的赔付项目里没有“{damage.item}”")
    if not 0 <= damage.degree <= 1 or damage.units < 0 or damage.households < 0:
        raise WarehouseError(f"{damage.item}：户数、数量不能是负数，程度应在 0 到 1 之间")
    part = next((s.share for s in terms.stages if (s.item, s.name) == (damage.item, damage.stage)), None)
    if damage.stage and part is None:
        raise WarehouseError(f"{damage.item}没有“{damage.stage}”这个生长期")
    return damage.households * of_one(benefit, damage.units, damage.degree * (Decimal(1) if part is None else part))


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
