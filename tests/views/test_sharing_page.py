"""风险分担: examples are told as such, who pays what adds up, terms are edited, kept, compared and brought back."""

import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines import WarehouseError, access
from pipelines.access import Scope
from pipelines.risk_sharing import COVERS, Loss, examples, in_force, keep, read_terms, versions
from tests.access.walking import somebody
from tests.conftest import linked
from tests.views.app import button, healthy, opened, words
from views import sharing_warning
from views.sharing_fields import COLUMNS, frame, typed
from views.sharing_scenarios import losses_of

OURS = replace(examples()["critical_illness"], title="大病保险共保 2026")
END = date(2026, 6, 30)


@pytest.fixture
def copy(sample_warehouse, tmp_path) -> Path:
    return Path(shutil.copytree(sample_warehouse, tmp_path / "warehouse", copy_function=linked))


def rows_of(app, head: str) -> list[list[str]]:
    """The cells of the table with this head."""
    table = next(each.value for each in app.markdown if head in each.value.split("\n")[0])
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.split("\n")[2:]]


def field(app, label: str):
    return next(each for each in app.text_input if each.label == label)


def yuan(cell: str) -> Decimal:
    return Decimal(cell.replace(",", ""))


def test_a_county_without_terms_sees_examples_and_that_they_are_not_its_own(
    sample_warehouse, sample_county, monkeypatch
):
    app = opened(sample_warehouse, monkeypatch, "sharing")
    assert healthy(app)
    assert "示例不是本县的" in words(app)
    paid = rows_of(app, "近 12 个月的案例（元）")
    (whole,) = sample_county.fetch(
        "select sum(critical_illness_fund_yuan + large_sum_fund_yuan) from mart_settlement "
        "where month between date '2025-07-01' and date '2026-06-01'"
    )[0]
    told = [yuan(row[2]) for row in paid]
    assert told[-1] == sum(told[:-1])
    assert abs(told[-1] - whole) <= whole / 100, "but for persons whose refunds leave nothing"
    quota = next(yuan(row[2]) for row in paid if row[0] == "比例分保")
    assert abs(quota - told[-1] / 5) < 1, "a fifth goes to the reinsurer of the example"
    assert len([row for row in paid if row[0] == "共保体"]) == 3


def test_a_disaster_and_an_index_run_through_the_layers_of_the_example(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "sharing", cover="catastrophe")
    assert healthy(app)
    sums = rows_of(app, "灾情（元）")[-1]
    disaster = 2 * 100_000 + 30 * 24_000 + 800 * 5 * 200 * Decimal("0.7") * Decimal("0.6") + 40 * 20 * 150
    assert (yuan(sums[2]), yuan(sums[3])) == (disaster, 18_000_000)
    assert "按应赔额的 83.33% 赔付" in words(app), "15 of 18 million: pool, reinsurer and reserve are spent"
    app.number_input(key="index-400.0").set_value(250.0).run()
    assert yuan(rows_of(app, "指数（元）")[-1][3]) == 2_000_000
    app.text_area(key="typed_losses").set_value("1000000\n一百").run()
    assert "第 2 行“一百”" in app.error[0].value


@pytest.mark.parametrize("cover", COVERS)
def test_what_the_tables_show_is_what_they_are_read_as(cover):
    terms = examples()[cover]
    for key in COLUMNS:
        items = getattr(terms, key)
        again = typed(key, frame(key, items).to_dict("records"))
        plain = {"title": "试", "begins": "2026-01-01", "pool_limit_yuan": 1, "insurers": [{"name": "甲", "share": 1}]}
        told = plain | {"benefits": typed("benefits", frame("benefits", terms.benefits).to_dict("records")), key: again}
        assert getattr(read_terms(told), key) == items, key


def test_rows_that_are_empty_are_none():
    assert typed("insurers", [{"名称": None, "份额": float("nan"), "首席": False}]) == []
    assert typed("treaties", [{"形式": "成数", "再保险人": " 乙 ", "成数%": 12.5, "已接受": True}]) == [
        {"form": "quota", "reinsurer": "乙", "share": "0.125", "accepted": True}
    ]


