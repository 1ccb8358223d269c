"""The yearly assessment: targets of the county, of each kind and of each hospital, and who misses them by how much.

Policy targets are the same for a whole kind; who misses one follows from the figures. Control targets are the mean of
three years. They are laid so that the points of all who miss, times the yuan of a point, are the printed deduction.
"""

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import NamedTuple

import numpy as np

from .money import fit_counts
from .penalties import HOSPITALS
from .places import KIND_NAMES, SEED, Roster
from .printed import RESIDENT, Half, printed
from .summary import Summary
from .write import yuan

COST, DAY_COST, COMPLIANCE, REIMBURSED = "次均住院费用", "平均床日费用", "符合补偿比例", "住院实际补偿比例"
# the whole county: indicator, scheme, nature, judgement, target, the three years before
COUNTY_TARGETS = {
    "2026": [
        ("参保率", RESIDENT, "政策", "≥", "95", "94.84", "94.31", "93.95"),
        ("内部稽核抽查面", None, "控制", "≥", "20", "22.10", "21.40", "20.60"),
        ("实地稽核面", None, "控制", "≥", "25", "27.49", "26.03", "25.30"),
        (COST, RESIDENT, "控制", "≤", "2254", "2254", "2290", "2318"),
        (DAY_COST, RESIDENT, "控制", "≤", "285", "285", "286", "291"),
        (COMPLIANCE, RESIDENT, "政策", "≥", "90", "89.87", "89.20", "88.60"),
        (REIMBURSED, RESIDENT, "政策", "≥", "50", "46.78", "46.91", "46.20"),
        ("到账率", None, "控制", "≥", "90", "90.20", "88.75", "87.10"),
    ],
    "2025": [
        ("参保率", RESIDENT, "政策", "≥", "95", "94.31", "93.95", "93.40"),
        ("内部稽核抽查面", None, "控制", "≥", "20", "21.40", "20.60", "20.10"),
        ("实地稽核面", None, "控制", "≥", "25", "26.03", "25.30", "25.10"),
        (COST, RESIDENT, "控制", "≤", "2290", "2290", "2318", "2275"),
        (COMPLIANCE, RESIDENT, "政策", "≥", "89", "89.20", "88.60", "88.10"),
    ],
}
ASSESSED = "2026H1"  # the half-year whose hospitals have targets of their own
CONTROL, POLICY = (COST, DAY_COST), (COMPLIANCE, REIMBURSED)
YUAN_PER_POINT = {"2024H2": 349, "2025H1": 485, "2025H2": 448, "2026H1": 519}
MOST_POINTS = 10
STEP = {COST: "1", DAY_COST: "1", COMPLIANCE: "0.2", REIMBURSED: "1"}  # of ceilings in per cent, else in points
POLICY_MISSED = {"township": 3, "central_township": 1}  # how many of a kind lie below each policy target


class Miss(NamedTuple):
    """An institution (row of the roster) that misses an indicator, and the points this costs it."""

    place: int
    indicator: str
    points: int


def missed(halves: list[Half], roster: Roster, summaries: dict[str, Summary]) -> dict[str, list[Miss]]:
    """Who misses what in each half-year: as many institutions, and points worth as much, as printed."""
    found = {}
    for half in halves:
        rng = np.random.default_rng([SEED, 400 + half.number])
        number, total = printed()["penalties"][half.key]["assessment"]
        policy = _policy_misses(roster, summaries[half.key]) if half.key == ASSESSED else []
        places = dict.fromkeys(miss.place for miss in policy)
        places |= dict.fromkeys(int(p) for p in rng.permutation(roster.where(*HOSPITALS)))
        places = list(places)[:number]
        points = _whole_points(total, YUAN_PER_POINT[half.key]) - sum(miss.points for miss in policy)
        found[half.key] = policy + _control_misses(rng, places, {miss.place for miss in policy}, points)
    return found


def deducted(misses: dict[str, list[Miss]]) -> dict[str, dict[int, int]]:
    """Fen deducted in each half-year by institution (row of the roster)."""
    sums: dict[str, dict[int, int]] = {}
    for half, found in misses.items():
        sums[half] = {}
        for miss in found:
            amount = miss.points * YUAN_PER_POINT[half] * 100
            sums[half][miss.place] = sums[half].get(miss.place, 0) + amount
    return sums


def _whole_points(total: Decimal, each: int) -> int:
    if total % each:
        raise ValueError(f"{total} yuan are not whole points of {each} yuan")
    return int(total / each)


def _control_misses(rng, places: list[int], with_policy: set[int], points: int) -> list[Miss]:
    """One or two of the ceilings each, the points shared out; one less for those that miss a policy target."""
    pairs = []
    for place in places:
        count = 1 + place % 2 - (place in with_policy)
        pairs += [(place, CONTROL[k]) for k in rng.permutation(len(CONTROL))[:count]]
    shares = fit_counts(rng.uniform(0.6, 1.7, len(pairs)), points)
    if shares.max() > MOST_POINTS:
        raise ValueError(f"{points} points on {len(pairs)} misses are more than {MOST_POINTS} each")
    return [Miss(*pair, int(share)) for pair, share in zip(pairs, shares, strict=True)]


def _policy_targets(roster: Roster, summary: Summary) -> dict[tuple[str, str], Decimal]:
    """(kind, indicator) -> the target of the kind: a few of it lie below, or all lie well above."""
    found = {}
    for kind in HOSPITALS:
        for indicator in POLICY:
            lowest = sorted(_achieved(summary, indicator, place) for place in roster.where(kind))
            below = POLICY_MISSED.get(kind, 0)
            target = (lowest[below - 1] + lowest[below]) / 2 if below else lowest[0] - Decimal("1.5")
            found[kind, indicator] = target.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return found


