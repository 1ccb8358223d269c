"""The warehouse: loads are idempotent, months are replaced one by one, undo goes back, readers are never disturbed."""

import errno
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines import NothingLoaded, Period, WarehouseError, ask, demo, load, open_county, undo
from pipelines.store import builds, intake
from pipelines.store.builds import current
from pipelines.store.warehouse import append, journal, live, writing
from tests.files import AUDIT, INSTITUTION, SETTLEMENT, rows, write

ASKED = ["cost_per_case", "fund_expenditure", "beneficiary_persons", "readmission_rate_15d"]
ROOT = Path(__file__).resolve().parents[1]


def month_file(folder: Path, *months: str, fee: str = "2000.00", name: str = "") -> Path:
    """Settlements of two persons in each month."""
    folder.mkdir(exist_ok=True)
    cells = [
        {
            "结算ID": f"{m}-{p}",
            "人员编号": f"P{p}",
            "结算日期": f"{m}-1{p}",
            "医疗费总额": fee,
            "基金支付总额": "1000.00",
        }
        for m in months
        for p in (1, 2)
    ]
    return write(folder, rows(SETTLEMENT, *cells), name or f"{'_'.join(months)}_{fee}.csv")


def batch_of(receipts) -> str:
    (receipt,) = receipts
    assert receipt.status == "loaded", [p.text for p in receipt.problems]
    return receipt.batch.id


def value(warehouse: Path, month: str, kpi: str = "cost_per_case") -> Decimal | None:
    (found,) = ask(open_county(warehouse), [kpi], Period(month, month))
    return found.value


def told(warehouse: Path, month: str) -> list[str]:
    """Everything about a month's figures, to the last digit."""
    return [repr(figure) for figure in ask(open_county(warehouse), ASKED, Period(month, month))]


