"""The outlook: claims completed as by hand, known series come back, ranges hold the truth, and nothing is made up."""

import shutil
from dataclasses import replace
from decimal import Decimal
from statistics import fmean

import duckdb
import numpy as np
import pytest

from pipelines import WarehouseError, open_county, undo
from pipelines.access import Scope
from pipelines.answers.county import part_of
from pipelines.outlook import ALL, AS_IS, Scenario, outlook, wording
from pipelines.outlook.back_test import NARROWEST, Told, scored
from pipelines.outlook.fitting import DAMPING, MOST_SMOOTHING, fitted
from pipelines.outlook.history import histories
from pipelines.outlook.income import Collected, expected
from pipelines.outlook.paths import drawn, futures
from pipelines.outlook.projecting import run_out
from pipelines.outlook.scenarios import changed_care, changed_income, refuse
from pipelines.outlook.settling import settling
from tests.conftest import linked

AHEAD = [f"2026-{month:02d}" for month in range(7, 13)]


@pytest.fixture(scope="module")
def told(sample_county):
    return outlook(sample_county)


# ---------------------------------------------------------------- claims not yet settled


def test_claims_are_completed_as_a_triangle_by_hand():
    """Discharges of 100 a month: 80 settled at once, 20 the month after; of the last month 88 are in so far."""
    by_settlement = [80, 100, 100, 108]
    found = settling(by_settlement, [[0, 20, 20, 20]])
    assert found.settled == (100, 100, 100, 88)
    assert found.incurred == pytest.approx((100, 100, 100, 110))  # 300 / 240 = 1.25; 88 x 1.25
    assert found.unsettled == pytest.approx(22)
    assert found.shares == pytest.approx((0.8, 0.2))
    assert found.ratios == ((1.25, 1.25, 1.25),)


def test_what_is_settled_at_once_is_complete():
    assert settling([5.0, 7.0]).incurred == (5.0, 7.0)


def test_late_claims_of_the_sample_are_those_that_its_rows_date_apart(sample_county, told):
    """By another way: the uploaded rows themselves, without the facts that are made of them."""
    batches = f"{sample_county.warehouse}/batches/*/rows.parquet"
    ((late,),) = duckdb.sql(
        f"select sum(fund_pay_sumamt) from read_parquet('{batches}', union_by_name = true) "
        "where insutype = '390' and med_type in ('21', '22', '23', '24', '27', '28') and vali_flag = '1' "
        "and coalesce(refd_setl_flag, '0') <> '1' and date_trunc('month', enddate) < date_trunc('month', setl_time)"
    ).fetchall()
    cares = histories(sample_county, told.now)["resident"].cares
    assert sum(sum(map(sum, care.late_paid)) for care in cares) == pytest.approx(float(late))
    assert late > 3_000_000
    assert told.projection("resident").unsettled.low95 > 0


# ---------------------------------------------------------------- fits and paths


def trending(months: int, noise: float, rng) -> np.ndarray:
    """100 a month, 1 % more each, 20 % fewer in February, give or take."""
    at = np.arange(months)
    return 100 * np.exp(0.01 * at) * np.where(at % 12 == 1, 0.8, 1.0) * np.exp(noise * rng.standard_normal(months))


def test_a_series_of_trend_and_season_comes_back():
    series = trending(60, 0.0, np.random.default_rng(0))
    found = fitted(series[:48], 1)
    middle = np.median(futures(found, 1, drawn(48, 12)), axis=0)
    assert middle[:6] == pytest.approx(series[48:54], rel=0.06)
    assert np.argmin(middle) == 1
    assert 0.005 < found.trend < 0.015


def test_paths_without_chance_go_as_the_library_forecasts():
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    series = trending(20, 0.05, np.random.default_rng(2))
    still = replace(fitted(series, 1), misses=(0.0,) * 20)
    bounds = {"smoothing_trend": (1e-4, MOST_SMOOTHING)}
    model = ETSModel(np.log(series), trend="add", damped_trend=True, initialization_method="estimated", bounds=bounds)
    with model.fix_params({"damping_trend": DAMPING}):
        wanted = np.exp(model.fit(disp=False).forecast(12))
    assert futures(still, 9, drawn(20, 12, paths=3))[0] == pytest.approx(wanted, rel=1e-6)


