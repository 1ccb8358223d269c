"""A small fictional city (望澜市): the uploads of several counties that share a warehouse, to show and to test.

Every county has its own roster, insured, funds and settlements; some of its insured are treated in another's hospital
or in the city's, which is in no county of the list.
"""

from collections import Counter
from pathlib import Path

import numpy as np

from .city_bills import COUNTIES, County, county_of, settlements
from .money import spread
from .write import write_table, write_years, yuan

MONTHS = [f"{year}-{month:02d}" for year in (2024, 2025, 2026) for month in range(1, 13)][6:30]
VISITS = 400  # settlements of a county in a month
PER_HEAD = {390: 98_000, 310: 310_000, 510: 21_000}  # fen of income a year
SOURCES = {390: {"个人缴费": 0.3, "财政补助": 0.7}, 310: {"单位缴费": 0.73, "个人缴费": 0.27}, 510: {"单位缴费": 1.0}}
YEARS = (2025, 2026)
FEES = {"中心卫生院": 800, "乡镇卫生院": 800, "村卫生室": 400}  # fen that the fund adds to a visit
LIMITS = (40, 21, 20, 22)  # fen of each of a county's insured, by township
CATEGORIES = ((390, "农村", "普通居民", 0.7), (390, "农村", "城乡低保对象", 0.06), (310, "城镇", "在职", 0.17))
CATEGORIES += ((310, "城镇", "退休", 0.07), (510, "城镇", "在职", 0.16))


def write_city(folder: Path, counties: int = 3, months: int = 24, visits: int = VISITS) -> list[Path]:
    """Write the uploads of the last so many months into `folder` (made if missing) and return the files.

    visits: settlements of a county in a month, more or less. The same files, byte for byte, on every run.
    Raises ValueError for more counties than have a name, or fewer than two.
    """
    if not 2 <= counties <= len(COUNTIES):
        raise ValueError(f"the city has 2 to {len(COUNTIES)} counties, not {counties}")
    folder.mkdir(parents=True, exist_ok=True)
    places, named = [county_of(number) for number in range(counties)], MONTHS[-months:]
    once = {"counties": listed(places), "institutions": rosters(places), "budgets": budgets(places)}
    paths = [write_table(folder / f"{table}.csv", table, rows) for table, rows in once.items()]
    return paths + write_months(folder, places, places, named, visits)


def write_county_of_city(folder: Path, number: int, counties: int = 3, months: int = 24, visits: int = VISITS) -> None:
    """Write what one county of the city would upload for itself alone: no list of counties, its own rows."""
    folder.mkdir(parents=True, exist_ok=True)
    places, own = [county_of(each) for each in range(counties)], county_of(number)
    write_table(folder / "institutions.csv", "institutions", roster(own, places))
    limits = [row for year in YEARS for row in consultation([own], year, alone=True)]
    write_table(folder / "budgets.csv", "budgets", limits)
    write_months(folder, [own], places, MONTHS[-months:], visits)


def write_months(folder: Path, told: list[County], places: list[County], months: list[str], visits: int) -> list[Path]:
    """Write the settlements of these counties a month a file, what is small a year a file; then the balances."""
    paths, paid = [], Counter()
    for month in months:
        rows = [row for own in told for row in settlements(own, places, month, visits)]
        for row in rows:
            paid[row["insu_admdvs"], row["insutype"], month[:4]] += int(row["fund_pay_sumamt"].replace(".", ""))
        paths.append(write_table(folder / f"settlements_{month}.csv", "settlements", rows))
    for table, day, make in (
        ("enrolment", "stat_month", enrolment),
        ("fund_collection", "stat_month", fund_collection),
        ("penalties", "found_date", penalties),
        ("staff", "stat_month", staff),
    ):
        paths += write_years(folder, table, day, [row for month in months for row in make(told, month)])
    balances = [row for own in told for row in opening_balance(own, paid)]
    return [*paths, write_table(folder / "opening_balance.csv", "opening_balance", balances)]


def listed(places: list[County]) -> list[dict]:
    return [{"admdvs": place.code, "county_name": place.name} for place in places]


def rosters(places: list[County]) -> list[dict]:
    """One list of all counties: each institution once, in the county where it stands."""
    own = [row for place in places for row in roster(place, places) if row["in_county"]]
    return [*own, institution(places[0], places[0].city_hospital)]


def roster(own: County, places: list[County]) -> list[dict]:
    """What a county's roster holds: its own institutions, then the hospitals elsewhere that treat its insured."""
    others = [each for place in places if place != own for each in place.institutions if each.kind == "县级医院"]
    here = [institution(own, each) | agreement(place) for place, each in enumerate(own.institutions)]
    return [*here, *(institution(own, each) for each in (*others, own.city_hospital))]


def institution(own: County, each) -> dict:
    return {
        "fixmedins_code": each.code,
        "fixmedins_name": each.name,
        "fixmedins_type": 2 if each.kind == "药店" else 1,
        "category": each.kind if each.code[1:7] == own.code else "县外医院",
        "hosp_lv": each.level,
        "medins_trait": "公立",
        "town": each.town if each.code[1:7] == own.code else None,
        "admdvs": own.code,
        "in_county": int(each.code[1:7] == own.code),
        "payment_mode": "总额预算" if each.kind == "县级医院" else "按项目",
        "beds": each.beds or None,
    }


