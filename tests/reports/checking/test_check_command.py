"""The command check: what it prints, and its exit codes."""

import json

import pytest
from click.testing import CliRunner

from reports.cli import main

WRONG = "县内次均住院费用2163元，比去年同期2254元降低19元。"


@pytest.fixture
def run(tmp_path):
    """Run the command on a text, without a warehouse."""

    def ran(text, *options):
        (tmp_path / "report.txt").write_text(text, "utf-8")
        command = ["--warehouse", str(tmp_path / "none"), "check", str(tmp_path / "report.txt"), *options]
        return CliRunner().invoke(main, command)

    return ran


def test_what_is_wrong_is_told_with_its_line_and_code_one(run):
    told = run(f"一、费用控制\n{WRONG}")
    assert told.exit_code == 1
    assert "第2行 “19元” 自相矛盾" in told.output
    assert "未与本系统比较" in told.output


def test_a_report_without_errors_ends_with_code_zero(run):
    assert run(WRONG.replace("19元", "91元")).exit_code == 0


def test_json_holds_the_claims_and_findings_with_their_places(run):
    told = json.loads(run(WRONG, "--json").output)
    [found] = [one for one in told["findings"] if one["verdict"] == "impossible"]
    assert told["text"][found["start"] : found["end"]] == found["quoted"] == "19元"
    assert told["claims"][0]["kpi"] == "cost_per_case"


def test_what_can_not_be_read_is_one_sentence_and_code_two(run):
    told = run("  ")
    assert (told.exit_code, told.output.count("\n")) == (2, 1)
    assert "没有文字" in told.output
