"""A backup holds one moment of the warehouse, whole, each content once; what is damaged is told, and keys stay out."""

import errno
import json
import os
import shutil
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from filelock import FileLock

from pipelines import WarehouseError, load, undo
from pipelines.cli import main
from pipelines.safekeeping import manifest, objects
from pipelines.safekeeping.backup import backup, check
from pipelines.safekeeping.objects import path_of
from pipelines.safekeeping.restore import restore
from pipelines.store.builds import in_force
from pipelines.store.hashes import file_hash
from pipelines.store.warehouse import journal
from tests.safekeeping.conftest import accounts, contents, settlements

KEY = "person.key"


def files(folder: Path) -> set[Path]:
    return {path for path in (folder / "objects").rglob("*") if path.is_file()}


def spoil(path: Path) -> None:
    """Turn one byte of a file over; its links elsewhere keep theirs."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()
    path.write_bytes(content)


def test_a_backup_says_what_it_holds(warehouse, folder):
    told = backup(warehouse, folder, "测试").manifest
    assert (told.build_id, told.lines, told.faults) == (in_force(warehouse), len(journal(warehouse)), ())
    assert told.period == ("2026-01", "2026-02")
    assert told.figures["cost_per_case"] == "2163.00"
    paths = {item.path for item in told.files}
    assert {"journal.jsonl", "documents/d.json", "audit/anchor"} <= paths
    assert {path for path in contents(warehouse) if path != KEY} == paths
    assert manifest.chosen(folder) == told


def test_what_the_backup_holds_already_is_not_copied_again(tmp_path, warehouse, folder):
    first = backup(warehouse, folder, "测试")
    assert first.copied == sum(path.stat().st_size for path in files(folder))
    before, again = files(folder), backup(warehouse, folder, "测试")
    assert again.new_files == len(files(folder) - before) == 2, "the audit log tells of the backup; its anchor"
    before = files(folder)
    load(warehouse, [settlements(tmp_path, "2026-04")], "测试")
    again = backup(warehouse, folder, "测试")
    new = {item.path for item in again.manifest.files if path_of(folder, item.sha256) not in before}
    assert {path.split("/")[0] for path in new} <= {"journal.jsonl", "audit", "batches"}
    assert {path.split("/")[1] for path in new if path.startswith("batches/")} == {journal(warehouse)[-1].batch}
    assert again.copied == sum(path.stat().st_size for path in files(folder) - before)


def test_the_key_of_person_numbers_is_nowhere_in_a_backup_unless_it_is_asked_for(warehouse, folder):
    secret = (warehouse / KEY).read_bytes()
    made = backup(warehouse, folder, "测试").manifest
    assert not any(secret in path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert (made.keys, len(made.key_sign)) == (False, 16)
    assert made.key_sign.encode() not in secret
    assert backup(warehouse, folder, "测试", with_keys=True).manifest.keys
    assert any(secret in path.read_bytes() for path in files(folder))


def test_only_the_newest_generations_and_what_they_need_are_kept(warehouse, folder):
    passing = warehouse / "documents" / "passing.json"
    passing.write_text('{"only": "in the first"}')
    gone = path_of(folder, file_hash(passing))
    first = backup(warehouse, folder, "测试").manifest
    passing.unlink()
    (warehouse / "documents" / "e.json").write_text("{}\n")
    second = backup(warehouse, folder, "测试", keep=2).manifest
    assert gone.exists()
    (warehouse / "documents" / "f.json").write_text("{}\n\n")
    third = backup(warehouse, folder, "测试", keep=2)
    assert third.forgotten == (first.name,)
    assert [each.name for each in manifest.generations(folder)] == [second.name, third.manifest.name]
    assert not gone.exists()
    assert all(not each.lost for each in check(folder))


def test_a_file_damaged_after_its_backup_stays_whole_there_and_while_one_is_lost_nothing_is_forgotten(
    warehouse, folder
):
    whole = backup(warehouse, folder, "测试").manifest
    rows = next(warehouse.glob("batches/settlements-*/rows.parquet"))
    spoil(rows)
    second = backup(warehouse, folder, "测试", keep=1)
    assert {item for item in second.manifest.files if item.path.startswith("batches/")} == {
        item for item in whole.files if item.path.startswith("batches/")
    }
    shutil.rmtree(rows.parent)
    lost = backup(warehouse, folder, "测试", keep=1)
    assert lost.manifest.faults == (f"批次 {rows.parent.name} 不见了，备份里有以前的",)
    assert (lost.forgotten, len(manifest.generations(folder))) == ((), 2)


def test_a_file_damaged_before_its_first_backup_is_told(warehouse, folder):
    rows = next(warehouse.glob("batches/settlements-*/rows.parquet"))
    spoil(rows)
    assert backup(warehouse, folder, "测试").manifest.faults == (f"批次 {rows.parent.name} 的 rows.parquet 已损坏",)


def test_a_journal_that_was_cut_or_changed_since_the_last_backup_is_told(warehouse, folder):
    backup(warehouse, folder, "测试")
    path = warehouse / "journal.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    assert "被删改过" in backup(warehouse, folder, "测试").manifest.faults[0]
    path.write_bytes(b"".join([lines[0].replace("测试".encode(), "别人".encode()), *lines[1:]]))
    assert "第 1 行起和校验值不符" in backup(warehouse, folder, "测试").manifest.faults[0]


def test_a_database_that_is_being_written_is_copied_as_it_was_committed(warehouse, folder, tmp_path):
    path = accounts(warehouse, "甲")
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("insert into account values ('乙')")  # not committed
        backup(warehouse, folder, "测试")
        writer.rollback()
    restore(folder, tmp_path / "again")
    with closing(sqlite3.connect(tmp_path / "again" / "access" / "others.db")) as copy:
        assert copy.execute("select name from account").fetchall() == [("甲",)]
    assert not list((tmp_path / "again" / "access").glob("*-wal"))


def test_every_backup_made_while_others_write_is_of_one_moment(tmp_path, warehouse, folder):
    """Loads and undos go on meanwhile; each generation leads to a build that the journal had at that length."""
    stop, states = threading.Event(), {len(journal(warehouse)): in_force(warehouse)}

    def busy() -> None:
        while not stop.is_set():
            for month in ("2026-03", "2026-04"):
                (receipt,) = load(warehouse, [settlements(tmp_path, month)], "测试")
                states[len(journal(warehouse))] = in_force(warehouse)
            undo(warehouse, receipt.batch.id, "测试", "再来")
            states[len(journal(warehouse))] = in_force(warehouse)

    worker = threading.Thread(target=busy)
    worker.start()
    made = []
    try:
        while len(made) < 8 or (len({each.lines for each in made}) < 3 and len(made) < 100):
            made.append(backup(warehouse, folder, "测试").manifest)
    finally:
        stop.set()
        worker.join()
    assert len({each.lines for each in made}) > 2, "nothing was written meanwhile"
    assert [each.build_id for each in made] == [states[each.lines] for each in made]
    assert {each.faults for each in made} == {()}
    assert restore(folder, tmp_path / "again").differences == ()


def test_a_backup_goes_nowhere_near_the_warehouse_and_into_no_folder_of_others(warehouse, tmp_path):
    for place in (warehouse, warehouse / "backup", warehouse.parent):
        with pytest.raises(WarehouseError, match="里面或外层"):
            backup(warehouse, place, "测试")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("mine")
    with pytest.raises(WarehouseError, match="别的文件"):
        backup(warehouse, tmp_path / "mine", "测试")
    with pytest.raises(WarehouseError, match="没有什么可备份"):
        backup(tmp_path / "nothing", tmp_path / "backup", "测试")
    assert not (tmp_path / "backup").exists()


@pytest.mark.parametrize("path", ["../outside", "/etc/passwd", "a/../../b", "C:/x", "a\\..\\b", "a//b", ""])
def test_a_list_of_files_that_leads_out_of_the_warehouse_is_not_read(warehouse, folder, path):
    made = backup(warehouse, folder, "测试").manifest
    (folder / "generations" / f"{made.name}.json").unlink()
    item = manifest.Item(path, made.files[0].sha256, 1, 0o644)
    with pytest.raises(WarehouseError, match="不该有的路径"):
        manifest.write(folder, replace(made, files=(item,)))


def test_a_changed_list_of_files_is_none(warehouse, folder):
    made = backup(warehouse, folder, "测试").manifest
    path = folder / "generations" / f"{made.name}.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"build_id": "0" * 16}), "utf-8")
    with pytest.raises(WarehouseError, match="校验值不符"):
        manifest.chosen(folder)
    assert [each.lost for each in check(folder)] == [(path.name,)]


def test_what_was_damaged_in_the_backup_is_copied_anew_by_the_next_one(warehouse, folder):
    made = backup(warehouse, folder, "测试").manifest
    item = next(each for each in made.files if each.path.endswith("rows.parquet"))
    spoil(path_of(folder, item.sha256))
    assert [item.path in each.lost for each in check(folder)] == [True]
    backup(warehouse, folder, "测试")
    assert [each.lost for each in check(folder)] == [(), ()]


def test_a_list_that_can_not_be_read_keeps_what_it_names_and_is_told(warehouse, folder):
    made = backup(warehouse, folder, "测试").manifest
    (folder / "generations" / f"{made.name}.json").write_text("{}")
    before = files(folder)
    again = backup(warehouse, folder, "测试", keep=1)
    assert (len(again.unreadable), again.forgotten, before <= files(folder)) == (1, (), True)


def test_a_disk_that_fills_up_amid_a_backup_leaves_the_former_ones_and_is_one_sentence(
    tmp_path, warehouse, folder, monkeypatch
):
    former = backup(warehouse, folder, "测试").manifest
    load(warehouse, [settlements(tmp_path, "2026-03")], "测试")

    def full(*given):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(objects.shutil, "copyfile", full)
        told = CliRunner().invoke(main, ["--warehouse", str(warehouse), "backup", str(folder)])
    assert (told.exit_code, "磁盘空间不足" in told.stderr, "Traceback" in told.output) == (2, True, False)
    assert (manifest.generations(folder), list((folder / "tmp").iterdir())) == ([former], [])
    assert backup(warehouse, folder, "测试").manifest.lines == former.lines + 1


def test_two_backups_into_one_folder_do_not_get_into_each_others_way(warehouse, folder):
    backup(warehouse, folder, "测试")
    with FileLock(folder / "backup.lock"), pytest.raises(WarehouseError, match="另一个备份正在写入"):
        backup(warehouse, folder, "测试")
    assert len(manifest.generations(folder)) == 1


def test_the_command_tells_damage_in_its_exit_code(warehouse, folder):
    def run(*words: str):
        return CliRunner().invoke(main, ["--warehouse", str(warehouse), "backup", str(folder), *words])

    told = run("--json")
    assert (told.exit_code, json.loads(told.stdout)["faults"]) == (0, [])
    assert run("--check").exit_code == 0
    shutil.rmtree(next(warehouse.glob("batches/enrolment-*")))
    told = run()
    assert (told.exit_code, "不见了，备份里有以前的" in told.stderr) == (1, True)
    spoil(path_of(folder, manifest.chosen(folder).files[-1].sha256))
    assert run("--check").exit_code == 1


@pytest.mark.skipif(os.name == "nt", reason="links want a privilege there")
def test_a_link_that_leads_out_of_the_warehouse_is_not_followed(tmp_path, warehouse, folder):
    (secret := tmp_path / "secret").mkdir()
    (secret / "of others").write_text("secret of others")
    (warehouse / "linked").symlink_to(secret)
    (warehouse / "documents" / "linked.json").symlink_to(secret / "of others")
    backup(warehouse, folder, "测试")
    assert not any(b"secret of others" in path.read_bytes() for path in files(folder))


def test_a_restored_file_runs_with_the_rights_of_nobody_else(warehouse, folder, tmp_path):
    made = backup(warehouse, folder, "测试").manifest
    (folder / "generations" / f"{made.name}.json").unlink()
    items = tuple(replace(item, mode=0o6755) for item in made.files)
    manifest.write(folder, replace(made, files=items, folders=dict.fromkeys(made.folders, 0o7755)))
    restore(folder, tmp_path / "again")
    assert {path.stat().st_mode & 0o7000 for path in (tmp_path / "again").rglob("*")} == {0}
