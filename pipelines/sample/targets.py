"""What was agreed or set beforehand: assessment targets, budgets, bed-day rates, and figures typed without details."""

import numpy as np

from .money import heavy_tail, spread
from .penalties import HOSPITALS
from .places import KIND_NAMES, SEED, TOWNS, Roster
from .printed import EMPLOYEE, MATERNITY, RESIDENT, Half, fen, printed
from .summary import Summary
from .write import yuan

COST, DAY_COST, COMPLIANCE, REIMBURSED = "次均住院费用", "平均床日费用", "符合补偿比例", "住院实际补偿比例"
CEILINGS = (COST, DAY_COST)
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
ASSESSED = [(COST, "控制"), (DAY_COST, "控制"), (COMPLIANCE, "政策"), (REIMBURSED, "政策")]
BED_DAY_CLASSES = {
    "急危重症": (168, 132),
    "普通内科": (92, 68),
    "普通外科": (118, 84),
    "儿科": (86, 66),
    "康复护理": (70, 58),
}
EXPENDITURE_BUDGET = {
    RESIDENT: ("128600000", "81400000"),
    EMPLOYEE: ("29800000", "27600000"),
    MATERNITY: ("190000", "180000"),
}
# figures of 2024's first half, of which there are no settlements, and counts that no table holds
TYPED_2024 = [(COST, "2290"), (DAY_COST, "286"), (REIMBURSED, "51.72"), (COMPLIANCE, "89.20")]
TYPED_2026 = [("社会保障卡换发数", 624), ("办理参保登记人数", 348), ("租用办公用房处数", 2), ("考核基准年数", 3)]


def failing_institutions(halves: list[Half], roster: Roster) -> dict[str, np.ndarray]:
    """The hospitals and health centres that miss their assessment, per half-year."""
    chosen = {}
    for half in halves:
        rng = np.random.default_rng([SEED, 400 + half.number])
        number = printed()["penalties"][half.key]["assessment"][0]
        chosen[half.key] = rng.permutation(roster.where(*HOSPITALS))[:number]
    return chosen


def assessment_indicators(
    roster: Roster, summaries: dict[str, Summary], failing, deducted: dict[str, str]
) -> list[dict]:
    """Targets of the county, of each kind and of each hospital; exactly `failing` miss one in 2026's first half.

    `deducted`: yuan deducted for missed targets by institution code.
    """
    rows = [_county_row(year, *row) for year, targets in COUNTY_TARGETS.items() for row in targets]
    rng = np.random.default_rng([SEED, 410])
    places = roster.where(*HOSPITALS)
    now, before = _achieved(summaries["2026H1"]), _achieved(summaries["2025H1"])
    own = []
    for place in places:
        misses = rng.permutation(len(ASSESSED))[: 1 + place % 2] if place in failing else []
        for k, (indicator, nature) in enumerate(ASSESSED):
            target = _target(rng, indicator, now[indicator][place], missed=k in misses)
            row = _indicator_row("2026", indicator, RESIDENT, nature, _sign(indicator), target)
            row |= {"fixmedins_code": roster.code[place]} | _base_years(rng, before[indicator][place])
            if len(misses) and k == misses[0]:
                row |= {
                    "deducted": deducted[roster.code[place]],
                    "deduction_rule": "每超或低1个百分点扣减当期补偿资金的1‰",
                }
            own.append(row)
    return rows + _kind_rows(roster, own) + own


def _achieved(summary: Summary) -> dict[str, np.ndarray]:
    """The four assessed indicators by institution (0 where there was no stay)."""
    cases, days, fee = (np.maximum(values, 1) for values in (summary.cases, summary.bed_days, summary.fee))
    return {
        COST: summary.fee / cases / 100,
        DAY_COST: summary.fee / days / 100,
        COMPLIANCE: summary.in_policy / fee * 100,
        REIMBURSED: summary.fund / fee * 100,
    }


def _target(rng, indicator: str, achieved: float, missed: bool) -> str:
    """A target just on the one or the other side of what was achieved, well apart from it."""
    if indicator in CEILINGS:
        factor = rng.uniform(0.88, 0.97) if missed else rng.uniform(1.03, 1.12)
        return f"{achieved * factor:.0f}"
    return f"{achieved + (rng.uniform(0.4, 1.4) if missed else -rng.uniform(0.4, 2.0)):.1f}"


