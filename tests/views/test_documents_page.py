"""The page 报告与文件: a file is made beside the page, taken away, and stands in the list."""

from datetime import datetime

from reports import register
from tests.reports.papers import paper
from tests.views.app import button, healthy, opened, words


def test_a_draft_is_made_taken_away_and_listed(own_warehouse, monkeypatch):
    page = opened(own_warehouse, monkeypatch, "documents", m="2026-06..2026-06")
    assert healthy(page)
    assert "现在只能出草稿" in words(page)
    assert "没有封账" in words(page)
    page.text_input(key="doc_by").set_value("经办甲")
    button(page, "文本").click().run()
    assert healthy(page)
    (kept,) = register.listed(own_warehouse)
    assert (kept.title, kept.by, kept.suffix) == ("2026年6月医疗保障基金运行月报", "经办甲", "txt")
    (taken,) = [each for each in page.get("download_button") if each.proto.label.startswith("下载 2026年6月")]
    assert "KB" in taken.proto.label
    assert kept.id in page.dataframe[-1].value["验真编号"].tolist()


def test_without_a_name_nothing_can_be_made(sample_warehouse, monkeypatch):
    page = opened(sample_warehouse, monkeypatch, "documents")
    page.text_input(key="doc_by").set_value(" ").run()
    assert all(button(page, form).disabled for form in ("PDF", "Word", "文本", "工作簿"))


def test_the_documents_made_stand_by_kind_reports_first_and_the_newest_above(own_warehouse, monkeypatch):
    kinds = ["half_year", "bulletin", *["letter"] * 3, "page"]
    for day, kind in enumerate(kinds, start=1):
        made = paper(kind=kind, title=f"{kind} {day}", at=datetime(2026, 7, day))
        register.keep(own_warehouse, made, bytes([day]), "pdf")
    page = opened(own_warehouse, monkeypatch, "documents")
    assert healthy(page)
    assert page.dataframe[-1].value["文件"].tolist() == ["bulletin 2", "half_year 1"]
    kind = page.segmented_control(key="dk")
    assert kind.options == ["报告 2", "快照 1", "一院一函 3", "工作簿 0", "全部 6"]
    kind.set_value("all").run()
    assert len(page.dataframe[-1].value) == len(kinds)
    page.segmented_control(key="dk").set_value("workbook").run()
    assert healthy(page)
    assert "还没有做过这一类文件" in words(page)
