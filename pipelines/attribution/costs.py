"""Why the cost of hospital stays grew: insured, how often they are admitted, where, how long, at what cost a day.

Of each group of stays, in and out of the county by level of institution:
cost = insured x (admissions / insured) x (admissions at the place / admissions) x (of the level / at the place)
     x (bed days / admission) x (cost / bed day), and what the fund paid is once more x (fund / cost).
Every quotient cancels against the next, so the products of all groups add up to the cost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from pipelines.attribution.shapley import shapley

FACTORS = {
    "insured": "参保人数",
    "admission_rate": "住院率",
    "cases": "住院人次",
    "place_mix": "县内外结构",
    "level_mix": "机构等级结构",
    "length_of_stay": "次均住院日",
    "cost_per_day": "床日费用",
    "reimbursement": "补偿水平",
}
COST, FUND = "cost", "fund"
Group = tuple[str, str]  # place, level of the institution
REST = ("rest", "rest")  # groups, or pools of them, that the caller is not shown, together: they are of few persons


@dataclass(frozen=True)
class Volume:
    """A group's stays of a period."""

    admissions: int
    bed_days: int
    cost_yuan: Decimal
    fund_yuan: Decimal = Decimal(0)

    def __add__(self, other: "Volume") -> "Volume":
        return Volume(*(mine + its for mine, its in zip(self.numbers, other.numbers, strict=True)))

    def __sub__(self, other: "Volume") -> "Volume":
        return Volume(*(mine - its for mine, its in zip(self.numbers, other.numbers, strict=True)))

    @property
    def numbers(self) -> tuple[int, int, Decimal, Decimal]:
        return self.admissions, self.bed_days, self.cost_yuan, self.fund_yuan

    def yuan(self, of: str) -> Decimal:
        """What it cost, or what the fund paid of it."""
        return self.fund_yuan if of == FUND else self.cost_yuan


NOTHING = Volume(0, 0, Decimal(0))


@dataclass(frozen=True)
class Side:
    """A period: the insured (None if they are not known), and the stays of each group."""

    insured: int | None
    groups: Mapping[Group, Volume]

    @property
    def whole(self) -> Volume:
        return sum(self.groups.values(), NOTHING)

    def of(self, group: Group) -> Volume:
        return self.groups.get(group, NOTHING)

    def at(self, place: str) -> Volume:
        return sum((volume for (where, _), volume in self.groups.items() if where == place), NOTHING)


def factors_of(of: str = COST, insured: bool = True) -> tuple[str, ...]:
    """The factors of the cost or of what the fund paid; the number of cases for insured x rate where those miss."""
    people = ("insured", "admission_rate") if insured else ("cases",)
    money = ("reimbursement",) if of == FUND else ()
    return (*people, "place_mix", "level_mix", "length_of_stay", "cost_per_day", *money)


def divisible(before: Side, after: Side) -> bool:
    """Whether a change can be told by factors: both periods have stays, and insured persons if those are told."""
    return all(side.whole.admissions and side.insured != 0 for side in (before, after))


def attributed(before: Side, after: Side, of: str = COST) -> dict[Group, dict[str, Fraction]]:
    """Group -> factor -> yuan of the change that it makes; all groups and factors add up to the change.

    What a period has nothing of can't be divided by: a group that is new has the other period's length of stay and
    cost per day in both, and its change is that of where people go. Raises ValueError for a period without insured
    persons or stays.
    """
    if not divisible(before, after):
        raise ValueError("a period without insured persons or stays can't be compared")
    groups = [*before.groups, *(group for group in after.groups if group not in before.groups)]
    return {group: parts_of(group, before, after, of) for group in groups}


def parts_of(group: Group, before: Side, after: Side, of: str) -> dict[str, Fraction]:
    """Factor -> yuan of one group's change; of the mix alone where there are costs without stays or days (refunds)."""
    factors = factors_of(of, None not in (before.insured, after.insured))
    links = [chain(side, group, of)[-len(factors) :] for side in (before, after)]
    if not all(map(cancels, links)):
        change = links[1][-1] - links[0][-1]
        return {factor: change if factor == "level_mix" else Fraction(0) for factor in factors}
    then, now = map(quotients, links)
    return dict(zip(factors, shapley(filled(then, now), filled(now, then)), strict=True))


def filled(own: Sequence[Fraction | None], other: Sequence[Fraction | None]) -> list[Fraction]:
    """The factors of a period; those it can't tell are the other's (of what neither has, nothing: it is times 0)."""
    return [next((each for each in pair if each is not None), Fraction(0)) for pair in zip(own, other, strict=True)]


def chain(side: Side, group: Group, of: str) -> list[Fraction]:
    """From the insured to the yuan: each over the one before is a factor."""
    volume = side.of(group)
    people = [side.insured or 0, side.whole.admissions, side.at(group[0]).admissions, volume.admissions]
    money = [volume.cost_yuan, volume.fund_yuan] if of == FUND else [volume.cost_yuan]
    return [Fraction(each) for each in (*people, volume.bed_days, *money)]


def cancels(links: Sequence[Fraction]) -> bool:
    """Whether nothing follows on nothing, so that the quotients multiply to the last."""
    return all(then or not now for then, now in pairwise(links))


def quotients(links: Sequence[Fraction]) -> list[Fraction | None]:
    """The first, then each over the one before; None where that is nothing."""
    return [links[0], *(now / then if then else None for then, now in pairwise(links))]


def summed(parts: Mapping[Group, Mapping[str, Fraction]]) -> dict[str, Fraction]:
    """Factor -> yuan over all groups: the steps of a waterfall."""
    found: dict[str, list[Fraction]] = {}
    for of_group in parts.values():
        for factor, yuan in of_group.items():
            found.setdefault(factor, []).append(yuan)
    return {factor: added(told) for factor, told in found.items()}


def added(values: Sequence[Fraction]) -> Fraction:
    """Half by half, so that denominators grow late: a province has thousands of groups."""
    if len(values) < 3:
        return sum(values, Fraction(0))
    half = len(values) // 2
    return added(values[:half]) + added(values[half:])
