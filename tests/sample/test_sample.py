"""The sample county is made like a real one: its rows add up, its tables agree, and it is the same on every run."""

import csv
from decimal import Decimal

import numpy as np
import pytest

from pipelines.sample.county import settlements
from pipelines.sample.money import fit_counts, fit_share, reduce_to, spread
from pipelines.sample.people import make_people, register_by_town
from pipelines.sample.places import OUTSIDE, TOWNS, make_roster
from pipelines.sample.printed import read_halves
from pipelines.sample.write import write_settlements

REAL = [
    "石柱",
    "下路",
    "万朝",
    "马武",
    "中益",
    "大歇",
    "黄水",
    "西沱",
    "松滋",
    "石首",
    "监利",
    "洪湖",
    "重庆",
    "湖北",
    "云溪",
]
ASSESSED = """
    with achieved as (
        select fixmedins_code,
            sum(medfee_sumamt)::double / sum(visits) as 次均住院费用,
            sum(medfee_sumamt)::double / sum(days) as 平均床日费用,
            100.0 * sum(inscp_scp_amt) / sum(medfee_sumamt) as 符合补偿比例,
            100.0 * sum(fund_pay_sumamt) / sum(medfee_sumamt) as 住院实际补偿比例
        from stays where now and local and insutype = '390' group by fixmedins_code
    ),
    long as (
        unpivot achieved on 次均住院费用, 平均床日费用, 符合补偿比例, 住院实际补偿比例 into name indicator value reached
    ),
    judged as (
        select fixmedins_code, most_points::double as most, yuan_per_point,
            (round(reached, 2) - target::double) * case when operator = '≤' then 1 else -1 end as beyond,
            step::double * case when step_basis = '百分比' then target::double / 100 else 1 end as step
        from long join assessment_indicators using (fixmedins_code, indicator)
    )
    select fixmedins_code, sum(least(ceil(round(beyond / step, 6)), most) * yuan_per_point)::decimal(18, 2)
    from judged where beyond > 0 group by fixmedins_code order by fixmedins_code"""
READMITTED = """
    with gaps as (
        select fixmedins_name, begndate - lag(enddate) over (partition by psn_no order by begndate) as gap
        from stays where now and insutype = '390' and not refunded
    ),
    hospitals as (
        select fixmedins_name, count(*) filter (gap between 0 and 15) / count(*) as share
        from gaps group by fixmedins_name having count(*) > 200
    )
    select (select count(*) filter (gap between 0 and 15) / count(*) from gaps), max(share) from hospitals"""
BROKEN_RUNNING_SUMS = """
    with steps as (
        select stat_month, collected_ytd - collected_month as before, lag(collected_ytd) over (
            partition by insutype, income_source, left(stat_month, 4) order by stat_month) as earlier
        from fund_collection
    )
    select count(*) from steps where right(stat_month, 2) not in ('01', '07') and before <> earlier"""


def broken(value, condition: str, view: str = "rows") -> Decimal:
    """How many rows of a view meet a condition that none should."""
    return value(f"select count(*) from {view} where {condition}")


def test_every_row_adds_up_to_its_fee_and_its_fund_paid(value):
    costs = "fulamt_ownpay_amt + overlmt_selfpay + preselfpay_amt + inscp_scp_amt"
    payers = "fund_pay_sumamt + acct_pay + psn_cash_pay + hosp_part_amt"
    funds = "hifp_pay + cvlserv_pay + hifes_pay + hifmi_pay + hifob_pay + maf_pay + oth_pay"
    assert broken(value, f"medfee_sumamt <> {costs} or medfee_sumamt <> {payers} or fund_pay_sumamt <> {funds}") == 0


def test_no_part_is_negative_or_larger_than_the_fee(value):
    for part in ("fund_pay_sumamt", "inscp_scp_amt", "psn_cash_pay", "acct_pay", "hifp_pay", "preselfpay_amt"):
        assert broken(value, f"{part} * visits < 0 or abs({part}) > abs(medfee_sumamt)") == 0
    assert broken(value, "drug_fee + exam_fee + material_fee > medfee_sumamt and not refunded") == 0


def test_the_fund_pays_at_most_the_in_policy_cost_above_the_deductible(value):
    assert broken(value, "abs(fund_pay_sumamt) > abs(inscp_scp_amt - act_pay_dedc)") == 0


def test_every_stay_lasts_from_admission_to_discharge_and_is_settled_after(value):
    assert broken(value, "enddate - begndate <> ipt_days or ipt_days < 1 or setl_time < enddate", "stays") == 0