def test_ranges_hold_the_truth_about_as_often_as_they_say():
    rng, held = np.random.default_rng(3), []
    for _ in range(40):
        series = 100 * np.exp(np.cumsum(0.04 * rng.standard_normal(30)) + 0.03 * rng.standard_normal(30))
        paths = futures(fitted(series[:24], 1), 1, drawn(24, 6, 300), NARROWEST)
        low, high = np.percentile(paths, (10, 90), axis=0)
        held += list((low <= series[24:]) & (series[24:] <= high))
    assert 0.7 <= fmean(held) <= 0.9


def test_the_same_build_tells_the_same_and_is_read_from_what_was_kept(sample_county, told):
    again = outlook(sample_county)
    assert again.projection("all") == told.projection("all")
    assert list((sample_county.warehouse / "outlook").glob("*.json"))


# ---------------------------------------------------------------- income


def test_income_is_the_sum_due_by_the_pattern_of_the_year_before():
    """Last year 1,200 due and 1,080 in: 90 % of 1,500 is 1,350; half of it in June, as last year, is in."""
    flow = {f"2025-{m:02d}": Collected(90, 0, 90 * m, 1200) for m in range(1, 13)}
    flow |= {f"2026-{m:02d}": Collected(120, 12, 120 * m, 1500) for m in range(1, 7)}
    found = expected(flow, "2026-06")
    assert found.total == pytest.approx((1350, 1440))  # by what is due; by the pace: 720 / (6 / 12)
    assert found.shares == pytest.approx([1 / 12] * 12)
    assert found.growth == pytest.approx(0.25)
    assert found.patterned
    assert found.kept == pytest.approx(1 - 72 / (6 * 90 + 720))


# ---------------------------------------------------------------- balance, months, run-out


def test_months_payable_is_the_balance_over_the_mean_payout_since_january(sample_county, told):
    """Employees: by hand from the facts, personal accounts out of both."""
    figures = told.schemes["employee"].figures
    ((opening,),) = sample_county.fetch(
        "select sum(pooled_yuan) from fct_opening_balance where year = 2026 and scheme = 'employee'"
    )
    ((income,),) = sample_county.fetch(
        "select sum(collected_month_yuan - account_part_yuan) from fct_collection "
        "where year(month) = 2026 and scheme = 'employee'"
    )
    ((paid, pooled),) = sample_county.fetch(
        "select sum(fund_paid_yuan), sum(pooled_fund_yuan) from mart_settlement "
        "where year(month) = 2026 and scheme = 'employee'"
    )
    assert figures["cumulative_balance"].value == opening + income - paid
    assert figures["months_payable"].value == round((opening + income - paid) * 6 / paid, 2)
    assert figures["months_payable_pooled"].value == round((opening + income - pooled) * 6 / pooled, 2)
    assert figures["months_payable_pooled"].value > figures["months_payable"].value


def test_the_first_month_below_nothing_is_when_it_runs_out():
    left = np.array([[3, 1, -1], [2, -1, 1], [5, 4, 3], [-1, -2, -3]])
    found = run_out(left, ["2026-07", "2026-08", "2026-09"])
    assert (found.share, found.earliest, found.likely, found.latest) == (0.75, "2026-07", "2026-08", "")


def test_all_schemes_are_the_sum_of_each(told):
    whole = told.projection("all")
    parts = [told.projection(scheme) for scheme in told.schemes]
    assert told.balance("all") == pytest.approx(sum(told.balance(scheme) for scheme in told.schemes))
    for year, (income, payout) in whole.years.items():
        assert income.middle == pytest.approx(sum(part.years[year][0].middle for part in parts), rel=0.02)
        assert payout.middle == pytest.approx(sum(part.years[year][1].middle for part in parts), rel=0.02)
    assert [len(whole.ahead), whole.end.month] == [18, "2027-12"]


def test_all_schemes_are_named_where_one_has_no_settlements(told):
    without = replace(told, schemes={name: each for name, each in told.schemes.items() if name != "maternity"})
    assert wording.findings(told, ALL, None)[0].startswith("全部险种2026年6月末")
    assert wording.findings(without, ALL, None)[0].startswith("居民、职工合计2026年6月末")


def test_without_the_opening_balance_payouts_are_forecast_and_the_upload_is_asked_for(sample_warehouse, tmp_path):
    shutil.copytree(sample_warehouse, tmp_path / "warehouse", copy_function=linked)
    county = open_county(tmp_path / "warehouse")
    batch = next(iter(county.coverage["opening_balance", "2026"].batches))
    undo(tmp_path / "warehouse", batch, "测试", "没有年初结余")
    found = outlook(open_county(tmp_path / "warehouse"))
    told = found.projection("employee")
    assert "年初结余" in found.no_balance("employee")[0]
    assert told.run_out is None
    assert told.end.balance is None
    assert told.end.payout.low95 > 0


