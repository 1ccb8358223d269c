"""Terms as data: read exactly, refused in a sentence, kept as versions with the day they begin on."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from pipelines.errors import WarehouseError
from pipelines.risk_sharing import (
    COVERS,
    Treaty,
    differences,
    examples,
    in_force,
    keep,
    lines,
    premium_shares,
    read_terms,
    restore,
    stored,
    told_of,
    versions,
    withdraw,
)

MILLION = Decimal(1_000_000)
TOLD = {
    "title": "大病保险",
    "begins": date(2026, 1, 1),
    "pool_limit_yuan": 70_000_000,
    "insurers": [{"name": "甲", "share": 1}],
}
JUNE, DECEMBER = date(2026, 6, 30), date(2026, 12, 31)


def test_terms_are_read_exactly():
    treaty = {"form": "excess", "reinsurer": "乙", "limit_yuan": 5e6}
    terms = read_terms({**TOLD, "cost_rate": 0.1, "treaties": [treaty]})
    found = terms.pool_limit_yuan, terms.cost_rate, terms.profit_rate
    assert found == (70 * MILLION, Decimal("0.1"), Decimal("0.05"))
    assert terms.treaties[0].limit_yuan == 5 * MILLION


@pytest.mark.parametrize("cover", COVERS)
def test_what_terms_tell_is_read_again_as_it_was(cover):
    terms = examples()[cover]
    assert read_terms(json.loads(json.dumps(told_of(terms)))) == terms
    assert "示例" in terms.title, "nobody takes it for the county's own"


def test_silence_is_no_acceptance_of_an_offer():
    treaty = {"form": "quota", "reinsurer": "乙", "share": 0.5}
    accepted = [
        read_terms({**TOLD, "treaties": [treaty | told]}).treaties[0].accepted
        for told in ({}, {"contract": "facultative"}, {"contract": "facultative", "accepted": True})
    ]
    assert accepted == [True, False, True]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"pool": 1}, "条款：不认识 pool"),
        ({"title": ""}, "title（名称）是“”，应为文字"),
        ({"begins": "今年"}, "begins（起始日）是“今年”，应为日期"),
        ({"ends": "2025-12-31"}, "截止日 2025-12-31 早于起始日 2026-01-01"),
        ({"pool_limit_yuan": "很多"}, "pool_limit_yuan（共保体年度限额）是“很多”，应为数字"),
        ({"pool_limit_yuan": -1}, "不能是负数"),
        ({"pool_limit_yuan": 1.001}, "最多到分"),
        ({"pool_limit_yuan": 10**14}, "太大了"),
        ({"called_back": 1}, "called_back（赔付回调）是“1”，应为是或否"),
        ({"covers": "寿险"}, "critical_illness（大病保险）"),
        ({"insurers": []}, "至少一家"),
        ({"insurers": [{"name": "甲", "share": 0}]}, "份额不能都是 0"),
        ({"insurers": [{"name": "甲", "share": 1}, {"name": "甲", "share": 1}]}, "名称不能重复"),
        ({"insurers": [{"name": n, "share": 1, "leads": True} for n in "甲乙"]}, "首席共保人至多一家"),
        ({"insurers": [{"name": "甲"}]}, "insurers（共保人）第 1 项：没有写 share（份额）"),
        ({"insurers": "甲"}, r"\[\[insurers\]\]"),
        ({"cost_rate": 0.98}, "合计不能超过 1"),
        ({"treaties": [{"form": "份额", "reinsurer": "乙"}]}, "是“份额”，应为 quota（成数）"),
        ({"treaties": [{"form": "excess", "reinsurer": "乙"}]}, "年度限额"),
        ({"treaties": [{"form": "surplus", "reinsurer": "乙"}]}, "自留额"),
        ({"treaties": [{"form": "case_excess", "reinsurer": "乙"}]}, "起赔点"),
        ({"treaties": [{"form": "quota", "reinsurer": "乙"}]}, "分出成数"),
        ({"treaties": [{"form": "quota", "reinsurer": "乙", "share": 2}]}, "不能超过 1"),
        ({"treaties": [{"form": "quota", "reinsurer": n, "share": 0.6} for n in "乙丙"]}, "合计不能超过 1"),
        ({"treaties": [{"form": "quota", "reinsurer": "乙", "share": 1, "accepted": False}]}, "固定分保不用逐笔接受"),
        ({"treaties": [{"form": "case_excess", "reinsurer": n, "line_yuan": 1} for n in "乙丙"]}, "每例的同一段"),
        ({"benefits": [{"name": "农房", "unit": "间", "unit_yuan": 1}] * 2}, "赔付项目：名称不能重复"),
        ({"stages": [{"item": "水稻", "name": "成熟期", "share": 1}]}, "赔付项目里没有“水稻”"),
        ({"steps": [{"index": 1, "yuan": 2}, {"index": 2, "yuan": 1}]}, "指数越高，赔付不能越少"),
    ],
)
def test_terms_that_can_not_be_are_told_in_a_sentence(wrong, sentence):
    with pytest.raises(WarehouseError, match=sentence):
        read_terms({**TOLD, **wrong})


def test_premiums_are_divided_six_to_four_five_to_five_and_three_to_seven():
    assert [[payer.share for payer in payers] for payers in premium_shares().values()] == [[6, 4], [5, 5], [3, 7]]


# ---------------------------------------------------------------- versions

FIRST = read_terms(TOLD)
LATER = replace(
    FIRST, begins=date(2026, 7, 1), pool_limit_yuan=80 * MILLION, treaties=(Treaty("quota", "乙", Decimal("0.2")),)
)


def test_the_version_that_begins_last_before_the_end_of_the_period_holds(tmp_path):
    assert stored(tmp_path, DECEMBER) == {}
    later, first = (keep(tmp_path, terms, "王", "签约") for terms in (LATER, FIRST))
    assert in_force(tmp_path, "critical_illness", date(2025, 12, 31)) is None
    assert in_force(tmp_path, "critical_illness", JUNE) == first
    assert in_force(tmp_path, "critical_illness", DECEMBER) == later, "though the other one was written after it"
    assert [(v.terms, v.by, v.why) for v in versions(tmp_path, "critical_illness")] == [
        (LATER, "王", "签约"),
        (FIRST, "王", "签约"),
    ]
    amended = keep(tmp_path, replace(FIRST, title="更正"), "李", "限额没有改")
    assert stored(tmp_path, JUNE) == {"critical_illness": amended}, "of one day the one written later"


def test_an_earlier_version_comes_back_from_the_day_of_the_one_it_replaces(tmp_path):
    first, _ = (keep(tmp_path, terms, "王", "签约") for terms in (FIRST, LATER))
    back = restore(tmp_path, first.number, DECEMBER, "李", "新条款没有批下来")
    assert in_force(tmp_path, "critical_illness", DECEMBER) == back
    assert back.terms == replace(FIRST, begins=LATER.begins)
    assert in_force(tmp_path, "critical_illness", JUNE) == first, "what held before is as it was"
    assert [v.terms for v in versions(tmp_path, "critical_illness")][:2] == [FIRST, LATER], "nothing is lost"


def test_a_version_that_is_taken_back_never_held(tmp_path):
    first, later = (keep(tmp_path, terms, "王", "签约") for terms in (FIRST, LATER))
    withdraw(tmp_path, later.number, "李", "录错了")
    assert in_force(tmp_path, "critical_illness", DECEMBER) == first
    assert [v.withdrawn for v in versions(tmp_path, "critical_illness")] == ["", "录错了"]
    with pytest.raises(WarehouseError, match="已经撤回（录错了）"):
        withdraw(tmp_path, later.number, "李", "再撤")


@pytest.mark.parametrize(
    ("terms", "why", "sentence"),
    [
        (FIRST, "再存", "没有改动"),
        (LATER, " ", "没有写原因"),
        (replace(LATER, title="找王某13812345678"), "续签", "电话号码"),
        (replace(LATER, insurers=()), "续签", "至少一家"),
    ],
)
def test_what_is_not_kept_is_told_in_a_sentence(tmp_path, terms, why, sentence):
    keep(tmp_path, FIRST, "王", "签约")
    with pytest.raises(WarehouseError, match=sentence):
        keep(tmp_path, terms, "王", why)
    assert len(versions(tmp_path, "critical_illness")) == 1


def test_terms_are_told_in_words():
    told = lines(examples()["catastrophe"])
    assert told["生长期 水稻 成熟期"] == "份额 100%"
    assert told["生长期 水稻 分蘖期"] == "份额 40%"
    assert told["共保人 首席共保公司"] == "份额 30，首席 是"
    assert told["费用率"] == "10%"
    assert told["赔付项目 农房"] == "单位 间，每单位（元） 6,000，每户或每人至多（元） 50,000"


def test_two_treaties_of_one_reinsurer_and_form_are_both_told():
    two = replace(FIRST, treaties=(Treaty("excess", "乙", limit_yuan=MILLION),) * 2)
    assert [name for name in lines(two) if "分保" in name] == ["分保 乙 超额赔款", "分保 乙 超额赔款（第 2 份）"]
    assert len(differences(replace(FIRST, treaties=two.treaties[:1]), two)) == 1


def test_two_versions_are_compared_in_words():
    assert differences(FIRST, LATER) == [
        ("起始日", "2026-01-01", "2026-07-01"),
        ("共保体年度限额（元）", "70,000,000", "80,000,000"),
        ("分保 乙 成数", "", "份额 20%，手续费按 毛保费，合同 固定分保，已接受 是"),
    ]
