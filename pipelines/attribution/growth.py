"""A county's growth, told by factors: what was found, and how it is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from pipelines.attribution.costs import (
    FACTORS,
    NOTHING,
    REST,
    Group,
    Side,
    Volume,
    attributed,
    divisible,
    factors_of,
    summed,
)
from pipelines.attribution.shapley import shapley
from pipelines.periods import Period

Pool = tuple[str, str]  # county ('' where one has the warehouse for itself), scheme: whose stays are compared
Parts = Mapping[str, Fraction]
UNDIVIDED = "undivided"  # the change of a pool without stays in one of the years
NAMES = FACTORS | {UNDIVIDED: "不能分解"}
IN, OUT, HIGHER = "in_county", "out_of_county", ("level2", "level3")


@dataclass(frozen=True)
class Growth:
    """The change against the same months of last year. of: cost or fund; parts: (pool, group) -> factor -> yuan;
    uninsured: why insured persons are not among the factors, '' if they are.
    """

    period: Period
    of: str
    factors: tuple[str, ...]
    pools: Mapping[Pool, tuple[Side, Side]]
    parts: Mapping[tuple[Pool, Group], Parts]
    uninsured: str = ""

    @property
    def wholes(self) -> tuple[Volume, Volume]:
        """All stays of last year and of this."""
        before, after = zip(*self.pools.values(), strict=True)
        return sum((side.whole for side in before), NOTHING), sum((side.whole for side in after), NOTHING)

    @property
    def before_yuan(self) -> Decimal:
        return self.wholes[0].yuan(self.of)

    @property
    def after_yuan(self) -> Decimal:
        return self.wholes[1].yuan(self.of)

    @cached_property
    def steps(self) -> dict[str, Fraction]:
        """Factor -> yuan of the whole change; they add up to it."""
        found = summed(self.parts)
        return {factor: found.get(factor, Fraction(0)) for factor in self.factors}


def growth(period: Period, pools: Mapping[Pool, tuple[Side, Side]], of: str, uninsured: str = "") -> Growth:
    """Each pool by itself, so that counties and schemes add up: that one of them grew is in its own insured."""
    parts = {(pool, group): told for pool, sides in pools.items() for group, told in of_pool(*sides, of).items()}
    rest = (UNDIVIDED,) if any(UNDIVIDED in told for told in parts.values()) else ()
    return Growth(period, of, (*factors_of(of, not uninsured), *rest), pools, parts, uninsured)


def of_pool(before: Side, after: Side, of: str) -> dict[Group, Parts]:
    if divisible(before, after):
        return attributed(before, after, of)
    return {
        group: {UNDIVIDED: Fraction(after.of(group).yuan(of) - before.of(group).yuan(of))}
        for group in dict.fromkeys((*before.groups, *after.groups))
    }


@dataclass(frozen=True)
class Change:
    """What something was and is, and the yuan of growth that come of it."""

    before: Fraction
    after: Fraction
    yuan: Fraction

    @property
    def rate(self) -> Fraction | None:
        """In per cent."""
        return 100 * (self.after - self.before) / self.before if self.before else None


def two_factors(cases: Sequence[Fraction], yuan: Sequence[Fraction]) -> tuple[Change, Change] | None:
    """Growth as cases x cost per case, each last year and this: the rates of both multiply to that of the cost.

    Their yuan add up to the growth, each with half of what both did together. None without cases in one of the years.
    """
    if not all(cases):
        return None
    per_case = [money / number for money, number in zip(yuan, cases, strict=True)]
    by_cases, by_price = shapley(*zip(cases, per_case, strict=True))
    return Change(*cases, by_cases), Change(*per_case, by_price)


def of_cases(found: Growth) -> tuple[Change, Change] | None:
    """The two factors of all stays."""
    wholes = found.wholes
    return two_factors([Fraction(w.admissions) for w in wholes], [Fraction(w.yuan(found.of)) for w in wholes])


def values(found: Growth) -> dict[str, tuple[Fraction | None, Fraction | None]]:
    """Factor -> its value last year and this, over all pools: persons, cases, days, yuan, the others in %.

    The places are told by the share of stays outside the county, the levels by that of secondary and tertiary
    institutions in the county.
    """
    before, after = (of_year([sides[year] for sides in found.pools.values()]) for year in (0, 1))
    return {factor: (before[factor], after[factor]) for factor in found.factors if factor != UNDIVIDED}


def of_year(sides: Sequence[Side]) -> dict[str, Fraction | None]:
    whole = sum((side.whole for side in sides), NOTHING)
    hidden = any(REST in side.groups for side in sides)  # who knows where
    out = sum(side.at(OUT).admissions for side in sides)
    home = sum(side.at(IN).admissions for side in sides)
    higher = sum(side.of((IN, level)).admissions for side in sides for level in HIGHER)
    insured = sum(side.insured or 0 for side in sides)
    return {
        "insured": Fraction(insured),
        "admission_rate": ratio(100 * whole.admissions, insured),
        "cases": Fraction(whole.admissions),
        "place_mix": None if hidden else ratio(100 * out, whole.admissions),
        "level_mix": None if hidden else ratio(100 * higher, home),
        "length_of_stay": ratio(whole.bed_days, whole.admissions),
        "cost_per_day": ratio(whole.cost_yuan, whole.bed_days),
        "reimbursement": ratio(100 * whole.fund_yuan, whole.cost_yuan),
    }


def ratio(part: int | Decimal, of: int | Decimal) -> Fraction | None:
    return Fraction(part) / Fraction(of) if of else None