def test_with_less_than_two_years_there_is_no_forecast_but_the_run_rate(city):
    found = outlook(city)
    scheme = found.of("resident")[0]
    assert found.projection("resident") is None
    assert "14 个月" in scheme.no_forecast
    assert scheme.run_rates[1] == pytest.approx(fmean(scheme.model.paid[-12:]))


def test_whoever_sees_a_part_of_the_county_is_told_why_not(sample_county):
    towns = sample_county.fetch("select distinct town from fct_enrolment order by town limit 1")
    with pytest.raises(WarehouseError, match="不属于本账号的数据范围"):
        outlook(part_of(sample_county, Scope(towns=(towns[0][0],))))


# ---------------------------------------------------------------- back-test


def test_errors_and_coverage_are_counted_as_by_hand():
    told = [Told("2026-01", 1, (70, 80, 100, 125, 140), 150, 110), Told("2026-02", 1, (70, 80, 100, 125, 140), 90, 100)]
    found = scored(told, [100.0] * 12 + [120.0] * 2)
    assert found.mape == pytest.approx(100 * (10 / 110 + 0) / 2)
    assert found.naive_mape == pytest.approx(100 * (40 / 110 + 10 / 100) / 2)
    assert found.mase == pytest.approx(5 / 20)
    assert (found.within_80, found.within_95, found.spread) == (1, 1, NARROWEST)
    assert found.better


def test_a_forecast_that_the_year_before_would_have_beaten_says_so():
    told = [Told("2026-01", 1, (70, 80, 100, 125, 140), 148, 150)]
    found = scored(told, [100.0] * 14)
    assert not found.better
    assert found.spread > NARROWEST


def test_the_sample_is_tried_from_twelve_month_ends(told):
    test = told.schemes["resident"].payout_test
    assert (test.origins, test.months) == (12, 6 * 7 + 5 + 4 + 3 + 2 + 1)
    assert test.better


# ---------------------------------------------------------------- scenarios


def test_a_scenario_changes_what_it_says_from_its_month_on():
    flu = Scenario("流感", begins="2026-09", cost_percent=10, flu_month="2026-12", flu_percent=30)
    visits, cost = changed_care(flu, "outpatient", 0.5, AHEAD)
    assert visits == pytest.approx([1, 1, 1, 1, 1, 1.3])
    assert cost == pytest.approx([1, 1, 1.1, 1.1, 1.1, 1.1])


def test_points_of_the_ratio_are_of_hospital_stays_alone():
    more = Scenario("提高待遇", ratio_points=5)
    assert changed_care(more, "inpatient_in", 0.5, AHEAD)[1] == pytest.approx([1.1] * 6)
    assert changed_care(more, "chronic", 0.5, AHEAD)[1] == pytest.approx([1] * 6)
    assert changed_care(replace(more, ratio_points=-50), "all", 0.4, AHEAD)[1] == pytest.approx([0] * 6)


def test_income_that_comes_later_leaves_the_months_between_empty():
    later = Scenario("迟到", begins="2026-08", collected_later=2, collected_percent=-10)
    found = changed_income(later, np.full((1, 6), 100.0), AHEAD)
    assert found[0] == pytest.approx([100, 0, 0, 90, 90, 90])


def test_dearer_cases_cost_exactly_so_much_more_where_all_is_settled_at_once(told):
    dearer = told.projection("employee", Scenario("涨价", cost_percent=10))
    as_is = told.projection("employee")
    assert [a.payout.middle for a in dearer.ahead] == pytest.approx([1.1 * a.payout.middle for a in as_is.ahead])
    assert told.projection("employee", Scenario("居民涨价", scheme="resident", cost_percent=10)).ahead == as_is.ahead


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"name": ""}, "名称"),
        ({"begins": "2026-13"}, "开始月份"),
        ({"flu_percent": 20.0}, "没有写是哪个月"),
        ({"cost_percent": -100.0}, "次均费用变动"),
        ({"collected_later": 13}, "推迟"),
    ],
)
def test_a_scenario_that_cannot_be_is_one_sentence(wrong, why):
    with pytest.raises(WarehouseError, match=why):
        refuse(replace(AS_IS, **wrong))


def test_money_is_told_in_decimals_where_it_is_a_figure(told):
    assert isinstance(told.schemes["resident"].figures["cumulative_balance"].value, Decimal)
