"""Staff's own words: kept for a period or for all, with the figures of that moment; what changes since is told."""

import os
import shutil
from pathlib import Path

import pytest

import pipelines
from pipelines import WarehouseError, open_county
from pipelines.store.decisions import decide
from reports import narrative
from reports.narrative import WordingError, changed, history, in_force, keep, lost, restore, sections, typed

H1 = pipelines.Period("2026-01", "2026-06")
MONTH = pipelines.Period("2026-06", "2026-06")
TEXT = "本县参保{居民参保人数}{居民参保人数.同比}。\n工作平稳。"


@pytest.fixture
def warehouse(sample_warehouse, tmp_path) -> Path:
    target = tmp_path / "warehouse"
    shutil.copytree(sample_warehouse, target, copy_function=os.link)
    journal = target / "journal.jsonl"
    kept = journal.read_bytes()
    journal.unlink()
    journal.write_bytes(kept)
    return target


@pytest.fixture
def county(warehouse):
    return open_county(warehouse)


def enrolment(county, period=H1) -> str:
    return sections(county, period)[0].text


def test_kept_words_are_printed_with_the_figures_of_the_day(county):
    keep(county, H1, "enrolment", TEXT, "王", "简写")
    assert enrolment(county) == "本县参保 461,843 人，同比增长 0.60%。\n工作平稳。"
    (version,) = history(county.warehouse, H1, "enrolment")
    assert (version.by, version.why, version.every, version.text) == ("王", "简写", False, TEXT)
    assert version.printed["insured_persons;2026-01..2026-06;scheme=resident;value"] == "461,843 人"
    assert enrolment(county, MONTH) != enrolment(county), "another period has the template's text"


def test_words_for_every_period_give_way_to_those_of_one_and_both_to_the_template(county):
    template = enrolment(county)
    keep(county, H1, "enrolment", TEXT, "王", every=True)
    assert enrolment(county, MONTH).startswith("本县参保")
    keep(county, H1, "enrolment", "只此一句{居民参保率}。", "李")
    assert enrolment(county) == "只此一句 95.18%。"
    restore(county.warehouse, H1, "enrolment", "李")
    assert enrolment(county).startswith("本县参保")
    restore(county.warehouse, H1, "enrolment", "王")
    assert enrolment(county) == template
    assert [bool(each.text) for each in history(county.warehouse, H1, "enrolment")] == [False, False, True, True]
    with pytest.raises(WarehouseError, match="模板文字"):
        restore(county.warehouse, H1, "enrolment", "王")


def test_what_can_not_be_read_says_nothing_new_or_names_a_person_is_not_kept(county):
    for text, told in (("共{居民人数}。", "不认识"), (" \n", "是空的")):
        with pytest.raises(WordingError, match=told):
            keep(county, H1, "enrolment", text, "王")
    with pytest.raises(WarehouseError, match="没有改动"):
        keep(county, H1, "enrolment", narrative.themes()["enrolment"].text, "王")
    with pytest.raises(WarehouseError, match="身份证号"):
        keep(county, H1, "enrolment", "经办人 110101199003074258。", "王")
    assert in_force(county.warehouse, H1) == {}


def test_figures_that_print_otherwise_today_are_told_with_both(county):
    keep(county, H1, "enrolment", TEXT, "王")
    worded = in_force(county.warehouse, H1)["enrolment"]
    assert changed(county, worded) == []
    key = "insured_persons;2026-01..2026-06;scheme=resident;value"
    worded.printed[key] = "461,800 人"
    worded.printed["gone;2026-01..2026-06;value"] = "1 人"
    found = {each.key: (each.name, each.was, each.now) for each in changed(county, worded)}
    assert found[key] == ("居民参保人数", "461,800 人", "461,843 人")
    assert found["gone;2026-01..2026-06;value"][2] == "指标定义已改，不能再算"
    assert len(found) == 2


def test_words_that_the_definitions_no_longer_know_give_way_to_the_template_and_say_so(county):
    template = enrolment(county)
    values = {"text": "共{从前的数}。", "months": "2026-01..2026-06", "figures": "{}"}
    decide(county.warehouse, "wording", {"enrolment;2026-01..2026-06": values}, "王")
    told = enrolment(county)
    assert told.startswith(template)
    assert "“{从前的数}”不认识" in told


def test_an_edit_tells_which_figures_it_drops_and_which_numbers_it_typed():
    before = "参保{居民参保人数}{居民参保人数.同比}，第 1—4 级。"
    assert lost("参保 461,843 人{居民参保人数.同比}，第 1—4 级。", before) == ["{居民参保人数}"]
    assert typed("参保 461,843 人{居民参保人数.同比}，第 1—4 级。", before) == ["461,843"]
    assert lost(before, before) == typed(before, before) == []