@pytest.fixture(scope="module")
def three_months(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("three_months")
    load(folder / "warehouse", [month_file(folder, "2026-04", "2026-05"), month_file(folder, "2026-06")], "测试")
    return folder / "warehouse"


@pytest.fixture
def warehouse(tmp_path, three_months) -> Path:
    """A warehouse of the test's own, with April and May in one file, June in another."""
    return Path(shutil.copytree(three_months, tmp_path / "warehouse"))


# ---------------------------------------------------------------- loading again


@pytest.mark.parametrize("definition", ["codes.toml", "1_uploads/_common.toml", "1_uploads/settlements.toml"])
def test_a_file_is_read_anew_once_it_would_be_read_otherwise(tmp_path, warehouse, monkeypatch, definition):
    """Another word of a code list may turn a row that was left out into a good one."""
    path = month_file(tmp_path, "2026-06", name="again.csv")
    (before,) = {batch.id for (_, period, _), batch in live(warehouse).items() if period == "2026-06"}
    assert [receipt.status for receipt in load(warehouse, [path], "测试")] == ["unchanged"]
    changed = Path(shutil.copytree(intake.DEFINITIONS, tmp_path / "definitions"))
    (changed / definition).write_bytes((changed / definition).read_bytes() + b"\n# another word\n")
    monkeypatch.setattr(intake, "DEFINITIONS", changed)
    assert batch_of(load(warehouse, [path], "测试")) != before


def test_a_file_that_counts_already_changes_nothing(tmp_path, warehouse):
    before = (warehouse / "journal.jsonl").read_bytes(), current(warehouse)
    (receipt,) = load(warehouse, [month_file(tmp_path / "again", "2026-06", name="other_name.csv")], "测试")
    assert receipt.status == "unchanged"
    assert ((warehouse / "journal.jsonl").read_bytes(), current(warehouse)) == before


def test_the_same_file_twice_in_one_load_counts_once(tmp_path):
    paths = [month_file(tmp_path, "2026-06", name=f"{n}.csv") for n in range(4)]
    receipts = load(tmp_path / "warehouse", paths, "测试")
    assert sorted(r.status for r in receipts) == ["loaded", "unchanged", "unchanged", "unchanged"]
    assert len(journal(tmp_path / "warehouse")) == 1


def test_a_month_is_replaced_and_the_others_stay_to_the_last_digit(tmp_path, warehouse):
    april, june = told(warehouse, "2026-04"), told(warehouse, "2026-06")
    (receipt,) = load(warehouse, [month_file(tmp_path, "2026-05", fee="3000.00")], "测试")
    assert len(receipt.batch.supersedes) == 1
    assert value(warehouse, "2026-05") == Decimal("3000.00")
    assert (told(warehouse, "2026-04"), told(warehouse, "2026-06")) == (april, june)


def test_two_files_for_a_month_are_not_loaded_together_lest_one_quietly_replace_the_other(tmp_path, warehouse):
    paths = [
        month_file(tmp_path, "2026-06", fee=fee, name=name) for name, fee in (("a.csv", "1.00"), ("b.csv", "2.00"))
    ]
    receipts = load(warehouse, [*paths, month_file(tmp_path, "2026-07", fee="7.00")], "测试")
    assert [r.status for r in receipts] == ["refused", "refused", "loaded"]
    assert ["b.csv" in receipts[0].problems[0].text, "a.csv" in receipts[1].problems[0].text] == [True, True]
    assert value(warehouse, "2026-06") == Decimal("2000.00")
    for path in paths:
        batch_of(load(warehouse, [path], "测试"))
    assert value(warehouse, "2026-06") == Decimal("2.00")


def test_a_refused_file_does_not_keep_the_others_out(tmp_path, warehouse):
    faulty = write(tmp_path, rows(SETTLEMENT, {"结算日期": "昨天"}), "faulty.csv")
    receipts = load(warehouse, [faulty, month_file(tmp_path, "2026-06", fee="3000.00")], "测试")
    assert [r.status for r in receipts] == ["refused", "loaded"]
    assert value(warehouse, "2026-06") == Decimal("3000.00")


def test_a_load_of_refused_files_only_changes_nothing(tmp_path, warehouse):
    before = (warehouse / "journal.jsonl").read_bytes(), current(warehouse)
    load(warehouse, [write(tmp_path, rows(SETTLEMENT, {"结算日期": "昨天"}), "faulty.csv")], "测试")
    assert ((warehouse / "journal.jsonl").read_bytes(), current(warehouse)) == before


def test_a_folder_is_read_with_all_its_files_whatever_the_case_of_their_ending(tmp_path):
    folder = tmp_path / "uploads"
    month_file(folder, "2026-05", name="may.csv")
    month_file(folder, "2026-06", name="JUNE.CSV")
    (folder / "readme.md").write_text("not an upload")
    receipts = load(tmp_path / "warehouse", [folder, folder / "may.csv"], "测试")
    assert sorted(r.file for r in receipts) == ["JUNE.CSV", "may.csv"]


@pytest.mark.parametrize("name", ["missing.csv", "empty_folder"])
def test_a_path_without_a_file_is_named(tmp_path, name):
    (tmp_path / "empty_folder").mkdir()
    with pytest.raises(WarehouseError, match="文件"):
        load(tmp_path / "warehouse", [tmp_path / name], "测试")


def test_a_new_roster_reclassifies_the_months_that_are_there(tmp_path, warehouse):
    assert ask(open_county(warehouse), ["inpatient_cases"], Period("2026-06", "2026-06"), ["kind"])[0].dims == {
        "kind": None
    }
    load(warehouse, [write(tmp_path, [INSTITUTION], "institutions.csv")], "测试")
    (figure,) = ask(open_county(warehouse), ["inpatient_cases"], Period("2026-06", "2026-06"), ["kind"])
    assert (figure.dims, figure.value) == ({"kind": "county_hospital"}, Decimal(2))


# ---------------------------------------------------------------- undo and journal


def test_undo_brings_the_former_figures_and_the_former_build_back(tmp_path, warehouse):
    before, build_id = told(warehouse, "2026-05"), current(warehouse)
    batch = batch_of(load(warehouse, [month_file(tmp_path, "2026-05", fee="3000.00")], "测试"))
    assert told(warehouse, "2026-05") != before
    assert undo(warehouse, batch, "测试", "漏了县外").id == batch
    assert (told(warehouse, "2026-05"), current(warehouse)) == (before, build_id)


def test_an_undone_file_may_be_loaded_again(tmp_path, warehouse):
    path = month_file(tmp_path, "2026-05", fee="3000.00")
    undo(warehouse, batch_of(load(warehouse, [path], "测试")), "测试", "看错了")
    assert batch_of(load(warehouse, [path], "测试"))
    assert value(warehouse, "2026-05") == Decimal("3000.00")


def test_undoing_a_replaced_batch_leaves_what_replaced_it(tmp_path, warehouse):
    first = next(b.id for key, b in live(warehouse).items() if key == ("settlements", "2026-06", ""))
    load(warehouse, [month_file(tmp_path, "2026-06", fee="3000.00")], "测试")
    undo(warehouse, first, "测试", "早就替换了")
    assert value(warehouse, "2026-06") == Decimal("3000.00")


@pytest.mark.parametrize("why", ["", "  ", "\n"])
def test_undo_needs_a_reason(warehouse, why):
    with pytest.raises(WarehouseError, match="原因"):
        undo(warehouse, journal(warehouse)[0].batch, "测试", why)


@pytest.mark.parametrize("batch", ["settlements-202606-0000000000", "", "..", "../..", "a/b", "'; drop table"])
def test_undo_of_no_batch_is_refused(warehouse, batch):
    with pytest.raises(WarehouseError, match="没有批次"):
        undo(warehouse, batch, "测试", "试试")


def test_undo_twice_says_that_nothing_is_left_to_undo(warehouse):
    batch = journal(warehouse)[0].batch
    undo(warehouse, batch, "测试", "试试")
    with pytest.raises(WarehouseError, match="已经撤销"):
        undo(warehouse, batch, "测试", "试试")


def test_a_warehouse_whose_batches_are_all_undone_holds_nothing(warehouse):
    for entry in journal(warehouse):
        undo(warehouse, entry.batch, "测试", "全部重来")
    with pytest.raises(NothingLoaded):
        open_county(warehouse)


def test_the_journal_only_grows_and_says_who_when_and_why(tmp_path, warehouse):
    before = (warehouse / "journal.jsonl").read_bytes()
    batch = batch_of(load(warehouse, [month_file(tmp_path, "2026-05", fee="3000.00")], "李"))
    undo(warehouse, batch, "王", "漏了县外")
    after = (warehouse / "journal.jsonl").read_bytes()
    assert after.startswith(before)
    told = [json.loads(line) for line in after[len(before) :].decode().splitlines()]
    assert [(e["action"], e["batch"], e["by"], e["why"]) for e in told] == [
        ("commit", batch, "李", ""),
        ("undo", batch, "王", "漏了县外"),
    ]
    assert all(e["at"][:2] == "20" for e in told)


@pytest.mark.parametrize("half", ['{"action": "undo", "batch": ', "{", '{"action": "commit", "by": "李'])
def test_a_line_cut_off_by_a_crash_was_never_written(tmp_path, warehouse, half):
    whole = journal(warehouse)
    with (warehouse / "journal.jsonl").open("ab") as file:
        file.write(half.encode()[:-1])
    assert journal(warehouse) == whole
    batch_of(load(warehouse, [month_file(tmp_path, "2026-06", fee="3000.00")], "测试"))
    assert len(journal(warehouse)) == len(whole) + 1
    assert value(warehouse, "2026-06") == Decimal("3000.00")


def test_a_commit_that_was_written_but_not_built_is_finished_by_the_next_load(tmp_path, warehouse):
    build_id = current(warehouse)
    batch = batch_of(load(warehouse, [month_file(tmp_path, "2026-06", fee="3000.00")], "测试"))
    wanted = current(warehouse)
    (warehouse / "CURRENT").write_text(build_id)
    (warehouse / "builds" / f"{wanted}.duckdb").unlink()
    load(warehouse, [month_file(tmp_path, "2026-06", fee="3000.00", name="again.csv")], "测试")
    assert current(warehouse) == wanted
    assert live(warehouse)["settlements", "2026-06", ""].id == batch


def test_an_undo_of_everything_that_was_written_but_not_built_is_finished_too(tmp_path):
    warehouse = tmp_path / "warehouse"
    batch = batch_of(load(warehouse, [month_file(tmp_path, "2026-06")], "测试"))
    build_id = current(warehouse)
    undo(warehouse, batch, "测试", "试试")
    (warehouse / "CURRENT").write_text(build_id)
    load(warehouse, [write(tmp_path, rows(SETTLEMENT, {"结算日期": "昨天"}), "faulty.csv")], "测试")
    with pytest.raises(NothingLoaded):
        open_county(warehouse)


def test_a_build_that_was_deleted_is_made_again_by_the_next_load(tmp_path, warehouse):
    before = told(warehouse, "2026-06")
    shutil.rmtree(warehouse / "builds")
    with pytest.raises(WarehouseError, match="构建"):
        open_county(Path(shutil.copytree(warehouse, tmp_path / "copy")))
    load(warehouse, [month_file(tmp_path, "2026-06")], "测试")
    assert told(warehouse, "2026-06") == before


def test_old_builds_are_forgotten_and_the_one_in_force_stays(tmp_path, warehouse, monkeypatch):
    monkeypatch.setattr(builds, "KEPT_BUILDS", 2)
    first = current(warehouse)
    batches = [
        batch_of(load(warehouse, [month_file(tmp_path, "2026-06", fee=fee)], "测试")) for fee in ("1.00", "2.00")
    ]
    assert len(list((warehouse / "builds").iterdir())) == 2
    for batch in batches:
        undo(warehouse, batch, "测试", "回到开始")
    assert current(warehouse) == first
    assert (warehouse / "builds" / f"{first}.duckdb").exists()


# ---------------------------------------------------------------- the same inputs, the same figures


def test_the_same_uploads_give_the_same_build_in_another_folder(tmp_path, warehouse):
    other = tmp_path / "elsewhere" / "it's a warehouse"
    load(other, [month_file(tmp_path, "2026-04", "2026-05"), month_file(tmp_path, "2026-06")], "别人")
    assert current(other) == current(warehouse)
    assert told(other, "2026-05") == told(warehouse, "2026-05")


def test_figures_do_not_depend_on_the_order_of_loading(tmp_path):
    months = [f"2026-0{n}" for n in range(3, 6)]
    ordered, reversed_ = tmp_path / "a", tmp_path / "b"
    load(ordered, [month_file(tmp_path / "files", m) for m in months], "测试")
    for month in reversed(months):
        load(reversed_, [month_file(tmp_path / "files", month)], "测试")
    assert current(ordered) == current(reversed_)
    year = Period("2026-03", "2026-05")
    assert [repr(f) for f in ask(open_county(ordered), ASKED, year, ["month"])] == [
        repr(f) for f in ask(open_county(reversed_), ASKED, year, ["month"])
    ]


def test_persons_are_the_same_across_batches_and_months(warehouse):
    (found,) = ask(open_county(warehouse), ["beneficiary_persons"], Period("2026-04", "2026-06"))
    assert found.value == len({"P1", "P2"})


@pytest.mark.parametrize("places", [["市内异地", "省内异地"], ["县外", "跨省异地"]])
def test_audit_work_in_two_places_outside_the_county_is_accepted_and_added_up(tmp_path, places):
    listed = [AUDIT | {"范围": place, "抽查量": "10", "问题数": "1"} for place in places]
    batch_of(load(tmp_path / "warehouse", [write(tmp_path, listed)], "测试"))
    county = open_county(tmp_path / "warehouse")
    (found,) = ask(county, ["records_reviewed"], Period("2026-06", "2026-06"), where={"place": "out_of_county"})
    assert found.value == 10 + 10


def test_two_settlements_of_one_stay_of_which_one_states_the_place_are_one_stay(tmp_path):
    stay = SETTLEMENT | {"入院日期": "2026-06-01", "出院日期": "2026-06-05"}
    listed = rows(stay, {"就医地": "本地"}, {"就医地": ""})
    load(tmp_path / "warehouse", [write(tmp_path, [INSTITUTION], "institutions.csv")], "测试")
    batch_of(load(tmp_path / "warehouse", [write(tmp_path, listed)], "测试"))
    assert value(tmp_path / "warehouse", "2026-06", "cases_per_head") == 1


# ---------------------------------------------------------------- writers and readers at once

HOLD = """
import sys, time
from pathlib import Path
from pipelines.store.warehouse import writing
with writing(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the warehouse until its stdin is closed."""
    command = [sys.executable, "-c", HOLD, str(tmp_path / "warehouse")]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        if process.poll() is None:
            process.stdin.close()


def test_a_second_writer_that_will_not_wait_is_told_who_writes(tmp_path, holder):
    with (
        pytest.raises(WarehouseError, match=f"另一个程序正在写入（.*进程 {holder.pid}"),
        writing(tmp_path / "warehouse", 0.2),
    ):
        pass


def test_a_second_writer_waits_for_the_first(tmp_path, holder):
    threading.Timer(0.5, holder.stdin.close).start()
    started = time.monotonic()
    batch_of(load(tmp_path / "warehouse", [month_file(tmp_path, "2026-06")], "测试"))
    assert time.monotonic() - started >= 0.4


def test_the_lock_of_a_killed_writer_is_free(tmp_path, holder):
    holder.kill()
    holder.wait()
    with writing(tmp_path / "warehouse", 5):
        pass


def test_readers_never_fail_and_see_the_old_or_the_new_figures_while_a_load_runs(tmp_path, warehouse):
    seen, failures, done = set(), [], threading.Event()

    def reader():
        while not done.is_set():
            try:
                seen.add(value(warehouse, "2026-06"))
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=reader) for _ in range(2)]
    for thread in threads:
        thread.start()
    fees = ["2000.00", *(f"{n}000.00" for n in range(3, 6))]
    for fee in fees[1:]:
        load(warehouse, [month_file(tmp_path, "2026-06", fee=fee)], "测试")
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert seen <= {Decimal(fee) for fee in fees}
    assert len(seen) > 1


