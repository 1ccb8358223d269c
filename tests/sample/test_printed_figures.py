"""The sample county's first half of 2026 equals the printed half-year report, to the fen where that is possible."""

from decimal import Decimal

import pytest

FEE, FUND, POLICY = "sum(medfee_sumamt)", "sum(fund_pay_sumamt)", "sum(inscp_scp_amt)"
AFTER_DEDUCTIBLE = "sum(inscp_scp_amt) - sum(act_pay_dedc)"
RESIDENT, EMPLOYEE, MATERNITY = "insutype = '390'", "insutype = '310'", "insutype = '510'"
CASES, DAYS, PERSONS = "sum(visits)", "sum(days)", "count(distinct psn_no)"
PILOT, COMPARISON = (
    f"now and local and {RESIDENT} and pilot = '试点'",
    f"now and local and {RESIDENT} and pilot = '非试点'",
)
HERE, HERE_BEFORE = f"now and local and {RESIDENT}", f"before and local and {RESIDENT}"
AT_WORK_HERE = f"now and local and {EMPLOYEE}"

# what, of which view, under which condition, as printed
EXACT = {
    "residents' inpatient fee": (FEE, "stays", f"now and {RESIDENT}", "105099000.00"),
    "residents' inpatient fund": (FUND, "stays", f"now and {RESIDENT}", "50026820.00"),
    "residents' outpatient fund": (
        *(FUND, "rows", f"now and {RESIDENT} and not inpatient and med_type <> '9901'", "12040440.00"),
    ),
    "child major illness fund": (FUND, "rows", "now and med_type = '9901'", "450840.00"),
    "residents' fund": (FUND, "rows", f"now and {RESIDENT}", "62518100.00"),
    "residents' visits": (CASES, "rows", f"now and {RESIDENT}", "646840"),
    "residents' persons": (PERSONS, "rows", f"now and {RESIDENT}", "234520"),
    "residents' persons without refunds": (PERSONS, "rows", f"now and {RESIDENT} and not refunded", "234520"),
    "residents' inpatient cases": (CASES, "stays", f"now and {RESIDENT}", "35682"),
    "in-county cases": (CASES, "stays", HERE, "32796"),
    "in-county bed days": (DAYS, "stays", HERE, "268704"),
    "out-of-county cases": (CASES, "stays", f"now and not local and {RESIDENT}", "2886"),
    "employees' cases": (CASES, "stays", f"now and {EMPLOYEE}", "1785"),
    "employees' fund": (FUND, "rows", f"now and {EMPLOYEE}", "14255400.00"),
    "maternity fund": (FUND, "rows", f"now and {MATERNITY}", "88900.00"),
    "cases last year": (CASES, "stays", f"before and {RESIDENT}", "28003"),
    "fee last year": (FEE, "stays", f"before and {RESIDENT}", "68482000.00"),
    "insured residents": ("sum(insured_cnt)", "register", RESIDENT, "461843"),
    "rural residents": ("sum(insured_cnt)", "register", f"{RESIDENT} and residence = '农村'", "414648"),
    "urban residents": ("sum(insured_cnt)", "register", f"{RESIDENT} and residence = '城镇'", "47195"),
    "ordinary residents": ("sum(insured_cnt)", "register", "psn_category = '普通居民'", "424886"),
    "subsistence allowance": ("sum(insured_cnt)", "register", "psn_category = '城乡低保对象'", "21494"),
    "rural disabled": ("sum(insured_cnt)", "register", "psn_category = '残疾人' and residence = '农村'", "7263"),
    "urban disabled": ("sum(insured_cnt)", "register", "psn_category = '残疾人' and residence = '城镇'", "345"),
    "five guarantees": ("sum(insured_cnt)", "register", "psn_category = '农村五保对象'", "1231"),
    "entitled veterans": ("sum(insured_cnt)", "register", "psn_category = '重点优抚对象'", "1990"),
    "family planning": ("sum(insured_cnt)", "register", "psn_category = '计划生育扶助对象'", "4634"),
    "insured employees": ("sum(insured_cnt)", "register", EMPLOYEE, "27586"),
    "insured for maternity": ("sum(insured_cnt)", "register", MATERNITY, "5432"),
    "residents who should enrol": ("sum(should_cnt)", "register", RESIDENT, "485231"),
    "employee target": ("sum(target_cnt)", "register", EMPLOYEE, "26994"),
    "maternity target": ("sum(target_cnt)", "register", MATERNITY, "5900"),
    "residents' income": ("sum(collected_ytd)", "income", RESIDENT, "101212100.00"),
    "residents' income due": ("sum(due_year)", "income", RESIDENT, "134191600.00"),
    "employees' income": ("sum(collected_ytd)", "income", EMPLOYEE, "28157900.00"),
    "employees' plan": ("sum(plan_year)", "income", EMPLOYEE, "50000000.00"),
    "maternity income": ("sum(collected_ytd)", "income", MATERNITY, "379300.00"),
    "maternity plan": ("sum(plan_year)", "income", MATERNITY, "600000.00"),
    "institutions": ("count(*)", "institutions", "in_county = '1'", "351"),
    "signed medical institutions": (
        *("count(*)", "institutions", "fixmedins_type = '1' and agreement_to >= '2026-06-30'", "228"),
    ),
    "signed pharmacies": ("count(*)", "institutions", "fixmedins_type = '2' and agreement_to >= '2026-06-30'", "39"),
    "staff": ("sum(in_post)", "staff", "stat_month = '2026-06'", "13"),
    "cards reissued": ("sum(value::int)", "kpi_history", "kpi_id = '社会保障卡换发数'", "624"),
    "enrolments handled": ("sum(value::int)", "kpi_history", "kpi_id = '办理参保登记人数'", "348"),
    "office sites": ("sum(value::int)", "kpi_history", "kpi_id = '租用办公用房处数'", "2"),
    "baseline years": ("sum(value::int)", "kpi_history", "kpi_id = '考核基准年数'", "3"),
    "records reviewed": ("sum(checked)", "work", "activity = '病历评定' and audit_month <= '2026-03'", "250"),
    "records with problems": ("sum(problem)", "work", "activity = '病历评定'", "138"),
    "follow-ups": ("sum(checked)", "work", "activity = '回访'", "1239"),
    "claims sampled": ("sum(checked)", "work", "activity = '日常审核' and place = '县内'", "8443"),
    "claims from outside": ("sum(checked)", "work", "activity = '日常审核' and place = '县外'", "2886"),
    "records sampled": ("sum(checked)", "work", "activity = '病历抽查'", "5762"),
    "agreement breaches": ("count(distinct fixmedins_code)", "ledger", "activity = '协议检查'", "6"),
    "agreement damages": ("sum(damages_due)", "ledger", "activity = '协议检查'", "27800.00"),
    "failing institutions": ("count(distinct fixmedins_code)", "ledger", "violation_code = 'G01'", "21"),
    "assessment deduction": ("sum(assessment_deducted)", "ledger", "true", "65913.00"),
    "reviewed institutions": ("count(distinct fixmedins_code)", "ledger", "activity = '病历评定'", "28"),
    "review deduction": ("sum(deducted)", "ledger", "found_date < '2026-04-01'", "27388.00"),
    "review damages": ("sum(damages_due)", "ledger", "activity = '病历评定'", "27388.00"),
    "impersonators helped": ("sum(persons)", "ledger", "activity = '回访' and violation_code = 'C01'", "2"),
    "same-name patients": ("sum(persons)", "ledger", "activity = '回访' and violation_code = 'E04'", "1"),
    "follow-up damages": ("sum(damages_due)", "ledger", "activity = '回访'", "24532.00"),
    "recovered by follow-up": ("sum(recover_received)", "ledger", "activity = '回访'", "20790.60"),
    "recovered by daily audit": ("sum(recover_received)", "ledger", "activity = '日常审核'", "25432.77"),
    "association companies": ("count(distinct fixmedins_name)", "ledger", "subject_type = '保险公司'", "8"),
    "association documents": ("sum(records)", "ledger", "subject_type = '保险公司'", "125"),
    "association damages": ("sum(damages_due)", "ledger", "subject_type = '保险公司'", "243600.00"),
    "association damages received": ("sum(damages_received)", "ledger", "subject_type = '保险公司'", "224800.00"),
    "all money of penalties": (
        "sum(deducted + assessment_deducted + recover_due + damages_due + coalesce(fine_due, 0))",
        *("ledger", "subject_type <> '保险公司'", "219244.37"),
    ),
}

