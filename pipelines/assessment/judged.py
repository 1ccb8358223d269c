"""One institution held against one target, and all of them together."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from pipelines.assessment.terms import Terms
from pipelines.formulas import EXACT, rounded
from pipelines.periods import Period
from pipelines.registry import Kpi

NEAR = Decimal("5")  # per cent of a target that is near to it
NEAR_POINTS = Decimal("1")  # percentage points, for ratios: 5 per cent of 90 % would be near for everyone
MISSED, NEARLY, MET, UNKNOWN = "missed", "nearly", "met", "unknown"
STATES = {MISSED: "未达标", NEARLY: "临界", MET: "达标", UNKNOWN: "不判定"}


@dataclass(frozen=True)
class Target:
    """A line of the year's assessment upload that binds institutions.

    institution: code, or None where it binds a kind (group, in Chinese); scheme None: all schemes; nature: policy (set
    by the centre) or control (from three years' figures); operator: '<=' or '>='; value and bases (last year, the year
    before, the third) in the indicator's unit; deducted_yuan: what staff noted as deducted.
    """

    year: int
    institution: str | None
    group: str | None
    indicator: str
    scheme: str | None
    insutype: str | None
    nature: str
    operator: str
    value: Decimal
    bases: tuple[Decimal | None, Decimal | None, Decimal | None]
    terms: Terms
    rule_text: str | None
    deducted_yuan: Decimal | None


@dataclass(frozen=True)
class Judged:
    """A target and the figure held against it: both as published, in the indicator's unit and to its decimals.

    value None: nothing to judge, missing says why; cases: how many stays or visits stand behind the value.
    """

    institution: str
    kpi: Kpi
    target: Target
    value: Decimal | None
    cases: Decimal | None
    missing: str = ""

    @cached_property
    def beyond(self) -> Decimal | None:
        """How far the value lies on the wrong side of the target, in the indicator's unit; else negative."""
        if self.value is None:
            return None
        return self.value - self.target.value if self.target.operator == "<=" else self.target.value - self.value

    @cached_property
    def beyond_percent(self) -> Decimal | None:
        """The same in per cent of the target, to two decimals; None for a target of 0."""
        if self.beyond is None or not self.target.value:
            return None
        return rounded(EXACT.divide(100 * self.beyond, abs(self.target.value)), 2)

    @cached_property
    def state(self) -> str:
        """missed; nearly: met, but close to the target; met; unknown."""
        if self.beyond is None:
            return UNKNOWN
        if self.beyond > 0:
            return MISSED
        return NEARLY if self.close else MET

    @property
    def close(self) -> bool:
        """On either side, less than NEAR per cent of the target away from it; a ratio less than NEAR_POINTS."""
        if self.beyond is None:
            return False
        return abs(self.beyond) < (NEAR_POINTS if self.kpi.unit == "%" else NEAR / 100 * abs(self.target.value))

    @cached_property
    def points(self) -> Decimal | None:
        """0 where nothing is missed; None where no points were agreed for it."""
        return Decimal(0) if self.state != MISSED else self.target.terms.points_for(self.beyond, self.target.value)

    @cached_property
    def yuan(self) -> Decimal | None:
        """What the rule deducts; None where it does not say."""
        return Decimal(0) if self.state != MISSED else self.target.terms.yuan_for(self.beyond, self.target.value)


@dataclass(frozen=True)
class Assessment:
    """Every institution that has a target of the year, held against each; left_out: (indicator, why) that bind nobody.

    booked: yuan by institution that the penalty ledger holds as deducted for missed targets in the period.
    """

    period: Period
    judged: tuple[Judged, ...]
    booked: dict[str, Decimal]
    left_out: tuple[tuple[str, str], ...] = ()

    @cached_property
    def institutions(self) -> dict[str, list[Judged]]:
        """{code: its lines}, in the order of the codes."""
        found: dict[str, list[Judged]] = {}
        for one in self.judged:
            found.setdefault(one.institution, []).append(one)
        return dict(sorted(found.items()))

    @cached_property
    def failing(self) -> list[str]:
        """The codes of those that miss at least one target, the dearest first."""
        missed = {one.institution for one in self.judged if one.state == MISSED}
        return sorted(missed, key=lambda code: (-self.yuan_of(code), code))

    @property
    def near(self) -> list[str]:
        """The codes of those that miss nothing and have a target they only just met."""
        narrow = {one.institution for one in self.judged if one.state == NEARLY}
        return sorted(narrow - set(self.failing))

    @property
    def yuan(self) -> Decimal:
        """What the rules deduct in all."""
        return sum((one.yuan or Decimal(0) for one in self.judged), Decimal("0.00"))

    @property
    def points(self) -> Decimal:
        return sum((one.points or Decimal(0) for one in self.judged), Decimal(0))

    @property
    def without_rule(self) -> list[Judged]:
        """Missed, but nobody agreed what that costs."""
        return [one for one in self.judged if one.yuan is None]

    def yuan_of(self, institution: str) -> Decimal:
        return sum((one.yuan or Decimal(0) for one in self.institutions.get(institution, ())), Decimal("0.00"))

    @property
    def disagreeing(self) -> dict[str, tuple[Decimal, Decimal]]:
        """{institution: (computed, booked)} where the ledger says another amount than the rules."""
        codes = sorted({*self.institutions, *self.booked})
        pairs = {code: (self.yuan_of(code), self.booked.get(code, Decimal(0))) for code in codes}
        return {code: pair for code, pair in pairs.items() if pair[0] != pair[1]}
