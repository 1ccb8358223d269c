"""The benchmark measures everything it promises, whatever the machine's speed; no test asks how fast anything is."""

import json

import pytest
from click.testing import CliRunner

from pipelines.bench import Plan, measure, rows_of
from pipelines.bench.report import Row
from pipelines.bench.rounds import run
from pipelines.cli import main
from pipelines.cli.show_figures import benchmark
from pipelines.registry import themes

AIMS = {
    "load_to_bare": 2.0,
    "load_gb18030_to_bare": 2.8,
    "month_to_anew": 0.1,
    "month_derived_to_rebuild": 0.1,
    "load_to_tenth": 11.0,
    "peak_memory": 4096.0,
    **{f"page_{theme}": 50.0 for theme in themes()},
}
WITHOUT_AIM = ["load_to_bare_in_memory", "month_to_rebuild", "polars_to_duckdb", "pandas_to_duckdb"]


@pytest.fixture(scope="module")
def told(sample_warehouse, sample_files, tmp_path_factory):
    """What a benchmark of 2400 rows tells: its table, and the folder it worked in."""
    folder = tmp_path_factory.mktemp("bench")
    plan = Plan(rows=2400, folder=folder, rounds=1, county=sample_files)
    return rows_of(plan, measure(plan, lambda share, what: None)), folder


def test_every_aim_has_its_row_and_the_other_engines_too(told):
    rows, _ = told
    assert {row.id: row.aim for row in rows} == AIMS | dict.fromkeys(WITHOUT_AIM)


def test_every_row_was_measured(told):
    rows, _ = told
    assert [row.id for row in rows if not row.value or row.value < 0] == []


def test_a_benchmark_leaves_nothing_behind(told):
    _, folder = told
    assert list(folder.iterdir()) == []


def test_a_row_is_met_up_to_its_aim_and_silent_without_one():
    assert Row("a", "甲", 2.0, "倍", 2.0, "").met is True
    assert Row("a", "甲", 2.01, "倍", 2.0, "").met is False
    assert Row("a", "甲", 2.0, "倍", None, "").met is None
    assert Row("a", "甲", None, "倍", 2.0, "").met is None


def test_an_aim_that_is_missed_is_said_to_be_missed(capsys):
    benchmark([Row("a", "甲", 3.14159, "倍", 2.0, "说明"), Row("b", "乙", None, "倍", None, "没有安装")], False)
    printed = capsys.readouterr().out
    assert "3.14" in printed and "未达到" in printed and "—" in printed


def test_json_says_of_each_row_whether_it_was_met(capsys):
    benchmark([Row("a", "甲", 1.5, "倍", 2.0, "说明")], True)
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["id"], row["value"], row["aim"], row["met"]) == ("a", 1.5, 2.0, True)


def test_a_job_that_fails_stops_the_benchmark_and_says_why(tmp_path):
    (tmp_path / "broken.csv").write_text("结算ID\nS1\n", "utf-8")
    with pytest.raises(RuntimeError, match="whole_load"):
        run("whole_load", file=tmp_path / "broken.csv", warehouse=tmp_path / "warehouse")


def test_the_command_refuses_too_few_rows_to_fill_the_months():
    assert CliRunner().invoke(main, ["bench", "--rows", "3"]).exit_code == 2
