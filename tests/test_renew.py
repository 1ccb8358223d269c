"""A warehouse whose build is of other definitions, or gone, is summed anew by whoever opens it, to the same figures."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines import Period, WarehouseError, ask, load, open_county, outdated, renew
from pipelines.cli import main
from pipelines.store import builds, facts
from tests.files import INSTITUTION, SETTLEMENT, rows, write
from tests.views.app import healthy, opened, words

JUNE = Period("2026-06", "2026-06")


@pytest.fixture(scope="module")
def loaded_once(tmp_path_factory) -> Path:
    """What the tests begin with, loaded once."""
    folder = tmp_path_factory.mktemp("loaded")
    paths = [write(folder, rows(SETTLEMENT, {}, {}), "结算.csv"), write(folder, [INSTITUTION], "名册.csv")]
    load(folder / "warehouse", paths, "张三")
    return folder


@pytest.fixture
def warehouse(loaded_once, tmp_path) -> Path:
    """A copy of a test's own, to write to."""
    return Path(shutil.copytree(loaded_once, tmp_path, dirs_exist_ok=True)) / "warehouse"


@pytest.fixture
def other_definitions(monkeypatch):
    """As after an update of the program: roll-ups and builds of today's facts are none."""
    monkeypatch.setattr(facts, "definitions_id", lambda: "another")


def paid(warehouse):
    (figure,) = ask(open_county(warehouse), ["fund_expenditure"], JUNE)
    return figure.value


def test_a_warehouse_is_outdated_only_while_its_build_is_missing(warehouse, tmp_path):
    assert not outdated(warehouse)
    assert not outdated(tmp_path / "nothing")
    builds.build_path(warehouse, builds.current(warehouse)).unlink()
    assert outdated(warehouse)
    renew(warehouse)
    assert not outdated(warehouse)


def test_other_definitions_lead_to_another_build_of_the_same_batches(warehouse, other_definitions):
    before, figure = builds.current(warehouse), paid(warehouse)
    assert outdated(warehouse)
    told = []
    renew(warehouse, lambda share, what: told.append(what))
    assert builds.current(warehouse) != before
    assert paid(warehouse) == figure
    assert any("重新汇总" in what for what in told)


def test_the_command_line_sums_anew_and_says_so(warehouse, other_definitions):
    asked = ["--warehouse", str(warehouse), "kpis", "--kpi", "fund_expenditure", "--from", "2026-06"]
    first, second = (CliRunner().invoke(main, asked) for _ in range(2))
    assert first.exit_code == second.exit_code == 0
    assert "正在由批次重新汇总" in first.stderr
    assert second.stderr == ""
    assert first.stdout == second.stdout


def test_a_page_sums_anew_and_then_opens(warehouse, other_definitions, monkeypatch):
    app = opened(warehouse, monkeypatch)
    assert healthy(app)
    assert app.title[0].value == "总览"
    assert not outdated(warehouse)


def test_a_page_that_can_not_sum_anew_says_why(warehouse, other_definitions, monkeypatch):
    def refused(warehouse, progress):
        raise WarehouseError("磁盘空间不够")

    monkeypatch.setattr("pipelines.renew", refused)
    app = opened(warehouse, monkeypatch)
    assert healthy(app)
    assert app.title[0].value == "正在更新"
    assert "磁盘空间不够" in words(app)
