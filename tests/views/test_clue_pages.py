"""疑点线索: what the page says is what was screened; every act is a line of the journal; a clue accuses nobody."""

import csv
import io
import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines import clues, open_county
from pipelines.store.decisions import decisions
from tests.files import AGGREGATE, INSTITUTION, SETTLEMENT, rows
from tests.test_clues import ACCUSING, AGAIN, STAY, loaded
from tests.views.app import button, healthy, opened, words
from views import clues_acts, clues_desk, clues_files, clues_list

SECONDS = 30
MAY = {"开始日期": "2026-05-08", "结束日期": "2026-05-20", "结算日期": "2026-05-20", "基金支付总额": "900.00"}
DURING = {"医疗类别": "11", "开始日期": "2026-06-05", "结束日期": "2026-06-05", "结算日期": "2026-06-05"}


@pytest.fixture(scope="module")
def screened(tmp_path_factory) -> Path:
    """A person in hospital in May, again in May and in June, and seen as an outpatient meanwhile."""
    june = rows(STAY, {"结算ID": "C"} | AGAIN, {"结算ID": "D"} | DURING)
    return loaded(tmp_path_factory.mktemp("pages"), may=rows(STAY, {"结算ID": "A"}, {"结算ID": "B"} | MAY), june=june)


@pytest.fixture
def warehouse(screened, tmp_path) -> Path:
    """One that may be written to."""
    return Path(shutil.copytree(screened, tmp_path / "warehouse"))


def listed(app):
    """The list of clues as the reader sees it."""
    return next(frame.value for frame in app.dataframe if "为什么" in frame.value.columns)


def standings(warehouse: Path, month: str = "2026-06") -> list[clues.Standing]:
    return clues.standing(open_county(warehouse), month)


def hit(warehouse: Path, setl_id: str) -> clues.Hit:
    return next(each.hit for each in standings(warehouse) if each.hit.setl_ids == (setl_id,))


def field(app, label: str):
    return next(each for each in (*app.text_input, *app.number_input) if label in each.label)


# ---------------------------------------------------------------- the list


def test_the_answer_counts_what_is_new_continues_and_is_resolved(warehouse, monkeypatch):
    clues.set_aside(warehouse, [hit(warehouse, "B").key], "李", "另一病因")
    app = opened(warehouse, monkeypatch, "clues")
    assert healthy(app)
    every = standings(warehouse)
    new, gone = ([each for each in every if each.state == state] for state in ("new", "resolved"))
    stake = sum(each.hit.at_stake_yuan for each in every if each.state != "resolved") / 10000
    said = app.markdown[0].value
    assert f"2026年6月新增线索 **{len(new)} 条**，持续 **0 条**，已了结 **{len(gone)} 条**" in said
    assert f"涉及基金 **{stake:.2f} 万元**" in said
    assert (len(new), len(gone)) == (2, 1)
    assert "线索都待核查，不是结论" in said


def test_a_first_screening_shows_its_progress_and_then_the_page(warehouse, monkeypatch):
    watched = []
    monkeypatch.setattr(clues_desk.Job, "watch", lambda job: watched.append(job) or job.ended.wait(SECONDS))
    monkeypatch.setattr(clues_desk, "ready", lambda years: bool(watched))
    assert healthy(opened(warehouse, monkeypatch, "clues"))
    assert len(watched) == 1 and not watched[0].problem


def test_a_screening_that_failed_is_a_sentence_and_a_way_to_repeat_it(warehouse, monkeypatch):
    def fail(*_, **__):
        raise OSError(28, "no space")

    monkeypatch.setattr(clues_desk, "screen", fail)
    monkeypatch.setattr(clues_desk, "ready", lambda years: False)
    app = opened(warehouse, monkeypatch, "clues")
    assert "磁盘空间不足" in app.error[0].value
    assert not app.exception
    assert button(app, "重新筛查")


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ({"list": "open"}, lambda each: each.state != "resolved"),
        ({"list": "continuing"}, lambda each: each.state == "continuing"),
        ({"list": "open", "rule": "visit_during_stay"}, lambda each: each.hit.rule == "visit_during_stay"),
        ({"list": "open", "sev": "high"}, lambda each: clues.rules()[each.hit.rule].severity == "high"),
        ({"list": "open", "at": "H99010100001", "seek": "2026-05 J18"}, lambda each: each.hit.month == "2026-05"),
    ],
)
def test_the_address_filters_the_list_and_most_yuan_come_first(warehouse, monkeypatch, query, fits):
    app = opened(warehouse, monkeypatch, "clues", **query)
    expected = sorted((each.hit for each in standings(warehouse) if fits(each)), key=lambda h: -h.at_stake_yuan)
    assert list(listed(app)["为什么"]) == [each.reason for each in expected]
    assert list(listed(app)["涉及基金（元）"]) == [float(each.at_stake_yuan) for each in expected]
    assert len(expected) > 0


