"""What was set beforehand besides the assessment: budgets, bed-day rates, and figures typed without details."""

import numpy as np

from .assessment import COMPLIANCE, COST, DAY_COST, REIMBURSED
from .money import heavy_tail, spread
from .penalties import HOSPITALS
from .places import CENTRAL, KIND_NAMES, SEED, TOWNS, Roster
from .printed import EMPLOYEE, MATERNITY, RESIDENT, fen, printed
from .summary import Summary
from .write import yuan

BED_DAY_CLASSES = {
    "急危重症": (168, 132),
    "普通内科": (92, 68),
    "普通外科": (118, 84),
    "儿科": (86, 66),
    "康复护理": (70, 58),
}
# an illness is of the class whose beginning of a code is the longest; shingles (B02) are of none
ILLNESS_CLASSES = {
    "急危重症": ("I61", "I63", "S72", "J44"),
    "普通内科": ("C", "E", "G", "I", "J", "K", "N", "R", "Z"),
    "普通外科": ("C50", "H", "K35", "K40", "K80", "N20", "O", "S"),
    "儿科": ("C91", "J06", "Q"),
    "康复护理": ("M",),
}
EXPENDITURE_BUDGET = {
    RESIDENT: ("128600000", "81400000"),
    EMPLOYEE: ("29800000", "27600000"),
    MATERNITY: ("190000", "180000"),
}
CONSULTATION = {"2026": "7100000", "2025": "2300000"}  # limits of the year
CONSULTATION_FEE = {"central_township": "8", "township": "8", "village": "4"}  # the fund's part of a visit's fee
# figures of 2024's first half, of which there are no settlements, and counts that no table holds
TYPED_2024 = [(COST, "2290"), (DAY_COST, "286"), (REIMBURSED, "51.72"), (COMPLIANCE, "89.20")]
TYPED_2026 = [("社会保障卡换发数", 624), ("办理参保登记人数", 348), ("租用办公用房处数", 2), ("考核基准年数", 3)]


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
        rows += _consultation(year, register, rng)
    return rows


def _consultation(year: str, register: np.ndarray, rng: np.random.Generator) -> list[dict]:
    """Limits of the consultation fee by township, and what the fund adds to a visit by kind of institution.

    A township with a central health centre has fewer primary visits for each of its insured: hospitals are near.
    """
    insured = register.sum(axis=1).astype(float)
    often = np.where(np.arange(len(TOWNS)) < len(CENTRAL), 0.82, 1.0)
    limits = spread(insured * often * heavy_tail(rng, len(TOWNS), 0.1), fen(CONSULTATION[year]) // 10_000) * 10_000
    rows = [_budget(year, RESIDENT, "一般诊疗费限额", int(x), town=TOWNS[t]) for t, x in enumerate(limits)]
    fees = CONSULTATION_FEE.items()
    return rows + [_budget(year, RESIDENT, "一般诊疗费标准", fen(x), category=KIND_NAMES[kind]) for kind, x in fees]


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


def disease_classes() -> list[dict]:
    """Which class an illness is of, by the beginning of its code."""
    return [{"dise_no": code, "disease_class": name} for name, codes in ILLNESS_CLASSES.items() for code in codes]


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
