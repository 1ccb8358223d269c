"""稽核抽样 on the sample county: proposing, drawing, entering results, what is said of the rest and what is not."""

import os
import shutil
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipelines import open_county, sampling
from pipelines.clues import Hit
from pipelines.spreadsheets import xlsx_bytes
from tests.views.app import button, healthy, opened, words
from views import noting, sampling_draft, sampling_results

TOP = 3


@pytest.fixture(scope="module")
def copy(sample_warehouse, tmp_path_factory) -> Path:
    """A warehouse of one's own: what is replaced there by a rename leaves the other as it is."""
    target = tmp_path_factory.mktemp("sampling_page") / "warehouse"
    return Path(shutil.copytree(sample_warehouse, target, copy_function=os.link))


@pytest.fixture(scope="module")
def drawn(copy):
    """The page after the button was pressed, and its plan: seed 42, two made-up clues, three large ones."""
    ids = list(sampling.frame.largest_files(open_county(copy), sampling.Scope("2026-01", "2026-06", "resident"), 40))
    with pytest.MonkeyPatch.context() as patch:
        found = [hit(id, at_stake) for at_stake, id in enumerate(ids[-2:], start=1)]
        patch.setattr(sampling_draft.clues, "screen", lambda county, year: found)
        app = opened(copy, patch, "sampling")
        app.number_input(key="d_clues").set_value(2)
        app.number_input(key="d_amounts").set_value(TOP)
        app.text_input(key="d_seed").set_value("42")
        app.text_input(key="d_why").set_value("二季度抽查")
        app.run()
        button(app, "抽取").click().run()
        (plan,) = sampling.plans(copy)
        return app, plan, ids


def hit(id: str, yuan: int) -> Hit:
    fields = dict.fromkeys(Hit.__dataclass_fields__)
    return Hit(**fields | {"rule": "split_stay", "setl_ids": (id, "elsewhere"), "at_stake_yuan": Decimal(yuan)})


def test_the_page_proposes_381_of_35682_before_anything_is_drawn(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "sampling")
    assert healthy(app)
    assert "总体 35,682 份，随机抽 381 份" in words(app)
    assert "不作有限总体校正要 385 份" in words(app)
    assert sampling.plans(sample_warehouse) == []
    mailed = opened(sample_warehouse, monkeypatch, "sampling", plan="S99")
    assert ["没有抽样方案 S99" in error.value for error in mailed.error] == [True]


def test_the_page_says_that_disputed_records_are_not_extrapolated(sample_warehouse, monkeypatch):
    said = words(opened(sample_warehouse, monkeypatch, "sampling"))
    assert "评定的有争议病历 250 份中 138 份有问题，55\\.20\\% 只是这 250 份的比例" in said
    assert "不能推断其余" in said


def test_a_scope_without_settlements_is_said_not_an_error(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "sampling", s="maternity")
    app.selectbox(key="d_care").set_value("pharmacy").run()
    assert healthy(app)
    assert "这个范围里没有结算，不能抽样" in words(app)


def test_drawing_makes_a_plan_of_both_arms_and_shows_it(drawn):
    app, plan, ids = drawn
    assert healthy(app)
    assert (len(plan.drawn), plan.draft.seed, plan.why) == (381, "42", "二季度抽查")
    leads, largest = ids[-1:-3:-1], ids[:TOP]
    assert plan.risk == dict.fromkeys(leads, "疑点线索：分解住院") | dict.fromkeys(largest, "基金支付最高的 3 笔")
    assert "刚才重抽一遍，病历完全相同" in words(app)
    assert "随机臂 **381 份**已查 **0 份**，风险臂 5 份已查 0 份" in words(app)


def test_results_typed_and_handed_in_lead_to_the_interval_and_the_claim(copy, drawn, monkeypatch):
    _, plan, _ = drawn
    county = open_county(copy)
    heads, rows = sampling.worklist(county, plan)
    paid = {row[3]: row[heads.index("基金支付（元）")] for row in rows}
    bad = [id for id in plan.drawn if paid[id] >= 100][::9]
    sampling.enter(copy, county, plan.id, dict.fromkeys(bad, ("有问题", "100", "")), "张三")
    filled = [(*row[:-3], "无问题", "", "") for row in rows if row[3] not in bad]
    file = SimpleNamespace(name="清单.xlsx", getvalue=lambda: xlsx_bytes(heads, filled, "清单"))
    monkeypatch.setenv("FUND_WAREHOUSE", str(copy))
    monkeypatch.setattr(sampling_results.shared, "county", lambda: county)
    sampling_results.take(plan, file, "张三")
    assert list((copy / "inbox").iterdir()) == []
    monkeypatch.undo()
    app = opened(copy, monkeypatch, "sampling", plan=plan.id)
    found = sampling.outcome(plan, sampling.results(copy, plan))
    assert healthy(app)
    assert f"随机臂 381 份中 {len(bad)} 份有问题" in words(app)
    assert f"不低于 **{found.money.lower:,.2f} 元**，可主张 **{found.confirmed:,.2f} 元**" in words(app)
    assert "总体不止一家机构，推断的钱分不到某一家" in words(app)
    assert f"{found.rate.low_files:,}—{found.rate.high_files:,} 份" in words(app)
    assert found.money.confirmed == 100 * len(bad) <= found.money.claim < found.money.estimate


def test_a_wrong_result_is_said_and_nothing_is_kept(copy, drawn, monkeypatch):
    _, plan, _ = drawn
    before = sampling.results(copy, plan)
    app = opened(copy, monkeypatch, "sampling", plan=plan.id)
    app.session_state[noting.BAD] = "结算 S1：结果“坏”不能用\n没有记入任何结果"
    app.run()
    assert "没有记入任何结果" in app.error[0].value
    assert sampling.results(copy, plan) == before


def test_only_the_rows_that_were_changed_are_entered():
    before = [("", "", ""), ("有问题", "1.50", "多收"), ("无问题", "", "")]
    edited = {
        "结果": ["有问题", "有问题", None],
        "应扣基金（元）": [float("nan"), 1.5, None],
        "说明": [None, "多收", ""],
    }
    found = sampling_results.changes(["S1", "S2", "S3"], before, edited)
    assert found == {"S1": ("有问题", "", ""), "S3": ("", "", "")}
    result = sampling.Result("problem", Decimal("12.30"), "多收")
    assert sampling_results.typed(result) == ("有问题", "12.30", "多收")


def test_a_plan_that_was_withdrawn_is_shown_but_takes_no_results(copy, drawn, monkeypatch):
    _, plan, _ = drawn
    sampling.withdraw(copy, plan.id, "张三", "选错了险种")
    app = opened(copy, monkeypatch, "sampling", plan=plan.id)
    assert healthy(app)
    assert "方案已作废：选错了险种" in words(app)
    assert not [each for each in app.button if each.label.startswith("记入")]
