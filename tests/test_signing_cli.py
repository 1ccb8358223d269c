"""Signing off by commands: what is missing, explanations, notes, the reason for a locked month."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines import load
from pipelines.cli import main
from reports.cli import main as documents
from tests.files import ENROLMENT, write
from tests.months import settlements


@pytest.fixture(scope="module")
def june(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("signing cli")
    insured = write(folder, [ENROLMENT | {"应参保人数": "11000"}], "enrolment.csv")
    load(folder / "warehouse", [settlements(folder, "2026-06", "P1", "P2"), insured], "甲")
    return folder / "warehouse"


@pytest.fixture
def warehouse(tmp_path, june) -> Path:
    return Path(shutil.copytree(june, tmp_path / "warehouse"))


def run(warehouse: Path, *words: object, group=main):
    return CliRunner().invoke(group, ["--warehouse", str(warehouse), *map(str, words)])


def test_june_is_official_once_it_is_locked_and_explained(warehouse):
    found = run(warehouse, "signing", "--from", "2026-06", "--to", "2026-06")
    assert found.exit_code == 1
    assert "只能出草稿：2026-06 没有封账；2026-06 勾稽不符" in found.stdout
    run(warehouse, "lock", "2026-06", "--why", "已上报")
    told = run(warehouse, "explain", "enrolled_within_due", "2026-06", "--why", "新生儿先参保", "--by", "李")
    assert told.stdout == "已说明 1 个月（李：新生儿先参保）\n"
    found = run(warehouse, "signing", "--from", "2026-06", "--to", "2026-06", "--json")
    assert (found.exit_code, json.loads(found.stdout)["official"]) == (0, True)
    (breach,) = json.loads(found.stdout)["months"][0]["breaches"]
    assert breach["explained"]["by"] == "李"
    run(warehouse, "explain", "enrolled_within_due", "2026-06", "--withdraw", "--why", "查错了")
    assert run(warehouse, "signing", "--from", "2026-06", "--to", "2026-06").exit_code == 1


def test_notes_are_written_listed_and_taken_back(warehouse):
    assert run(warehouse, "note", "系统切换", "--month", "2026-06", "--by", "甲").stdout.startswith("已记下 3 号批注")
    assert "系统切换" in run(warehouse, "notes", "--from", "2026-06", "--to", "2026-06").stdout
    assert run(warehouse, "notes", "--to", "2026-05", "--json").stdout.strip() == "[]"
    assert run(warehouse, "notes", "--withdraw", "3", "--why", "写错了").exit_code == 0
    assert json.loads(run(warehouse, "notes", "--json").stdout) == []
    refused = run(warehouse, "note", "系统切换")
    assert (refused.exit_code, "选一个" in refused.stderr) == (2, True)


def test_a_locked_month_is_loaded_and_undone_with_restate_only(warehouse, tmp_path):
    run(warehouse, "lock", "2026-06", "--why", "已上报")
    path = settlements(tmp_path, "2026-06", "P1")
    assert run(warehouse, "load", path).exit_code == 1
    assert "restated" not in (warehouse / "journal.jsonl").read_text("utf-8")
    told = json.loads(run(warehouse, "load", path, "--restate", "漏核销", "--json").stdout)
    batch = told[0]["batch"]["id"]
    assert run(warehouse, "undo", batch, "--why", "又找到了").exit_code == 2
    assert run(warehouse, "undo", batch, "--why", "又找到了", "--restate", "单据已补").exit_code == 0
    last = json.loads(run(warehouse, "journal", "--json").stdout)[-1]
    assert (last["restated"], last["why"]) == (["2026-06"], "又找到了；单据已补")


def test_verify_says_what_a_file_is_by_its_exit_code(warehouse, tmp_path):
    strange = tmp_path / "strange.pdf"
    strange.write_bytes(b"%PDF")
    told = run(warehouse, "verify", strange, group=documents)
    assert (told.exit_code, "不是本系统出具的文件" in told.stdout) == (4, True)
    gone = run(warehouse, "verify", tmp_path / "gone.pdf", group=documents)
    assert (gone.exit_code, gone.stderr.startswith("错误：找不到")) == (2, True)
