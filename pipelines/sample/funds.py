"""Enrolment, income, opening balances and staff: the tables of the insured and of the fund's money."""

import numpy as np

from .money import spread
from .people import EMPLOYEES, REGISTER
from .places import TOWNS
from .printed import EMPLOYEE, MATERNITY, RESIDENT, fen, printed, read_halves
from .summary import Summary
from .write import yuan

MONTHS = [month for half in read_halves() for month in half.months]
MONTHLY_GROWTH = {RESIDENT: 0.00052, EMPLOYEE: 0.0021, MATERNITY: 0.0024}
ASSISTED = {"城乡低保对象": 1.0, "残疾人": 1.0, "农村五保对象": 1.0, "重点优抚对象": 1.0, "计划生育扶助对象": 0.6}
# income source: share of the year's income, how it comes in month by month
SOURCES = {
    RESIDENT: {
        "个人缴费": (0.236, [34, 30, 16, 9, 6, 5, 2, 2, 2, 3, 6, 9]),
        "财政补助": (0.7, [4, 10, 22, 24, 20, 20, 20, 16, 16, 18, 16, 14]),
        "资助": (0.045, [10, 20, 30, 20, 12, 8, 10, 10, 10, 20, 20, 30]),
        "利息": (0.0085, [0, 0, 10, 0, 0, 11, 0, 0, 11, 0, 0, 12]),
        "其他": (0.0105, [1, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 3]),
    },
    EMPLOYEE: {
        "单位缴费": (0.715, [15, 15, 18, 17, 17, 18, 16, 16, 17, 16, 17, 19]),
        "个人缴费": (0.262, [16, 15, 17, 17, 17, 18, 16, 16, 17, 16, 17, 18]),
        "利息": (0.012, [0, 0, 10, 0, 0, 11, 0, 0, 11, 0, 0, 12]),
        "转移": (0.011, [2, 1, 3, 2, 3, 2, 3, 2, 1, 3, 2, 3]),
    },
    MATERNITY: {
        "单位缴费": (0.985, [15, 15, 18, 17, 17, 18, 16, 16, 17, 16, 17, 19]),
        "利息": (0.015, [0, 0, 10, 0, 0, 11, 0, 0, 11, 0, 0, 12]),
    },
}
REFUNDS = "退回违规"


def enrolment(register: np.ndarray) -> list[dict]:
    """The register of every month end, by town, residence and category; June 2026 is as printed."""
    rows = []
    for back, month in enumerate(reversed(MONTHS)):
        rows += _residents(register, month, back) + _workers(register, month, back)
    return sorted(rows, key=lambda row: row["stat_month"])


def _earlier(persons: np.ndarray, scheme: int, back: int) -> np.ndarray:
    """The number `back` months before June 2026; it grows month by month with a small wave."""
    wave = 0.0003 * np.sin(back * 1.7) * (back > 0)
    return np.rint(persons * (1 - MONTHLY_GROWTH[scheme] * back + wave)).astype(int)


def _residents(register: np.ndarray, month: str, back: int) -> list[dict]:
    should = spread(register.ravel(), printed()["register"]["should_enrol"][month[:4]]).reshape(register.shape)
    insured = np.minimum(_earlier(register, RESIDENT, back), should)
    rows = []
    for town, column in np.ndindex(register.shape):
        residence, category, _ = REGISTER[column]
        row = _register_row(month, RESIDENT, town, residence, category, insured[town, column])
        row["should_cnt"] = int(should[town, column])
        row["assisted_cnt"] = int(insured[town, column] * ASSISTED.get(category, 0)) or None
        rows.append(row)
    return rows


