"""The counties of the fictional city, and what their insured were settled with."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from .write import yuan

SEED = 20260701
COUNTIES = ("澄湾区", "苎溪县", "榆岭县", "稔川县", "蓼洲县", "栎原县")
CITY = "9902"
# 医疗类别: share of settlements, mean fee in yuan, share of it that the policy covers, of that what the fund pays
CARE = {
    "21": (0.2, 4200, 0.9, 0.66),
    "11": (0.45, 120, 0.8, 0.5),
    "14": (0.2, 260, 0.92, 0.6),
    "41": (0.15, 90, 0.7, 0),
}
CARE_IN_ORDER, SHARES = list(CARE), np.cumsum([share for share, *_ in CARE.values()])
BUSY = np.cumsum([0.4, 0.2, 0.16, 0.08, 0.08, 0.08])  # which of the county's institutions are visited most
DEDUCTIBLE = 300_00
ILLNESSES = (("J18.900", "肺炎"), ("I10.x00", "高血压"), ("E11.900", "糖尿病"), ("K29.500", "慢性胃炎"))


@dataclass(frozen=True)
class Institution:
    """One of a county's, or the city's own hospital."""

    code: str
    name: str
    kind: str
    level: str
    town: str
    beds: int


@dataclass(frozen=True)
class County:
    """One county of the city: how many are insured, how dear it is, how well it collects and insures."""

    code: str
    name: str
    persons: int
    dear: float
    collects: float
    should: float
    towns: tuple[str, ...]
    institutions: tuple[Institution, ...]

    @property
    def city_hospital(self) -> Institution:
        return Institution(f"H{CITY}0000001", "望澜市第一人民医院", "县外医院", "三级甲等", "", 1200)


def county_of(number: int) -> County:
    """The county of that number, from 0."""
    code, name, stem = f"{CITY}{number + 1:02d}", COUNTIES[number], COUNTIES[number][:2]
    towns = ("城关镇", f"{stem}东乡", f"{stem}南乡", f"{stem}北乡")
    heads = [(f"{name}人民医院", "县级医院", "二级甲等", 0, 300), (f"{name}中医院", "县级医院", "二级乙等", 0, 160)]
    heads += [(f"{name}{towns[0]}中心卫生院", "中心卫生院", "一级甲等", 0, 60)]
    heads += [(f"{towns[i]}卫生院", "乡镇卫生院", "一级乙等", i, 25) for i in (1, 2, 3)]
    heads += [(f"{towns[i]}村卫生室", "村卫生室", "无等级", i, 0) for i in (1, 2)]
    made = [Institution(f"H{code}{i + 1:05d}", *each[:3], towns[each[3]], each[4]) for i, each in enumerate(heads)]
    pharmacy = Institution(f"P{code}00001", f"{stem}和安药店", "药店", "", towns[0], 0)
    sizes = (9_000, 6_000, 4_000, 7_000, 5_000, 3_000)
    told = 1 + 0.12 * np.sin(2 * number + 1), 0.97 - 0.03 * number, 1.03 + 0.01 * number
    return County(code, name, sizes[number], *map(float, told), towns, (*made, pharmacy))


def settlements(own: County, places: list[County], month: str, visits: int) -> list[dict]:
    """The month's settlements of a county's insured, in order of their day; some are paid back again."""
    rng = np.random.default_rng([SEED, int(own.code), int(month.replace("-", ""))])
    size = int(visits * own.persons / 6_000 * (1 + 0.003 * (12 * int(month[:4]) + int(month[5:]) - 24_300)))
    others = [each for place in places if place != own for each in place.institutions[:2]]
    rows = [settlement(rng, own, others, month) for _ in range(size)]
    rows += [refund(row) for row in rows[::150]]
    rows.sort(key=lambda row: row["setl_time"])
    ids = ({"setl_id": f"S{own.code}{month.replace('-', '')}{n:06d}"} for n in range(1, size + 1 + len(rows[::150])))
    return [row | each for row, each in zip(rows, ids, strict=False)]


def settlement(rng: np.random.Generator, own: County, others: list[Institution], month: str) -> dict:
    """One settlement: who, where, when, what it cost and who paid."""
    person, care = int(own.persons * rng.random() ** 1.6), CARE_IN_ORDER[int(SHARES.searchsorted(rng.random()))]
    where = place(rng, own, others, care)
    last = date(int(month[:4]), int(month[5:]), int(rng.integers(1, 28)))
    days = int(rng.integers(3, 13)) if care == "21" else 0
    employee = person % 4 == 0
    return {
        "psn_no": f"P{own.code}{person:06d}",
        "insutype": 310 if employee else 390,
        "psn_type": ("11" if person % 8 else "12") if employee else ("15" if person % 3 else "16"),
        "med_type": care,
        "fixmedins_code": where.code,
        "fixmedins_name": where.name,
        "begndate": (last - timedelta(days)).isoformat(),
        "enddate": last.isoformat(),
        "ipt_days": days or None,
        "setl_time": last.isoformat(),
        **bill(rng, own, care, where, employee),
        **dict(zip(("dise_no", "dise_name"), ILLNESSES[person % len(ILLNESSES)], strict=True)),
        "refd_setl_flag": 0,
        "vali_flag": 1,
        "insu_admdvs": own.code,
        "town": own.towns[(0, 0, 0, 0, 0, 1, 1, 2, 2, 3)[person % 10]],
    }


def place(rng: np.random.Generator, own: County, others: list[Institution], care: str) -> Institution:
    """Where: mostly at home; stays also in the city's hospital and in those of other counties."""
    if care == "41":
        return own.institutions[-1]
    away = rng.random()
    if care == "21" and away < 0.25:
        return own.city_hospital if away < 0.15 else others[int(rng.integers(len(others)))]
    return own.institutions[int(BUSY.searchsorted(rng.random()))]


