"""The drill: a warehouse that was destroyed comes back from its backup, to the same build and figures, or none does."""

import json
import os
import random
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from pipelines import Period, WarehouseError, ask, headlines, load, open_county
from pipelines.access import OPEN, Caller, accounts, acting, database, passwords, roles, sessions
from pipelines.errors import NotAllowed
from pipelines.safekeeping import manifest
from pipelines.safekeeping.backup import backup, check
from pipelines.safekeeping.doctor import glance
from pipelines.safekeeping.findings import FAULT
from pipelines.safekeeping.objects import path_of
from pipelines.safekeeping.restore import restore
from pipelines.store.builds import build_path, in_force
from pipelines.store.warehouse import journal, live
from tests.safekeeping.conftest import contents, settlements
from tests.safekeeping.test_backup import KEY, spoil

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("FUND_KILLS", 8))


def told(warehouse: Path) -> tuple:
    """What people can see: the build, each headline figure by scheme, what counts where, what happened."""
    figures = ask(open_county(warehouse), headlines(), Period("2026-01", "2026-02"))
    return in_force(warehouse), [repr(figure) for figure in figures], live(warehouse), journal(warehouse)


def test_a_destroyed_warehouse_comes_back_to_the_same_build_figures_and_files(warehouse, folder):
    before = told(warehouse)
    backup(warehouse, folder, "测试")
    files = contents(warehouse)
    shutil.rmtree(warehouse)
    done = restore(folder, warehouse)
    assert done.differences == ()
    assert told(warehouse) == before
    assert done.build_id == before[0]
    assert contents(warehouse) == {path: kept for path, kept in files.items() if path != KEY}
    assert "person.key" in done.notes[0]
    assert done.manifest.key_sign in done.notes[0]
    assert [path.name for path in warehouse.parent.iterdir() if "restoring" in path.name] == []


def test_with_the_keys_all_of_it_comes_back(warehouse, folder, tmp_path):
    backup(warehouse, folder, "测试", with_keys=True)
    assert restore(folder, tmp_path / "again").notes == ()
    assert contents(tmp_path / "again") == contents(warehouse)


def test_the_private_folders_of_a_restored_warehouse_are_private(warehouse, folder, tmp_path):
    backup(warehouse, folder, "测试")
    restore(folder, tmp_path / "again")
    assert ((tmp_path / "again" / "audit").stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o700, 0o700)


def test_nothing_is_restored_over_anything(warehouse, folder, tmp_path):
    backup(warehouse, folder, "测试")
    before = contents(warehouse)
    for place, words in ((warehouse, "不是空文件夹"), (folder / "here", "备份文件夹里面")):
        with pytest.raises(WarehouseError, match=words):
            restore(folder, place)
    assert contents(warehouse) == before
    (tmp_path / "empty").mkdir()
    assert restore(folder, tmp_path / "empty").differences == ()


def test_a_damaged_backup_is_not_restored_and_a_whole_generation_is_named(warehouse, folder, tmp_path):
    first = backup(warehouse, folder, "测试").manifest
    (warehouse / "documents" / "later.json").write_text('{"later": 1}')
    second = backup(warehouse, folder, "测试").manifest
    (later,) = (item for item in second.files if item.path == "documents/later.json")
    path_of(folder, later.sha256).write_text('{"later": 2}')
    with pytest.raises(WarehouseError, match=f"documents/later.json；.*--generation {first.name}"):
        restore(folder, tmp_path / "again")
    assert not (tmp_path / "again").exists()
    assert {each.name: each.lost for each in check(folder)} == {first.name: (), second.name: ("documents/later.json",)}
    assert restore(folder, tmp_path / "again", first.name).differences == ()


def test_other_figures_than_at_the_backup_are_told(warehouse, folder, tmp_path):
    made = backup(warehouse, folder, "测试").manifest
    figures = made.figures | {"cost_per_case": "1.00"}
    (folder / "generations" / f"{made.name}.json").unlink()
    manifest.write(folder, replace(made, figures=figures, build_id="0" * 16))
    differences = restore(folder, tmp_path / "again").differences
    assert [what.partition("：")[0] for what in differences] == [
        f"汇总编号是 {made.build_id}，备份时是 {'0' * 16}",
        "次均住院费用",
    ]
    assert "现在 2163.00，备份时 1.00" in differences[1]


