"""A year screened by another engine, from the files that were loaded to the clues that pages show."""

import shutil

import pytest

from pipelines import clues, open_county
from pipelines.clues import parameters, screening
from pipelines.clues.screening import frozen
from pipelines.scale import Asked, screen_on
from pipelines.scale.screening import values_of
from tests.scale.planted import load_planted


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    load_planted(folder)
    return folder / "warehouse"


@pytest.fixture
def warehouse(planted, tmp_path):
    return shutil.copytree(planted, tmp_path / "warehouse")


@pytest.mark.parametrize("year", ["2025", "2026"])
def test_another_engine_finds_the_hits_that_are_found_here_and_keeps_them(warehouse, year):
    county = open_county(warehouse)
    wanted = values_of(county, year, frozen(parameters(warehouse)))
    here = screening.run(county, year, wanted)
    assert not clues.is_kept(county, year)
    assert screen_on(warehouse, Asked("sail"), year) == here
    assert len({hit.rule for hit in here}) >= 5
    assert clues.is_kept(county, year)
    assert clues.screen(county, year) == here
    assert not list((warehouse / "scale").rglob("*.parquet")), "what was written on the way is gone"
