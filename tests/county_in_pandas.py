"""The sample county's CSVs as pandas frames, and what they add up to: money in fen (int), no help from the product."""

from fractions import Fraction
from functools import cache
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace

import pandas as pd

SCHEMES = {"390": "resident", "392": "resident", "310": "employee", "510": "maternity", "410": "long_term_care"}
CARES = {
    **dict.fromkeys(("11", "12", "13", "16", "51", "53"), "outpatient"),
    **dict.fromkeys(("14", "15"), "chronic"),
    "41": "pharmacy",
    "9901": "child",
}
COUNTS = {"人员编号": "person", "险种类型": "scheme", "医疗类别": "care", "定点医药机构编号": "institution"}
COUNTS |= {"医药机构地点类别": "place", "开始日期": "admitted", "结束日期": "discharged", "住院天数": "days"}
COUNTS |= {"病种编码": "disease", "结算日期": "month", "退费结算标志": "refund", "有效标志": "valid"}
MONEY = {
    "医疗费总额": "cost",
    "全自费金额": "self_pay",
    "超限价自费费用": "over_limit",
    "符合政策范围金额": "in_policy",
    "实际支付起付线": "deductible",
    "基本医疗保险统筹基金支出": "pooled",
    "居民大病保险资金支出": "critical",
    "医疗救助基金支出": "aid",
    "基金支付总额": "fund",
    "个人账户支出": "account",
    "个人现金支出": "cash",
    "药品费": "drug",
    "检查检验费": "exam",
    "材料费": "material",
}
CUBE = ["month", "scheme", "institution", "care", "place", "pilot"]


def fen(yuan: pd.Series) -> pd.Series:
    """Yuan with at most two decimals as whole fen; a blank stays blank."""
    return (yuan.astype("float64") * 100).round().astype("Int64")


def read(files: Path, table: str) -> pd.DataFrame:
    """A small table: all files of it, every cell as text."""
    parts = [pd.read_csv(path, dtype=str, encoding="utf-8-sig") for path in sorted(files.glob(f"{table}*.csv"))]
    return pd.concat(parts, ignore_index=True)


def month_number(text: pd.Series) -> pd.Series:
    """'2026-06-05' and '2026-06' as 202606; blank as 0."""
    return (text.str[:4] + text.str[5:7]).fillna("0").astype(int)


def settlements(files: Path, roster: pd.DataFrame, first: str) -> pd.DataFrame:
    """Valid settlements from a month on. visits: -1 for a refund; days: of inpatients, taken back by a refund."""
    paths = [p for p in sorted(files.glob("settlements_*.csv")) if p.stem >= f"settlements_{first}"]
    wanted = [*COUNTS, *MONEY]
    parts = [pd.read_csv(p, engine="pyarrow", usecols=wanted, dtype=dict.fromkeys(list(COUNTS), str)) for p in paths]
    rows = pd.concat(parts, ignore_index=True).rename(columns=COUNTS | MONEY)
    rows = rows[rows.valid == "1"].drop(columns="valid")
    for column in MONEY.values():
        rows[column] = fen(rows[column].fillna(0)).astype("int64")
    rows["month"] = month_number(rows.month)
    rows["scheme"] = rows.scheme.map(SCHEMES)
    rows["care"] = rows.care.map(CARES).fillna("inpatient")
    rows["visits"] = 1 - 2 * (rows.refund == "1").astype(int)
    rows["days"] = rows.days.astype("float64").abs().fillna(0).astype(int) * rows.visits * (rows.care == "inpatient")
    known = rows.institution.map(roster.place)
    rows["place"] = rows.place.map({"本地": "in_county"}).where(rows.place.notna(), known).fillna("out_of_county")
    rows["pilot"] = rows.institution.map(roster.pilot).fillna("")
    rows["person"] = pd.factorize(rows.person)[0]
    return rows


def institutions(files: Path) -> pd.DataFrame:
    roster = read(files, "institutions").set_index("机构编码")
    roster["place"] = roster["是否县内"].map({"1": "in_county"}).fillna("out_of_county")
    return roster.rename(columns={"试点": "pilot"})


def typed(files: Path, table: str, month: str, money: list[str], counts: list[str]) -> pd.DataFrame:
    """A small table with its month as a number, its scheme by name, its amounts in fen."""
    frame = read(files, table)
    for column in (c for c in money if c in frame):
        frame[column] = fen(frame[column])
    for column in counts:
        frame[column] = frame[column].astype("Int64")
    return frame.assign(
        month=month_number(frame[month]), scheme=frame["险种类型"].map(SCHEMES) if "险种类型" in frame else None
    )


PENALTY_MONEY = [
    *("违规金额", "扣减违规费用", "考核扣减", "应追回", "已追回", "应收违约金", "实收违约金"),
    *("应收罚款", "实收罚款", "复审调整金额"),
]


STEP_MONEY = ["应收应扣", "已扣减", "已到账", "复审调整金额"]
# handling -> the ledger's columns of what is due and of what came in
STEPS = {
    "扣减违规费用": ("扣减违规费用", None),
    "考核扣减": ("考核扣减", None),
    "追回": ("应追回", "已追回"),
    "违约金": ("应收违约金", "实收违约金"),
    "行政罚款": ("应收罚款", "实收罚款"),
}