# numerator, denominator, stays under which condition, as printed; 47.60 is what the printed 49.60 recomputes to
RATIOS = {
    "reimbursement per case": (FUND, CASES, f"now and {RESIDENT}", "1402"),
    "reimbursement per case last year": (FUND, CASES, f"before and {RESIDENT}", "1144"),
    "actual ratio": (f"100 * {FUND}", FEE, f"now and {RESIDENT}", "47.60"),
    "actual ratio last year": (f"100 * {FUND}", FEE, f"before and {RESIDENT}", "46.78"),
    "in-county cost per case": (FEE, CASES, HERE, "2163.00"),
    "in-county cost per bed day": (FEE, DAYS, HERE, "264.00"),
    "in-county compliance": (f"100 * {POLICY}", FEE, HERE, "92.27"),
    "in-county actual ratio": (f"100 * {FUND}", FEE, HERE, "54.48"),
    "in-policy ratio after the deductible": (f"100 * {FUND}", AFTER_DEDUCTIBLE, HERE, "66.45"),
    "in-policy ratio before the deductible": (f"100 * {FUND}", POLICY, HERE, "59.04"),
    "in-county cost per case last year": (FEE, CASES, HERE_BEFORE, "2254.00"),
    "in-county cost per bed day last year": (FEE, DAYS, HERE_BEFORE, "285.00"),
    "in-county compliance last year": (f"100 * {POLICY}", FEE, HERE_BEFORE, "89.87"),
    "in-county actual ratio last year": (f"100 * {FUND}", FEE, HERE_BEFORE, "52.29"),
    "employees' reimbursement per case": (FUND, CASES, AT_WORK_HERE, "7986"),
    "employees' actual ratio": (f"100 * {FUND}", FEE, AT_WORK_HERE, "68.00"),
    "employees' in-policy ratio": (f"100 * {FUND}", AFTER_DEDUCTIBLE, AT_WORK_HERE, "72.00"),
    "pilot cost per case": (FEE, CASES, PILOT, "453.0000"),
    "pilot cost per bed day": (FEE, DAYS, PILOT, "74.0000"),
    "pilot actual ratio": (f"100 * {FUND}", FEE, PILOT, "74.40"),
    "comparison cost per case": (FEE, CASES, COMPARISON, "797.0000"),
    "comparison cost per bed day": (FEE, DAYS, COMPARISON, "115.0000"),
    "comparison actual ratio": (f"100 * {FUND}", FEE, COMPARISON, "71.08"),
}


@pytest.mark.parametrize("figure", EXACT)
def test_a_printed_amount_or_count_is_met_exactly(value, figure):
    what, view, where, printed = EXACT[figure]
    assert value(f"select {what} from {view} where {where}") == Decimal(printed)


@pytest.mark.parametrize("figure", RATIOS)
def test_a_printed_mean_or_ratio_is_met_when_rounded_as_printed(value, figure):
    assert ratio(value, figure).quantize(Decimal(RATIOS[figure][3])) == Decimal(RATIOS[figure][3])


def ratio(value, figure: str) -> Decimal:
    """The figure's ratio of sums."""
    numerator, denominator, where, _ = RATIOS[figure]
    return value(f"select {numerator} from stays where {where}") / value(
        f"select {denominator} from stays where {where}"
    )


def test_growth_of_fee_and_of_reimbursement_per_case_round_to_the_printed_rates(value):
    now, before = (ratio(value, "reimbursement per case" + year) for year in ("", " last year"))
    assert round(100 * (now / before - 1), 2) == Decimal("22.55")
    assert round(
        100 * (Decimal(EXACT["residents' inpatient fee"][3]) / Decimal(EXACT["fee last year"][3]) - 1), 2
    ) == Decimal("53.47")
