"""A screening by another engine that breaks off, or is not needed: no engine is needed to see that nothing changes."""

import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines import clues, open_county
from pipelines.errors import WarehouseError
from pipelines.scale import Asked, screen_on, screening
from pipelines.scale.engines import Engine
from pipelines.scale.places import LocalPlace
from tests.files import rows
from tests.test_clues import AGAIN, STAY, loaded


@pytest.fixture(scope="module")
def two_months(tmp_path_factory):
    """A person in hospital at the end of May, and again five days after."""
    may = {"开始日期": "2026-05-20", "结束日期": "2026-05-29", "结算日期": "2026-05-29"}
    return loaded(tmp_path_factory.mktemp("two"), may=rows(STAY, may), june=rows(STAY, {"结算ID": "B"} | AGAIN))


@pytest.fixture
def warehouse(two_months, tmp_path):
    return shutil.copytree(two_months, tmp_path / "warehouse")


def failing(after: int):
    """An engine that fails at a statement."""

    @contextmanager
    def starting(name, place, master, options):
        told = []

        def run(sql):
            told.append(sql)
            if len(told) > after:
                raise WarehouseError("没有算完")

        yield Engine(name, "0", run, LocalPlace(Path(place)))

    return starting


@pytest.mark.parametrize("after", [0, 20, 45])
def test_a_screening_that_breaks_off_leaves_nothing(warehouse, monkeypatch, after):
    monkeypatch.setattr(screening, "engine", failing(after))
    with pytest.raises(WarehouseError, match="没有算完"):
        screen_on(warehouse, Asked("sail"), "2026")
    assert not clues.is_kept(open_county(warehouse), "2026")
    assert not list((warehouse / "scale").rglob("*.parquet"))
    assert [hit.rule for hit in clues.screen(open_county(warehouse), "2026")] == ["split_stay"]


def test_an_engine_is_not_started_for_what_is_kept(warehouse, monkeypatch):
    found = clues.screen(open_county(warehouse), "2026")
    monkeypatch.setattr(screening, "engine", failing(0))
    assert screen_on(warehouse, Asked("sail"), "2026") == found


def test_a_year_without_settlements_of_persons_is_one_sentence(warehouse):
    with pytest.raises(WarehouseError, match="2020年没有可以逐笔筛查的结算明细"):
        screen_on(warehouse, Asked("sail"), "2020")


def test_what_a_killed_run_left_goes_with_the_next_of_the_year(warehouse, monkeypatch):
    left = warehouse / "scale" / "clues" / "2026" / "former" / "clue_row" / "part.parquet"
    left.parent.mkdir(parents=True)
    left.touch()
    monkeypatch.setattr(screening, "engine", failing(0))
    with pytest.raises(WarehouseError):
        screen_on(warehouse, Asked("sail"), "2026")
    assert not left.exists()
