"""指标考核 on screen: it says what the engine says; a simulation writes nothing, a change is written and told."""

from decimal import Decimal

import pytest

from pipelines import Period, events, load, open_county
from pipelines.assessment import STATES, Change, assess, moved, simulate, targets_of
from tests.files import SETTLEMENT, TARGET, rows, write
from tests.test_assessment import COUNTY_HOSPITAL, TOWNSHIP, warehouse_of
from tests.views.app import button, healthy, opened, words

HALF_YEAR = Period("2026-01", "2026-06")
COST = "次均住院费用"


@pytest.fixture
def page(sample_warehouse, monkeypatch):
    return lambda **query: opened(sample_warehouse, monkeypatch, "assessment", **query)


def rows_of(app, head: str):
    return next(frame.value for frame in app.dataframe if head in frame.value.columns)


def field(app, label: str):
    return next(each for each in app.number_input if each.label == label)


def test_the_page_answers_with_the_institutions_the_points_and_the_ledger(page, sample_county):
    found, app = assess(sample_county, HALF_YEAR), page()
    assert healthy(app)
    said = app.markdown[0].value
    assert f"41 家机构中**21 家未达标**；按办法扣 **127 分、65,913.00 元**；**{len(found.near)} 家**临界" in said
    assert "台账已扣 65,913.00 元，逐家一致" in said


@pytest.mark.parametrize("state", ["missed", "nearly", "met", "all"])
def test_the_list_in_the_address_holds_its_institutions(page, sample_county, state):
    found = assess(sample_county, HALF_YEAR)
    good = {code for code in found.institutions if code not in {*found.failing, *found.near}}
    codes = {"missed": set(found.failing), "nearly": set(found.near), "met": good, "all": set(found.institutions)}
    shown = rows_of(page(st=state), "台账已扣（元）")
    assert set(shown["机构"]) == {sample_county.names[code] for code in codes[state]}
    assert shown["应扣（元）"].is_monotonic_decreasing
    assert state == "all" or set(shown["判定"]) == {STATES[state]}


def test_a_link_with_an_institution_shows_its_lines_and_leads_to_their_rows(page, sample_county):
    found = assess(sample_county, HALF_YEAR)
    code = found.failing[0]
    app = page(inst=code)
    assert sample_county.names[code] in [each.value for each in app.subheader]
    for one in found.institutions[code]:
        assert f"| {one.kpi.name_zh}（{one.kpi.unit}） | **{one.value:,.2f}** |" in words(app)
    links = {link.proto.query_string for link in app.get("page_link") if "kpi=" in link.proto.query_string}
    assert {f"kpi={one.kpi.id}" in " ".join(links) for one in found.institutions[code]} == {True}
    assert all(f"institution={code}" in link and "s=resident" in link for link in links)


def test_other_terms_are_tried_out_and_nothing_is_written(page, sample_county, sample_warehouse):
    before, entries = assess(sample_county, HALF_YEAR), len(events(sample_warehouse))
    app = page()
    field(app, f"{COST} 目标放宽").set_value(5.0)
    field(app, f"{COST} 每分金额（元）").set_value(600.0).run()
    after = simulate(before, {"cost_per_case": Change(looser=Decimal(5), yuan=Decimal(600))})
    changes = moved(before, after)
    gone = len(set(before.failing) - set(after.failing))
    said = words(app)
    assert healthy(app)
    assert f"| 试算 | **{len(after.failing)}** | {after.points.normalize():f} | **{after.yuan:,.2f}** |" in said
    assert f"未达标增加 0 家、减少 {gone} 家" in said
    assert f"{len(changes)} 家有变化" in said
    button(app, "恢复现行办法").click().run()
    assert "没有机构有变化" in words(app)
    assert len(events(sample_warehouse)) == entries


def test_a_year_without_targets_says_what_to_upload(page):
    app = page(m="2025-01..2025-06")
    assert healthy(app)
    assert "2025年没有机构的考核目标；台账上这个期间已因考核扣减 52,380.00 元" in words(app)


def test_months_of_two_years_are_refused_in_words(page):
    app = page(m="2025-10..2026-03")
    assert healthy(app)
    assert "跨了两年" in words(app)


def test_a_single_month_is_for_information_only(page):
    assert "考核按半年或全年，这个期间的结果只供参考" in page(m="2026-06..2026-06").markdown[0].value


@pytest.fixture
def own(tmp_path):
    targets = [
        TARGET | {"机构编码": COUNTY_HOSPITAL},
        TARGET | {"机构编码": TOWNSHIP, "目标值": "1500", "每档扣分": "", "每分金额": ""},
        TARGET | {"机构编码": TOWNSHIP, "指标": "参保率", "目标值": "95"},
    ]
    return warehouse_of(tmp_path, targets)


def test_a_change_is_written_with_who_and_why_and_judged_at_once(own, monkeypatch):
    app = opened(own, monkeypatch, "assessment", m="2026-02..2026-02")
    assert "2 家机构中**2 家未达标**" in app.markdown[0].value
    assert "另有 **1 项**未达标而没有扣减办法" in app.markdown[0].value
    assert "参保率：这个指标不能分机构，没有判定" in words(app)
    field(app, "目标").set_value(2200.0)
    next(each for each in app.text_input if each.key.startswith("why-aim")).set_value("经中心批准")
    button(app, "保存").click().run()
    assert not app.exception
    assert "已写入 1 条目标" in words(app)
    assert "**1 家未达标**" in words(app)
    changed = {t.institution: t.value for t in targets_of(open_county(own), 2026) if t.indicator == "cost_per_case"}
    assert changed == {COUNTY_HOSPITAL: Decimal(2200), TOWNSHIP: Decimal(1500)}
    assert events(own)[-1].why == "经中心批准"


def test_a_change_without_a_reason_or_against_the_rules_is_not_written(own, monkeypatch):
    app = opened(own, monkeypatch, "assessment", m="2026-02..2026-02")
    entries = len(events(own))
    button(app, "保存").click().run()
    assert "操作人和原因都要写" in words(app)
    field(app, "最多扣分").set_value(0.5)
    next(each for each in app.text_input if each.key.startswith("why-aim")).set_value("试试")
    button(app, "保存").click().run()
    assert "最多扣分不应小于每档扣分" in words(app)
    assert len(events(own)) == entries


def test_next_years_targets_are_taken_over_from_the_draft(own, monkeypatch):
    app = opened(own, monkeypatch, "assessment", m="2026-02..2026-02")
    assert "2 条：控制性 2 条取近三年均值" in words(app)
    next(each for each in app.text_input if each.key.startswith("why-draft")).set_value("新年度")
    button(app, "写入 2 条目标").click().run()
    assert not app.exception
    drafted = targets_of(open_county(own), 2027)
    assert {t.institution: t.value for t in drafted} == {COUNTY_HOSPITAL: Decimal("2125.25"), TOWNSHIP: Decimal(1590)}
    assert "2027年已有目标" in words(app)


def test_months_that_cannot_be_judged_say_why(own, tmp_path, monkeypatch):
    load(own, [write(tmp_path, rows(SETTLEMENT, {"结算日期": "2025-12-05"}), "december.csv")], "测试")
    app = opened(own, monkeypatch, "assessment", m="2026-01..2026-02")
    assert healthy(app)
    assert "2 家机构有考核目标，但这个期间**都不能判定**：未上传：结算明细 2026年1月" in app.markdown[0].value
