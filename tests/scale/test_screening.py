"""A screening by another engine that breaks off, or is not needed: no engine is needed to see that nothing changes."""

import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines import clues, open_county
from pipelines.engine import in_memory, literal
from pipelines.errors import WarehouseError
from pipelines.scale import Asked, screen_on, screening, take_clues
from pipelines.scale import clues as clues_there
from pipelines.scale.engines import Engine
from pipelines.scale.places import LocalPlace
from pipelines.scale.statements import CONTROLS
from pipelines.store.warehouse import read_batch
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


def written_there(warehouse: Path, more_rows: int = 0) -> Path:
    """What an engine writes of a screening without hits: Sail writes no file where there is no row."""
    county, key = screening.planned(warehouse, "2026")
    folder = warehouse / screening.staged("2026", key) / CONTROLS
    folder.mkdir(parents=True)
    batches = clues_there.batches_read(county, "2026")
    told = [(batch, *totals_of(warehouse, batch, more_rows)) for batch in batches]
    with in_memory() as con:
        con.execute("create table t (batch varchar, rows_read bigint, medfee_sumamt varchar, fund_pay_sumamt varchar)")
        con.executemany("insert into t values (?, ?, ?, ?)", told)
        con.execute(f"copy t to {literal(folder / 'part.parquet')}")
    return folder


def totals_of(warehouse: Path, batch: str, more_rows: int) -> tuple:
    totals = read_batch(warehouse, batch).totals
    return int(totals["rows"]) + more_rows, totals["medfee_sumamt"], totals["fund_pay_sumamt"]


def test_a_year_without_hits_is_taken_over(warehouse):
    written_there(warehouse)
    assert take_clues(warehouse, Asked("sail"), "2026") == []
    assert clues.is_kept(open_county(warehouse), "2026")


def test_a_screening_that_an_engine_broke_off_is_not_taken(warehouse):
    written_there(warehouse).rename(warehouse / "controls")
    with pytest.raises(WarehouseError, match="没有算完的2026年筛查"):
        take_clues(warehouse, Asked("sail"), "2026")


def test_clues_of_other_rows_than_the_batches_had_are_refused(warehouse):
    written_there(warehouse, more_rows=1)
    with pytest.raises(WarehouseError, match=r"与明细对不上（rows_read 为 2，应为 1）"):
        take_clues(warehouse, Asked("sail"), "2026")
    assert not clues.is_kept(open_county(warehouse), "2026")


def test_what_a_killed_run_left_goes_with_the_next_of_the_year(warehouse, monkeypatch):
    left = warehouse / "scale" / "clues" / "2026" / "former" / "clue_row" / "part.parquet"
    left.parent.mkdir(parents=True)
    left.touch()
    monkeypatch.setattr(screening, "engine", failing(0))
    with pytest.raises(WarehouseError):
        screen_on(warehouse, Asked("sail"), "2026")
    assert not left.exists()