def test_every_refund_nets_out_a_settlement_of_the_same_person_and_amount(value):
    key = "psn_no, fixmedins_code, begndate, enddate, med_type"
    refunds = f"select {key}, -medfee_sumamt from rows where refunded"
    originals = f"select {key}, medfee_sumamt from rows where not refunded"
    assert broken(value, "refunded") > 1000
    assert value(f"select count(*) from ({refunds} except {originals})") == 0


def test_void_rows_exist_and_are_few(value):
    assert 500 < value("select count(*) from settlements where vali_flag = '0'") < 3000


def test_settlement_numbers_are_unique(value):
    assert value("select count(*) - count(distinct setl_id) from settlements") == 0


def test_there_are_24_months_and_visits_jump_when_all_village_clinics_join(county, value):
    months = county.execute("select strftime(setl_time, '%Y-%m'), count(*) from rows group by 1 order by 1").fetchall()
    assert [months[0][0], months[-1][0], len(months)] == ["2024-07", "2026-06", 24]
    assert months[18][1] > 2 * months[17][1]
    assert 1_250_000 < value("select count(*) from settlements") < 1_450_000


def test_each_settlement_file_holds_its_own_month(county_files, county):
    for path in county_files:
        if path.name.startswith("settlements"):
            found = county.execute(f"select distinct 结算日期[:7] from read_csv('{path}', all_varchar=true)").fetchall()
            assert found == [(path.stem[-7:],)]


def test_hospitals_outside_are_level_three_and_all_others_below(value):
    assert broken(value, "(in_county = '0') <> coalesce(hosp_lv like '三级%', false)", "institutions") == 0
    assert broken(value, "in_county = '0'", "institutions") == len(OUTSIDE)
    assert broken(value, "kind is null or (kind = '县外医院') = local", "stays") == 0


def test_only_health_centres_of_townships_carry_the_pilot_mark(value):
    assert broken(value, "pilot is not null and category <> '乡镇卫生院'", "institutions") == 0


def test_employees_stay_in_the_county_and_only_their_stays_cost_the_fund(value):
    assert broken(value, "insutype = '310' and (not local or (not inpatient and fund_pay_sumamt <> 0))") == 0


def test_some_unsigned_village_clinics_are_paid_and_some_signed_ones_see_nobody(value):
    village, paid = "category = '村卫生室'", "fixmedins_code in (select fixmedins_code from rows where now)"
    assert broken(value, f"{village} and agreement_status <> '正常' and {paid}", "institutions") > 5
    assert broken(value, f"{village} and agreement_status = '正常' and not {paid}", "institutions") > 2


def test_readmissions_within_15_days_are_a_few_percent_and_one_hospital_stands_out(county):
    everywhere, highest = county.execute(READMITTED).fetchone()
    assert 0.03 < everywhere < 0.09 < highest


def test_income_to_date_is_the_running_sum_of_the_months(value):
    assert value(BROKEN_RUNNING_SUMS) == 0


def test_a_year_opens_with_the_balance_of_the_year_before(county, value):
    sql = "select year, pooled from opening_balance where insutype = '390'"
    opening = dict(county.execute(sql).fetchall())
    income = value("select sum(collected_ytd) from fund_collection where stat_month = '2025-12' and insutype = '390'")
    paid = value("select sum(fund_pay_sumamt) from rows where year(setl_time) = 2025 and insutype = '390'")
    assert opening["2026"] == opening["2025"] + income - paid


def test_every_month_has_penalties_and_audit_work(value):
    assert value("select count(distinct strftime(found_date, '%Y-%m')) from penalties") == 24
    assert value("select count(distinct audit_month) from audit_work") == 24


def test_damages_are_base_times_multiple_and_money_comes_in_within_the_half_year(value):
    half = "(year({0}), month({0}) <= 6)"
    assert broken(value, "damages_due <> base_amount * damages_multiple", "penalties") == 0
    other_half = f"{half.format('received_date')} <> {half.format('found_date')}"
    assert broken(value, f"received_date is not null and {other_half}", "penalties") == 0
    moved = "case_progress inner join penalties using (case_no)"
    late = f"received > 0 and note <> '逾期到账' and {half.format('moved_on')} <> {half.format('found_date')}"
    assert broken(value, late, moved) == 0
    assert broken(value, "note = '逾期到账' and found_date < '2025-07-01'", moved) > 0