def test_a_county_that_is_open_keeps_its_figures_after_a_load(tmp_path, warehouse):
    county = open_county(warehouse)
    load(warehouse, [month_file(tmp_path, "2026-06", fee="3000.00")], "测试")
    (kept,) = ask(county, ["cost_per_case"], Period("2026-06", "2026-06"))
    assert (kept.value, value(warehouse, "2026-06")) == (Decimal("2000.00"), Decimal("3000.00"))


def test_fifty_threads_may_open_and_ask_one_county_at_once(warehouse):
    found, failures = [], []
    barrier = threading.Barrier(50)

    def reader():
        barrier.wait()
        try:
            found.append(value(warehouse, "2026-06"))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=reader) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert found == [Decimal("2000.00")] * 50


def test_a_build_may_be_opened_again_after_others(tmp_path, warehouse):
    first = open_county(warehouse)
    for fee in range(1, 7):
        load(warehouse, [month_file(tmp_path, "2026-06", fee=f"{fee}.00")], "测试")
        open_county(warehouse)
    for entry in reversed(journal(warehouse)[2:]):
        undo(warehouse, entry.batch, "测试", "回到开始")
    again = open_county(warehouse)
    assert (again.build_id, again.names) == (first.build_id, first.names)
    assert value(warehouse, "2026-06") == Decimal("2000.00")


