"""A small warehouse with everything that a backup must keep, made once."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipelines import audit_log, load, lock, undo
from pipelines.store.decisions import decide
from tests.files import ENROLMENT, INSTITUTION, SETTLEMENT, rows, write


def settlements(folder: Path, month: str, fee: str = "2163.00", persons: int = 40) -> Path:
    cells = [{"结算ID": f"{month}{n}", "人员编号": f"P{n}", "结算日期": f"{month}-1{n % 9}"} for n in range(persons)]
    return write(folder, rows(SETTLEMENT | {"医疗费总额": fee}, *cells), f"{month}.csv")


@pytest.fixture(scope="session")
def kept(tmp_path_factory) -> Path:
    """Two months, one of them replaced and undone again, a locked month, a decision, a document, accounts, a log."""
    folder = tmp_path_factory.mktemp("kept")
    write(folder, [ENROLMENT], "enrolment.csv")
    write(folder, [INSTITUTION], "institutions.csv")
    for month in ("2026-01", "2026-02"):
        settlements(folder, month)
    warehouse = folder / "warehouse"
    load(warehouse, sorted(folder.glob("*.csv")), "测试")
    (replaced,) = load(warehouse, [settlements(folder, "2026-02", "9000.00")], "测试")
    undo(warehouse, replaced.batch.id, "测试", "传错了")
    lock(warehouse, "2026-01", "测试", "已上报")
    decide(warehouse, "visit", {"H99010100001": {"state": "planned"}}, "测试")
    (warehouse / "documents").mkdir()
    (warehouse / "documents" / "d.json").write_text("{}")
    audit_log.record(warehouse, "backup", "甲")
    return warehouse


@pytest.fixture
def warehouse(kept, tmp_path) -> Path:
    """A copy of one's own."""
    return Path(shutil.copytree(kept, tmp_path / "warehouse"))


@pytest.fixture
def folder(tmp_path) -> Path:
    """Where the backup goes."""
    return tmp_path / "backup"


def accounts(warehouse: Path, *names: str) -> Path:
    path = warehouse / "access" / "others.db"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with closing(sqlite3.connect(path)) as con, con:
        con.execute("pragma journal_mode = wal")
        con.execute("create table if not exists account (name text)")
        con.executemany("insert into account values (?)", [(name,) for name in names])
    os.chmod(path, 0o600)
    return path


def contents(warehouse: Path) -> dict[str, tuple[bytes, int]]:
    """Path -> content and permissions of every file that can't be made again."""
    again = ("builds", "rollups", "tmp", "trials", "CURRENT", "writer.json", "backup.json")
    files = [path for path in warehouse.rglob("*") if path.is_file() and "lock" not in path.name]
    told = {path.relative_to(warehouse): path for path in files if path.relative_to(warehouse).parts[0] not in again}
    return {str(name): (path.read_bytes(), path.stat().st_mode) for name, path in told.items()}
