"""The page 报告与文件: a file is made beside the page, taken away, and stands in the list."""

import os
import shutil
from pathlib import Path

import pytest

from reports import register
from tests.views.app import button, healthy, opened, words


@pytest.fixture
def own_warehouse(sample_warehouse, tmp_path) -> Path:
    """The sample's files by hard links: none is ever changed."""
    return Path(shutil.copytree(sample_warehouse, tmp_path / "warehouse", copy_function=os.link))


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
