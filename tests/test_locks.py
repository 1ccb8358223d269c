"""A locked month: no load and no undo changes what counts in it, until it is unlocked with a reason."""

import shutil
from pathlib import Path

import pytest

from pipelines import WarehouseError, accept, amend, discard, events, leave_sample, load, lock, try_out, undo, unlock
from pipelines.build import SAMPLE
from pipelines.store.receipts import receipt_text
from pipelines.store.warehouse import journal, live, locked_months
from tests.files import ENROLMENT, INSTITUTION, SETTLEMENT, rows, write
from tests.months import digests, settlements, told, value


@pytest.fixture(scope="module")
def two_months(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("locks")
    load(folder / "warehouse", [settlements(folder, month, "P1", "P2") for month in ("2026-05", "2026-06")], "甲")
    return folder / "warehouse"


@pytest.fixture
def warehouse(tmp_path, two_months) -> Path:
    """A warehouse of the test's own: May and June, May locked."""
    warehouse = Path(shutil.copytree(two_months, tmp_path / "warehouse"))
    lock(warehouse, "2026-05", "王", "五月已上报")
    return warehouse


def state(warehouse: Path) -> tuple:
    return digests(warehouse / "batches"), (warehouse / "journal.jsonl").read_bytes(), told(warehouse, "2026-05")


def test_a_file_for_a_locked_month_is_refused_in_a_sentence_and_the_others_are_loaded(tmp_path, warehouse):
    before = told(warehouse, "2026-05")
    receipts = load(warehouse, [settlements(tmp_path, m, "P9") for m in ("2026-05", "2026-07")], "乙")
    assert [r.status for r in receipts] == ["refused", "loaded"]
    (problem,) = receipts[0].problems
    assert "2026-05 已由王于" in problem.text
    assert "五月已上报" in problem.text
    assert told(warehouse, "2026-05") == before
    assert value(warehouse, "2026-07") == 2000


def test_a_file_that_only_touches_a_locked_month_is_refused_whole(tmp_path, warehouse):
    before = state(warehouse)
    path = write(tmp_path, rows(SETTLEMENT, {}, {"结算日期": "2026-05-31"}))
    assert [r.status for r in load(warehouse, [path], "乙")] == ["refused"]
    assert state(warehouse) == before


def test_a_table_that_has_nothing_yet_in_a_locked_month_is_refused_too(tmp_path, warehouse):
    path = write(tmp_path, [ENROLMENT | {"统计年月": "2026-05"}])
    assert [r.status for r in load(warehouse, [path], "乙")] == ["refused"]


def test_the_same_file_again_is_unchanged_also_in_a_locked_month(tmp_path, warehouse):
    assert [r.status for r in load(warehouse, [settlements(tmp_path, "2026-05", "P1", "P2")], "乙")] == ["unchanged"]


def test_a_file_that_stands_in_the_locked_month_already_may_take_its_other_month_back(tmp_path, warehouse):
    path = write(tmp_path, rows(SETTLEMENT, {"结算日期": "2026-06-01"}, {"结算日期": "2026-07-01"}), "both.csv")
    load(warehouse, [path], "乙")
    load(warehouse, [settlements(tmp_path, "2026-07", "P9")], "乙")
    lock(warehouse, "2026-06", "王", "六月已上报")
    assert [r.status for r in load(warehouse, [path], "乙")] == ["loaded"]
    assert value(warehouse, "2026-07") == 2163


def test_the_undo_of_a_batch_that_counts_in_a_locked_month_is_refused(warehouse):
    before = state(warehouse)
    with pytest.raises(WarehouseError, match=r"2026-05 已由王于 .* 锁定（五月已上报）.*没有改变什么"):
        undo(warehouse, live(warehouse)["settlements", "2026-05", ""].id, "乙", "看错了")
    assert state(warehouse) == before


def test_the_undo_of_a_batch_that_was_replaced_in_the_locked_month_is_allowed(tmp_path, warehouse):
    first = live(warehouse)["settlements", "2026-05", ""].id
    unlock(warehouse, "2026-05", "王", "要改")
    load(warehouse, [settlements(tmp_path, "2026-05", "P7", fee="7000.00")], "乙")
    lock(warehouse, "2026-05", "王", "改好了")
    undo(warehouse, first, "乙", "早就替换了")
    assert value(warehouse, "2026-05") == 7000


def test_other_months_and_tables_without_months_stay_open(tmp_path, warehouse):
    files = [settlements(tmp_path, "2026-06", "P9"), write(tmp_path, [INSTITUTION], "roster.csv")]
    assert [r.status for r in load(warehouse, files, "乙")] == ["loaded", "loaded"]


def test_an_unlocked_month_can_be_replaced_again(tmp_path, warehouse):
    unlock(warehouse, "2026-05", "王", "要补报")
    assert load(warehouse, [settlements(tmp_path, "2026-05", "P9", fee="1.00")], "乙")[0].status == "loaded"
    assert value(warehouse, "2026-05") == 1


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (lambda w: lock(w, "2026-06", "王", "  "), "原因"),
        (lambda w: unlock(w, "2026-05", "王", ""), "原因"),
        (lambda w: lock(w, "2026-05", "李", "再锁一次"), "已由王于"),
        (lambda w: unlock(w, "2026-06", "王", "开"), "没有锁定"),
        (lambda w: lock(w, "2062-05", "王", "打错了年份"), "还没有装入"),
        (lambda w: lock(w, "2026-5", "王", "写法不对"), "应如 2026-05"),
        (lambda w: lock(w, "all", "王", "写法不对"), "应如 2026-05"),
        (lambda w: unlock(w, "", "王", "写法不对"), "应如 2026-05"),
    ],
)
def test_a_lock_that_makes_no_sense_is_refused_and_not_written_down(warehouse, act, reason):
    before = (warehouse / "journal.jsonl").read_bytes()
    with pytest.raises(WarehouseError, match=reason):
        act(warehouse)
    assert (warehouse / "journal.jsonl").read_bytes() == before


