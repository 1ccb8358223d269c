"""Each KPI by its 口径, over the pandas frames of county_in_pandas: id -> function of one cut of the county."""

from fractions import Fraction
from types import SimpleNamespace

import pandas as pd

from tests.county_in_pandas import divided


def cut(county: SimpleNamespace, first: int, last: int, scheme: str | None = None) -> SimpleNamespace:
    """The county in months first to last (202601 ...), of one scheme or of all; year to date and last month besides."""
    january, year = last // 100 * 100 + 1, last // 100

    def of(frame: pd.DataFrame, start: int, end: int = last, column: str = "month") -> pd.DataFrame:
        chosen = frame[column].between(start, end)
        return frame[chosen & (frame.scheme == scheme) if scheme and "scheme" in frame else chosen]

    return SimpleNamespace(
        settled=of(county.cube, first),
        settled_before=of(county.cube, first - 100, last - 100),
        to_date=of(county.cube, january),
        seen=of(county.seen, first),
        stays=of(county.stays, first),
        priced=of(county.priced, first),
        rated=county.priced[county.priced.month.between(first, last)].package.notna().any(),
        register=of(county.register, last),
        income=of(county.income, last),
        income_period=of(county.income, first),
        income_to_date=of(county.income, january),
        opening=of(county.opening.assign(month=county.opening["年度"].astype(int)), year, year),
        budget=of(county.budget.assign(month=county.budget["年度"].astype(int)), year, year),
        work=of(county.work, first),
        work_to_date=of(county.work, january),
        cases=of(county.penalties, first),
        arrivals=of(county.payments, first, last, "arrived"),
        payments=of(county.payments, first),
        staff=county.staff[county.staff.month == last],
        roster=county.roster,
        last=last,
        months=last % 100,
    )


def total(frame: pd.DataFrame, column: str) -> int | None:
    """The sum of a column; None where rows stand and none is filled in."""
    if len(frame) and frame[column].isna().all():
        return None
    return int(frame[column].sum())


def minus(a, b):
    return None if a is None or b is None else a - b


def care(c, *kinds: str) -> pd.DataFrame:
    return c.settled[c.settled.care.isin(kinds)]


def stay(c, **only: str) -> pd.DataFrame:
    """Inpatient settlements, where asked of pilots or comparisons, or outside the county."""
    rows = care(c, "inpatient")
    for column, value in only.items():
        rows = rows[rows[column] == value]
    return rows


def percent(above, below) -> Fraction | None:
    found = divided(above, below)
    return None if found is None else found * 100


def yuan(amount: int | None, by: int | None = 1) -> Fraction | None:
    """Fen over a count, as yuan each."""
    return divided(amount, None if by is None else by * 100)


def of_stay(column: str, per: str = "cost"):
    return lambda c: percent(total(stay(c), column), total(stay(c), per))


def with_value(frame: pd.DataFrame, whose: pd.DataFrame, column: str) -> pd.DataFrame:
    """Rows of the schemes for which the column is filled in."""
    return frame[frame.scheme.isin(whose[whose[column] > 0].scheme)]


def balance(c, spent: str = "fund") -> int:
    """The pooled fund's balance at the period's end."""
    collected = total(c.income, "累计已筹") - total(c.income_to_date, "其中划入个人账户")
    return total(c.opening, "统筹基金") + collected - total(c.to_date, spent)


def pooled_income(c) -> int:
    return total(c.income_period, "本月到账") - total(c.income_period, "其中划入个人账户")


def gap(column: str, per: str):
    """Comparisons' average less the pilots', as a fraction of fen or days."""

    def found(c) -> Fraction | None:
        pilots, others = stay(c, pilot="试点"), stay(c, pilot="非试点")
        return minus(
            divided(total(others, column), total(others, per)), divided(total(pilots, column), total(pilots, per))
        )

    return found


def gap_rate(column: str, per: str):
    def found(c) -> Fraction | None:
        others, difference = stay(c, pilot="非试点"), gap(column, per)(c)
        return None if difference is None else 100 * difference / divided(total(others, column), total(others, per))

    return found


def in_yuan(made):
    return lambda c: None if made(c) is None else made(c) / 100


