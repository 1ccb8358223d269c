"""A build: one DuckDB file with every dimension, fact and mart of the live batches. Written aside, checked, then named.

build_id = hash(live batches and their periods + definitions): the same uploads give the same id on any machine.
"""

import contextlib
import hashlib
import json
import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import duckdb

from pipelines.engine import carrying
from pipelines.keys import bound
from pipelines.store import bitmaps, covering, facts, marts
from pipelines.store.places import Place, sources
from pipelines.store.rollups import make_rollup
from pipelines.store.warehouse import Batch, WarehouseError, live, publish, workroom

KEPT_BUILDS = 10


def current(warehouse: Path) -> str | None:
    """The id of the build in force, None before the first upload."""
    path = warehouse / "CURRENT"
    return path.read_text().strip() or None if path.exists() else None


def in_force(warehouse: Path) -> str | None:
    """The build that readers see: that of the journal's live batches once it is written, else the one CURRENT names.

    A writer that dies between its commit and CURRENT would else leave a journal of one state and figures of another.
    """
    path = warehouse / "journal.jsonl"
    try:
        written = path.stat()
        wanted = build_of_journal(warehouse, written.st_mtime_ns, written.st_size, shape())
    except (OSError, WarehouseError):
        return current(warehouse)
    return wanted if build_path(warehouse, wanted).exists() else current(warehouse)


def outdated(warehouse: Path) -> bool:
    """Whether the build that the journal leads to is missing: the definitions are others than when it was written, or
    its file was taken away.
    """
    path = warehouse / "journal.jsonl"
    try:
        written = path.stat()
        wanted = build_of_journal(warehouse, written.st_mtime_ns, written.st_size, shape())
    except (OSError, WarehouseError):
        return False
    return not build_path(warehouse, wanted).exists()


@lru_cache(maxsize=4)
def build_of_journal(warehouse: Path, at: int, size: int, tables: str) -> str:
    """The id of what the journal leads to, worked out once per journal (by its time and size) and shape of builds."""
    return id_of(live(warehouse))


def build_path(warehouse: Path, build_id: str) -> Path:
    return warehouse / "builds" / f"{build_id}.duckdb"


def prepare_build(warehouse: Path, standing: dict[Place, Batch]) -> str:
    """Write the build of these live batches, unless it is there already. Returns its id. The caller holds the lock."""
    build_id = id_of(standing)
    target = build_path(warehouse, build_id)
    if not target.exists():
        for batch in sorted(sources(standing, "settlements")):
            make_rollup(warehouse, batch)
        with workroom(warehouse, "build") as folder:
            write_build(warehouse, standing, build_id, folder)
            publish(folder / "build.duckdb", target)
    return build_id


def put_in_force(warehouse: Path, build_id: str) -> None:
    """Point CURRENT at a finished build, atomically: readers see the old one or the new one."""
    with pointer(warehouse, build_id) as path:
        publish(path, warehouse / "CURRENT")
    forget_old(warehouse, build_id)


@contextlib.contextmanager
def pointer(warehouse: Path, build_id: str) -> Iterator[Path]:
    """The next CURRENT, written aside: what could fail for want of room fails before the journal is written."""
    with workroom(warehouse, "current") as folder:
        (folder / "CURRENT").write_text(build_id + "\n")
        yield folder / "CURRENT"


def forget_old(warehouse: Path, build_id: str) -> None:
    """Keep the newest builds only: any other can be made again from its batches, to the same id and figures."""
    files = sorted((warehouse / "builds").glob("*.duckdb"), key=lambda p: p.stat().st_mtime, reverse=True)
    for path in files[KEPT_BUILDS:]:
        if path.stem != build_id:
            with contextlib.suppress(OSError):  # Windows: a dashboard still reads it; the next load tries again
                path.unlink()


def forget_unfinished(warehouse: Path) -> None:
    """Remove builds that were made for a commit that never came. The caller holds the lock, with no build under way."""
    journal, kept = warehouse / "journal.jsonl", {current(warehouse), in_force(warehouse)}
    committed = journal.stat().st_mtime_ns if journal.exists() else 0
    for path in (warehouse / "builds").glob("*.duckdb"):
        if path.stem not in kept and path.stat().st_mtime_ns > committed:
            with contextlib.suppress(PermissionError):  # Windows: somebody has opened it nevertheless
                path.unlink()


def catch_up(warehouse: Path) -> None:
    """Finish what a killed writer had committed but not yet built. The caller holds the lock."""
    standing, named = live(warehouse), current(warehouse)
    wanted = id_of(standing)
    if (standing or named) and (named != wanted or not build_path(warehouse, wanted).exists()):
        put_in_force(warehouse, prepare_build(warehouse, standing))


def id_of(standing: dict[Place, Batch]) -> str:
    told = [[*filter(None, place), batch.id] for place, batch in standing.items()]
    text = json.dumps([shape(), told])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def shape() -> str:
    """Changes whenever a build of the same batches would hold other tables."""
    return hashlib.sha256(
        f"{facts.definitions_id()} {marts.CUTS} {covering.COVERAGE} {bitmaps.TABLES}".encode()
    ).hexdigest()[:12]


def write_build(warehouse: Path, standing: dict, build_id: str, folder: Path, anew: bool = False) -> None:
    """Write folder/build.duckdb, from a copy of the build in force where there is one; anew: from the batches alone."""
    path = folder / "build.duckdb"
    if not anew:
        begin(warehouse, path)
    with carrying(path) as con:
        marts.write_tables(con, warehouse, standing)
        told = "? as build_id, ? as shape" + (", true as numbered" if bound(warehouse) else "")
        con.execute(f"create or replace table build as select {told}", [build_id, shape()])
        con.execute("checkpoint")


def make_anew(warehouse: Path) -> None:
    """Make the build of the batches that stand from them alone, and remove every other: none is to tell what was taken
    out of the batches. The caller holds the lock.
    """
    standing = live(warehouse)
    if standing:
        build_id = id_of(standing)
        with workroom(warehouse, "build") as folder:
            write_build(warehouse, standing, build_id, folder, anew=True)
            put_alone(warehouse, build_id, folder / "build.duckdb")


def put_alone(warehouse: Path, build_id: str, made: Path) -> None:
    """Put a finished build in force, and remove every other."""
    for path in (warehouse / "builds").glob("*.duckdb"):
        if path.stem != build_id:
            path.unlink()
    publish(made, build_path(warehouse, build_id))
    put_in_force(warehouse, build_id)


def begin(warehouse: Path, path: Path) -> None:
    """Put a copy of the build in force at path; nothing if there is none, or if it can't be carried on."""
    former = build_path(warehouse, current(warehouse) or "none")
    if former.exists():
        shutil.copyfile(former, path)
        if not of_this_shape(path, bound(warehouse)):
            path.unlink()


def of_this_shape(path: Path, numbered: bool) -> bool:
    """Whether the build at path holds the tables that one of today's definitions would hold.

    numbered: that of an encrypted warehouse, which names persons by their running numbers.
    """
    try:
        with carrying(path) as con:
            return con.execute(f"select shape{', numbered' if numbered else ''} from build").fetchone()[0] == shape()
    except duckdb.Error:
        return False
