"""`outlook` on the command line, and scenarios in the journal: saved, compared, taken back, restored."""

import json
import shutil
from dataclasses import replace

import pytest
from click.testing import CliRunner

from pipelines import WarehouseError, outlook
from pipelines.cli import main
from pipelines.outlook import Scenario
from pipelines.store.history import events
from tests.conftest import linked

FLU = Scenario("冬季流感", "resident", flu_month="2026-12", flu_percent=30.0)
RAISED = Scenario("提高待遇", begins="2027-01", ratio_points=5.0, collected_later=2)


@pytest.fixture(scope="module")
def writable(sample_warehouse, tmp_path_factory):
    """A copy of the sample county's warehouse to write scenarios to, its outlook made."""
    target = tmp_path_factory.mktemp("scenarios") / "warehouse"
    return shutil.copytree(sample_warehouse, target, copy_function=linked)


def run(warehouse, *asked: str):
    return CliRunner().invoke(main, ["--warehouse", str(warehouse), "outlook", *asked])


def test_scenarios_are_saved_replaced_taken_back_and_restored(writable):
    outlook.save(writable, FLU, "3号")
    outlook.save(writable, RAISED, "3号", "为预算会")
    outlook.save(writable, replace(FLU, flu_percent=50.0), "3号")
    assert [each.scenario for each in outlook.saved(writable)] == [replace(FLU, flu_percent=50.0), RAISED]
    with pytest.raises(WarehouseError, match="已经照这样存着"):
        outlook.save(writable, RAISED, "3号")
    outlook.withdraw(writable, "冬季流感", "3号")
    assert list(outlook.standing(writable)) == ["提高待遇"]
    with pytest.raises(WarehouseError, match="没有情景“冬季流感”；现有：提高待遇"):
        outlook.withdraw(writable, "冬季流感", "3号")
    outlook.restore(writable, "冬季流感", "3号")
    assert outlook.standing(writable)["冬季流感"].scenario.flu_percent == 50
    assert events(writable)[-1].subject == "冬季流感"


def test_a_scenario_stands_beside_how_things_go(writable):
    outlook.save(writable, replace(RAISED, name="晚到"), "3号")
    told = run(writable, "--scheme", "resident", "--scenario", "晚到")
    assert told.exit_code == 0, told.output
    assert "照现在的走势" in told.output
    assert "2027年1月起住院报销比例 +5 个百分点，收入推迟 2 个月" in told.output
    assert run(writable, "--scenario", "没有的").exit_code != 0


def test_as_json_every_range_is_in_order(writable):
    found = json.loads(run(writable, "--json").output)
    (told,) = found["projections"]
    assert list(found["schemes"]) == ["resident", "employee", "maternity"]
    for month in told["ahead"]:
        for each in (month["income"], month["payout"], month["balance"]):
            assert list(each.values()) == sorted(each.values())


def test_the_back_test_names_both_forecasts(writable):
    told = run(writable, "--scheme", "employee", "--backtest").output
    assert "去年同月%" in told
    assert told.count("职工") == 2


def test_what_cannot_be_asked_is_one_sentence(writable, city_warehouse):
    assert "没有险种“x”" in run(writable, "--scheme", "x").output
    assert "没有装入全部区县的结算明细" in run(writable, "--to", "2030-01").output
    told = run(city_warehouse, "--scheme", "resident")
    assert told.exit_code == 0, told.output
    assert "至少要 24 个月才预测" in told.output