def penalties(files: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(cases, payments): the ledger as it stands after all steps; every payment with its case, month `arrived`."""
    cases = typed(files, "penalties", "发现日期", PENALTY_MONEY, ["涉及人数", "涉及份数"]).set_index(
        "案件编号", drop=False
    )
    cases["arrived"] = month_number(cases["到账日期"])
    paid = [cases]
    for step in typed(files, "case_progress", "办理日期", STEP_MONEY, []).sort_values("进展编号").itertuples():
        row, told = cases.loc[step.案件编号], step._asdict()
        due, received = STEPS.get(step.处理方式, (None, None))
        if due and not pd.isna(told["应收应扣"]):
            cases.loc[row.name, due] += told["应收应扣"]
        if received and not pd.isna(told["已到账"]):
            payment = row.to_frame().T.assign(arrived=step.month)
            payment[[received for _, received in STEPS.values() if received]] = 0
            paid.append(payment.assign(**{received: told["已到账"]}))
        for column in ("状态", "复审结果", "复审调整金额"):
            if not pd.isna(told.get(column)):
                cases.loc[row.name, column] = told[column]
    return cases, pd.concat(paid, ignore_index=True)


def county(files: Path) -> SimpleNamespace:
    """Everything that the KPIs need, read once. cube: settlements summed; seen: who was seen when and where."""
    roster = institutions(files)
    rows = settlements(files, roster, "2024-10")
    register = typed(files, "enrolment", "统计年月", [], ["参保人数", "应参保人数", "扩面任务数", "资助参保人数"])
    income = ["当年应筹", "征收计划", "本月到账", "累计已筹", "欠费", "其中划入个人账户"]
    work = ["应查量", "抽查量", "问题数", "检查机构数", "违规机构数"]
    cases, payments = penalties(files)
    return SimpleNamespace(
        roster=roster,
        cube=rows.groupby(CUBE, dropna=False)[["visits", "days", *MONEY.values()]].sum().reset_index(),
        seen=rows[["month", "scheme", "care", "institution", "person"]].drop_duplicates(),
        stays=stays(rows),
        priced=priced(rows, files, roster),
        register=register,
        income=typed(files, "fund_collection", "统计年月", income, []),
        opening=typed(files, "opening_balance", "年度", ["统筹基金", "个人账户"], []),
        budget=typed(files, "budgets", "年度", ["金额"], []),
        work=typed(files, "audit_work", "稽核年月", [], work),
        penalties=cases,
        payments=payments,
        staff=read(files, "staff").assign(month=lambda f: month_number(f["统计年月"])),
    )


def stays(rows: pd.DataFrame) -> pd.DataFrame:
    """Stays by month: +1, or -1 where a later month refunds one. since: days since the person's last discharge."""
    keys = ["person", "institution", "admitted", "discharged"]
    inpatient = rows[rows.care == "inpatient"]
    net = inpatient.groupby(["month", "scheme", *keys])["visits"].sum().clip(-1, 1).rename("stays").reset_index()
    net = net[net.stays != 0]
    stand = net.groupby(keys)["stays"].sum()
    since = days_since(sorted(stand[stand > 0].index))
    return net.assign(since=[since.get(key, 10_000) for key in net[keys].itertuples(index=False, name=None)])


def priced(rows: pd.DataFrame, files: Path, roster: pd.DataFrame) -> pd.DataFrame:
    """Inpatient settlements with the class of their illness ('' for none) and what their days come to, in fen: NaN
    where no rate is for them. The days are counted one by one.
    """
    inpatient = rows[rows.care == "inpatient"]
    classes = dict(read(files, "disease_classes")[["病种编码", "疾病分类"]].itertuples(index=False, name=None))
    rates = list(read(files, "bed_day_rates").fillna("").itertuples(index=False, name=None))

    def class_of(code: str) -> str:
        return next((classes[code[:end]] for end in range(len(code), 0, -1) if code[:end] in classes), "")

    def package(key: tuple) -> float:
        year, kind, illness, days = key
        told = [r for r in rates if (r[0], r[1], r[2]) == (str(year), kind, illness)]
        paid = [float(r[5]) for day in range(1, days + 1) for r in told if int(r[3]) <= day <= int(r[4] or 10**6)]
        return 100 * sum(paid) if paid else float("nan")

    inpatient = inpatient.assign(
        illness=inpatient.disease.fillna("").map(cache(class_of)),
        kind=inpatient.institution.map(roster["机构类别"]),
        year=inpatient.month // 100,
        length=inpatient.days.abs(),
    )
    keys, once = inpatient[["year", "kind", "illness", "length"]].itertuples(index=False, name=None), cache(package)
    return inpatient.assign(package=[once(key) for key in keys] * inpatient.visits)


def days_since(ordered: list[tuple]) -> dict[tuple, int]:
    """(person, institution, admitted, discharged) -> days since an earlier stay of the person ended."""
    found = {}
    for _, group in groupby(sorted(ordered, key=lambda s: (s[0], s[2], s[3], s[1])), key=lambda stay: stay[0]):
        earlier: list[pd.Timestamp] = []
        for stay in group:
            admitted, discharged = pd.Timestamp(stay[2]), pd.Timestamp(stay[3])
            past = [(admitted - day).days for day in earlier if day <= admitted]
            found[stay] = min(past, default=10_000)
            earlier.append(discharged)
    return found


def divided(above, below) -> Fraction | None:
    """Above over below; None where either is unknown or below is 0."""
    return None if above is None or below is None or below == 0 else Fraction(int(above), int(below))


def rounded(value: Fraction | None, digits: int) -> str | None:
    """Half away from zero, as text: '49.60'."""
    if value is None:
        return None
    steps = int(abs(value) * 10**digits + Fraction(1, 2))
    sign = "-" if value < 0 and steps else ""
    return f"{sign}{steps // 10**digits}" + (f".{steps % 10**digits:0{digits}d}" if digits else "")
