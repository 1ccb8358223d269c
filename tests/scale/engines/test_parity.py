"""Another engine gives the same rows: columns, counts, and EXCEPT ALL both ways, to the fen."""

from pathlib import Path

import pytest

from pipelines.contracts import contracts
from pipelines.engine import in_memory, literal
from pipelines.scale import Asked, compare
from pipelines.scale.engines import engine
from pipelines.scale.statements import map_query, quoted, rows_view, view, written
from pipelines.store import builds, facts
from pipelines.store.marts import models_in_order
from pipelines.store.parquet import link_or_copy
from pipelines.store.warehouse import batch_folder, live
from pipelines.uploads.values import sql_type
from tests.scale.engines.conftest import ENGINES
from tests.scale.made_up import BATCHES

MOUNTED = "spark.hadoop.fs.viewfs.mounttable.province.link."  # where a folder of viewfs://province lies


@pytest.mark.parametrize("name", ENGINES)
def test_the_roll_ups_of_another_engine_are_row_by_row_those_made_here(warehouse, tmp_path, name):
    """Spark reads and writes through a file system of Hadoop's that has a host, as on a cluster; Sail in the warehouse
    itself."""
    place = "viewfs://province/fund/医 保" if name == "spark" else ""
    told = compare(warehouse, Asked(name, "local[2]", place, {f"{MOUNTED}/fund": f"file://{tmp_path}/lake"}))
    assert len(told) == BATCHES
    assert {batch: differences for batch, differences in told.items() if differences} == {}
    assert len(list((tmp_path / "lake" / "医 保").glob("batches/*/rows.parquet"))) == (BATCHES if place else 0)


@pytest.mark.parametrize("name", ENGINES)
def test_every_fact_and_mart_of_another_engine_is_row_by_row_that_of_the_build(made_up, tmp_path, name):
    warehouse, models = made_up / "warehouse", models_in_order()
    with engine(name, str(tmp_path), "local[2]") as running:
        for sql in everything(warehouse, str(tmp_path)):
            running.run(sql)
    with in_memory() as con:
        build = builds.build_path(warehouse, builds.current(warehouse))
        con.execute(f"attach {literal(build)} as build (read_only)")
        assert {m: told for m in models if (told := difference(con, m, f"{tmp_path}/{m}/*.parquet"))} == {}
        assert all(con.execute(f"select count(*) from build.{model}").fetchone()[0] for model in models)


def everything(warehouse, target: str):
    """The statements that lead from the rows of all uploads to every table of a build."""
    yield from (staged(warehouse, table, Path(target, f"rows_{table}")) for table in contracts())
    yield from table("codes_used", facts.codes_used("stg_settlements"), target)
    yield from (view(f"map_{source}", map_query(source), "").sql for source in facts.MAPS)
    for model in ("fct_settlement", *facts.models("agg_"), *models_in_order()):
        yield from table(model, facts.model(model), target)


def table(name: str, query: str, target: str):
    """The statements that write the rows of a query and read them back under its name, as from a roll-up."""
    yield written(name, query, target).sql
    yield f"CREATE OR REPLACE TEMPORARY VIEW {name} USING parquet OPTIONS (path {quoted(f'{target}/{name}')})"


def staged(warehouse: Path, table: str, folder: Path) -> str:
    """CREATE of stg_<table> over the rows of its batches, put into one folder; without rows if there is no batch."""
    ids = {batch.id for (of, *_), batch in live(warehouse).items() if of == table}
    if not ids:
        nulls = ", ".join(f"cast(null as {sql_type(c)}) as {c.key}" for c in contracts()[table].columns.values())
        return view(f"stg_{table}", f"select {nulls} where 1 = 0", "").sql
    folder.mkdir()
    for batch in ids:
        link_or_copy(batch_folder(warehouse, batch) / "rows.parquet", folder / f"{batch}.parquet")
    return rows_view(table, str(folder))


def difference(con, model: str, files: str) -> object:
    """What the engine's rows of a model differ in from the build's; None if in nothing."""
    one, other = f"read_parquet({literal(files)})", f"build.{model}"
    columns = [
        con.execute(f"select column_name, column_type from (describe from {t})").fetchall() for t in (one, other)
    ]
    if columns[0] != columns[1]:
        return columns
    ways = ((one, other), (other, one))
    only = [con.execute(f"select count(*) from (from {a} except all from {b})").fetchone()[0] for a, b in ways]
    return only if any(only) else None