def _workers(register: np.ndarray, month: str, back: int) -> list[dict]:
    """Employees, working and retired, and the maternity insured, with the year's targets."""
    figures, year = printed()["register"], month[:4]
    weights = register.sum(axis=1) * np.where(np.arange(len(TOWNS)) == 0, 14.0, 1.0)
    retired = spread(weights, EMPLOYEES // 3)
    groups = [
        (EMPLOYEE, "在职", spread(weights, EMPLOYEES - EMPLOYEES // 3)),
        (EMPLOYEE, "退休", retired),
        (MATERNITY, "在职", spread(weights, figures["maternity"])),
    ]
    targets = {
        EMPLOYEE: spread(np.tile(weights, 2) * np.repeat([2, 1], len(TOWNS)), figures["employee_target"][year]),
        MATERNITY: spread(weights, figures["maternity_target"][year]),
    }
    rows = []
    for scheme, category, persons in groups:
        target, targets[scheme] = np.split(targets[scheme], [len(TOWNS)])
        for town, number in enumerate(_earlier(persons, scheme, back)):
            row = _register_row(month, scheme, town, "城镇", category, number)
            rows.append(row | {"target_cnt": int(target[town])})
    return rows


def _register_row(month: str, scheme: int, town: int, residence: str, category: str, persons: int) -> dict:
    return {
        "stat_month": month,
        "insutype": scheme,
        "town": TOWNS[town],
        "residence": residence,
        "psn_category": category,
        "insured_cnt": int(persons),
    }


def fund_collection(recovered: dict[str, int]) -> list[dict]:
    """Income by month and source. `recovered`: fen that came back from violations, by month; residents' income."""
    rows = []
    for scheme, sources in SOURCES.items():
        for year, totals in printed()["collection"][str(scheme)].items():
            extra = [recovered.get(f"{year}-{m:02d}", 0) if scheme == RESIDENT else 0 for m in range(1, 13)]
            monthly = _monthly(sources, [fen(total) for total in totals], extra)
            due = spread(np.array([share for share, _ in sources.values()]), fen(totals[0]))
            for name, month_amounts, whole in zip([*sources, REFUNDS], [*monthly, extra], [*due, 0], strict=True):
                if name != REFUNDS or scheme == RESIDENT:
                    rows += _income_rows(scheme, year, name, month_amounts, int(whole))
    return sorted(rows, key=lambda row: row["stat_month"])


def _monthly(sources: dict, totals: list[int], extra: list[int]) -> list[list[int]]:
    """The months of each source, so that all sources with `extra` come to the totals to June and to December."""
    shares = np.array([share for share, _ in sources.values()])
    profiles = np.array([profile for _, profile in sources.values()], dtype=float)
    june = spread(shares * profiles[:, :6].sum(axis=1) ** 0.3, totals[1] - sum(extra[:6]))
    months = [spread(profile[:6], total) for profile, total in zip(profiles, june, strict=True)]
    if len(totals) < 3:
        return [list(part) for part in months]
    rest = spread(shares, totals[2] - totals[1] - sum(extra[6:]))
    return [[*part, *spread(profile[6:], total)] for part, profile, total in zip(months, profiles, rest, strict=True)]


def _income_rows(scheme: int, year: str, source: str, amounts: list[int], whole: int) -> list[dict]:
    rows, running = [], 0
    for number, amount in enumerate(amounts, start=1):
        running += int(amount)
        month = f"{year}-{number:02d}"
        if month not in MONTHS:
            continue
        row = {"stat_month": month, "insutype": scheme, "income_source": source}
        row["due_year" if scheme == RESIDENT else "plan_year"] = yuan(whole)
        row |= {"collected_month": yuan(amount), "collected_ytd": yuan(running), "account_part": "0.00"}
        row["arrears"] = yuan(whole // 40 * (12 - number) // 12) if source == "单位缴费" else None
        rows.append(row)
    return rows


def opening_balance(summaries: dict[str, Summary]) -> list[dict]:
    """The balances at the start of 2024, 2025 and 2026, each rolled forward from the year before."""
    rows = []
    halves = {half.key: half for half in read_halves()}
    for scheme in SOURCES:
        start, income = printed()["opening"][str(scheme)], printed()["collection"][str(scheme)]
        pooled, account = fen(start["pooled"]), fen(start.get("account", 0))
        for year in ("2024", "2025", "2026"):
            rows.append({"year": year, "insutype": scheme, "pooled": yuan(pooled), "account": yuan(account)})
            if year == "2026":
                break
            half_paid = [halves[key].fund_paid(scheme) for key in halves if key.startswith(year)]
            before = fen(start["paid_2024H1"]) if year == "2024" else 0
            pooled += fen(income[year][2]) - sum(half_paid) - before
            if scheme == EMPLOYEE:
                used = sum(summary.account_paid for key, summary in summaries.items() if key.startswith(year))
                account -= used + (fen(start["account_paid_2024H1"]) if year == "2024" else 0)
    return rows


def staff() -> list[dict]:
    """Staff in post at every month end."""
    now = printed()["register"]["staff"]
    return [{"stat_month": month, "in_post": now - (month < "2025-03")} for month in MONTHS]
