"""稽核工作 on the sample county: floors, months, who was not looked at, the ranking, arranging and reporting visits."""

import os
import shutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st

from pipelines import Period, audit_work, clues, load, open_county, sampling
from tests.files import AUDIT, write
from tests.views.app import button, healthy, opened, words
from views import clues_desk

HALF_YEAR = Period("2026-01", "2026-06")


@pytest.fixture(scope="module")
def copy(sample_warehouse, tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("work_page") / "warehouse"
    return Path(shutil.copytree(sample_warehouse, target, copy_function=os.link))


@pytest.fixture
def leads(monkeypatch, sample_county) -> Iterator[list[str]]:
    """Made-up clues: the second institution's bring more by the day; one outside the county, one resolved."""
    local = [c for c in sample_county.names if c.startswith("H990101")][:2]
    outside = next(c for c in sample_county.names if not c.startswith(("H99", "P99")))
    standing = [
        hit(local[0], 100, 40),
        hit(local[1], 5000, 3),
        hit(outside, 9000, 1),
        hit(local[0], 10**6, 1, "resolved"),
    ]
    monkeypatch.setattr(clues, "standing", lambda county, month: standing)
    monkeypatch.setattr(clues_desk, "ahead", lambda month: None)
    st.cache_data.clear()  # of rankings by the real clues
    yield local
    st.cache_data.clear()


def hit(institution: str, yuan: int, files: int, state: str = "new"):
    ids = tuple(f"{institution}-{yuan}-{n}" for n in range(files))
    each = SimpleNamespace(key=ids[0], institution=institution, at_stake_yuan=Decimal(yuan), setl_ids=ids)
    return SimpleNamespace(hit=each, state=state)


def table(app, head: str):
    return next(frame.value for frame in app.dataframe if head in frame.value.columns)


def test_the_page_answers_with_the_floors_and_who_was_not_looked_at(
    sample_warehouse, sample_county, monkeypatch, leads
):
    app = opened(sample_warehouse, monkeypatch, "work", s="maternity")
    assert "全部险种（工作量不分险种）" in words(app), "what it shows is of all schemes, whichever is picked"
    places = audit_work.touched(sample_county, HALF_YEAR)
    never = [each for each in places if each.last_on is None]
    assert healthy(app)
    assert "内部稽核 第一季度 **23.23%**" in words(app)
    assert f"县内 {len(places)} 家机构中 **{len(never)} 家**本期没有" in words(app)
    assert len(table(app, "查出问题（件）")) == len(never) > 0
    everyone = table(opened(sample_warehouse, monkeypatch, "work", w="all"), "查出问题（件）")
    cases = sample_county.fetch(
        "select count(distinct case_no) from fct_penalty where place = 'in_county' and activity <> 'assessment' "
        "and month between date '2026-01-01' and date '2026-06-01'"
    )
    assert everyone["查出问题（件）"].sum() == cases[0][0]


def test_the_months_of_each_kind_of_work_add_up(sample_warehouse, monkeypatch, leads):
    grid = next(m.value for m in opened(sample_warehouse, monkeypatch, "work").markdown if "覆盖率（%）" in m.value)
    row = next(line for line in grid.splitlines() if "病历评定" in line)
    cells = [cell.strip() for cell in row.split("|")[2:9]]
    assert sum(int(cell) for cell in cells[:3]) == 250
    assert cells[-1] == "**250**"


def test_the_ranking_is_by_yuan_a_day_within_the_county_and_no_order(sample_warehouse, monkeypatch, leads):
    app = opened(sample_warehouse, monkeypatch, "work")
    found = table(app, "每人日预计（元）")
    names = open_county(sample_warehouse).names
    assert list(found["机构"]) == [names[leads[1]], names[leads[0]]]
    assert list(found["涉及基金（元）"]) == [5000, 100]
    assert "这是排序，不是命令；线索不是结论" in words(app)


def test_a_visit_is_arranged_on_the_page_and_told_of(copy, monkeypatch, leads):
    app = opened(copy, monkeypatch, "work")
    app.multiselect(key="v_inst").set_value([leads[1]])
    app.multiselect(key="v_staff").set_value([3, 7])
    app.number_input(key="v_days").set_value(3.0)
    app.run()
    button(app, "记入安排").click().run()
    assert healthy(app)
    (visit,) = audit_work.visits(copy)
    assert (visit.month, visit.institution, visit.staff, visit.days) == ("2026-07", leads[1], (3, 7), Decimal(3))
    assert "13 人中 2 人有安排，共 3.0 人日" in words(app)
    assert list(table(app, "每人日预计（元）")["最近安排"]) == ["2026-07 已安排", ""]
    button(app, "记入安排").click().run()
    assert "没有再安排" in app.error[0].value
    audit_work.report(copy, visit.id, audit_work.DONE, "张三", date(2026, 7, 3))
    assert list(table(opened(copy, monkeypatch, "work"), "检查日期")["状态"]) == ["已检查"]


def test_a_visit_without_a_result_and_unread_files_are_on_the_to_do_list(copy, sample_county, monkeypatch, leads):
    assert "没有记结果" not in words(opened(copy, monkeypatch))
    (late,) = audit_work.arrange(copy, sample_county, "2026-05", leads[:1], "onsite", [1], Decimal(1), "张三")
    scope = sampling.Scope("2026-06", "2026-06", "resident")
    plan = sampling.make(copy, sample_county, sampling.Draft(scope, "8", Decimal(20)), "张三")
    said = words(opened(copy, monkeypatch))
    assert "1 次检查已到期，没有记结果" in said and "最早的是 2026年5月的" in said
    assert f"抽样病历还有 {len(plan.drawn)} 份没有查" in said
    audit_work.report(copy, late.id, audit_work.DROPPED, "张三", note="并入八月")
    sampling.withdraw(copy, plan.id, "张三", "试抽")
    gone = words(opened(copy, monkeypatch))
    assert "没有记结果" not in gone and "份没有查" not in gone


def test_a_quota_of_the_year_is_set_on_the_page(copy, monkeypatch, leads):
    app = opened(copy, monkeypatch, "work")
    app.selectbox(key="quota_kind").set_value("record_review")
    app.number_input(key="quota_number").set_value(600)
    app.run()
    button(app, "记入年计划").click().run()
    assert healthy(app)
    assert "| 600 | 250 | :orange-badge[慢于时间] 应到 300 |" in words(app)


def test_a_county_without_roster_and_staff_is_told_what_is_missing(tmp_path, monkeypatch):
    load(tmp_path / "warehouse", [write(tmp_path, [AUDIT])], "测试")
    app = opened(tmp_path / "warehouse", monkeypatch, "work")
    assert healthy(app)
    assert "没有上传机构名册，说不出哪家没有查过" in words(app)
    assert "没有在岗人数" in words(app) and "每家机构本期都有检查记录" not in words(app)
    drawing = opened(tmp_path / "warehouse", monkeypatch, "sampling")
    assert healthy(drawing)
    assert "2026\\-06 没有结算明细，不能抽样" in words(drawing)


def test_the_journal_tells_of_samples_results_and_visits_in_words(copy, sample_county, monkeypatch, leads):
    scope = sampling.Scope("2026-06", "2026-06", "resident", institutions=(leads[0],))
    plan = sampling.make(copy, sample_county, sampling.Draft(scope, "9", Decimal(20)), "张三", "复核")
    sampling.enter(copy, sample_county, plan.id, {plan.drawn[0]: ("有问题", "1.50", "多收")}, "张三")
    audit_work.set_quota(copy, "2026", "onsite", 120, "张三")
    audit_work.arrange(copy, sample_county, "2026-08", leads[:1], "onsite", [4], Decimal("1.5"), "张三")
    told = table(opened(copy, monkeypatch, "journal"), "原因或说明")
    (visit, quota, result, made), name = told["原因或说明"][:4], sample_county.names[leads[0]]
    assert visit == "已安排 4号 1.5 人日" and told["文件或对象"][0] == f"{name} 2026-08 现场检查"
    assert quota == "120" and told["文件或对象"][1] == "2026 年现场检查年计划"
    assert result == "有问题 应扣 1.50 元 多收"
    assert f"总体 {plan.frame.files:,} 份，随机臂 {len(plan.drawn)} 份" in made and made.endswith("种子 9。复核")
