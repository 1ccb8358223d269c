"""Stays settled both ways: what the fund owes, what institutions keep; other rates, other pilots on the same stays."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from click.testing import CliRunner

from pipelines import ask, bed_days
from pipelines.bed_days import Plan, RateChange, read_change
from pipelines.cli import main
from pipelines.errors import WarehouseError
from tests.bed_days.conftest import FIRST, JUNE, OTHER, SECOND


@pytest.fixture(scope="module")
def basis(small_county):
    return bed_days.basis(small_county, JUNE)


def test_both_ways_are_those_of_the_figures_of_the_dictionary(small_county, basis):
    kpis = ("bed_day_package", "bed_day_fund_due", "bed_day_fund_paid", "bed_day_balance")
    figures = {
        (f.kpi.id, f.dims["institution"], f.dims["disease_class"]): f.value
        for f in ask(small_county, kpis, JUNE, ("institution", "disease_class"))
    }
    for (place, illness), each in bed_days.settled(basis).items():
        told = (each.package_yuan, each.fund_due_yuan, each.fund_paid_yuan, each.balance_yuan)
        assert told == tuple(figures[kpi, place, illness] for kpi in kpis)


def test_what_an_institution_gains_is_what_the_fund_pays_more(basis):
    for each in bed_days.settled(basis).values():
        assert each.balance_yuan == each.fund_due_yuan - each.fund_paid_yuan
    whole = bed_days.summed(bed_days.settled(basis))[""]
    assert (whole.visits, whole.priced_visits, whole.bed_days) == (9, 4, 12)


def test_a_plan_that_changes_nothing_leaves_both_sides_and_a_joining_institution_gets_its_package(basis):
    same = bed_days.tried(basis, Plan())
    assert same.before == same.after and set(same.before) == {FIRST}
    joined = bed_days.tried(basis, Plan(added=frozenset([SECOND])))
    assert joined.fund_yuan(True) - joined.fund_yuan(False) == Decimal(90 - 1000)
    assert joined.balance_yuan(True) - joined.balance_yuan(False) == Decimal(90 - 1000)
    left = bed_days.tried(basis, Plan(removed=frozenset([FIRST])))
    assert (left.fund_yuan(True), left.balance_yuan(True)) == (200, 0)  # two stays, of which the fund had paid 100 each


@pytest.mark.parametrize(
    ("change", "package"),
    [
        ("+5%", 2 * 21 + Decimal("8.40") + 3 * 105),
        ("内科=-10", 2 * 18 + Decimal("7.20") + 300),
        ("内科：3＝+1.1％", 40 + Decimal("8.09") + 300),  # 8.088 is 8.09 a day
        (":3=−50%", 40 + 4 + 300),
    ],
)
def test_rates_move_by_class_and_by_segment_to_the_fen(basis, change, package):
    tried = bed_days.tried(basis, Plan((read_change(change),)))
    assert tried.balance_yuan(True) == package - 2000


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (Plan((RateChange(Decimal(5), "骨科"),)), "没有“骨科”的床日标准"),
        (Plan((RateChange(Decimal(5), "内科", 9),)), "没有“内科第 9 日起”的床日标准"),
        (Plan(added=frozenset(["H00000000000"])), "机构名册里没有"),
        (Plan(removed=frozenset([OTHER])), "不是试点，不能退出"),
    ],
)
def test_what_can_not_be_tried_is_said(basis, plan, told):
    with pytest.raises(WarehouseError, match=told):
        bed_days.tried(basis, plan)


def test_an_institution_without_rates_can_not_join(basis):
    bare = replace(basis, tariffs={t: s for t, s in basis.tariffs.items() if t.institution != OTHER})
    with pytest.raises(WarehouseError, match="没有床日标准"):
        bed_days.tried(bare, Plan(added=frozenset([OTHER])))


@pytest.mark.parametrize("text", ["五个点", "内科=", "内科:x=5", "-101%", "1e3", ""])
def test_a_change_that_can_not_be_read_is_said(text):
    with pytest.raises(WarehouseError, match="读不懂"):
        read_change(text)


def settle(county, *words: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["--warehouse", str(county.warehouse), "settle", "--to", "2026-06", *words])
    assert result.exit_code == code, result.output
    return result.output


def test_the_command_tells_both_ways_and_what_is_tried(small_county):
    words = ("--from", "2026-06", "--add", SECOND)
    told = json.loads(settle(small_county, *words, "--json"))
    assert told["pilots"]["package_yuan"] == 348 and told["pilots"]["balance_yuan"] == -1652
    assert [each["pilot"] for each in told["institutions"]] == ["yes", "no", None]
    assert told["tried"]["fund_after_yuan"] - told["tried"]["fund_before_yuan"] == -910
    assert "按床日" in settle(small_county, *words)
    assert "不能按床日结算：未上传" in settle(small_county, code=2)