def test_a_list_without_clues_says_what_to_change(warehouse, monkeypatch):
    assert "名单里没有线索" in words(opened(warehouse, monkeypatch, "clues", seek="没有这样的"))


def test_rules_stand_beside_each_other_and_what_could_not_run_says_why(warehouse, monkeypatch):
    app = opened(warehouse, monkeypatch, "clues")
    table = app.dataframe[0].value.set_index("规则")
    assert len(table) == len(clues.rules())
    assert list(table.loc["分解住院", ["严重度", "未了结", "新增"]]) == ["高", 2, 1]
    assert ":orange-badge[没有筛全] 死亡或停保后就医：:gray[未上传：停保与死亡名单]" in words(app)


def test_institutions_stand_beside_each_other_with_their_share_of_the_fund(warehouse, monkeypatch):
    table = opened(warehouse, monkeypatch, "clues").dataframe[1].value
    (row,) = table.to_dict("records")
    stake = sum(each.hit.at_stake_yuan for each in standings(warehouse))
    paid = 2 * Decimal(SETTLEMENT["基金支付总额"]) + Decimal("900.00") + Decimal("700.00")  # A and D, B, C
    assert row["涉及基金（万元）"] == pytest.approx(float(stake) / 10000)
    assert row["占"] == pytest.approx(float(100 * stake / paid))


def test_without_persons_the_page_says_what_is_missing(tmp_path, monkeypatch):
    warehouse = loaded(tmp_path / "sums", sums=[AGGREGATE])
    said = words(opened(warehouse, monkeypatch, "clues"))
    assert "没有可筛查的结算明细" in said and "汇总数据" in said


def test_nothing_on_the_page_accuses_anybody(warehouse, monkeypatch):
    app = opened(warehouse, monkeypatch, "clues", list="open", rule="split_stay")
    assert not ACCUSING.findall(words(app))
    assert not ACCUSING.findall(listed(app).to_csv())


# ---------------------------------------------------------------- one clue


def test_a_link_shows_one_clue_with_its_reason_rule_and_rows(warehouse, monkeypatch):
    found = hit(warehouse, "C")
    app = opened(warehouse, monkeypatch, "clues", clue=found.key)
    assert healthy(app)
    said = words(app).replace("\\", "")
    assert found.reason in said and clues.rules()["split_stay"].plain in said
    assert "14 天 / 15 天" in said and "第三十八条第一项" in said
    assert "存疑 1 行，基金支付合计 700.00 元，与线索一致；另 1 行对照" in said
    assert list(app.dataframe[0].value["结算编号"]) == ["C", "B"]


def test_a_clue_of_another_month_is_shown_with_a_word_of_it(warehouse, monkeypatch):
    app = opened(warehouse, monkeypatch, "clues", clue=hit(warehouse, "C").key, m="2026-05..2026-05")
    assert healthy(app)
    assert "不在2026年5月的清单里" in words(app)


@pytest.mark.parametrize("key", ["split_stay/000000/H1/2026-01-01", "<b onclick=x>|$x^2$", "nix"])
def test_a_key_that_leads_nowhere_is_said(warehouse, monkeypatch, key):
    app = opened(warehouse, monkeypatch, "clues", clue=key)
    assert healthy(app)
    assert "没有线索" in words(app)
    assert not re.search(r"(?<!\\)<b onclick", words(app))


# ---------------------------------------------------------------- what is decided