def bill(rng: np.random.Generator, own: County, care: str, where: Institution, employee: bool) -> dict:
    """What it cost and who paid, in yuan."""
    _, mean, covered, share = CARE[care]
    dear = own.dear * (1.9 if where.level == "三级甲等" else 1.25 if where.kind == "县级医院" else 0.6)
    fee = int(100 * mean * dear * np.exp(rng.normal(0, 0.45)))
    in_policy = int(fee * covered)
    deductible = min(DEDUCTIBLE, in_policy) if care == "21" else 0
    fund = int((in_policy - deductible) * (share + (0.12 if employee and share else 0)))
    account = (fee - fund) // 2 if employee else 0
    drug, exam, material = fee * 40 // 100, fee * 24 // 100, fee * 7 // 100
    paid = {"hifp_pay": fund, "fund_pay_sumamt": fund, "acct_pay": account, "psn_cash_pay": fee - fund - account}
    own_part = {"fulamt_ownpay_amt": (fee - in_policy) // 2, "preselfpay_amt": fee - in_policy - (fee - in_policy) // 2}
    own_part |= {"overlmt_selfpay": 0, "hifmi_pay": 0, "maf_pay": 0}
    money = {"medfee_sumamt": fee, **own_part, "inscp_scp_amt": in_policy, "act_pay_dedc": deductible, **paid}
    money |= {"drug_fee": drug, "exam_fee": exam, "material_fee": material}
    return {name: yuan(fen) for name, fen in money.items()}


def refund(row: dict) -> dict:
    """The settlement paid back: the same with the money below zero."""
    money = {name: f"-{value}" for name, value in row.items() if isinstance(value, str) and name in MONEY}
    return row | money | {"refd_setl_flag": 1}


MONEY = {
    "medfee_sumamt",
    "fulamt_ownpay_amt",
    "preselfpay_amt",
    "inscp_scp_amt",
    "act_pay_dedc",
    "hifp_pay",
    "drug_fee",
}
MONEY |= {"fund_pay_sumamt", "acct_pay", "psn_cash_pay", "exam_fee", "material_fee"}