def _policy_misses(roster: Roster, summary: Summary) -> list[Miss]:
    found = []
    for (kind, indicator), target in _policy_targets(roster, summary).items():
        for place in roster.where(kind):
            short = target - _achieved(summary, indicator, place)
            if short > 0:
                steps = int((short / Decimal(STEP[indicator])).to_integral_value(ROUND_CEILING))
                found.append(Miss(int(place), indicator, min(steps, MOST_POINTS)))
    return found


def assessment_indicators(roster: Roster, summaries: dict[str, Summary], misses: dict[str, list[Miss]]) -> list[dict]:
    """Targets of the county, of each kind and of each hospital, with the rule by which a miss is paid for."""
    rows = [_county_row(year, *row) for year, targets in COUNTY_TARGETS.items() for row in targets]
    rng = np.random.default_rng([SEED, 410])
    points = {(miss.place, miss.indicator): miss.points for miss in misses[ASSESSED]}
    policy, now, before = _policy_targets(roster, summaries[ASSESSED]), summaries[ASSESSED], summaries["2025H1"]
    own = []
    for place in roster.where(*HOSPITALS):
        for indicator in CONTROL + POLICY:
            cost = points.get((place, indicator), 0)
            last = _achieved(before, indicator, place)
            if indicator in POLICY:
                target, bases = policy[roster.kind[place], indicator], _drifting(rng, last)
            else:
                target = _ceiling(rng, indicator, _achieved(now, indicator, place), cost)
                bases = _averaging(rng, last, target)
            row = _target_row("2026", indicator, RESIDENT, target) | _rule(indicator) | bases
            row |= {"fixmedins_code": roster.code[place]}
            own.append(row | ({"deducted": yuan(cost * YUAN_PER_POINT[ASSESSED] * 100)} if cost else {}))
    return rows + _kind_rows(roster, own, policy) + own


def _achieved(summary: Summary, indicator: str, place: int) -> Decimal:
    """The indicator of a hospital, as published; 0 where it had no stay."""
    parts = {
        COST: (summary.fee, summary.cases * 100),
        DAY_COST: (summary.fee, summary.bed_days * 100),
        COMPLIANCE: (summary.in_policy * 100, summary.fee),
        REIMBURSED: (summary.fund * 100, summary.fee),
    }
    above, below = (Decimal(int(values[place])) for values in parts[indicator])
    return (above / max(below, Decimal(1))).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _ceiling(rng, indicator: str, achieved: Decimal, points: int) -> Decimal:
    """A ceiling within the step that costs these points, or well above what was achieved."""
    share = 1 / (1 + (points - rng.uniform(0.25, 0.75)) / 100) if points else 1 + rng.uniform(0.03, 0.14)
    unit = Decimal("1") if indicator == COST else Decimal("0.1")
    return (achieved * Decimal(share)).quantize(unit, ROUND_HALF_UP)


def _averaging(rng, last: Decimal, target: Decimal) -> dict[str, str]:
    """Three years, last year's as it was, of which the target is the mean."""
    rest = 3 * target - last
    earlier = (rest * Decimal(rng.uniform(0.48, 0.52))).quantize(Decimal("0.01"))
    return _bases(last, earlier, rest - earlier)


def _drifting(rng, last: Decimal) -> dict[str, str]:
    """Three years of a ratio, last year's as it was, none above what can be."""
    highest = max(last, Decimal("98.5"))
    return _bases(last, *(min(last * Decimal(share), highest) for share in rng.uniform(0.96, 1.04, 2)))


def _bases(*years: Decimal) -> dict[str, str]:
    return {f"base_y{k + 1}": f"{value:.2f}" for k, value in enumerate(years)}


def _rule(indicator: str) -> dict:
    """How a miss is paid for, in columns and in words."""
    each, step = YUAN_PER_POINT[ASSESSED], STEP[indicator]
    words = f"每高出目标{step}%" if indicator in CONTROL else f"每低于目标{step}个百分点"
    return {
        "step": step,
        "step_basis": "百分比" if indicator in CONTROL else "指标单位",
        "points_per_step": "1",
        "most_points": str(MOST_POINTS),
        "yuan_per_point": yuan(each * 100),
        "deduction_rule": f"{words}扣1分，最多{MOST_POINTS}分，每分扣减当期补偿资金{each}元",
    }


def _target_row(year: str, indicator: str, scheme: int | None, target: Decimal) -> dict:
    ceiling = indicator in CONTROL
    row = {"year": year, "indicator": indicator, "insutype": scheme, "kind": "控制" if ceiling else "政策"}
    return row | {"operator": "≤" if ceiling else "≥", "target": str(target)}


def _county_row(year: str, indicator, scheme, nature, sign, target, *base) -> dict:
    row = {"year": year, "indicator": indicator, "insutype": scheme, "kind": nature, "operator": sign}
    row |= {"target": target, "institution_group": "全县"}
    return row | {f"base_y{k + 1}": value for k, value in enumerate(base)}


def _kind_rows(roster: Roster, own: list[dict], policy: dict) -> list[dict]:
    """The targets of each kind: the policy ones, and the loosest ceiling of its institutions."""
    kind_of = dict(zip(roster.code, roster.kind, strict=True))
    rows = []
    for kind in HOSPITALS:
        theirs = [row for row in own if kind_of[row["fixmedins_code"]] == kind]
        for indicator in CONTROL + POLICY:
            ceilings = (Decimal(row["target"]) for row in theirs if row["indicator"] == indicator)
            target = policy[kind, indicator] if indicator in POLICY else max(ceilings)
            row = _target_row("2026", indicator, RESIDENT, target) | _rule(indicator)
            rows.append(row | {"institution_group": KIND_NAMES[kind]})
    return rows
