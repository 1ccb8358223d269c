"""Which tables the workbook holds, by theme: each is a sheet."""

from collections.abc import Callable
from functools import partial
from types import MappingProxyType

from pipelines import County, Period
from reports import tables
from reports.document import Table
from reports.tables import Group, split

Maker = Callable[[County, Period], Table]


def sheet(
    title: str, dims: str, kpis: str, compared: str = "", summed: str = "", note: str = "", where=MappingProxyType({})
) -> Maker:
    """A sheet of KPIs by dimensions, each given as names with spaces between them; where: {dimension: codes}."""
    group = Group(title, *(tuple(each.split()) for each in (dims, kpis, compared, summed)), note)
    return partial(by_group, group=group, where=where)


def by_group(county: County, period: Period, group: Group, where) -> Table:
    return split(county, period, group, where)


FUNDS = "critical_illness_expenditure medical_aid_expenditure"
RATIOS = "actual_reimb_ratio policy_reimb_ratio compliance_ratio personal_burden_ratio"
CASES = "inpatient_cases inpatient_total_fee inpatient_expenditure inpatient_bed_days"
MEANS = "cost_per_case cost_per_bed_day alos reimb_per_case actual_reimb_ratio"
SHARES = "drug_ratio exam_ratio material_ratio self_pay_ratio readmission_rate_15d"
WHOLE = "fund_expenditure inpatient_expenditure outpatient_expenditure chronic_outpatient_expenditure"
WHOLE += " child_major_illness_expenditure"
BALANCE = "fund_collected fund_expenditure current_balance balance_rate cumulative_balance months_payable"
BALANCE += " account_balance usage_rate_due usage_rate_collected budget_execution income_budget_execution"
AWAY = "out_of_county_case_share out_of_county_cost_share out_of_county_fund_share"
COLLECTED = "fund_due fund_collected collection_progress collection_plan collection_plan_completion arrears"
COLLECTED_SUMS = "fund_due fund_collected collection_plan arrears"
INSURED = "insured_persons enrolment_rate"
STAYS = "inpatient_cases inpatient_total_fee inpatient_expenditure"
PILOT = "inpatient_cases cost_per_case cost_per_bed_day alos actual_reimb_ratio"

THEMES: tuple[tuple[str, tuple[Maker, ...]], ...] = (
    ("综合", (tables.headlines, tables.every_kpi, tables.months)),
    (
        "参保",
        (
            sheet("参保（险种）", "scheme", f"{INSURED} enrolment_target_completion assisted_enrolment", INSURED),
            sheet("参保（乡镇）", "scheme town", INSURED, INSURED, "insured_persons", "职工和生育有重叠"),
            sheet("参保（人员类别）", "scheme category", "insured_persons category_mix", "insured_persons"),
            sheet("参保（城乡）", "scheme residence", "insured_persons category_mix", "insured_persons"),
        ),
    ),
    (
        "筹资",
        (
            sheet("筹资（险种）", "scheme", COLLECTED, "fund_due fund_collected", COLLECTED_SUMS, "从年初累计"),
            sheet("筹资（来源）", "scheme source", COLLECTED, "fund_collected", COLLECTED_SUMS, "从年初累计"),
        ),
    ),
    (
        "支出与结余",
        (
            sheet("结余（险种）", "scheme", BALANCE, "fund_expenditure", "fund_collected fund_expenditure"),
            sheet("支出（险种）", "scheme", f"{WHOLE} {FUNDS}", "fund_expenditure", f"{WHOLE} {FUNDS}"),
            sheet(
                "结算（就医类别）", "scheme care", f"beneficiary_visits fund_expenditure {FUNDS}", "fund_expenditure"
            ),
            sheet(
                "结算（医疗类别）",
                "scheme med_type",
                "beneficiary_visits fund_expenditure",
                "beneficiary_visits fund_expenditure",
                "beneficiary_visits fund_expenditure",
            ),
        ),
    ),
    (
        "待遇与费用",
        (
            sheet("待遇（险种）", "scheme", f"beneficiary_persons beneficiary_visits {RATIOS}", RATIOS),
            sheet("待遇（就医地）", "scheme place", f"{STAYS} {RATIOS}", "actual_reimb_ratio", STAYS),
            sheet("费用（险种）", "scheme", f"{CASES} {MEANS} {SHARES}", MEANS, CASES),
            sheet(
                "费用（机构类别）",
                "kind",
                f"fund_expenditure {CASES} {MEANS} {SHARES}",
                MEANS,
                f"fund_expenditure {CASES}",
            ),
            sheet("费用（机构级别）", "scheme level", f"{CASES} {MEANS}", "cost_per_case", CASES),
            sheet("县外就医（乡镇）", "town", AWAY, AWAY),
        ),
    ),
    (
        "支付方式",
        (
            sheet(
                "支付试点",
                "pilot kind",
                f"{PILOT} {STAYS.split()[2]}",
                "cost_per_case",
                "inpatient_cases",
                "试点机构和同类的非试点机构",
                {"pilot": ("yes", "no")},
            ),
            tables.bed_day_rates,
        ),
    ),
    ("协议与考核", (tables.institutions, tables.assessment, tables.agreement_findings)),
    ("稽核处罚", (tables.penalties, tables.handlings, tables.cases, tables.work, tables.clues)),
    ("核对与来源", (tables.identities, tables.uploads)),
)
