"""python -m reports: what it says and how it ends."""

import os
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from pipelines import terminal
from reports import register
from reports.cli import common, main, verify
from reports.cli.common import saved
from tests.reports.papers import paper
from views import verifying


def told(warehouse, *words: str):
    return CliRunner().invoke(main, ["--warehouse", str(warehouse), *words])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--official", "--to", "2026-06"], "不能出正式件：2026-01、2026-02、2026-03 等 6 个月没有封账"),
        (["--from", "2031-01", "--to", "2031-02"], "2031年1—2月没有装入任何数据"),
        (["--from", "2026-07", "--to", "2026-06"], "期间的起始月 2026-07 晚于截止月 2026-06"),
    ],
)
def test_what_cannot_be_made_is_refused_in_a_sentence(sample_warehouse, tmp_path, options, sentence):
    found = told(sample_warehouse, "pdf", *options, "--out", str(tmp_path / "x.pdf"))
    assert found.exit_code == 2
    assert sentence in found.output
    assert not (tmp_path / "x.pdf").exists()


@pytest.mark.parametrize("command", ["pdf", "docx", "text", "xlsx", "letters"])
def test_nothing_is_made_of_months_without_data(sample_warehouse, tmp_path, command):
    found = told(sample_warehouse, command, "--from", "2023-01", "--to", "2023-06", "--out", str(tmp_path / "x.pdf"))
    assert (found.exit_code, "2023年1—6月没有装入任何数据，不能做文件" in found.output) == (2, True)
    assert not (tmp_path / "x.pdf").exists()


def test_a_workbook_is_data_when_it_is_made_and_when_it_is_verified(tmp_path, capsys):
    workbook, out = paper(kind="workbook", why_draft=()), tmp_path / "x.xlsx"
    saved(tmp_path, workbook, b"PK", out)
    assert capsys.readouterr().out.splitlines()[1] == "数据"
    kept = register.find(tmp_path, b"PK")
    found = SimpleNamespace(told="", kept=kept, id="", kind="current", partly=False, changed=())
    assert "，数据，" in verify.lines(found, out)[1]
    assert dict(verifying.rows(kept))["性质"] == "数据"


def test_an_empty_warehouse_is_told_of(tmp_path):
    found = told(tmp_path / "nothing", "pdf", "--out", str(tmp_path / "x.pdf"))
    assert (found.exit_code, found.output.count("错误：还没有数据")) == (2, 1)


def test_a_file_that_can_not_be_written_whole_leaves_the_one_before_and_nothing_beside_it(tmp_path, monkeypatch):
    out = tmp_path / "x.pdf"
    common.write(out, b"first")

    def full(*asked):
        raise OSError("no space left")

    monkeypatch.setattr(terminal, "publish", full)
    with pytest.raises(OSError, match="no space"):
        common.write(out, b"second")
    assert (out.read_bytes(), os.listdir(tmp_path)) == (b"first", ["x.pdf"])
    monkeypatch.undo()
    common.write(out, b"second")
    assert (out.read_bytes(), os.listdir(tmp_path)) == (b"second", ["x.pdf"])


def test_a_device_is_written_to_and_stays_one(tmp_path):
    common.write(tmp_path.__class__(os.devnull), b"bytes")
    assert not os.path.isfile(os.devnull)
