"""The doctor finds each kind of damage, mends what can be mended and nothing else, and says what can't be."""

import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from pipelines import audit_log
from pipelines.cli import main
from pipelines.safekeeping.backup import backup
from pipelines.safekeeping.batch_looks import batch_looks
from pipelines.safekeeping.doctor import examine, glance, looked
from pipelines.safekeeping.examining import journal_looks, permission_looks
from pipelines.safekeeping.findings import FAULT, NOTICE, OK, REPAIRED, Finding
from pipelines.safekeeping.rebuilding import rebuild_looks
from pipelines.store.builds import build_path, in_force
from pipelines.store.chain import chained, examined, read_line
from pipelines.store.warehouse import Entry, append, batch_folder, journal, now
from tests.safekeeping.conftest import contents
from tests.safekeeping.test_backup import spoil
from tests.safekeeping.test_restore import told


def amiss(found: list[Finding]) -> dict[str, str]:
    """Check -> state of what is not as it should be; that there is no backup yet is no matter here."""
    return {each.check: each.state for each in found if each.state != OK and "还没有备份过" not in each.told}


def first(warehouse: Path, name: str) -> Path:
    return sorted(warehouse.glob(f"batches/{name}"))[0]


def edited(warehouse: Path, old: str, new: str) -> None:
    path = warehouse / "journal.jsonl"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")


def other_record(warehouse: Path, old: str, new: str) -> None:
    path = first(warehouse, "enrolment-*/batch.json")
    text = path.read_text("utf-8")
    path.unlink()  # its links elsewhere keep theirs
    path.write_text(text.replace(old, new, 1), "utf-8")


