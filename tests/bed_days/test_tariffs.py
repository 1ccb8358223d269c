"""What the days of a stay come to: whose rates count, of which class an illness is, refunds, rates that contradict."""

import shutil
from decimal import Decimal

import pytest

from pipelines import Period, ask, load, open_county, rows
from tests.bed_days.conftest import FIRST, JUNE, OTHER, SECOND, rate
from tests.files import SETTLEMENT, write


def repriced(county, folder, kpi: str) -> dict:
    """A figure by month and class, once other rates and classes came in behind the stays."""
    target = shutil.copytree(county.warehouse, folder / "warehouse")
    rates = [rate("内科", "1", "", "7.00"), rate("重症", "1", "", "9.00")]
    files = [write(folder, rates, "rates.csv"), write(folder, [{"病种编码": "J", "疾病分类": "内科"}], "classes.csv")]
    load(target, files, "测试")
    return told(open_county(target), kpi, "disease_class")


def told(county, kpi: str, *by: str) -> dict:
    return {tuple(f.dims.values()): f.value for f in ask(county, [kpi], JUNE, by)}


def test_an_institutions_own_rates_go_before_those_of_its_kind_and_those_before_the_countys(small_county):
    found = told(small_county, "bed_day_package", "institution", "disease_class")
    assert found[OTHER, "内科"] == Decimal("25.00")  # two days at 10, one at 5
    assert found[FIRST, "内科"] == Decimal("48.00")  # two days at 20, one at 8; the refunded stay is worth nothing
    assert found[SECOND, "内科"] == Decimal("90.00")


def test_the_longest_beginning_of_a_code_names_its_class_and_days_behind_the_last_segment_have_no_rate(small_county):
    assert told(small_county, "bed_day_package", "disease_class")[("重症",)] == Decimal("300.00")
    assert told(small_county, "bed_day_priced_share", "disease_class")[("重症",)] == Decimal("50.00")


@pytest.mark.parametrize("illness", ["外科", "康复", "产科", "unclassified"])
def test_what_has_no_class_no_rate_or_rates_that_contradict_themselves_is_not_priced(small_county, illness):
    assert told(small_county, "bed_day_package", "disease_class")[(illness,)] == 0
    assert told(small_county, "bed_day_priced_share", "disease_class")[(illness,)] == 0


def test_the_fund_owes_the_package_less_what_patients_paid_and_the_rest_is_the_institutions(small_county):
    """Five stays count with 1000 yuan each, of which the fund paid 100: the package is 25 + 48 + 90 + 300."""
    (due,), (paid,), (balance,) = (
        told(small_county, f"bed_day_{kpi}").values() for kpi in ("fund_due", "fund_paid", "balance")
    )
    assert due == Decimal(463) - 4 * 900
    assert paid == 400
    assert balance == Decimal(463) - 4000 == due - paid


def test_the_rows_behind_a_package_add_up_to_it(small_county):
    for found in rows(small_county, "bed_day_balance", JUNE):
        assert found.agrees
    assert {"disease_class", "package_yuan"} <= set(found.columns)


def test_other_rates_and_classes_price_the_stays_of_all_months_anew(small_county, tmp_path):
    found = repriced(small_county, tmp_path, "bed_day_package")
    assert found == {("内科",): Decimal(7 * (3 * 3 + 3 + 4)), ("unclassified",): 0}


def test_without_rates_of_the_year_or_classes_the_figure_says_what_is_missing(tmp_path):
    path = write(tmp_path, [SETTLEMENT | {"病种编码": "J18.9", "结算日期": "2025-06-05"}], "stays.csv")
    load(tmp_path / "warehouse", [path], "测试")
    (figure,) = ask(open_county(tmp_path / "warehouse"), ["bed_day_package"], Period("2025-06", "2025-06"))
    assert (figure.value, figure.missing) == (None, "未上传：疾病分类对照")
