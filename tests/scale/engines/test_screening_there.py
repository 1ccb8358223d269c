"""A year screened by another engine, from the files that were loaded to the clues that pages show."""

import shutil

import pytest

from pipelines import clues, open_county
from pipelines.clues import parameters, screening
from pipelines.clues.screening import frozen
from pipelines.errors import WarehouseError
from pipelines.scale import Asked, emit_clues, screen_on, take_clues
from pipelines.scale.engines import engine
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


def found_here(warehouse, year: str = "2026") -> list[clues.Hit]:
    """The hits by DuckDB; nothing kept is used, and nothing is kept."""
    county = open_county(warehouse)
    return screening.run(county, year, values_of(county, year, frozen(parameters(warehouse))))


def test_another_engine_finds_the_hits_that_are_found_here_and_keeps_them(warehouse):
    county, year, here = open_county(warehouse), "2026", found_here(warehouse)
    assert not clues.is_kept(county, year)
    assert screen_on(warehouse, Asked("sail"), year) == here
    assert len({hit.rule for hit in here}) >= 5
    assert clues.is_kept(county, year)
    assert clues.screen(county, year) == here
    assert not list((warehouse / "scale").rglob("*.parquet")), "what was written on the way is gone"


def test_what_spark_sql_has_found_by_the_file_is_taken_over(warehouse, tmp_path):
    file, guide = emit_clues(warehouse, Asked("sail"), "2026", tmp_path / "sql")
    assert f"  spark-sql --conf spark.sql.catalogImplementation=in-memory -f {file.name}\n" in guide.read_text("utf-8")
    with pytest.raises(WarehouseError, match="没有算完"):
        take_clues(warehouse, Asked("sail"), "2026")
    with engine("sail", str(warehouse)) as running:
        for statement in file.read_text("utf-8").split(";\n"):
            if "CREATE " in statement or "INSERT " in statement:
                running.run(statement)
    assert take_clues(warehouse, Asked("sail"), "2026") == found_here(warehouse)
    assert clues.is_kept(open_county(warehouse), "2026")


def test_a_table_that_hadoop_alone_can_reach_is_named_with_the_command_that_takes_it_there(warehouse, tmp_path):
    *files, guide = emit_clues(warehouse, Asked("spark", place="hdfs://host/fund"), "2026", tmp_path / "sql")
    assert {file.suffix for file in files} == {".sql", ".parquet"}
    told = guide.read_text("utf-8")
    assert all(f"hadoop fs -put -f {file} hdfs://host/fund/scale/clues/2026/" in told for file in files[1:])
    sql = files[0].read_text("utf-8")
    assert "OPTIONS (path 'hdfs://host/fund/batches/" in sql
    assert "`insu_admdvs` IN ('990202')" in sql, "June of the other county counts as it was loaded with the year"