def test_setting_aside_asks_for_a_reason_and_can_be_undone(warehouse, monkeypatch):
    key = hit(warehouse, "C").key
    app = opened(warehouse, monkeypatch, "clues", clue=key)
    button(app, "排除").click().run()
    assert "要写明原因" in app.error[0].value
    assert decisions(warehouse, "clue") == []
    field(app, "原因").input("两次住院病种不同")
    field(app, "操作人").input("李")
    button(app, "排除").click().run()
    (made,) = decisions(warehouse, "clue")
    assert (made.subject, made.values["verdict"], made.by, made.why) == (key, "set_aside", "李", "两次住院病种不同")
    assert "两次住院病种不同" in words(app) and "已了结" in words(app)
    field(app, "原因").input("病历显示是同一病种")
    button(app, "重新打开").click().run()
    assert {each.hit.key: each.state for each in standings(warehouse)}[key] == "new"


def test_nobody_decides_without_a_name(warehouse, monkeypatch):
    app = opened(warehouse, monkeypatch, "clues", clue=hit(warehouse, "C").key)
    field(app, "操作人").input(" ")
    button(app, "转复核").click().run()
    assert "操作人没有填" in app.error[0].value
    assert decisions(warehouse, "clue") == []


def test_whoever_is_second_to_decide_on_a_clue_is_told(warehouse, monkeypatch):
    key = hit(warehouse, "C").key
    app = opened(warehouse, monkeypatch, "clues", clue=key)
    clues.set_aside(warehouse, [key], "甲", "两次住院病种不同")
    field(app, "原因").input("我也看了")
    button(app, "转复核").click().run()
    assert "别人刚处置过" in app.warning[0].value and "已处置：**排除**" in words(app)
    assert [made.by for made in decisions(warehouse, "clue")] == ["甲"]
    assert not app.run().warning


def test_several_clues_are_set_aside_with_one_reason(warehouse, monkeypatch):
    monkeypatch.setattr(clues_list, "table", lambda shown, asked: [e for e in shown if e.hit.rule == "split_stay"])
    app = opened(warehouse, monkeypatch, "clues", list="open")
    assert "已选 **2 条**" in words(app)
    field(app, "原因").input("长期随访病人")
    button(app, "排除 2 条").click().run()
    made = decisions(warehouse, "clue")
    assert {(each.subject.partition("/")[0], each.why) for each in made} == {("split_stay", "长期随访病人")}
    assert len(made) == 2
    assert "排除 2 条线索" in app.success[0].value


def test_acts_are_offered_for_the_clues_that_they_change():
    made = {v: clues.Standing(None, "new", decision(v)) for v in ("", "review", "set_aside", "case")}
    offered = {act: [each.verdict for each in those] for act, those in clues_acts.fitting(list(made.values())).items()}
    assert offered == {"set_aside": ["", "review"], "review": [""], "open": ["review", "set_aside", "case"]}


def decision(verdict: str):
    return type("Decision", (), {"values": {"verdict": verdict}})() if verdict else None


def test_one_case_has_one_subject(warehouse):
    one = standings(warehouse)[0]
    other = clues.Hit(**vars(one.hit) | {"institution": "H2"})
    same_person = clues.Standing(other, "new")
    stranger = clues.Standing(clues.Hit(**vars(other) | {"person": 7}), "new")
    assert clues_acts.why_not([one, same_person]) == ""
    assert "2 家机构" in clues_acts.why_not([one, stranger])
    assert "一次最多" in clues_acts.why_not([one] * (clues_acts.MOST_IN_A_CASE + 1))


def test_the_journal_tells_of_clues_and_parameters_in_words(warehouse, monkeypatch):
    clues.to_review(warehouse, [hit(warehouse, "C").key], "李", "调病历")
    clues.set_parameters(warehouse, "split_stay", {"days": Decimal(7)}, "王", "先看一周内的")
    told = opened(warehouse, monkeypatch, "journal").dataframe[0].value.head(2)
    assert list(told["原因或说明"]) == ["出院到再入院的天数 7 天。先看一周内的", "转复核。调病历"]
    assert told["文件或对象"].iloc[0] == "分解住院"


# ---------------------------------------------------------------- parameters