def test_damage_from_before_the_backup_is_told_again(warehouse, folder, tmp_path):
    spoil(next(warehouse.glob("batches/enrolment-*/original.csv")))
    backup(warehouse, folder, "测试")
    (difference,) = restore(folder, tmp_path / "again").differences
    assert "original.csv 已损坏" in difference


# ---------------------------------------------------------------- killed


@pytest.fixture(scope="module")
def doomed():
    command = [sys.executable, "-m", "tests.doomed"]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def do(**job) -> dict:
        process.stdin.write(json.dumps(job, default=str) + "\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        assert answer["how"] in ("killed", "done")
        return answer

    yield do
    process.stdin.close()
    process.wait()
    process.stdout.close()


def test_a_backup_killed_anywhere_is_none_and_the_next_one_is_whole(warehouse, folder, doomed, tmp_path):
    touches = doomed(deed="backup", warehouse=warehouse, folder=tmp_path / "undisturbed")["touches"]
    for touch in [*random.Random(1).sample(range(1, touches - 1), min(KILLS, touches - 2)), touches - 1, touches]:
        place = tmp_path / f"killed {touch}"
        assert doomed(deed="backup", warehouse=warehouse, folder=place, touch=touch)["how"] == "killed"
        place.mkdir(exist_ok=True)  # killed before there was anything
        shutil.copytree(place, folder, dirs_exist_ok=True)  # one on top of the other: the worst that can be left
        kept = check(place) if any((place / "generations").glob("*.json")) else []
        assert all(not each.lost for each in kept)
    made = backup(warehouse, folder, "测试").manifest
    assert made.faults == ()
    assert list((folder / "tmp").iterdir()) == []
    assert restore(folder, tmp_path / "again").differences == ()


def test_a_restore_killed_anywhere_leaves_no_warehouse_or_the_whole_one(warehouse, folder, doomed, tmp_path):
    before = told(warehouse)
    backup(warehouse, folder, "测试")
    touches = doomed(deed="restore", warehouse=tmp_path / "undisturbed", folder=folder)["touches"]
    target, found = tmp_path / "again", set()
    for touch in [*random.Random(2).sample(range(1, touches - 1), min(KILLS, touches - 2)), touches - 1, touches]:
        assert doomed(deed="restore", warehouse=target, folder=folder, touch=touch)["how"] == "killed"
        found.add(target.exists())
        if target.exists():
            assert told(target) == before
            shutil.rmtree(target)
    assert False in found
    assert restore(folder, target).differences == ()
    assert told(target) == before
    assert build_path(target, before[0]).exists()
    assert sorted(path.name for path in tmp_path.iterdir() if "restoring" in path.name) == []


def test_without_the_key_of_its_persons_no_file_with_persons_is_loaded_and_no_other_key_is_made(
    warehouse, folder, tmp_path
):
    """Another key would make two persons of everybody, and nothing would say so."""
    backup(warehouse, folder, "测试")
    again = tmp_path / "again"
    restore(folder, again)
    before = contents(again)
    with pytest.raises(WarehouseError, match=r"person\.key"):
        load(again, [settlements(tmp_path, "2026-03")], "测试")
    assert contents(again) == before
    shutil.copy(warehouse / KEY, again / KEY)
    assert [r.status for r in load(again, [settlements(tmp_path, "2026-03")], "测试")] == ["loaded"]


def test_nobody_is_logged_in_to_a_restored_warehouse_and_the_accounts_are_those_of_the_backup(
    warehouse, folder, tmp_path, monkeypatch
):
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    accounts.add(warehouse, "boss", "admin", "correct horse battery", "测试", must_change=False)
    with database.writing(warehouse) as con:
        token, _ = sessions.begin(con, "boss", "admin", None, kind="web", address="127.0.0.1")
    with acting(OPEN):
        backup(warehouse, folder, "测试")
        done = restore(folder, tmp_path / "again")
    assert sessions.found(warehouse, token)
    assert sessions.found(tmp_path / "again", token) is None
    assert [each.name for each in accounts.accounts(tmp_path / "again")] == ["boss"]
    assert "重新登录" in done.notes[-1]
    with acting(Caller("甲", "director", roles()["director"].rights)), pytest.raises(NotAllowed, match="备份"):
        backup(warehouse, folder, "测试")
    shutil.rmtree(warehouse / "access")
    (found,) = (each for each in glance(warehouse) if each.check == "账号")
    assert (found.state, "谁都能看" in found.told) == (FAULT, True)
