"""报告正文 on the sample county: what prints, an edit that is read before it is kept, what moved since, and back."""

import os
import shutil
from pathlib import Path

import pytest

import pipelines
from pipelines.store.decisions import decide
from reports import narrative
from tests.views.app import button, healthy, opened, words

H1 = pipelines.Period("2026-01", "2026-06")


@pytest.fixture(scope="module")
def copy(sample_warehouse, tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("wording_page") / "warehouse"
    shutil.copytree(sample_warehouse, target, copy_function=os.link)
    kept = (target / "journal.jsonl").read_bytes()
    (target / "journal.jsonl").unlink()
    (target / "journal.jsonl").write_bytes(kept)
    return target


def editor(app):
    return app.text_area[0]


def test_the_page_shows_the_text_with_its_figures_and_every_figure_that_may_be_used(copy, monkeypatch):
    app = opened(copy, monkeypatch, "wording", t="benefits")
    assert healthy(app)
    assert "用的都是模板文字" in words(app)
    assert ":blue[1\\,402 元]" in words(app)
    rows = next(frame.value for frame in app.dataframe if "写法" in frame.value.columns)
    assert set(narrative.slots()) < {how.strip("{}") for how in rows["写法"]}
    assert rows["写法"][0] == "{居民补偿人数}", "this theme's figures come first"


def test_an_edit_is_previewed_warned_of_kept_told_of_and_taken_back(copy, monkeypatch):
    app = opened(copy, monkeypatch, "wording", t="benefits")
    editor(app).set_value("补偿{居民补偿人次人数}。").run()
    assert "不认识；是不是" in app.error[0].value
    assert not [each for each in app.button if "保存" in each.label]
    editor(app).set_value("全县补偿{居民补偿人次}，满意率 98.5%。").run()
    assert "全县补偿 :blue[646\\,840 人次]，满意率 98\\.5\\%。" in words(app)
    told = "\n".join(each.value for each in app.warning)
    assert "98\\.5" in told
    assert "居民补偿人数" in told
    assert button(app, "保存文字").disabled, "what is dropped must be meant"
    app.checkbox[0].check().run()
    next(field for field in app.text_input if field.label == "原因").set_value("简写")
    button(app, "保存文字").click().run()
    assert healthy(app)
    assert "文字已保存" in words(app)
    assert "“受益情况”用的是改过的文字" in words(app)
    assert narrative.in_force(copy, H1)["benefits"].why == "简写"
    assert "所引的数都没有变" in words(app)
    button(app, "恢复模板文字").click().run()
    assert healthy(app)
    assert narrative.in_force(copy, H1) == {}
    journal = opened(copy, monkeypatch, "journal")
    assert "报告正文“受益情况”（2026年1—6月）" in "".join(str(frame.value.to_dict()) for frame in journal.dataframe)


def test_figures_that_moved_since_stand_beside_what_was_kept(copy, monkeypatch):
    key = "beneficiary_visits;2026-01..2026-06;scheme=resident;value"
    values = {"text": "补偿{居民补偿人次}。", "months": "2026-01..2026-06", "figures": f'{{"{key}": "646,000 人次"}}'}
    decide(copy, "wording", {"benefits;2026-01..2026-06": values}, "王")
    app = opened(copy, monkeypatch, "wording", t="benefits")
    assert "其中 **1** 个数与保存时不同" in words(app)
    assert "| 居民补偿人次 | 646\\,000 人次 | **646\\,840 人次** |" in words(app)
    assert "由 王 改过，只用于本期" in words(app)