def test_a_parameter_is_tried_out_then_saved_with_a_reason_then_set_back(warehouse, monkeypatch):
    app = opened(warehouse, monkeypatch, "clues", rule="split_stay", list="open")
    field(app, "出院到再入院的天数").set_value(7).run()
    said = words(app)
    assert "| 2026年6月 | 1 | **0** | 1 | 0 | 700.00 | 0.00 |" in said
    assert "| 2026年各月 | 2 | **1** | 1 | 0 | 1,600.00 | 900.00 |" in said
    assert clues.parameters(warehouse)["split_stay"]["days"] == 15
    button(app, "保存参数").click().run()
    assert "要写明原因" in app.error[0].value
    field(app, "原因").input("先看一周内的")
    field(app, "操作人").input("王")
    button(app, "保存参数").click().run()
    assert clues.parameters(warehouse)["split_stay"]["days"] == 7
    assert [each.hit.setl_ids for each in standings(warehouse) if each.hit.rule == "split_stay"] == [("B",)]
    assert len(listed(app)) == 1
    button(app, "填回原定值").click().run()
    assert field(app, "出院到再入院的天数").value == 15
    assert "| 2026年6月 | 0 | **1** | 0 | 1 |" in words(app)


# ---------------------------------------------------------------- elsewhere


def test_files_hold_every_clue_every_row_behind_and_every_parameter(warehouse, monkeypatch):
    monkeypatch.setenv("FUND_WAREHOUSE", str(warehouse))
    clues.set_aside(warehouse, [hit(warehouse, "B").key], "李", "另一病因")
    every = standings(warehouse)
    listing, behind, rules = (
        table(file) for file in clues_files.of_all(open_county(warehouse), every, "2026-06").values()
    )
    assert {row["线索编号"]: row["处置原因"] for row in listing} == {
        each.hit.key: each.decision.why if each.decision else "" for each in every
    }
    asked = [(row["线索编号"], row["结算编号"]) for row in behind if row["与线索的关系"] == "存疑"]
    assert sorted(asked) == sorted((each.hit.key, id) for each in every for id in each.hit.setl_ids)
    assert len(rules) == sum(len(rule.parameters) or 1 for rule in clues.rules().values())


def test_a_hostile_name_is_shown_as_it_is_and_runs_nowhere(tmp_path, monkeypatch):
    name = "=1+1|[点](http://evil.example)<b onclick=x>:red[红]"
    stays = rows(STAY, {"结算ID": "A"}, {"结算ID": "B"} | MAY)
    warehouse = loaded(tmp_path / "hostile", roster=[INSTITUTION | {"机构名称": name}], may=stays)
    monkeypatch.setenv("FUND_WAREHOUSE", str(warehouse))
    (one,) = [each for each in standings(warehouse, "2026-05") if each.hit.rule == "split_stay"]
    for query in ({"list": "open", "rule": "split_stay"}, {"clue": one.hit.key}):
        app = opened(warehouse, monkeypatch, "clues", **query)
        assert healthy(app)
        assert not re.search(r"(?<!\\)(\[点\]\(|<b onclick|:red\[红)", words(app))
    for file in clues_files.of_all(open_county(warehouse), [one], "2026-05").values():
        assert all(cell[:1] not in "=@+" for row in table(file) for cell in row.values() if cell)


def table(file) -> list[dict]:
    """A download as it is made when asked for, after the page."""
    return list(csv.DictReader(io.StringIO(file.csv().decode("utf-8-sig"))))


def test_the_overview_does_not_wait_for_a_first_screening_and_then_names_who_has_severe_clues(warehouse, monkeypatch):
    begun = []
    monkeypatch.setattr(clues_desk, "begin", begun.append)
    assert "疑点线索待核查" not in words(opened(warehouse, monkeypatch))
    assert begun == [["2025", "2026"]]
    severe = [each for each in standings(warehouse) if clues.rules()[each.hit.rule].severity == "high"]
    said = words(opened(warehouse, monkeypatch))
    assert f"云溪县人民医院有 {len(severe)} 条严重度高的疑点线索待核查" in said
    assert f"{sum(each.hit.at_stake_yuan for each in severe) / 10000:.2f} 万元，本月新增 1 条" in said
    clues.to_review(warehouse, [each.hit.key for each in severe], "李")
    assert "疑点线索待核查" not in words(opened(warehouse, monkeypatch))


def test_the_sample_county_opens_on_clues_whose_rows_agree(sample_warehouse, monkeypatch):
    app = opened(sample_warehouse, monkeypatch, "clues", list="open")
    assert healthy(app)
    every = standings(sample_warehouse)
    assert len(listed(app)) == sum(each.state != "resolved" for each in every)
    most = max(every, key=lambda each: len(each.hit.setl_ids)).hit
    assert "与线索一致" in words(opened(sample_warehouse, monkeypatch, "clues", clue=most.key))