def test_the_pointer_to_the_build_in_force_is_never_half_written(warehouse):
    ids, done = set(), threading.Event()

    def reader():
        while not done.is_set():
            ids.add((warehouse / "CURRENT").read_text())

    thread = threading.Thread(target=reader)
    thread.start()
    batch = journal(warehouse)[1].batch
    for _ in range(5):
        undo(warehouse, batch, "测试", "来回")
        with writing(warehouse):
            from pipelines.build import commit

            commit(warehouse, [journal(warehouse)[1]])
    done.set()
    thread.join()
    assert {len(text) for text in ids} == {len(current(warehouse)) + 1}
    assert len(ids) == 2


def test_a_commit_whose_writer_died_before_the_pointer_is_what_readers_see(tmp_path, warehouse):
    """Else the journal would tell of one state and the figures of another."""
    former = current(warehouse)
    batch_of(load(warehouse, [month_file(tmp_path, "2026-06", fee="3000.00")], "测试"))
    (warehouse / "CURRENT").write_text(former)
    assert value(warehouse, "2026-06") == Decimal("3000.00")
    (warehouse / "CURRENT").unlink()
    assert value(warehouse, "2026-06") == Decimal("3000.00")


def test_no_sample_is_loaded_over_a_county_whose_pointer_is_lost(warehouse):
    (warehouse / "CURRENT").unlink()
    with pytest.raises(WarehouseError, match="已有数据"):
        demo(warehouse)