def test_what_is_recovered_comes_in_and_some_damages_stay_out(value):
    sums = "select case_no, sum(due) as due, sum(received) as received from case_progress"
    for kind, name in (("recover", "追回"), ("damages", "违约金")):
        ledger = f"penalties left join ({sums} where handling = '{name}' group by 1) using (case_no)"
        owed = f"{kind}_due + coalesce(due, 0) - {kind}_received - coalesce(received, 0)"
        assert broken(value, f"{owed} < 0", ledger) == 0
        assert (broken(value, f"{owed} > 0", ledger) > 0) == (kind == "damages")


def test_internal_audit_checks_a_fifth_each_quarter_and_field_audit_a_quarter_in_the_year(county, value):
    sql = "select checked / universe from audit_work where activity = '内部稽核'"
    shares = [row[0] for row in county.execute(sql).fetchall()]
    assert len(shares) == 8 and min(shares) >= 0.2
    field = "activity = '实地稽核' and audit_month like '2025%'"
    assert value(f"select sum(checked) / max(universe) from audit_work where {field}") >= 0.25


def test_each_institution_is_deducted_what_the_rule_says_of_the_targets_it_misses(county):
    computed = county.execute(ASSESSED).fetchall()
    ledger = (
        "select fixmedins_code, assessment_deducted from ledger where activity = '指标考核' order by fixmedins_code"
    )
    assert computed == county.execute(ledger).fetchall()
    noted = "select sum(deducted::decimal(18, 2)) from assessment_indicators where fixmedins_code is not null"
    assert sum(yuan for _, yuan in computed) == county.execute(noted).fetchone()[0]


def test_every_place_is_invented(county_files):
    paths = [path for path in county_files if not path.name.startswith("settlements")]
    text = "".join(path.read_text(encoding="utf-8-sig") for path in paths)
    assert not [name for name in REAL if name in text]
    assert len(set(TOWNS)) == 32


def test_names_and_codes_of_institutions_are_unique(county):
    sql = "select count(distinct fixmedins_name), count(distinct fixmedins_code), count(*) from institutions"
    assert set(county.execute(sql).fetchone()) == {366}


def test_a_renamed_hospital_has_its_former_name_in_earlier_settlements_alone(county):
    sql = """select fixmedins_code, settlements.fixmedins_name, max(strftime(setl_time, '%Y-%m'))
        from settlements join institutions using (fixmedins_code)
        where settlements.fixmedins_name <> institutions.fixmedins_name group by all"""
    ((_, former, last),) = county.execute(sql).fetchall()
    assert (former, last) == ("示例县棠屿明眸医院", "2026-02")


def test_one_pharmacy_stands_in_the_roster_under_two_codes(county):
    sql = "select town, count(*) from institutions where fixmedins_name like '澄砚芝和%' group by town"
    assert county.execute(sql).fetchall() == [("澄砚镇", 2)]


def test_a_half_year_is_the_same_byte_for_byte_when_made_again(tmp_path):
    written = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        register = register_by_town()
        people, roster, half = make_people(register), make_roster(register.sum(axis=1)), read_halves()[0]
        paths = write_settlements(tmp_path / name, half, settlements(half, people, roster), people, roster)
        written.append([path.read_bytes() for path in paths])
    assert written[0] == written[1]


def test_small_uploads_are_plain_csv_with_a_byte_order_mark(county_files):
    for path in county_files:
        if not path.name.startswith("settlements"):
            assert path.read_bytes().startswith(b"\xef\xbb\xbf")
            with path.open(encoding="utf-8-sig", newline="") as file:
                assert len({len(row) for row in csv.reader(file)}) == 1


def test_sharing_out_keeps_the_total_to_the_fen():
    rng = np.random.default_rng(7)
    weights = rng.random(1000)
    fees = spread(weights, 12_345_678, least=500)
    assert fees.sum() == 12_345_678 and fees.min() >= 500
    part = fit_share(fees, rng.uniform(0.1, 0.9, 1000), 7_777_777)
    assert part.sum() == 7_777_777 and (part <= fees).all() and (part >= 0).all()
    assert fit_counts(weights, 4321).sum() == 4321
    assert reduce_to(fees, 9_000_000, rng.permutation(1000)).sum() == 9_000_000


@pytest.mark.parametrize(
    "impossible",
    [
        lambda fees: spread(fees, 50, least=60),
        lambda fees: fit_share(fees, fees / 500, 301),
        lambda fees: fit_counts(fees.astype(float), 1),
        lambda fees: reduce_to(fees, 400, np.array([0, 1])),
    ],
)
def test_a_total_that_cannot_be_reached_is_an_error(impossible):
    with pytest.raises(ValueError):
        impossible(np.array([100, 200]))