def test_terms_are_typed_refused_in_a_sentence_and_kept(copy, monkeypatch):
    app = opened(copy, monkeypatch, "sharing", v="terms")
    assert button(app, "存为本县条款").disabled, "an example is no county's own"
    field(app, "共保体年度限额（元）").set_value("很多").run()
    assert [each.value for each in app.error] == ["条款：共保体年度限额是“很多”，应为数字"]
    assert button(app, "存为本县条款").disabled
    field(app, "共保体年度限额（元）").set_value("3,000,000")
    field(app, "名称").set_value("大病保险共保 2026").run()
    app.text_input(key="terms_why").set_value("按合同")
    button(app, "存为本县条款").click().run()
    assert healthy(app)
    (kept,) = versions(copy, "critical_illness")
    assert (kept.terms.pool_limit_yuan, kept.terms.title, kept.why) == (3_000_000, "大病保险共保 2026", "按合同")
    assert kept.terms.treaties == OURS.treaties
    assert "示例不是本县的" not in words(app)
    assert any(row[0] == "超额赔款分保" for row in rows_of(app, "近 12 个月的案例（元）")), "3 million do not do"


def test_an_earlier_version_is_compared_and_brought_back(copy, monkeypatch):
    first = keep(copy, OURS, "王", "签约")
    keep(copy, replace(OURS, pool_limit_yuan=Decimal(9_000_000)), "李", "加大")
    app = opened(copy, monkeypatch, "sharing", v="versions")
    assert rows_of(app, f"第 {first.number} 号") == [["共保体年度限额（元）", r"7\,000\,000", r"9\,000\,000"]]
    app.selectbox(key="back_number").set_value(first.number).run()
    app.text_input(key="back_why").set_value("没有批下来")
    button(app, "恢复这一版").click().run()
    assert healthy(app)
    assert in_force(copy, "critical_illness", END).terms == OURS
    assert rows_of(app, "状态")[0][4:] == ["现行", rows_of(app, "状态")[0][5], "没有批下来"]
    journal = opened(copy, monkeypatch, "journal")
    assert "改风险分担条款" in words(journal)


def test_early_warnings_tell_of_fast_payouts_and_of_terms_that_run_out(copy, monkeypatch):
    assert "大病保险有赔付，没有存下风险分担的条款" in words(opened(copy, monkeypatch))
    keep(copy, replace(OURS, pool_limit_yuan=Decimal(1_000_000), ends=date(2026, 7, 31)), "王", "签约")
    app = opened(copy, monkeypatch)
    assert healthy(app)
    told = words(app)
    assert "没有存下风险分担的条款" not in told
    assert "快于共保体年度限额" in told
    assert "限额按 6 个月折算 50.00 万元" in told
    assert "大病保险的风险分担条款将到期" in told


def test_terms_that_have_run_out_still_count_and_are_told_to_be_over(copy, monkeypatch):
    keep(copy, replace(OURS, begins=date(2025, 1, 1), ends=date(2025, 12, 31)), "王", "签约")
    assert "条款已于 2025-12-31 到期" in words(opened(copy, monkeypatch, "sharing", v="versions"))


def test_nothing_is_warned_of_while_payouts_keep_within_the_months_gone_by():
    paid = OURS.pool_limit_yuan / 2
    assert sharing_warning.too_fast(OURS, paid, 6) is None
    assert sharing_warning.expiring(replace(OURS, ends=date(2026, 12, 31)), END) is None
    assert sharing_warning.expiring(OURS, END) is None, "no last day"


def test_whoever_sees_a_part_of_the_county_gets_none_of_its_cases(sample_warehouse, sample_county, monkeypatch):
    town = sample_county.fetch("select min(town) from fct_enrolment")[0][0]
    for who, why in (
        (somebody("town", Scope(towns=(town,))), "不属于本账号的数据范围"),
        (somebody("institution"), "不能看"),
    ):
        access.identify_by(lambda _, who=who: who)
        try:
            app = opened(sample_warehouse, monkeypatch, "sharing")
        finally:
            access.identify_by(None)
        assert why in words(app)
        assert "个月的案例" not in words(app)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1,200,000\n\n350000 500000", [Loss(Decimal(1_200_000)), Loss(Decimal(350_000), Decimal(500_000))]),
        ("", []),
        ("1 2 3", "第 1 行“1 2 3”：应为一个金额"),
        ("5\n-1", "第 2 行“-1”：应为以元计的金额"),
        ("0.001", "第 1 行“0.001”"),
        ("NaN", "第 1 行“NaN”"),
    ],
)
def test_losses_are_read_line_by_line(text, found):
    if isinstance(found, list):
        assert losses_of(text) == found
        return
    with pytest.raises(WarehouseError, match=found):
        losses_of(text)