def _sign(indicator: str) -> str:
    return "≤" if indicator in CEILINGS else "≥"


def _base_years(rng, last: float) -> dict[str, str]:
    years = last * np.array([1.0, *rng.uniform(0.96, 1.04, 2)])
    return {f"base_y{k + 1}": f"{value:.2f}" for k, value in enumerate(np.minimum(years, np.maximum(last, 98.5)))}


def _indicator_row(year: str, indicator: str, scheme: int | None, nature: str, sign: str, target: str) -> dict:
    row = {"year": year, "indicator": indicator, "insutype": scheme, "kind": nature}
    return row | {"operator": sign, "target": target}


def _county_row(year: str, indicator, scheme, nature, sign, target, *base) -> dict:
    row = _indicator_row(year, indicator, scheme, nature, sign, target) | {"institution_group": "全县"}
    return row | {f"base_y{k + 1}": value for k, value in enumerate(base)}


def _kind_rows(roster: Roster, own: list[dict]) -> list[dict]:
    """For each kind the loosest target of its institutions, so that a group target fails nobody on its own."""
    kind_of = dict(zip(roster.code, roster.kind, strict=True))
    rows = []
    for kind in HOSPITALS:
        for indicator, nature in ASSESSED:
            targets = [
                float(r["target"]) for r in own if r["indicator"] == indicator and kind_of[r["fixmedins_code"]] == kind
            ]
            loosest = max(targets) if indicator in CEILINGS else min(targets)
            row = _indicator_row("2026", indicator, RESIDENT, nature, _sign(indicator), f"{loosest:g}")
            rows.append(row | {"institution_group": KIND_NAMES[kind]})
    return rows


def budgets(roster: Roster, summaries: dict[str, Summary], register: np.ndarray) -> list[dict]:
    """Income and expenditure budgets, totals for the hospitals, limits of the general consultation fee by town."""
    rows = []
    for scheme, amounts in EXPENDITURE_BUDGET.items():
        for year, amount in zip(("2026", "2025"), amounts, strict=True):
            income = printed()["collection"][str(scheme)][year][0]
            rows.append(_budget(year, scheme, "收入预算", fen(income)))
            rows.append(_budget(year, scheme, "支出预算", fen(amount)))
    rng = np.random.default_rng([SEED, 420])
    for year, keys, factor in (("2026", ["2026H1"], 2.05), ("2025", ["2025H1", "2025H2"], 1.03)):
        paid = sum(summaries[key].fund_all for key in keys)
        for place in roster.where(*HOSPITALS):
            amount = int(paid[place] * factor * heavy_tail(rng, 1, 0.07)[0]) // 100_000 * 100_000
            rows.append(_budget(year, RESIDENT, "机构总额", amount, fixmedins_code=roster.code[place]))
        limits = (
            spread(register.sum(axis=1).astype(float), fen("6900000" if year == "2026" else "4300000") // 10_000)
            * 10_000
        )
        rows += [_budget(year, RESIDENT, "一般诊疗费限额", int(x), town=TOWNS[t]) for t, x in enumerate(limits)]
    return rows


def _budget(year: str, scheme: int, item: str, amount: int, **more) -> dict:
    return {"year": year, "insutype": scheme, "budget_item": item, "amount": yuan(amount)} | more


def bed_day_rates() -> list[dict]:
    """What the pilot pays for a bed day, by class of illness and day of the stay."""
    rows = []
    for name, (early, late) in BED_DAY_CLASSES.items():
        for first, last, rate in ((1, 4, early), (5, None, late)):
            row = {"year": "2026", "institution_group": KIND_NAMES["township"], "disease_class": name}
            rows.append(row | {"day_from": first, "day_to": last, "rate": yuan(rate * 100)})
    return rows


def kpi_history() -> list[dict]:
    """Published figures of 2024's first half, and counts of 2026 that are only typed."""
    old = {
        "period_from": "2024-01",
        "period_to": "2024-06",
        "insutype": RESIDENT,
        "place": "县内",
        "note": "2024年半年报告",
    }
    new = {"period_from": "2026-01", "period_to": "2026-06", "note": "窗口登记"}
    rows = [old | {"kpi_id": name, "value": value} for name, value in TYPED_2024]
    return rows + [new | {"kpi_id": name, "value": value} for name, value in TYPED_2026]