def orphan(warehouse: Path, folder: Path, monkeypatch, at: str = "") -> str:
    """Load a batch whose writer dies just before the commit; at: when its record says it was loaded."""
    with monkeypatch.context() as patched:
        patched.setattr("pipelines.store.commits.append", lambda *entries: exit("killed"))
        patched.setattr("pipelines.store.commits.forget", lambda *given: None)
        with pytest.raises(SystemExit):
            load(warehouse, [month_file(folder, "2026-07", fee="7.00")], "测试")
    (batch,) = {p.name for p in (warehouse / "batches").iterdir()} - {e.batch for e in journal(warehouse)}
    record = warehouse / "batches" / batch / "batch.json"
    record.write_text(json.dumps(json.loads(record.read_text("utf-8")) | ({"loaded_at": at} if at else {})), "utf-8")
    return batch


def test_the_next_writer_removes_a_batch_that_was_never_committed(tmp_path, warehouse, monkeypatch):
    batch = orphan(warehouse, tmp_path, monkeypatch, "2999-01-01T00:00:00+08:00")
    (warehouse / "batches" / "Thumbs.db").write_bytes(b"not ours")
    assert list(warehouse.glob(f"rollups/*/{batch}"))
    with writing(warehouse):
        assert not list(warehouse.glob(f"rollups/*/{batch}"))
        assert not (warehouse / "batches" / batch).exists()
    assert batch_of(load(warehouse, [month_file(tmp_path, "2026-07", fee="7.00")], "测试")) == batch


