"""What other thresholds, points or yuan per point would change: the same figures, judged anew."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from pipelines.assessment.judged import MISSED, Assessment, Judged
from pipelines.assessment.terms import Terms
from pipelines.formulas import EXACT, rounded


@dataclass(frozen=True)
class Change:
    """Other terms for one indicator, for every institution alike; what is None stays as it is for each.

    looser: the target moves this far to the easy side (negative: to the hard side), in percentage points for a ratio,
    in per cent of the target for anything else.
    """

    looser: Decimal = Decimal(0)
    step: Decimal | None = None
    points: Decimal | None = None
    most: Decimal | None = None
    yuan: Decimal | None = None

    @property
    def nothing(self) -> bool:
        return self == Change()


@dataclass(frozen=True)
class Moved:
    """An institution that a simulation judges otherwise: failing or not, yuan, each before and after."""

    institution: str
    failed: bool
    fails: bool
    yuan_before: Decimal
    yuan_after: Decimal


def simulate(assessment: Assessment, changes: Mapping[str, Change]) -> Assessment:
    """The assessment under other terms, {indicator: Change}. Nothing is written, and no figure is asked for again."""
    judged = tuple(changed(one, changes.get(one.kpi.id, Change())) for one in assessment.judged)
    return replace(assessment, judged=judged)


def changed(one: Judged, change: Change) -> Judged:
    if change.nothing:
        return one
    terms = one.target.terms
    new = {name: getattr(change, name) for name in ("step", "points", "most", "yuan")}
    told = Terms(basis=terms.basis, **{k: getattr(terms, k) if v is None else v for k, v in new.items()})
    return replace(one, target=replace(one.target, value=moved_target(one, change.looser), terms=told))


def moved_target(one: Judged, looser: Decimal) -> Decimal:
    """The target moved to the easy side, HALF_UP to the indicator's decimals; untouched where it is not moved."""
    if not looser:
        return one.target.value
    way = looser if one.target.operator == "<=" else -looser
    if one.kpi.unit == "%":
        return rounded(one.target.value + way, one.kpi.digits)
    return rounded(EXACT.multiply(one.target.value, 1 + way / 100), one.kpi.digits)


def moved(before: Assessment, after: Assessment) -> list[Moved]:
    """Who fails now and not then, or pays another amount; the largest difference first."""
    failed, fails = set(before.failing), set(after.failing)
    found = [
        Moved(code, code in failed, code in fails, before.yuan_of(code), after.yuan_of(code))
        for code in before.institutions
    ]
    found = [one for one in found if (one.failed, one.yuan_before) != (one.fails, one.yuan_after)]
    return sorted(found, key=lambda one: (-abs(one.yuan_after - one.yuan_before), one.institution))


def missed_by(assessment: Assessment) -> dict[str, list[Judged]]:
    """{indicator: the lines that miss it}, in the order of the lines; indicators that nobody misses are in it too."""
    found: dict[str, list[Judged]] = {one.kpi.id: [] for one in assessment.judged}
    for one in assessment.judged:
        if one.state == MISSED:
            found[one.kpi.id].append(one)
    return found
