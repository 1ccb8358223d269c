"""Health: whether the product can do its work."""

import shutil

import pytest
from filelock import FileLock

from pipelines import load, undo
from pipelines.operations import health
from pipelines.operations.health import LEAST_FREE_BYTES
from pipelines.store.builds import build_path, in_force
from tests.files import SETTLEMENT, rows, write


def found(warehouse) -> dict[str, tuple[bool, str]]:
    return {check.name: (check.ok, check.told) for check in health(warehouse)}


@pytest.fixture
def warehouse(tmp_path):
    load(tmp_path / "warehouse", [write(tmp_path, rows(SETTLEMENT, {}))], "测试")
    return tmp_path / "warehouse"


def test_a_warehouse_that_is_not_there_yet_is_well_and_stays_away(tmp_path):
    assert all(ok for ok, told in found(tmp_path / "warehouse").values())
    assert not (tmp_path / "warehouse").exists()


def test_what_is_loaded_and_what_was_all_undone_is_well(warehouse):
    build_id = in_force(warehouse)
    assert found(warehouse)["build"] == (True, f"构建 {build_id}")
    assert all(ok for ok, told in found(warehouse).values())
    undo(warehouse, next(warehouse.glob("batches/*")).name, "测试", "测试")
    assert all(ok for ok, told in found(warehouse).values())


def test_a_spoilt_build_is_not_well(warehouse):
    build_path(warehouse, in_force(warehouse)).write_bytes(b"not a database" * 100)
    assert found(warehouse)["build"][0] is False


def test_a_full_disk_is_not_well(warehouse, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 10, LEAST_FREE_BYTES - 1))
    assert found(warehouse)["disk"] == (False, "磁盘剩余 1.0 GB，至少需要 1 GB")


def test_a_writer_at_work_is_told_and_is_well(warehouse):
    assert found(warehouse)["writer"] == (True, "没有写入")
    with FileLock(warehouse / "writer.lock"):
        ok, told = found(warehouse)["writer"]
    assert ok
    assert told.startswith("正在写入：")
