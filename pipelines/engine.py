"""DuckDB connections, opened in one way: offline, locked down, within the memory of an office PC."""

import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import duckdb

from pipelines import limits
from pipelines.keys import located, material_of
from pipelines.side_by_side import AT_ONCE, at_once, under_way

OFFLINE = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
}
# Hoisting common subexpressions would run the patient reading of a cell even where the fast one succeeded.
# Rows stay in the order of their file: the left side of a join is read as it comes, never gathered in memory.
UNWANTED = "common_subexpressions,join_order,build_side_probe_side"
AT_WORK = "at_work"  # the name of the database that is worked on
IDLE: list[duckdb.DuckDBPyConnection] = []  # instances that wait for the next piece of work
SLIGHT_SECONDS = 2.0
OPENING = threading.Lock()
NO_LIMIT = 2**63 - 1


def workbench(folder: Path) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    """An in-memory database for loading and building; it spills into folder."""
    return working_on(":memory:", limits.WRITING / at_once(), folder, UNWANTED)


def carrying(path: Path) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    """A database file that is written: a build before it is in force. It spills beside the file."""
    return working_on(str(path), limits.WRITING, path.parent, "")


@contextmanager
def working_on(database: str, share: float, folder: Path, unwanted: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a database of its own in an instance of the engine, which the next piece of work may take up.

    To open and close an instance costs the processor more than reading a small file does.
    """
    told = settings(share, folder, unwanted)
    instance, begun = taken(), time.monotonic()
    try:
        instance.execute(told)
        instance.execute(f"attach {literal(database)} as {AT_WORK}")
        with under_way(instance.cursor()) as con:
            con.execute(f"use {AT_WORK}")
            con.execute("set enable_progress_bar = false")
            yield con
    finally:
        put_away(instance, begun)


def settings(share: float, folder: Path, unwanted: str) -> str:
    """SQL that gives an instance its share of the memory, a folder to spill into, and optimizers it does without."""
    told = config(share, str(folder)) | {"disabled_optimizers": unwanted}
    return "; ".join(f"set {key} = {literal(value)}" for key, value in told.items() if key not in OFFLINE)


def taken() -> duckdb.DuckDBPyConnection:
    """An instance that no work is done in, with nothing in it."""
    try:
        return IDLE.pop()
    except IndexError:
        return duckdb.connect(":memory:", config=OFFLINE)


def put_away(instance: duckdb.DuckDBPyConnection, begun: float) -> None:
    """Keep an instance for the next piece of work, unless it did much: to close it gives its memory back at once.

    The work's connection has ended, and with it what was temporary; one that has spilled can't have another folder.
    """
    try:
        instance.execute(f"detach {AT_WORK}; set temp_directory = ''")
        slight = time.monotonic() - begun < SLIGHT_SECONDS
    except duckdb.Error:
        slight = False
    if slight and len(IDLE) < AT_ONCE:
        IDLE.append(instance)
    else:
        instance.close()


def in_memory(share: float = limits.ASIDE) -> duckdb.DuckDBPyConnection:
    """A small database in memory that stays. It never spills: where nobody said into which folder, persons would lie
    in the open, in the folder that the program was started in.
    """
    return duckdb.connect(":memory:", config=config(share, ""))


def comparing(folder: Path) -> duckdb.DuckDBPyConnection:
    """An in-memory database that files are attached to; it spills into folder."""
    con = under_way(duckdb.connect(":memory:", config=config(limits.WRITING, str(folder))))
    con.execute("set enable_progress_bar = false")
    return con


def config(share: float, spills_into: str) -> dict:
    """The settings of a database that gets this share of the memory that the process may take."""
    may = {"memory_limit": f"{int(limits.memory_bytes() * share) // 1024}KiB", "threads": limits.threads()}
    return OFFLINE | may | {"temp_directory": spills_into}


def reading(path: Path, folders: list[Path]) -> duckdb.DuckDBPyConnection:
    """A build, read-only, with no way out of its own file and the given folders."""
    with OPENING:  # the engine keeps one instance per path and process: only the first connection may lock it down
        con = duckdb.connect(str(path), read_only=True, config=config(limits.READING, f"{path}.tmp"))
        if not con.execute("select current_setting('lock_configuration')").fetchone()[0]:
            lock_down(con, folders)
    return con


def lock_down(con: duckdb.DuckDBPyConnection, folders: list[Path]) -> None:
    """Leave a connection its own database and the given folders, for good."""
    allowed = ", ".join(literal(f"{folder}/") for folder in folders)
    con.execute(f"set allowed_directories = [{allowed}]")
    con.execute("set enable_external_access = false")
    con.execute("set lock_configuration = true")


def scan(con: duckdb.DuckDBPyConnection, path: Path, options: str = "") -> str:
    """SQL that reads the Parquet file that stands for path; con is told the key of an encrypted one.

    options: further ones of read_parquet. Raises WarehouseError if the key is not there.
    """
    found = located(path)
    if not material_of(found).exists():
        return f"read_parquet({literal(found)}{options})"
    from pipelines.keys.sealing import data_key  # only who has encrypted files waits for the ciphers to be loaded

    name_of_key, key = data_key(found)
    with con.cursor() as aside:  # the key goes to the whole database; a result that con is being read from stays
        aside.execute(f"pragma add_parquet_key({literal(name_of_key)}, {literal(key)})")
    reading = f"read_parquet({literal(found)}{options}, encryption_config = {{footer_key: {literal(name_of_key)}}})"
    return f"(from {reading} limit {NO_LIMIT})"  # keeps filters out of the reading: it fails with one (ADR 0020)


def literal(value: object) -> str:
    """A quoted SQL string, for the file names that table functions can't take as parameters."""
    return "'" + str(value).replace("'", "''") + "'"


def name(identifier: str) -> str:
    """A quoted SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'