def reimbursed(c, pilot: str) -> Fraction | None:
    return percent(total(stay(c, pilot=pilot), "fund"), total(stay(c, pilot=pilot), "cost"))


def by_the_day(c, *signed: tuple[int, str]) -> int | None:
    """Sums of the stays that a bed-day rate is for, with their signs; None without any rates in the months."""
    rows = c.priced[c.priced.package.notna()]
    return sum(sign * int(rows[column].sum()) for sign, column in signed) if c.rated else None


def activity(c, name: str, frame: str = "work") -> pd.DataFrame:
    work = getattr(c, frame)
    return work[work["工作类型"] == name]


def filled(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    return frame.dropna(subset=list(columns))


def fund(cases: pd.DataFrame) -> pd.DataFrame:
    """Penalty cases of the fund: not the insurers' association."""
    return cases[cases["对象类型"] != "保险公司"]


def pact(cases: pd.DataFrame) -> pd.DataFrame:
    return cases[cases["对象类型"] == "保险公司"]


def violations(c) -> pd.DataFrame:
    return fund(c.cases)[fund(c.cases)["发现途径"] != "指标考核"]


def punished(c, assessed: bool) -> int:
    cases = c.cases[c.cases["对象类型"].isin(["定点医疗机构", "定点零售药店"])]
    return cases[(cases["发现途径"] == "指标考核") == assessed]["机构编码"].nunique()


def money(cases: pd.DataFrame, *columns: str) -> int:
    """Amounts of a ledger: a column that the ledger lacks, or a blank, is nothing."""
    return sum(int(cases[column].fillna(0).sum()) for column in columns if column in cases)


def arrived(c, cases: pd.DataFrame) -> pd.DataFrame:
    return cases[cases.arrived.between(1, c.last)]


def handled(c, *words: str) -> int:
    return int(
        fund(c.cases)["处理方式"].fillna("").str.split("、").map(lambda told: bool(set(told) & set(words))).sum()
    )


def signed(c, kind: str) -> int:
    """Institutions in the county whose agreement is in force on the period's last day."""
    day = str(pd.Period(f"{c.last // 100}-{c.last % 100:02d}").end_time.date())
    roster = c.roster[
        (c.roster["机构类型"] == kind) & (c.roster.place == "in_county") & (c.roster["协议状态"] == "正常")
    ]
    in_force = (roster["协议起始日期"] <= day) & ~(roster["协议截止日期"] < day)
    return int(in_force.sum())


def due(cases: pd.DataFrame) -> int:
    return money(cases, "应追回", "应收违约金", "应收罚款")


def reviewed(c) -> pd.DataFrame:
    cases = fund(c.cases)
    return cases[cases["复审结果"].notna()] if "复审结果" in cases else cases[:0]


def with_base(c) -> pd.DataFrame:
    cases = fund(c.cases)
    return cases[(cases["应收违约金"] > 0) & cases["违规金额"].notna()]


def insured(c) -> int:
    return total(c.register, "参保人数")


def category(c, name: str) -> int:
    return int(c.register[(c.register.scheme == "employee") & (c.register["人员类别"] == name)]["参保人数"].sum())


def sub_expenditure(*kinds: str):
    return lambda c: yuan(total(care(c, *kinds), "fund"))


def share(*kinds: str):
    return lambda c: percent(total(care(c, *kinds), "fund"), total(c.settled, "fund"))


def outside(column: str):
    return lambda c: percent(total(stay(c, place="out_of_county"), column), total(stay(c), column))


def days_within(c, days: int) -> Fraction | None:
    return percent(total(c.stays[c.stays.since <= days], "stays"), total(c.stays, "stays"))


def universe(name: str | None):
    """Checked over what should have been, where that is filled in."""

    def found(c) -> Fraction | None:
        work = c.work if name is None else activity(c, name)
        return percent(total(filled(work, "应查量"), "抽查量"), total(work, "应查量"))

    return found


def field_audit(c) -> Fraction | None:
    work = filled(activity(c, "实地稽核", "work_to_date"), "应查量")
    return percent(total(work, "抽查量"), work["应查量"].max() if len(work) else 0)


OUTPATIENT = ("outpatient", "chronic", "pharmacy")
VISITING = ("outpatient", "chronic")


def primary(c, settled: pd.DataFrame) -> pd.DataFrame:
    """Outpatient settlements of the county's health centres and village clinics, each with the institution's kind."""
    rows = settled.assign(kind=settled.institution.map(c.roster["机构类别"]))
    return rows[
        (rows.care == "outpatient")
        & (rows.place == "in_county")
        & rows.kind.isin(["中心卫生院", "乡镇卫生院", "村卫生室"])
    ]


def consultation_fee(c, settled: pd.DataFrame):
    """Visits by what the year adds to each, in fen; None where no row has such an amount."""
    fees = c.budget[c.budget["项目"] == "一般诊疗费标准"].set_index(["scheme", "机构类别"])["金额"]
    rows = primary(c, settled)
    each = pd.Series([fees.get(key) for key in zip(rows.scheme, rows.kind, strict=True)], rows.index, dtype="Int64")
    return total(rows.assign(fee=each * rows.visits), "fee")


ENROLMENT = {
    "insured_persons": insured,
    "enrolment_rate": lambda c: percent(
        total(with_value(c.register, c.register, "应参保人数"), "参保人数"), total(c.register, "应参保人数")
    ),
    "enrolment_target": lambda c: total(c.register, "扩面任务数"),
    "enrolment_target_completion": lambda c: percent(
        total(with_value(c.register, c.register, "扩面任务数"), "参保人数"), total(c.register, "扩面任务数")
    ),
    "category_mix": lambda c: percent(insured(c), insured(c)),
    "assisted_enrolment": lambda c: total(c.register, "资助参保人数"),
    "worker_retiree_ratio": lambda c: divided(category(c, "在职"), category(c, "退休")),
    "managed_insured": insured,
}
COLLECTION = {
    "fund_due": lambda c: yuan(total(c.income, "当年应筹")),
    "collection_plan": lambda c: yuan(total(c.income, "征收计划")),
    "fund_collected": lambda c: yuan(total(c.income, "累计已筹")),
    "collection_progress": lambda c: percent(
        total(with_value(c.income, c.income, "当年应筹"), "累计已筹"), total(c.income, "当年应筹")
    ),
    "collection_plan_completion": lambda c: percent(
        total(with_value(c.income, c.income, "征收计划"), "累计已筹"), total(c.income, "征收计划")
    ),
    "income_structure": lambda c: percent(total(c.income, "累计已筹"), total(c.income, "累计已筹")),
    "per_capita_financing": lambda c: yuan(total(c.income, "累计已筹"), insured(c)),
    "arrears": lambda c: yuan(total(c.income, "欠费")),
    "income_budget_execution": lambda c: percent(
        total(with_value(c.income, c.budget[c.budget["项目"] == "收入预算"], "金额"), "累计已筹"),
        total(c.budget[c.budget["项目"] == "收入预算"], "金额"),
    ),
}
BALANCE = {
    "fund_expenditure": lambda c: yuan(total(c.settled, "fund")),
    "inpatient_expenditure": sub_expenditure("inpatient"),
    "outpatient_expenditure": sub_expenditure(*OUTPATIENT),
    "chronic_outpatient_expenditure": sub_expenditure("chronic"),
    "child_major_illness_expenditure": sub_expenditure("child"),
    "critical_illness_expenditure": lambda c: yuan(total(c.settled, "critical")),
    "medical_aid_expenditure": lambda c: yuan(total(c.settled, "aid")),
    "expenditure_structure": lambda c: percent(total(c.settled, "fund"), total(c.settled, "fund")),
    "expenditure_share_inpatient": share("inpatient"),
    "expenditure_share_outpatient": share(*OUTPATIENT),
    "expenditure_share_child_major_illness": share("child"),
    "usage_rate_due": lambda c: percent(
        total(with_value(c.to_date, c.income, "当年应筹"), "fund"), total(c.income, "当年应筹")
    ),
    "usage_rate_collected": lambda c: percent(total(c.to_date, "fund"), total(c.income, "累计已筹")),
    "in_county_inpatient_usage_rate": lambda c: percent(
        total(c.to_date[(c.to_date.care == "inpatient") & (c.to_date.place == "in_county")], "fund"),
        total(c.income, "累计已筹"),
    ),
    "current_balance": lambda c: yuan(pooled_income(c) - total(c.settled, "fund")),
    "balance_rate": lambda c: percent(pooled_income(c) - total(c.settled, "fund"), pooled_income(c)),
    "cumulative_balance": lambda c: yuan(balance(c)),
    "months_payable": lambda c: divided(balance(c) * c.months, total(c.to_date, "fund")),
    "months_payable_pooled": lambda c: divided(balance(c, "pooled") * c.months, total(c.to_date, "pooled")),
    "account_balance": lambda c: yuan(
        total(c.opening, "个人账户") + total(c.income_to_date, "其中划入个人账户") - total(c.to_date, "account")
    ),
    "budget_execution": lambda c: percent(
        total(with_value(c.to_date, c.budget[c.budget["项目"] == "支出预算"], "金额"), "fund"),
        total(c.budget[c.budget["项目"] == "支出预算"], "金额"),
    ),
}
BENEFITS = {
    "beneficiary_persons": lambda c: c.seen.person.nunique(),
    "beneficiary_visits": lambda c: total(c.settled, "visits"),
    "beneficiary_rate_persons": lambda c: percent(c.seen.person.nunique(), insured(c)),
    "beneficiary_rate_visits": lambda c: percent(total(c.settled, "visits"), insured(c)),
    "reimb_per_case": lambda c: yuan(total(stay(c), "fund"), total(stay(c), "visits")),
    "actual_reimb_ratio": of_stay("fund"),
    "policy_reimb_ratio": of_stay("fund", "in_policy"),
    "policy_reimb_ratio_after_deductible": lambda c: percent(
        total(stay(c), "fund"), minus(total(stay(c), "in_policy"), total(stay(c), "deductible"))
    ),
    "compliance_ratio": of_stay("in_policy"),
    "catastrophic_ratio": lambda c: percent(
        total(stay(c), "critical"), minus(total(stay(c), "in_policy"), total(stay(c), "pooled"))
    ),
    "outpatient_actual_ratio": lambda c: percent(total(care(c, *VISITING), "fund"), total(care(c, *VISITING), "cost")),
    "personal_burden_ratio": lambda c: percent(
        total(stay(c), "cash") + total(stay(c), "account"), total(stay(c), "cost")
    ),
}
COST_CONTROL = {
    "inpatient_cases": lambda c: total(stay(c), "visits"),
    "inpatient_total_fee": lambda c: yuan(total(stay(c), "cost")),
    "fee_growth": lambda c: percent(
        total(stay(c), "cost") - total(c.settled_before[c.settled_before.care == "inpatient"], "cost"),
        total(c.settled_before[c.settled_before.care == "inpatient"], "cost"),
    ),
    "inpatient_bed_days": lambda c: total(stay(c), "days"),
    "cost_per_case": lambda c: yuan(total(stay(c), "cost"), total(stay(c), "visits")),
    "cost_per_bed_day": lambda c: yuan(total(stay(c), "cost"), total(stay(c), "days")),
    "alos": lambda c: divided(total(stay(c), "days"), total(stay(c), "visits")),
    "hospitalisation_rate": lambda c: percent(total(stay(c), "visits"), insured(c)),
    "cases_per_head": lambda c: divided(total(c.stays, "stays"), c.stays.person.nunique()),
    "readmission_rate_15d": lambda c: days_within(c, 15),
    "readmission_rate_30d": lambda c: days_within(c, 30),
    "self_pay_ratio": of_stay("self_pay"),
    "out_of_catalogue_ratio": lambda c: percent(
        total(stay(c), "self_pay") + total(stay(c), "over_limit"), total(stay(c), "cost")
    ),
    "drug_ratio": of_stay("drug"),
    "exam_ratio": of_stay("exam"),
    "material_ratio": of_stay("material"),
    "out_of_county_case_share": outside("visits"),
    "out_of_county_cost_share": outside("cost"),
    "out_of_county_fund_share": outside("fund"),
    "outpatient_cost_per_visit": lambda c: yuan(total(care(c, *VISITING), "cost"), total(care(c, *VISITING), "visits")),
}
AUDIT = {
    "records_reviewed": lambda c: total(activity(c, "病历评定"), "抽查量"),
    "records_problematic": lambda c: total(activity(c, "病历评定"), "问题数"),
    "records_problem_rate": lambda c: percent(
        total(activity(c, "病历评定"), "问题数"), total(activity(c, "病历评定"), "抽查量")
    ),
    "patients_revisited": lambda c: total(activity(c, "回访"), "抽查量"),
    "claims_sampled": lambda c: total(activity(c, "日常审核"), "抽查量"),
    "inpatient_records_sampled": lambda c: total(activity(c, "病历抽查"), "抽查量"),
    "audit_coverage": universe(None),
    "internal_audit_coverage": universe("内部稽核"),
    "field_audit_coverage": field_audit,
    "violation_detection_rate": lambda c: percent(
        total(filled(c.work, "检查机构数", "违规机构数"), "违规机构数"),
        total(filled(c.work, "检查机构数", "违规机构数"), "检查机构数"),
    ),
    "violation_cases": lambda c: len(violations(c)),
    "violation_persons": lambda c: total(fund(c.cases), "涉及人数"),
    "penalised_institutions": lambda c: punished(c, assessed=False),
    "assessment_failing_institutions": lambda c: punished(c, assessed=True),
    "assessment_pass_rate": lambda c: percent(signed(c, "1") - punished(c, assessed=True), signed(c, "1")),
    "violation_deduction": lambda c: yuan(money(fund(c.cases), "扣减违规费用")),
    "assessment_deduction": lambda c: yuan(money(fund(c.cases), "考核扣减")),
    "recovered_due": lambda c: yuan(money(fund(c.cases), "应追回")),
    "recovered": lambda c: yuan(money(fund(c.arrivals), "已追回")),
    "liquidated_damages": lambda c: yuan(money(fund(c.cases), "应收违约金")),
    "liquidated_damages_received": lambda c: yuan(money(fund(c.arrivals), "实收违约金")),
    "penalty_multiple": lambda c: divided(total(with_base(c), "应收违约金"), total(with_base(c), "违规金额")),
    "fine": lambda c: yuan(money(fund(c.cases), "应收罚款")),
    "fine_received": lambda c: yuan(money(fund(c.arrivals), "实收罚款")),
    "arrival_rate": lambda c: percent(
        money(arrived(c, fund(c.payments)), "已追回", "实收违约金", "实收罚款"), due(fund(c.cases))
    ),
    "penalty_total": lambda c: yuan(money(fund(c.cases), "扣减违规费用", "考核扣减") + due(fund(c.cases))),
    "penalty_share_of_inpatient": lambda c: percent(
        money(fund(c.cases), "扣减违规费用", "考核扣减") + due(fund(c.cases)), total(stay(c), "fund")
    ),
    "case_closure_rate": lambda c: percent(int((violations(c)["状态"] == "已结案").sum()), len(violations(c))),
    "review_change_rate": lambda c: percent(money(reviewed(c), "复审调整金额"), total(reviewed(c), "违规金额")),
    "interviews": lambda c: handled(c, "约谈"),
    "payment_suspensions": lambda c: handled(c, "暂停结算", "暂停拨付"),
    "agreement_suspensions": lambda c: handled(c, "中止协议"),
    "agreement_terminations": lambda c: handled(c, "解除协议"),
    "case_transfers": lambda c: handled(c, "移送"),
    "public_exposures": lambda c: handled(c, "公开曝光"),
    "association_companies": lambda c: pact(c.cases)["机构名称"].nunique(),
    "association_documents": lambda c: total(pact(c.cases), "涉及份数"),
    "association_damages_due": lambda c: yuan(money(pact(c.cases), "应收违约金")),
    "association_damages_received": lambda c: yuan(money(pact(c.arrivals), "实收违约金")),
    "association_arrival_rate": lambda c: percent(
        money(arrived(c, pact(c.payments)), "实收违约金"), money(pact(c.cases), "应收违约金")
    ),
}
PAYMENT = {
    "pilot_institutions": lambda c: int((c.roster.pilot == "试点").sum()),
    "pilot_case_share": lambda c: percent(
        total(stay(c, pilot="试点"), "visits"),
        total(stay(c, pilot="试点"), "visits") + total(stay(c, pilot="非试点"), "visits"),
    ),
    "pilot_gap_cost_per_case": in_yuan(gap("cost", "visits")),
    "pilot_gap_cost_per_case_rate": gap_rate("cost", "visits"),
    "pilot_gap_cost_per_bed_day": in_yuan(gap("cost", "days")),
    "pilot_gap_cost_per_bed_day_rate": gap_rate("cost", "days"),
    "bed_day_package": lambda c: yuan(by_the_day(c, (1, "package"))),
    "bed_day_fund_due": lambda c: yuan(by_the_day(c, (1, "package"), (-1, "cost"), (1, "fund"))),
    "bed_day_fund_paid": lambda c: yuan(by_the_day(c, (1, "fund"))),
    "bed_day_balance": lambda c: yuan(by_the_day(c, (1, "package"), (-1, "cost"))),
    "bed_day_balance_rate": lambda c: percent(
        by_the_day(c, (1, "package"), (-1, "cost")), by_the_day(c, (1, "package"))
    ),
    "bed_day_priced_share": lambda c: percent(by_the_day(c, (1, "visits")), total(c.priced, "visits")),
    "bed_day_classified_share": lambda c: percent(
        total(c.priced[c.priced.illness != ""], "visits"), total(c.priced, "visits")
    ),
    "pilot_gap_alos": gap("days", "visits"),
    "pilot_gap_reimb_ratio": lambda c: minus(reimbursed(c, "试点"), reimbursed(c, "非试点")),
    "primary_visits": lambda c: total(primary(c, c.settled), "visits"),
    "consultation_fee": lambda c: yuan(consultation_fee(c, c.settled)),
    "consultation_limit": lambda c: yuan(total(c.budget[c.budget["项目"] == "一般诊疗费限额"], "金额")),
    "consultation_limit_use": lambda c: percent(
        consultation_fee(c, c.to_date), total(c.budget[c.budget["项目"] == "一般诊疗费限额"], "金额")
    ),
}
CAPACITY = {
    "staff_in_post": lambda c: int(c.staff["在岗人数"].astype(int).sum()),
    "insured_per_staff": lambda c: divided(insured(c), int(c.staff["在岗人数"].astype(int).sum())),
    "managed_institutions": lambda c: int((c.roster.place == "in_county").sum()),
    "institutions_per_staff": lambda c: divided(
        int((c.roster.place == "in_county").sum()), int(c.staff["在岗人数"].astype(int).sum())
    ),
    "signed_medical_institutions": lambda c: signed(c, "1"),
    "signed_pharmacies": lambda c: signed(c, "2"),
    "signed_institutions": lambda c: signed(c, "1") + signed(c, "2"),
}
KPIS = ENROLMENT | COLLECTION | BALANCE | BENEFITS | COST_CONTROL | AUDIT | PAYMENT | CAPACITY
BY_INSTITUTION = [
    *("cost_per_case", "cost_per_bed_day", "alos", "inpatient_cases", "inpatient_total_fee", "inpatient_bed_days"),
    *(
        "fee_growth",
        "actual_reimb_ratio",
        "policy_reimb_ratio",
        "policy_reimb_ratio_after_deductible",
        "self_pay_ratio",
    ),
    *("compliance_ratio", "catastrophic_ratio", "personal_burden_ratio", "drug_ratio", "exam_ratio", "material_ratio"),
    *(
        "out_of_catalogue_ratio",
        "reimb_per_case",
        "fund_expenditure",
        "inpatient_expenditure",
        "outpatient_expenditure",
    ),
    *("chronic_outpatient_expenditure", "critical_illness_expenditure", "medical_aid_expenditure", "cases_per_head"),
    *("expenditure_share_inpatient", "expenditure_share_outpatient", "outpatient_actual_ratio", "beneficiary_visits"),
    *("readmission_rate_15d", "readmission_rate_30d", "outpatient_cost_per_visit", "beneficiary_persons"),
]
