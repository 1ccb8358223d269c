"""基金运行预测: the page answers with ranges, asks for what is missing, and compares scenarios that can be saved."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines import load, open_county, outlook, undo
from pipelines.outlook import Scenario
from tests.conftest import linked
from tests.views.app import healthy, opened, words
from views import outlook_warnings
from views.jobs import common


@pytest.fixture(scope="module")
def writable(sample_warehouse, tmp_path_factory):
    target = tmp_path_factory.mktemp("outlook") / "warehouse"
    return shutil.copytree(sample_warehouse, target, copy_function=linked)


def grid(app, head: str) -> list[list[str]]:
    """The cells of the short table with this first head."""
    (lines,) = (m.value.splitlines()[2:] for m in app.markdown if m.value.startswith(f"| {head} "))
    return [[cell.strip(" *") for cell in line.split("|")[1:-1]] for line in lines]


def test_the_answer_is_a_balance_months_and_a_range(sample_warehouse, sample_county, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "outlook", s="resident")
    assert healthy(app)
    told = outlook.outlook(sample_county)
    end = told.projection("resident").end
    assert f"八成可能在 **{outlook.wording.between(end.balance)} 万元**" in words(app)
    assert "可支付 **11.46 个月**" in words(app)
    assert "各项预测的误差都小于照搬去年同月" in words(app)
    assert {row[0] for row in grid(app, "险种")} == {"居民"}


def test_without_the_opening_balance_the_page_asks_for_it(writable, monkeypatch):
    county = open_county(writable)
    undo(writable, next(iter(county.coverage["opening_balance", "2026"].batches)), "测试", "没有年初结余")
    app = opened(writable, monkeypatch, "outlook", s="employee")
    assert healthy(app)
    assert "结余算不出来，只能预测支出" in words(app)
    assert "年初结余" in words(app)
    assert "全年支出八成可能在" in words(app)


def test_a_city_with_little_history_gets_the_run_rate_and_no_range(city_warehouse, monkeypatch):
    app = opened(city_warehouse, monkeypatch, "outlook", s="resident")
    assert healthy(app)
    assert "至少要 24 个月才预测" in words(app)
    assert "八成可能" not in words(app)
    assert not app.get("plotly_chart")


def test_a_scenario_is_tried_saved_compared_and_taken_back(writable, sample_files, monkeypatch):
    load(writable, [sample_files / "opening_balance.csv"], "测试")
    outlook.save(writable, Scenario("冬季流感", "resident", flu_month="2026-12", flu_percent=30.0), "3号")
    app = opened(writable, monkeypatch, "outlook", s="resident")
    assert [row[0] for row in grid(app, "情景")] == ["照现在的走势", "冬季流感"]
    app.number_input(key="o_cost_percent").set_value(10.0).run()
    assert [row[0] for row in grid(app, "情景")] == ["照现在的走势", "正在试的", "冬季流感"]
    app.text_input(key="o_name").set_value("费用涨一成").run()
    app.button(key="o_save").click().run()
    assert healthy(app)
    assert "已存情景“费用涨一成”" in " ".join(each.value for each in app.success)
    assert outlook.standing(writable)["费用涨一成"].scenario.cost_percent == 10
    app.selectbox(key="o_one").set_value("费用涨一成").run()
    app.button(key="o_withdraw").click().run()
    assert list(outlook.standing(writable)) == ["冬季流感"]
    app.button(key="o_restore").click().run()
    assert set(outlook.standing(writable)) == {"冬季流感", "费用涨一成"}


def test_what_is_to_do_warns_of_a_fund_that_may_run_out(sample_warehouse, sample_county, monkeypatch):
    told = outlook.outlook(sample_county).projection("resident").run_out
    monkeypatch.setattr(outlook_warnings, "LEAST_MONTHS", 12)
    app = opened(sample_warehouse, monkeypatch, "overview")
    assert healthy(app)
    assert "居民基金可支付月数不足 12 个月" in words(app)
    assert "居民基金可能在 2027年12月以前用完" in words(app)
    assert f"{100 * told.share:.0f}\\% 的走势" in words(app) or f"{100 * told.share:.0f}% 的走势" in words(app)
    assert "职工基金可能在" not in words(app)


def test_a_payout_that_is_over_the_budget_even_at_the_lower_end_is_told(sample_county, monkeypatch):
    monkeypatch.setattr(outlook_warnings, "task", lambda *told: told)
    found = outlook.outlook(sample_county)
    scheme, told = found.schemes["employee"], found.projection("employee")
    lower = told.years["2026"][1].low80
    ((_, what, *_),) = outlook_warnings.over_budget(scheme, told, lower - 1)
    assert what == "职工2026年支出预计超出预算"
    assert outlook_warnings.over_budget(scheme, told, lower + 1) == []
    assert outlook_warnings.over_budget(scheme, told, None) == []


def test_the_overview_has_the_outlook_made_beside_it_for_the_next_visit(sample_warehouse, sample_county, monkeypatch):
    assert not outlook.is_kept(sample_county, "2026-05")
    assert healthy(opened(sample_warehouse, monkeypatch, "overview", m="2026-01..2026-05"))
    job = next(job for key, job in common().items() if key[0] == "outlook" and key[-1] == "2026-05")
    assert job.ended.wait(120)
    assert job.problem == ""
    assert outlook.is_kept(sample_county, "2026-05")


def test_the_fitting_is_loaded_by_nobody_who_only_reads_what_was_kept():
    command = "import sys, pipelines.outlook; sys.exit('statsmodels' in sys.modules or 'scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", command], cwd=Path(__file__).parents[2]).returncode == 0
