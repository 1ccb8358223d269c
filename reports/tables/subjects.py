"""Which KPIs are told by which dimensions: each a table, with every column that anyone wants of it."""

from reports.tables import tabling
from reports.tables.splitting import Split
from reports.tables.tabling import Shown


def of(title: str, dims: str, kpis: str, compared: str = "", summed: str = "", note: str = "", **where) -> Split:
    """A table of KPIs by dimensions, each given as names with spaces between them."""
    against, added = compared.split(), summed.split()
    columns = [each for kpi in kpis.split() for each in columns_of(kpi, kpi in against, kpi in added)]
    return Split(title, tuple(dims.split()), tuple(columns), note, where)


def columns_of(kpi: str, against: bool, added: bool) -> tuple[Shown, ...]:
    return tabling.compared(kpi, total=added) if against else (Shown(kpi, total=added),)


FUNDS = "critical_illness_expenditure medical_aid_expenditure"
RATIOS = "actual_reimb_ratio policy_reimb_ratio compliance_ratio personal_burden_ratio"
CASES = "inpatient_cases inpatient_total_fee inpatient_expenditure inpatient_bed_days"
MEANS = "cost_per_case cost_per_bed_day alos reimb_per_case actual_reimb_ratio"
SHARES = "drug_ratio exam_ratio material_ratio self_pay_ratio readmission_rate_15d"
SPENT = "fund_expenditure inpatient_expenditure outpatient_expenditure chronic_outpatient_expenditure"
SPENT += f" child_major_illness_expenditure {FUNDS}"
USED = "usage_rate_due usage_rate_collected"
BALANCE = f"current_balance balance_rate cumulative_balance months_payable account_balance {USED}"
BALANCE += " budget_execution income_budget_execution"
AWAY = "out_of_county_case_share out_of_county_cost_share out_of_county_fund_share"
COLLECTED = "fund_due fund_collected collection_progress collection_plan collection_plan_completion arrears"
COLLECTED_SUMS = "fund_due fund_collected collection_plan arrears"
PERSONS = "beneficiary_persons beneficiary_visits"
PERSON_RATES = "beneficiary_rate_persons beneficiary_rate_visits"
INSURED = "insured_persons enrolment_rate"
TASKS = "enrolment_target enrolment_target_completion"
STAYS = "inpatient_cases inpatient_total_fee inpatient_expenditure"
PILOT = "inpatient_cases cost_per_case cost_per_bed_day alos actual_reimb_ratio"
BY_DAY = "bed_day_package bed_day_fund_due bed_day_fund_paid bed_day_balance"
FINES = "violation_deduction recovered_due recovered liquidated_damages liquidated_damages_received fine fine_received"
FINES += " penalty_total"
CARE = "beneficiary_visits fund_expenditure"

ENROLMENT = of(
    "参保（险种）",
    "scheme",
    f"{INSURED} {TASKS} assisted_enrolment",
    INSURED,
    note="期末数；职工医保与生育保险的参保人有重叠，不相加",
)
TOWNS = of("参保（乡镇）", "scheme town", INSURED, INSURED, "insured_persons", "职工和生育有重叠")
CATEGORIES = of("参保（人员类别）", "scheme category", "insured_persons category_mix", "insured_persons")
RESIDENCE = of("参保（城乡）", "scheme residence", "insured_persons category_mix", "insured_persons")
COLLECTION = of(
    "筹资（险种）",
    "scheme",
    COLLECTED,
    "fund_due fund_collected",
    COLLECTED_SUMS,
    "年初至期末累计；居民按当年应筹基金、职工和生育按年度征收计划计算进度",
)
SOURCES = of(
    "筹资（来源）",
    "scheme source",
    f"{COLLECTED} income_structure",
    "fund_collected income_structure",
    COLLECTED_SUMS,
    "年初至期末累计；占比为占该险种的",
)
LEFT = of(
    "结余（险种）",
    "scheme",
    f"fund_collected fund_expenditure {BALANCE}",
    "fund_expenditure current_balance",
    "fund_collected fund_expenditure",
    "统筹基金；使用率为年初至期末支出占当年应筹、已筹基金的比例；可支付月数为累计结余除以月均支出",
)
SPENDING = of("支出（险种）", "scheme", f"{SPENT} {USED}", "fund_expenditure", SPENT)
BY_CARE = of(
    "结算（就医类别）",
    "scheme care",
    f"{CARE} expenditure_structure {FUNDS}",
    "fund_expenditure expenditure_structure",
    "fund_expenditure",
)
BY_TYPE = of("结算（医疗类别）", "scheme med_type", CARE, CARE, CARE)
BENEFITS = of(
    "待遇（险种）",
    "scheme",
    f"{PERSONS} {PERSON_RATES} inpatient_cases reimb_per_case {RATIOS}",
    f"{PERSONS} reimb_per_case {RATIOS}",
    note="人数按人去重，一人多次只算一人",
)
BY_PLACE = of("待遇（就医地）", "scheme place", f"{STAYS} {RATIOS}", "actual_reimb_ratio", STAYS)
COSTS = of("费用（险种）", "scheme", f"{CASES} {MEANS} {SHARES}", MEANS, CASES)
COSTS_BY_KIND = of(
    "费用（机构类别）", "kind", f"fund_expenditure {CASES} {MEANS} {SHARES}", MEANS, f"fund_expenditure {CASES}"
)
COSTS_BY_LEVEL = of(
    "费用（机构级别）",
    "scheme level",
    f"{CASES} {MEANS}",
    "inpatient_cases cost_per_case actual_reimb_ratio",
    CASES,
)
OUTSIDE = of("县外就医（乡镇）", "town", AWAY, AWAY)
PILOTS = of(
    "支付试点",
    "pilot kind",
    f"{PILOT} inpatient_expenditure",
    "cost_per_case",
    "inpatient_cases",
    "试点机构和同类的非试点机构",
    pilot=("yes", "no"),
)
BED_DAYS = of(
    "床日付费结算",
    "pilot institution disease_class",
    f"{BY_DAY} bed_day_balance_rate bed_day_priced_share",
    summed=BY_DAY,
    note="试点的住院按床日和按项目各结算一遍；非试点是假如照同样的标准",
    pilot=("yes", "no"),
)
PENALTIES = of(
    "处罚",
    "activity violation",
    f"violation_cases penalised_institutions {FINES}",
    summed=f"violation_cases {FINES}",
    note="医保基金的案件，按发现途径和违规类型；一家机构可在几组里，机构数不能相加",
)