def agreement(place: int) -> dict:
    """This year's agreement; one institution of each county has none."""
    if place == 7:
        return {"agreement_status": "未签订"}
    dates = {"agreement_from": "2026-01-01", "agreement_to": "2026-12-31", "agreement_status": "正常"}
    return {"agreement_no": f"XY2026-{place + 1:03d}"} | dates


def enrolment(told: list[County], month: str) -> list[dict]:
    """The insured of every town at the month's end; a little more every month."""
    return [row for own in told for row in register(own, month)]


def register(own: County, month: str) -> list[dict]:
    rows = []
    for scheme, residence, category, share in CATEGORIES:
        persons = own.persons * share * (1 + 0.001 * MONTHS.index(month))
        for town, number in zip(own.towns, spread(np.array([5.0, 2.0, 2.0, 1.0]), int(persons)), strict=True):
            row = {"stat_month": month, "insutype": scheme, "admdvs": own.code, "town": town, "residence": residence}
            row |= {"psn_category": category, "insured_cnt": int(number)}
            row["assisted_cnt"] = int(number) if category == "城乡低保对象" else None
            should = {"should_cnt": int(number * own.should)} if scheme == 390 else {}
            rows.append(row | should | ({"target_cnt": int(number * 1.02)} if scheme != 390 else {}))
    return rows


def fund_collection(told: list[County], month: str) -> list[dict]:
    """The month's income by scheme and source: every month a twelfth of what the county collects."""
    return [row for own in told for row in income(own, month)]


def income(own: County, month: str) -> list[dict]:
    rows, number = [], int(month[5:])
    for scheme, sources in SOURCES.items():
        for source, share in sources.items():
            due, paid = a_month(own, scheme, share)
            row = {"stat_month": month, "insutype": scheme, "admdvs": own.code, "income_source": source}
            row |= {"due_year" if scheme == 390 else "plan_year": yuan(due)}
            row |= {"arrears": yuan(due // 300) if source == "单位缴费" else None, "account_part": "0.00"}
            rows.append(row | {"collected_month": yuan(paid), "collected_ytd": yuan(paid * number)})
    return rows


def a_month(own: County, scheme: int, share: float) -> tuple[int, int]:
    """(due in the year, in each month) from a source that brings this share, in fen."""
    insured = sum(int(own.persons * part) for code, _, _, part in CATEGORIES if code == scheme)
    due = int(insured * PER_HEAD[scheme] * share) // 1200 * 1200
    return due, int(due * own.collects) // 1200 * 100


def opening_balance(own: County, paid: Counter) -> list[dict]:
    """The balances at the start of 2025, and of 2026 rolled forward from it. paid: (county, scheme, year) -> fen."""
    rows = []
    for scheme in PER_HEAD:
        first = own.persons * PER_HEAD[scheme] // 500 * 100
        collected = sum(12 * a_month(own, scheme, share)[1] for share in SOURCES[scheme].values())
        second = first + collected - paid[own.code, scheme, "2025"]
        for year, pooled in ((2025, first), (2026, second)):
            row = {"year": year, "insutype": scheme, "admdvs": own.code, "pooled": yuan(pooled), "account": "0.00"}
            rows.append(row)
    return rows


def budgets(places: list[County]) -> list[dict]:
    """The city's own, but what its townships may spend on consultations."""
    whole = sum(place.persons for place in places) * PER_HEAD[390]
    rows = {"收入预算": whole, "支出预算": whole // 10 * 9}
    own = [
        {"year": y, "insutype": 390, "budget_item": item, "amount": yuan(v)} for y in YEARS for item, v in rows.items()
    ]
    return own + [row for year in YEARS for row in consultation(places, year)]


def consultation(places: list[County], year: int, alone: bool = False) -> list[dict]:
    """What the fund adds to a visit of primary care, and at most in a year in each township of each county.

    alone: the townships are written without their county.
    """
    same = {"year": year, "insutype": 390}
    fees = [
        same | {"budget_item": "一般诊疗费标准", "category": kind, "amount": yuan(fee)} for kind, fee in FEES.items()
    ]
    limits = [
        same
        | {
            "budget_item": "一般诊疗费限额",
            "town": town if alone else place.name + town,
            "amount": yuan(place.persons * each),
        }
        for place in places
        for town, each in zip(place.towns, LIMITS, strict=True)
    ]
    return fees + limits


def staff(told: list[County], month: str) -> list[dict]:
    return [{"stat_month": month, "in_post": 11 * len(told)}]


def penalties(told: list[County], month: str) -> list[dict]:
    """One case a month of each county, in one of its own institutions."""
    return [case(own, month) for own in told]


def case(own: County, month: str) -> dict:
    number = MONTHS.index(month)
    where, amount = own.institutions[number % 6], 50_000 + 7_919 * number * (1 + int(own.code[-1]))
    row = {"case_no": f"CF{own.code}-{number:03d}", "found_date": f"{month}-12", "activity": "日常审核"}
    row |= {"subject_type": "定点医疗机构", "fixmedins_code": where.code, "fixmedins_name": where.name}
    row |= {"violation_code": "A07", "description": "超标准收费", "insutype": 390, "records": 2}
    row |= {"base_amount": yuan(amount), "recover_due": yuan(amount), "recover_received": yuan(amount * (number % 2))}
    paid = {"received_date": f"{month}-26", "status": "已结案"} if number % 2 else {"status": "办理中"}
    return row | paid | {"handling": "追回"}
