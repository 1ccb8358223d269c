"""The database of accounts and sessions: warehouse/access/accounts.db, for its owner alone.

Whether it exists says whether somebody has to log in; so it comes into being with its first account in it, or not.
"""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

from pipelines.access.callers import ACCOUNTS, folder
from pipelines.access.scopes import Scope
from pipelines.errors import WarehouseError

PATIENCE_SECONDS = 10
TABLES = """
create table accounts (
  name text primary key, key text unique not null, role text not null, scope text not null, hash text not null,
  must_change integer not null, disabled integer not null, made_at text not null, made_by text not null,
  password_at text not null, seen_at text not null default ''
) strict, without rowid;
create table sessions (
  id text primary key, name text not null, provider text not null, role text not null, scope text not null,
  must_change integer not null, kind text not null, address text not null, begun real not null, seen real not null
) strict, without rowid;
create index sessions_of on sessions (name);
create table failures (
  what text primary key, count integer not null, last real not null
) strict, without rowid;
"""


def path_of(warehouse: Path) -> Path:
    return folder(warehouse) / ACCOUNTS


@contextmanager
def writing(warehouse: Path) -> Iterator[sqlite3.Connection]:
    """A transaction on the database, which must be there: all of it or nothing. Raises WarehouseError in Chinese."""
    with telling(), opened(path_of(warehouse)) as con:
        con.execute("begin immediate")
        with con:
            yield con


@contextmanager
def beginning(warehouse: Path) -> Iterator[sqlite3.Connection]:
    """The database that is about to be: put in place only when what is written inside has worked."""
    folder(warehouse).mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path_of(warehouse).with_suffix(".new")
    with telling():
        for leftover in (aside, aside.with_name(f"{aside.name}-journal")):
            leftover.unlink(missing_ok=True)
        os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with opened(aside) as con, con:
            con.executescript(TABLES)
            yield con
        os.replace(aside, path_of(warehouse))


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    con = connect(path)
    try:
        yield con
    finally:
        con.close()


def connect(path: Path) -> sqlite3.Connection:
    """A connection to a database that exists; it waits for another writer, and rows are known by their columns."""
    con = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=PATIENCE_SECONDS, **SHARED)
    con.row_factory = sqlite3.Row
    return con


SHARED = {"check_same_thread": False, "isolation_level": None}


@contextmanager
def telling() -> Iterator[None]:
    """What the database can't do, as a sentence."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise WarehouseError(f"账号库不能读写：{error}；请检查数据仓库的 access 文件夹及其权限") from error


class Reading:
    """The rows of a database by id, remembered until anybody changes it; for many threads at once."""

    def __init__(self, path: Path) -> None:
        self.path, self.lock = str(path), Lock()
        self.con, self.file, self.version, self.kept = None, None, None, {}

    def row(self, statement: str, value: str) -> sqlite3.Row | None:
        """The one row of a statement with one parameter; None without a database."""
        with self.lock, telling():
            if not self.renewed():
                return None
            if (statement, value) not in self.kept:
                self.kept[statement, value] = self.con.execute(statement, (value,)).fetchone()
            return self.kept[statement, value]

    def renewed(self) -> bool:
        """Forget what is no longer so; whether there is a database."""
        with suppress(FileNotFoundError):
            found = os.stat(self.path)
            if (found.st_dev, found.st_ino) != self.file:  # another file was put in its place
                self.con = connect(Path(self.path))
                self.file, self.version = (found.st_dev, found.st_ino), None
            version = self.con.execute("pragma data_version").fetchone()[0]
            if version != self.version or len(self.kept) > MOST_KEPT:
                self.version, self.kept = version, {}
            return True
        self.con, self.file, self.version, self.kept = None, None, None, {}
        return False


MOST_KEPT = 5000


def scope_text(scope: Scope | None) -> str:
    """A scope as it is kept; empty for the whole county."""
    return json.dumps({scope.part: scope.codes}, ensure_ascii=False) if scope else ""


def scope_of(text: str) -> Scope | None:
    """The scope that was kept."""
    told = json.loads(text) if text else None
    return Scope(**{part: tuple(codes) for part, codes in told.items()}) if told else None
