"""An encrypted warehouse is backed up, restored and examined like any other; its keys go along only if asked for."""

import shutil

import pytest

from pipelines import WarehouseError
from pipelines.safekeeping import keys
from pipelines.safekeeping.backup import backup
from pipelines.safekeeping.batch_looks import batch_looks
from pipelines.safekeeping.doctor import examine, glance
from pipelines.safekeeping.findings import FAULT
from pipelines.safekeeping.restore import restore
from tests.safekeeping.test_doctor import amiss, first
from tests.safekeeping.test_restore import spoil, told


@pytest.fixture
def sealed(warehouse, tmp_path, monkeypatch):
    monkeypatch.setenv("FUND_KEYS", str(tmp_path / "keys"))
    keys.init(warehouse, "测试")
    keys.encrypt(warehouse, "测试")
    return warehouse


def test_an_encrypted_warehouse_comes_back_to_the_same_figures_and_stays_encrypted(sealed, folder):
    before = told(sealed)
    made = backup(sealed, folder, "测试").manifest
    secrets = [path.read_bytes() for path in sealed.parent.glob("keys/*.key")]
    assert not any(secret in path.read_bytes() for path in folder.rglob("*") if path.is_file() for secret in secrets)
    shutil.rmtree(sealed)
    done = restore(folder, sealed)
    assert (done.differences, told(sealed)) == ((), before)
    assert "FUND_KEYS" in done.notes[0]
    assert made.key_sign in done.notes[0]
    assert keys.key_state(sealed).in_the_open == 0
    assert amiss(glance(sealed)) == {}


def test_the_doctor_makes_an_encrypted_build_once_more_and_mends_an_encrypted_batch(sealed, folder):
    backup(sealed, folder, "测试")
    spoil(first(sealed, "settlements-*/rows.*.parquet"))
    assert "批次" in amiss(examine(sealed, repair=True))
    assert amiss(batch_looks(sealed, None, whole=True)) == {}


def test_with_its_keys_gone_the_files_come_back_and_what_is_missing_is_said(sealed, folder, tmp_path, monkeypatch):
    backup(sealed, folder, "测试")
    backup(sealed, folder, "测试", with_keys=True)
    shutil.rmtree(tmp_path / "keys")
    assert amiss(glance(sealed))["密钥"] == FAULT
    without, again = tmp_path / "without", tmp_path / "again"
    done = restore(folder, without, "000001")
    assert (done.build_id, "汇总没有做成" in done.differences[0]) == ("", True)
    assert restore(folder, again, "000002").differences == ()
    assert {path.name for path in (tmp_path / "keys").iterdir()} >= {"person.key"}
    assert told(again) == told(sealed)
    monkeypatch.setenv("FUND_KEYS", str(tmp_path / "others"))
    keys.folder().mkdir(mode=0o700)
    (keys.folder() / "person.key").write_text("another")
    with pytest.raises(WarehouseError, match="不是同一把密钥"):
        restore(folder, tmp_path / "third", "000002")
