"""门诊总额 of the page 支付方式改革: what it answers, money tried out, next year's limits, what a township sees."""

from dataclasses import replace

import pytest

from pipelines import consultation
from pipelines.access import Scope
from tests.access.walking import somebody, visited
from tests.views.app import healthy, opened, words
from views.consultation import by_month


@pytest.fixture
def page(sample_warehouse, monkeypatch):
    return opened(sample_warehouse, monkeypatch, "payment", v="limits")


@pytest.fixture(scope="module")
def june(sample_county):
    return consultation.standing(sample_county, 2026, "2026-06")


def test_it_answers_which_townships_run_out_when_and_what_it_would_cost(page, june):
    said, first = words(page), june.running_out[0]
    assert healthy(page)
    low, high = (f"{yuan / 10000:,.2f}" for yuan in june.over_yuan)
    assert f"**{len(june.running_out)} 个乡镇年内用完**，最早的{first.town} {first.outlook.told}" in said
    assert f"全年机构自担预计 **{low}—{high} 万元**" in said
    assert f"| 据实支付 | 逐月 min（年初以来已用，限额）− 已拨付 | **{june.paid_yuan:,.2f} 元** |" in said
    table = page.dataframe[0].value
    assert table["乡镇"][0] == first.town
    assert sum(table["拨付（元）"]) == float(june.paid_yuan)


def test_typed_moves_and_weights_give_new_results_at_once(page, june):
    page.segmented_control(key="mv").set_value("own").run()
    page.selectbox(key="limit-giver-0").set_value("霁川镇")
    page.selectbox(key="limit-taker-0").set_value("鹭堰乡")
    page.number_input(key="limit-yuan-0").set_value(30000.0).run()
    assert healthy(page)
    assert "1 个乡镇拿出 30,000.00 元，1 个得到" in words(page)
    page.number_input(key="limit-yuan-0").set_value(float(june.limit_yuan)).run()
    assert "这样调不成" in words(page)
    for name in ("rate", "visits", "persons"):
        page.number_input(key=f"limit-weight-{name}").set_value(0.0)
    page.run()
    by_insured = page.dataframe[1].value
    shares = by_insured["拟定（元）"] / by_insured["参保人数"]
    assert max(shares) - min(shares) < 0.01


def test_what_cannot_be_told_is_said(sample_warehouse, monkeypatch):
    early = words(opened(sample_warehouse, monkeypatch, "payment", v="limits", m="2026-01..2026-02"))
    assert "几月用完还推不出" in early
    assert "没有乡镇会用完" not in early
    before = words(opened(sample_warehouse, monkeypatch, "payment", v="limits", m="2024-07..2024-12"))
    assert "未上传：预算与总额里2024年的一般诊疗费限额" in before


def test_a_township_sees_its_own_limit_and_why_not_more(sample_warehouse, monkeypatch, june):
    own, other = june.townships[0], june.townships[1]
    who = somebody("town", Scope(towns=(own.town,)))
    page, everything = visited(who, sample_warehouse, monkeypatch, "payment", v="limits")
    assert not page.exception
    assert f"{own.town} {own.limit_yuan:,.2f} 元" in words(page)
    assert "不属于本账号的数据范围" in words(page)
    assert other.town not in everything


def test_the_overview_warns_of_those_that_run_out(sample_warehouse, monkeypatch, june):
    said = words(opened(sample_warehouse, monkeypatch, "overview"))
    assert f"{june.running_out[0].town}等 {len(june.running_out)} 个乡镇的一般诊疗费限额年内要用完" in said


def test_a_city_shows_the_county_that_was_picked(city_warehouse, city, monkeypatch):
    code, name = next(iter(city.counties.items()))
    whole = words(opened(city_warehouse, monkeypatch, "payment", v="limits"))
    page = opened(city_warehouse, monkeypatch, "payment", v="limits", area=code)
    assert healthy(page)
    assert "12 个乡镇的限额共" in whole and "4 个乡镇的限额共" in words(page)
    assert all(town.startswith(name) for town in page.dataframe[0].value["乡镇"])


def test_months_that_may_not_be_shown_are_in_no_file(june):
    first, *others = june.townships
    some = replace(june, townships=(first, *(replace(each, monthly=False) for each in others)))
    assert set(by_month(some)["乡镇"]) == {first.town}
    none = replace(june, townships=tuple(replace(each, monthly=False) for each in june.townships))
    assert set(map(len, by_month(none).values())) == {0}
