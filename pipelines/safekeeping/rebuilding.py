"""The build in force, made once more from the batches alone: the same id and the same content, table by table."""

import shutil
from pathlib import Path

import duckdb

from pipelines.engine import name, reading
from pipelines.keys import bound
from pipelines.safekeeping.examining import caught_up
from pipelines.safekeeping.findings import FAULT, Finding, fine
from pipelines.side_by_side import Progress, meanwhile, quiet
from pipelines.store import builds
from pipelines.store.parquet import link_or_copy
from pipelines.store.rooms import close_room, open_room
from pipelines.store.warehouse import WarehouseError, live, whole_lines
from pipelines.trial.effects import share

Contents = dict[str, tuple]


def rebuild_looks(warehouse: Path, progress: Progress = quiet) -> list[Finding]:
    """Make the build anew in a folder of its own, roll-ups too, and hold it against the one in force."""
    try:
        build_id = builds.id_of(live(warehouse))
        if not builds.build_path(warehouse, build_id).exists():
            return []  # its own check says so
        again = meanwhile("由批次重新汇总", lambda: contents_again(warehouse), progress, 0.0, 1.0)
        stands = contents_of(builds.build_path(warehouse, build_id))
    except (WarehouseError, duckdb.Error) as error:
        return [Finding("重算", FAULT, f"汇总不能由批次重算：{error}", "先修复批次，再运行一次")]
    others = [table for table in sorted(stands.keys() | again.keys()) if stands.get(table) != again.get(table)]
    if others:
        told = f"由批次重算的汇总 {build_id} 和现行的有 {len(others)} 张表不同：{'、'.join(others[:5])}"
        return [Finding("重算", FAULT, told, "--repair 删去汇总，由批次重新生成", from_nothing)]
    return [fine("重算", f"由批次重算得到同一个汇总 {build_id}，{len(stands)} 张表内容相同")]


def contents_again(warehouse: Path) -> Contents:
    """The contents of the build that the batches alone lead to."""
    room = open_room(warehouse)
    try:
        shadow = room / "warehouse"
        shadow.mkdir()
        (shadow / "journal.jsonl").write_bytes(whole_lines(warehouse))
        if bound(warehouse):
            link_or_copy(warehouse / "keys.json", shadow / "keys.json")
        share(warehouse, shadow, "batches")
        return contents_of(builds.build_path(shadow, builds.prepare_build(shadow, live(shadow))))
    finally:
        close_room(room)


def contents_of(path: Path) -> Contents:
    """Table -> (rows, sum of the rows' hashes): the same for the same rows in any order. Bitmaps count by their ones,
    for those of a later batch are longer.
    """
    con = reading(path, [])
    try:
        tables = con.execute("select table_name from duckdb_tables() where not temporary").fetchall()
        return {table: con.execute(summed(con, table)).fetchone() for (table,) in tables}
    finally:
        con.close()


def summed(con, table: str) -> str:
    asked = "select column_name, data_type from duckdb_columns() where table_name = ? order by column_name"
    columns = con.execute(asked, [table]).fetchall()
    told = [f"bit_count(cast({name(c)} as bit))" if kind == "BLOB" else name(c) for c, kind in columns]
    return f"select count(*), sum(cast(hash({', '.join(told)}) as hugeint)) from {name(table)}"


def from_nothing(warehouse: Path) -> None:
    """Remove the build in force and all roll-ups, and make them anew."""
    shutil.rmtree(warehouse / "rollups", ignore_errors=True)
    builds.build_path(warehouse, builds.id_of(live(warehouse))).unlink(missing_ok=True)
    (warehouse / "CURRENT").unlink(missing_ok=True)  # else the new one would be carried on from an older one
    caught_up(warehouse)
