"""Why the cost of hospital stays grew: insured, how often they are admitted, where, how long, at what cost a day.

Of each group of stays (scheme, level, in or out of county):
cost = insured x (admissions / insured) x (share of the group) x (bed days / admission) x (cost / bed day).
Every quotient cancels against the next, so the products of all groups add up to the cost.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pipelines.attribution.shapley import shapley

FACTORS = {
    "insured": "参保人数",
    "admission_rate": "住院率",
    "mix": "就医结构（县内外、机构等级）",
    "length_of_stay": "次均住院日",
    "cost_per_day": "日均费用",
}


@dataclass(frozen=True)
class Volume:
    """A group's stays of a period."""

    admissions: int
    bed_days: int
    cost_yuan: Decimal


NOTHING = Volume(0, 0, Decimal(0))


@dataclass(frozen=True)
class Side:
    """A period: the insured, and the stays of each group."""

    insured: int
    groups: Mapping[Hashable, Volume]

    @property
    def admissions(self) -> int:
        return sum(group.admissions for group in self.groups.values())

    @property
    def cost_yuan(self) -> Decimal:
        return sum((group.cost_yuan for group in self.groups.values()), Decimal(0))


def attributed(before: Side, after: Side) -> dict[Hashable, dict[str, Fraction]]:
    """Group -> factor -> yuan of the change of cost that it makes; all groups and factors add up to the change.

    A group that one of the periods lacks has no length of stay and no cost per day there: its whole change is of the
    mix, with the insured and the admission rate. Raises ValueError for a period without insured or stays.
    """
    if not all(side.insured and side.admissions for side in (before, after)):
        raise ValueError("a period without insured persons or stays can't be compared")
    groups = [*before.groups, *(group for group in after.groups if group not in before.groups)]
    return {group: parts_of(group, before, after) for group in groups}


def parts_of(group: Hashable, before: Side, after: Side) -> dict[str, Fraction]:
    """Factor -> yuan of one group's change; of the mix alone where there are costs without stays or days (refunds)."""
    sides = [(side, side.groups.get(group) or NOTHING) for side in (before, after)]
    known = [quotients(volume) for _, volume in sides]
    if not any(known) or any(volume.cost_yuan and not told for (_, volume), told in zip(sides, known, strict=True)):
        change = Fraction(sides[1][1].cost_yuan - sides[0][1].cost_yuan)
        return {factor: change if factor == "mix" else Fraction(0) for factor in FACTORS}
    known = [known[0] or known[1], known[1] or known[0]]
    values = [factors(side, volume, *told) for (side, volume), told in zip(sides, known, strict=True)]
    return dict(zip(FACTORS, shapley(*values), strict=True))


def quotients(volume: Volume) -> tuple[Fraction, Fraction] | None:
    """Days per admission and cost per day; None where there are no stays or days."""
    if not volume.admissions or not volume.bed_days:
        return None
    return Fraction(volume.bed_days, volume.admissions), Fraction(volume.cost_yuan) / volume.bed_days


def factors(side: Side, volume: Volume, days: Fraction, cost: Fraction) -> list[Fraction]:
    """The factors of a group's cost, in the order of FACTORS."""
    rate, share = Fraction(side.admissions, side.insured), Fraction(volume.admissions, side.admissions)
    return [Fraction(side.insured), rate, share, days, cost]


def summed(parts: Mapping[Hashable, Mapping[str, Fraction]]) -> dict[str, Fraction]:
    """Factor -> yuan over all groups: the steps of a waterfall."""
    return {factor: sum((of_group[factor] for of_group in parts.values()), Fraction(0)) for factor in FACTORS}
