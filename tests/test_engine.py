"""Pieces of work hand an instance of the engine on: each finds it as new, and much work gives it back at once."""

import duckdb
import pytest

from pipelines import engine
from pipelines.engine import carrying, reading, workbench

LEFT = "select table_name from duckdb_tables() union all select type_name from duckdb_types() where type_name = 'code'"
MUCH = "create temp table much as select hash(i) as a, hash(i + 1)::varchar as b from range(2000000) t(i)"


@pytest.fixture
def idle(monkeypatch) -> list:
    """The instances that wait, none at first; no work is too long for one to wait again."""
    waiting: list = []
    monkeypatch.setattr(engine, "SLIGHT_SECONDS", 600.0)
    monkeypatch.setattr(engine, "IDLE", waiting)
    return waiting


def test_nothing_of_a_piece_of_work_is_left_for_the_next(idle, tmp_path):
    with workbench(tmp_path) as con:
        con.execute("set variable person_key = 'secret'")
        con.execute("create table rows as select 1 as a")
        con.execute("create type code as enum ('a')")
        con.execute("create temp table codes as select 1 as a")
    (instance,) = idle
    with workbench(tmp_path) as con:
        assert con.execute("select getvariable('person_key')").fetchone() == (None,)
        assert con.execute(LEFT).fetchall() == []
    assert idle == [instance]


def test_work_that_failed_leaves_nothing_either(idle, tmp_path):
    with pytest.raises(duckdb.ConversionException), workbench(tmp_path) as con:
        con.execute("create table rows as select 1 as a")
        con.execute("select cast('x' as integer)")
    with workbench(tmp_path) as con:
        assert con.execute(LEFT).fetchall() == []


def test_an_instance_that_has_spilled_is_closed_and_its_files_are_gone(idle, tmp_path):
    with workbench(tmp_path) as con:
        con.execute("set memory_limit = '30MB'")
        con.execute(MUCH)
        assert list(tmp_path.iterdir())
    assert (idle, list(tmp_path.iterdir())) == ([], [])


def test_an_instance_that_worked_for_long_is_closed(idle, tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "SLIGHT_SECONDS", 0.0)
    with workbench(tmp_path):
        pass
    assert idle == []


def test_no_more_instances_wait_than_work_at_once(idle, tmp_path):
    with workbench(tmp_path), workbench(tmp_path), workbench(tmp_path):
        pass
    assert len(idle) == 2


def test_a_build_is_written_in_one_that_was_a_workbench_and_can_be_read_at_once(idle, tmp_path):
    with workbench(tmp_path) as con:
        assert con.execute("select current_setting('disabled_optimizers')").fetchone() != ("",)
    with carrying(tmp_path / "build.duckdb") as con:
        assert con.execute("select current_setting('disabled_optimizers')").fetchone() == ("",)
        con.execute("create table build as select 1 as a")
    assert [path.name for path in tmp_path.iterdir()] == ["build.duckdb"]
    assert reading(tmp_path / "build.duckdb", []).execute("from build").fetchall() == [(1,)]