def cut(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def logged_and_cut(warehouse: Path) -> None:
    for name in ("a", "b", "c"):
        audit_log.record(warehouse, "backup", name)
    cut(next((warehouse / "audit").glob("*.jsonl")))


def no_database(warehouse: Path) -> None:
    (warehouse / "access").mkdir(mode=0o700)
    (warehouse / "access" / "others.db").write_bytes(b"SQLite format 3\0" + b"x" * 5000)


def unfinished(warehouse: Path) -> None:
    (warehouse / "tmp" / "load-1").mkdir(parents=True)
    shutil.copytree(first(warehouse, "enrolment-*"), warehouse / "batches" / "enrolment-209901-0")
    record = warehouse / "batches" / "enrolment-209901-0" / "batch.json"
    record.write_text(json.dumps(json.loads(record.read_text("utf-8")) | {"loaded_at": "2999-01-01T00:00:00+08:00"}))
    part = warehouse / "documents" / "left.part"
    part.touch()
    os.utime(part, (time.time() - 7200,) * 2)


def other_figure(warehouse: Path) -> None:
    path = build_path(warehouse, in_force(warehouse))
    aside = Path(shutil.copyfile(path, path.with_suffix(".other")))
    with duckdb.connect(str(aside)) as con:
        con.execute("update mart_settlement set total_cost_yuan = total_cost_yuan + 1 where rowid = 0")
    os.replace(aside, path)


DAMAGE: dict[str, tuple[Callable[[Path], object], dict[str, str]]] = {
    "a batch is gone": (lambda w: shutil.rmtree(first(w, "settlements-*")), {"批次": FAULT, "汇总": FAULT}),
    "a file of a batch is gone": (lambda w: first(w, "enrolment-*/rows.parquet").unlink(), {"批次": FAULT}),
    "a record was changed": (lambda w: other_record(w, '"left_out": 0', '"left_out": 1'), {"批次": FAULT}),
    "a record can't be read": (lambda w: other_record(w, '"left_out": 0', '"left'), {"批次": FAULT, "汇总": FAULT}),
    "the build is gone": (lambda w: build_path(w, in_force(w)).unlink(), {"汇总": NOTICE}),
    "the build is cut": (lambda w: build_path(w, in_force(w)).write_bytes(b"half"), {"汇总": FAULT}),
    "CURRENT is wrong": (lambda w: (w / "CURRENT").write_text("0" * 16), {"汇总": NOTICE}),
    "a writer was killed": (unfinished, {"残留": NOTICE}),
    "the key can be read": (lambda w: (w / "person.key").chmod(0o644), {"权限": FAULT}),
    "the key is gone": (lambda w: (w / "person.key").unlink(), {"密钥": FAULT}),
    "a line was changed": (lambda w: edited(w, "测试", "别人"), {"操作记录": FAULT}),
    "a line can't be read": (lambda w: edited(w, '{"action"', '{"action'), {"操作记录": FAULT}),
    "the journal is gone": (lambda w: (w / "journal.jsonl").unlink(), {"操作记录": FAULT}),
    "accounts are damaged": (no_database, {"账号": FAULT}),
    "the log was cut": (logged_and_cut, {"审计日志": FAULT}),
}
STAYS = {"密钥", "操作记录", "账号", "审计日志"}


def test_a_sound_warehouse_has_nothing_amiss_however_closely_one_looks_and_is_not_changed(warehouse):
    before = contents(warehouse)
    assert amiss(glance(warehouse)) == {}
    found = examine(warehouse)
    assert amiss(found) == {}
    assert {each.check for each in found} >= {"操作记录", "批次", "汇总", "重算", "审计日志", "密钥"}
    assert contents(warehouse) == before


@pytest.mark.parametrize("name", DAMAGE)
def test_a_look_of_milliseconds_finds(name, warehouse):
    deed, wanted = DAMAGE[name]
    deed(warehouse)
    found = amiss(glance(warehouse))
    assert {check: found.get(check) for check in wanted} == wanted
    assert set(found) <= {*wanted, "汇总", "残留"}, "what is not damaged is called so"


def test_a_close_look_finds_a_byte_that_was_turned_over_and_a_figure_that_was_changed(warehouse):
    spoil(first(warehouse, "enrolment-*/original.csv"))
    other_figure(warehouse)
    assert amiss(glance(warehouse)) == {}
    (batch,) = (each for each in batch_looks(warehouse, None, whole=True) if each.state == FAULT)
    (figure,) = rebuild_looks(warehouse)
    assert "original.csv 和校验值不符" in batch.told
    assert (figure.state, "mart_settlement" in figure.told) == (FAULT, True)


def test_all_that_can_be_mended_is_mended_at_once_to_the_same_figures(kept, warehouse, folder):
    backup(warehouse, folder, "测试")
    before = told(kept)
    files = {path: held for path, held in contents(warehouse).items() if "audit" not in path}
    for name in ("a batch is gone", "a record was changed", "a writer was killed", "the key can be read"):
        DAMAGE[name][0](warehouse)
    spoil(first(warehouse, "institutions-*/rows.parquet"))
    other_figure(warehouse)
    (warehouse / "CURRENT").write_text("0" * 16)
    found = examine(warehouse, repair=True)
    assert set(amiss(found).values()) == {REPAIRED}
    assert amiss(glance(warehouse)) == {}
    assert told(warehouse) == before
    assert {path: kept for path, kept in contents(warehouse).items() if "audit" not in path} == files
    assert next(audit_log.search(warehouse, audit_log.Asked())).event == "repair"


@pytest.mark.parametrize("name", [name for name, (_, found) in DAMAGE.items() if STAYS & set(found)])
def test_what_can_not_be_mended_stays_told_with_what_to_do(name, warehouse):
    DAMAGE[name][0](warehouse)
    left = [each for each in looked(warehouse, [], repair=True) + glance(warehouse) if each.check in STAYS]
    assert any(each.state == FAULT and each.remedy for each in left)


def test_a_journal_whose_chain_was_made_anew_does_not_fit_to_the_audit_log(warehouse):
    append(warehouse, Entry("lock", "", "甲", now(), period="2026-01"))
    path = warehouse / "journal.jsonl"
    lines = [read_line(line) for line in path.read_bytes().splitlines()]
    lines[0]["why"] = "改过"
    path.write_bytes(chained(b"", lines))
    assert not examined(path.read_bytes()).broken
    (found,) = journal_looks(warehouse)
    assert found.state == FAULT and f"前 {len(lines) - 1} 行和审计日志记下的散列不同" in found.told


def test_a_journal_cut_after_a_backup_is_missed(warehouse, folder):
    backup(warehouse, folder, "测试")
    cut(warehouse / "journal.jsonl")
    (found,) = (each for each in glance(warehouse) if each.check == "操作记录")
    assert (found.state, "末尾被截去" in found.told) == (FAULT, True)


def test_without_a_backup_a_damaged_batch_is_left_as_it_is(warehouse):
    rows = first(warehouse, "enrolment-*/rows.parquet")
    spoil(rows)
    damaged = rows.read_bytes()
    found = looked(warehouse, [lambda where: batch_looks(where, None, whole=True)], repair=True)
    assert [each.remedy for each in found if each.state == FAULT] == ["请用 --repair --from 备份文件夹 放回"]
    assert rows.read_bytes() == damaged


def test_rows_that_were_removed_on_purpose_do_not_come_back_from_a_backup(warehouse, folder):
    backup(warehouse, folder, "测试")
    home = first(warehouse, "settlements-*")
    (home / "rows.parquet").unlink()
    record = json.loads((home / "batch.json").read_text("utf-8"))
    del record["files"]["rows.parquet"]
    (home / "batch.json").write_text(json.dumps(record), "utf-8")
    append(warehouse, Entry("purge", home.name, "测试", now(), "到期"))
    assert amiss(batch_looks(warehouse, folder, whole=True)) == {}
    spoil(home / "persons.parquet")
    (found,) = (each for each in batch_looks(warehouse, folder, whole=True) if each.state == FAULT)
    assert found.mend is None


def test_batches_of_an_older_version_are_sealed_and_damage_to_them_is_found_from_then_on(warehouse):
    """Their records have no hashes, and their journal no chain and no seals."""
    old = []
    for entry in journal(warehouse):
        fields = {key: value for key, value in vars(entry).items() if key != "record"}
        old.append(json.dumps(fields, ensure_ascii=False) + "\n")
        if entry.batch:
            path = batch_folder(warehouse, entry.batch) / "batch.json"
            told = json.loads(path.read_text("utf-8"))
            path.write_text(json.dumps({key: value for key, value in told.items() if key != "files"}), "utf-8")
    (warehouse / "journal.jsonl").write_text("".join(old), "utf-8")
    shutil.rmtree(warehouse / "audit")  # which older versions had not either

    def look(where: Path) -> list[Finding]:
        return batch_looks(where, None, whole=True)

    assert amiss(look(warehouse)) == {"批次": NOTICE}
    assert amiss(looked(warehouse, [look], repair=True)) == {"批次": REPAIRED}
    assert amiss(look(warehouse)) == {}
    chain = examined((warehouse / "journal.jsonl").read_bytes())
    assert (chain.broken, chain.lines - chain.linked) == ((), len(old))
    for name in ("rows.parquet", "batch.json"):
        spoil(first(warehouse, f"settlements-*/{name}"))
        assert amiss(look(warehouse)) == {"批次": FAULT}
    spoil(first(warehouse, "enrolment-*/original.csv"))


def test_an_original_of_an_older_version_is_held_against_the_hash_it_was_loaded_with(warehouse):
    home = first(warehouse, "enrolment-*")
    record = json.loads((home / "batch.json").read_text("utf-8"))
    (home / "batch.json").write_text(json.dumps(record | {"files": {}}), "utf-8")
    append(warehouse, Entry("seal", home.name, "测试", now()))
    assert amiss(batch_looks(warehouse, None, whole=True)) == {"批次": NOTICE}
    spoil(home / "original.csv")
    assert amiss(batch_looks(warehouse, None, whole=True)) == {"批次": FAULT}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_what_root_left_is_given_to_the_owner_of_the_warehouse(warehouse):
    for path in [warehouse, *warehouse.rglob("*")]:
        os.chown(path, 12345, 12345)
    assert amiss(glance(warehouse)) == {}
    for path in (warehouse / "journal.jsonl", first(warehouse, "enrolment-*/batch.json")):
        os.chown(path, 0, 0)
    assert amiss(glance(warehouse)) == {"权限": NOTICE}
    assert amiss(looked(warehouse, [permission_looks], repair=True)) == {"权限": REPAIRED}
    assert {path.stat().st_uid for path in warehouse.rglob("*")} == {12345}
    (outside := warehouse.parent / "of the system").write_text("")
    os.link(outside, warehouse / "linked.json")
    assert amiss(looked(warehouse, [permission_looks], repair=True)) == {"权限": NOTICE}
    assert outside.stat().st_uid == 0


def test_what_another_is_writing_is_not_taken_for_left_behind(warehouse, tmp_path):
    from pipelines.store.warehouse import workroom, writing

    with writing(warehouse), workroom(warehouse, "load"):
        assert amiss(glance(warehouse)).get("残留") is None


def test_the_command_says_it_in_its_exit_code(warehouse):

    def run(*words: str):
        return CliRunner().invoke(main, ["--warehouse", str(warehouse), "doctor", *words])

    assert run("--quick").exit_code == 0
    (warehouse / "person.key").chmod(0o644)
    assert run("--quick").exit_code == 1
    assert "person.key 其他用户也能读" in run("--quick").stdout
    assert FAULT in {each["state"] for each in json.loads(run("--quick", "--json").stdout)}