def test_a_reason_of_several_lines_is_one_line_of_the_journal(warehouse):
    lock(warehouse, "2026-06", "王", " 六月\n已上报 ")
    assert journal(warehouse)[-1].why == "六月 已上报"
    assert len((warehouse / "journal.jsonl").read_text("utf-8").splitlines()) == len(journal(warehouse))


# ---------------------------------------------------------------- changed with a reason

WHY = "五月漏报县外结算"


def load_it(warehouse: Path, folder: Path, why: str) -> None:
    paths = [settlements(folder, m, "P9", fee="9000.00") for m in ("2026-05", "2026-07")]
    assert [r.status for r in load(warehouse, paths, "乙", restating=why)] == ["loaded", "loaded"]


def accept_it(warehouse: Path, folder: Path, why: str) -> None:
    trial = try_out(warehouse, [settlements(folder, m, "P9", fee="9000.00") for m in ("2026-05", "2026-07")])
    try:
        accept(trial, [tried.name for tried in trial.files], "乙", restating=why)
    finally:
        discard(trial)


def amend_it(warehouse: Path, folder: Path, why: str) -> None:
    row = {"stat_month": "2026-05", "insutype": "390", "town": "云溪镇", "insured_cnt": "7"}
    receipt = amend(warehouse, "enrolment", [row], "乙", "补录", restating=why)
    if receipt.status == "refused":
        raise WarehouseError(receipt.problems[0].text)


def undo_it(warehouse: Path, folder: Path, why: str) -> None:
    undo(warehouse, live(warehouse)["settlements", "2026-05", ""].id, "乙", "看错了", restating=why)


@pytest.mark.parametrize("change", [load_it, accept_it, amend_it, undo_it])
def test_a_locked_month_is_changed_with_a_reason_which_the_journal_keeps(tmp_path, warehouse, change):
    before, begun = told(warehouse, "2026-05"), len(journal(warehouse))
    change(warehouse, tmp_path, f" {WHY}\n")
    line, *others = [event for event in events(warehouse)[begun:] if event.restated]
    assert (line.restated, line.by, others) == (("2026-05",), "乙", [])
    assert line.why.endswith(WHY)
    assert line.action_zh.endswith("（更正）")
    assert "2026-05" in locked_months(journal(warehouse))
    if change is not amend_it:
        assert told(warehouse, "2026-05") != before


@pytest.mark.parametrize("change", [accept_it, amend_it, undo_it])
def test_a_reason_of_blanks_is_none(tmp_path, warehouse, change):
    before = state(warehouse)
    with pytest.raises(WarehouseError, match="要改动请写明更正原因，或先解锁"):
        change(warehouse, tmp_path, " \n")
    assert state(warehouse) == before


def test_a_reason_that_no_locked_month_needs_is_not_written_down(tmp_path, warehouse):
    load(warehouse, [settlements(tmp_path, "2026-06", "P9")], "乙", restating=WHY)
    assert (journal(warehouse)[-1].why, events(warehouse)[-1].restated) == ("", ())


def test_a_reason_with_a_telephone_number_changes_nothing(tmp_path, warehouse):
    before = state(warehouse)
    with pytest.raises(WarehouseError, match="手机号"):
        load(warehouse, [settlements(tmp_path, "2026-05", "P9")], "乙", restating="问 13812345678")
    assert state(warehouse) == before


def test_a_receipt_says_which_locked_month_it_changed_and_why(tmp_path, warehouse):
    (receipt,) = load(warehouse, [settlements(tmp_path, "2026-05", "P9")], "乙", restating=WHY)
    text = receipt_text(warehouse, receipt.number)
    assert "更正已锁定的" in text and WHY in text


# ---------------------------------------------------------------- leaving the sample county


def test_the_sample_county_is_left_in_one_commit_and_what_the_county_loaded_stays(tmp_path):
    warehouse = tmp_path / "warehouse"
    load(warehouse, [settlements(tmp_path, m, "P1") for m in ("2026-04", "2026-05")], SAMPLE)
    load(warehouse, [settlements(tmp_path, "2026-05", "P2", fee="9000.00")], "甲")
    assert len(leave_sample(warehouse, "甲")) == 2
    assert [month for _, month, _ in live(warehouse)] == ["2026-05"]
    assert value(warehouse, "2026-05") == 9000
    assert len({e.build for e in journal(warehouse)[-2:]}) == 1
    with pytest.raises(WarehouseError, match="没有示例县"):
        leave_sample(warehouse, "甲")


def test_a_county_without_the_sample_has_none_to_leave(warehouse):
    before = state(warehouse)
    with pytest.raises(WarehouseError, match="没有示例县"):
        leave_sample(warehouse, "甲")
    assert state(warehouse) == before