def test_a_batch_that_later_ones_may_number_their_persons_on_from_stays(tmp_path, warehouse, monkeypatch):
    batch = orphan(warehouse, tmp_path, monkeypatch, "1999-01-01T00:00:00+08:00")
    with writing(warehouse):
        assert (warehouse / "batches" / batch / "persons.parquet").exists()


def test_what_a_killed_first_user_left_of_the_key_is_removed(warehouse):
    left, fresh = warehouse / "person.key.0a0a0a0a", warehouse / "person.key.0b0b0b0b"
    for path in left, fresh:
        path.write_text("secret")
    os.utime(left, (time.time() - 3600,) * 2)
    with writing(warehouse):
        assert (left.exists(), fresh.exists()) == (False, True)
    assert (warehouse / "person.key").exists()


def test_many_lines_are_committed_all_or_none(warehouse, monkeypatch):
    entries = journal(warehouse) * 200
    append(warehouse, *entries)
    assert len(journal(warehouse)) == 2 + len(entries)
    before = (warehouse / "journal.jsonl").read_bytes()
    monkeypatch.setattr(Path, "write_bytes", half_of_it)
    with pytest.raises(OSError, match="No space"):
        append(warehouse, *entries)
    assert (warehouse / "journal.jsonl").read_bytes() == before


def half_of_it(path: Path, content: bytes) -> None:
    """What a disk does that fills up."""
    with path.open("wb") as file:
        file.write(content[: len(content) // 2])
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_rename_waits_for_a_reader_that_has_the_file_open(warehouse, monkeypatch):
    refused, rename = [], os.replace

    def busy(source, target):
        if len(refused) < 2:
            refused.append(target)
            raise PermissionError(errno.EACCES, "in use")
        rename(source, target)

    monkeypatch.setattr(os, "replace", busy)
    append(warehouse, *journal(warehouse)[:1])
    assert (len(refused), len(journal(warehouse))) == (2, 3)
