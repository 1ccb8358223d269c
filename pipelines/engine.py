"""DuckDB connections, opened in one way: offline, locked down, within the memory of an office PC."""

import threading
from pathlib import Path

import duckdb

from pipelines import limits
from pipelines.keys import located, material_of
from pipelines.side_by_side import at_once, under_way

OFFLINE = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
}
OPENING = threading.Lock()
NO_LIMIT = 2**63 - 1


def workbench(folder: Path) -> duckdb.DuckDBPyConnection:
    """An in-memory database for loading and building; it spills into folder."""
    con = under_way(duckdb.connect(":memory:", config=config(limits.WRITING / at_once(), str(folder))))
    # Hoisting common subexpressions would run the patient reading of a cell even where the fast one succeeded.
    # Rows stay in the order of their file: the left side of a join is read as it comes, never gathered in memory.
    con.execute("set disabled_optimizers = 'common_subexpressions,join_order,build_side_probe_side'")
    con.execute("set enable_progress_bar = false")
    return con


def carrying(path: Path) -> duckdb.DuckDBPyConnection:
    """A database file that is written: a build before it is in force. It spills beside the file."""
    con = under_way(duckdb.connect(str(path), config=config(limits.WRITING, str(path.parent))))
    con.execute("set enable_progress_bar = false")
    return con


def in_memory() -> duckdb.DuckDBPyConnection:
    """A small database in memory that stays. It never spills: where nobody said into which folder, persons would lie
    in the open, in the folder that the program was started in.
    """
    return duckdb.connect(":memory:", config=config(limits.ASIDE, ""))


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
