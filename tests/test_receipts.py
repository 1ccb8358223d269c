"""The receipt of a load, made from the journal whenever it is asked for; and the journal itself, in words."""

import json
import shutil
from pathlib import Path

import pytest

from pipelines import WarehouseError, accept, events, load, lock, receipt_text, try_out, undo, unlock
from pipelines.aligned import wide
from pipelines.store.warehouse import journal, live
from pipelines.uploads.mapping import Mapping
from tests.files import AGGREGATE, INSTITUTION, SETTLEMENT, rows, write
from tests.months import settlements


@pytest.fixture(scope="module")
def loaded_once(tmp_path_factory) -> Path:
    """May and June in one file."""
    folder = tmp_path_factory.mktemp("loaded")
    listed = rows(SETTLEMENT, {"结算日期": "2026-05-03"}, {"人员编号": "P2"}, {"人员编号": "P2"})
    load(folder / "warehouse", [write(folder, listed, "五六月.csv", "gb18030")], "王会计")
    return folder


@pytest.fixture
def warehouse(loaded_once, tmp_path) -> Path:
    """A copy of a test's own, to write to."""
    return Path(shutil.copytree(loaded_once, tmp_path, dirs_exist_ok=True)) / "warehouse"


def line(text: str, label: str) -> str:
    """What a receipt says behind a label."""
    (found,) = [row for row in text.splitlines() if row.split("  ")[0] == label]
    return found.removeprefix(label).strip()


def test_a_receipt_says_what_was_loaded_by_whom_and_from_which_file(warehouse):
    text, batch, entry = (
        receipt_text(warehouse, 1),
        live(warehouse)["settlements", "2026-06", ""],
        journal(warehouse)[0],
    )
    told = {
        "回执编号": "1",
        "装入人": "王会计",
        "装入时间": entry.at[:19].replace("T", " "),
        "文件": "五六月.csv",
        "上传表": "结算明细",
        "期间": "2026-05、2026-06",
        "编码": batch.encoding,
        "SHA-256": batch.sha256,
        "批次": batch.id,
        "构建": (warehouse / "CURRENT").read_text().strip(),
        "不保存的列": "无",
        "人数（不重复）": "2  人",
        "医疗费总额": "6,489.00  元",
        "基金支付总额": "3,534.00  元",
        "住院天数": "24  天",
    }
    assert {label: line(text, label) for label in told} == told
    assert len(batch.sha256) == 64
    assert "没有替换已有数据" in text


def test_rows_read_are_those_loaded_and_those_left_out(tmp_path):
    listed = rows(SETTLEMENT, {}, {"医疗费总额": "一千二"}, {})
    load(tmp_path / "warehouse", [write(tmp_path, listed, "june.csv")], "甲", leave_out=True)
    text = receipt_text(tmp_path / "warehouse", 1)
    counted = [line(text, label).split()[0] for label in ("读入", "装入", "剔除", "不是数据")]
    assert counted == ["3", "2", "1", "0"]
    assert "有问题，没有装入" in line(text, "剔除")


def test_columns_that_were_dropped_ignored_or_mapped_are_named(tmp_path):
    odd = {("花费" if head == "医疗费总额" else head): cell for head, cell in SETTLEMENT.items()}
    path = write(tmp_path, [odd | {"姓名": "张三", "序号": "1"}], "odd.csv")
    mapping = Mapping("settlements", "record", {"花费": "medfee_sumamt"})
    trial = try_out(tmp_path / "warehouse", [path], mappings={"odd.csv": mapping})
    (receipt,) = accept(trial, {"odd.csv"}, "甲")
    text = receipt_text(tmp_path / "warehouse", receipt.number)
    assert line(text, "不保存的列") == "姓名"
    assert line(text, "未读入的列") == "序号"
    assert line(text, "手工对应的列") == "花费→医疗费总额"
    assert "张三" not in text


def test_a_monthly_aggregate_sums_persons_and_does_not_call_them_distinct(tmp_path):
    load(tmp_path / "warehouse", [write(tmp_path, [AGGREGATE | {"人数": "310"}])], "甲")
    text = receipt_text(tmp_path / "warehouse", 1)
    assert (line(text, "人数"), line(text, "人次"), line(text, "上传表")) == (
        "310  人",
        "344  人次",
        "结算明细（按月汇总版式）",
    )
    assert "不重复" not in text


def test_what_was_replaced_is_told_month_by_month_and_stays_so_whatever_comes_later(tmp_path, warehouse):
    first = live(warehouse)["settlements", "2026-06", ""].id
    (receipt,) = load(warehouse, [settlements(tmp_path, "2026-06", "P1")], "李")
    before = receipt_text(warehouse, receipt.number)
    assert line(before, "替换 2026-06") == first
    assert "替换 2026-05" not in before
    load(warehouse, [settlements(tmp_path, "2026-06", "P1", "P2")], "李")
    lock(warehouse, "2026-06", "李", "已上报")
    assert receipt_text(warehouse, receipt.number) == before


def test_the_receipt_of_a_batch_that_was_undone_says_so_and_that_of_its_second_load_does_not(tmp_path, warehouse):
    path = settlements(tmp_path, "2026-06", "P1")
    (first,) = load(warehouse, [path], "李")
    undo(warehouse, first.batch.id, "王", "漏了县外")
    (second,) = load(warehouse, [path], "赵")
    assert first.batch.id == second.batch.id
    assert "已由王于" in receipt_text(warehouse, first.number)
    assert "漏了县外" in receipt_text(warehouse, first.number)
    assert "已由王于" not in receipt_text(warehouse, second.number)
    assert line(receipt_text(warehouse, second.number), "装入人") == "赵"


def test_no_name_writes_a_line_of_its_own(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    heads = ["序\n号", *SETTLEMENT]
    written = ",".join(f'"{head}"' for head in heads) + "\n1," + ",".join(SETTLEMENT.values()) + "\n"
    path = write(folder, written, "六月\n回执编号  999\u202e.csv")
    (receipt,) = load(tmp_path / "warehouse", [path], "王")
    text = receipt_text(tmp_path / "warehouse", receipt.number)
    assert [line for line in text.split("\n") if line.startswith("回执编号")] == ["回执编号  1"]
    assert ("序 号" in text, "\u202e" in text) == (True, False)


def test_files_loaded_together_have_numbers_in_their_order(tmp_path, warehouse):
    files = [settlements(tmp_path, month, "P1") for month in ("2026-07", "2026-08")]
    receipts = load(warehouse, [*files, write(tmp_path, "a,b\n1,2\n", "none.csv")], "李")
    assert [r.number for r in receipts] == [2, 3, None]
    assert [line(receipt_text(warehouse, n), "期间") for n in (2, 3)] == ["2026-07", "2026-08"]


@pytest.mark.parametrize("number", [0, -1, 2, 3, 10**9])
def test_a_number_without_a_load_is_refused(tmp_path, warehouse, number):
    undo(warehouse, live(warehouse)["settlements", "2026-06", ""].id, "王", "重来")
    with pytest.raises(WarehouseError, match=f"没有 {number} 号回执"):
        receipt_text(warehouse, number)


def test_a_receipt_fits_a_page_and_has_nothing_a_printer_stumbles_over(warehouse):
    lines = receipt_text(warehouse, 1).splitlines()
    assert max(map(wide, lines)) <= 80
    assert not any(sign in row for row in lines for sign in "\t\r\0")


# ---------------------------------------------------------------- the journal in words


def test_the_journal_tells_everything_that_happened_in_order(tmp_path, warehouse):
    load(warehouse, [write(tmp_path, [INSTITUTION], "名册.csv")], "李")
    lock(warehouse, "2026-06", "王", "已上报")
    unlock(warehouse, "2026-06", "王", "要补报")
    batch = live(warehouse)["settlements", "2026-06", ""].id
    undo(warehouse, batch, "赵", "漏了县外")
    assert [(e.number, e.by, e.action_zh, e.table, e.periods, e.why, e.file) for e in events(warehouse)] == [
        (1, "王会计", "装入", "settlements", ("2026-05", "2026-06"), "", "五六月.csv"),
        (2, "李", "装入", "institutions", ("all",), "", "名册.csv"),
        (3, "王", "锁定", "", ("2026-06",), "已上报", ""),
        (4, "王", "解锁", "", ("2026-06",), "要补报", ""),
        (5, "赵", "撤销", "settlements", ("2026-05", "2026-06"), "漏了县外", "五六月.csv"),
    ]


def test_no_later_act_changes_a_line_of_the_journal(tmp_path, warehouse):
    path = warehouse / "journal.jsonl"
    acts = [
        lambda: load(warehouse, [settlements(tmp_path, "2026-06", "P1")], "李"),
        lambda: lock(warehouse, "2026-06", "王", "已上报"),
        lambda: unlock(warehouse, "2026-06", "王", "要补报"),
        lambda: undo(warehouse, live(warehouse)["settlements", "2026-06", ""].id, "赵", "漏了"),
    ]
    for act in acts:
        before = path.read_bytes()
        act()
        assert path.read_bytes().startswith(before)
        assert path.read_bytes() != before


def test_a_line_whose_batch_was_taken_away_by_hand_is_still_told(tmp_path, warehouse):
    path = warehouse / "journal.jsonl"
    entry = json.loads(path.read_text("utf-8")) | {"batch": "settlements-209901-0000000000"}
    path.write_text(path.read_text("utf-8") + json.dumps(entry, ensure_ascii=False) + "\n", "utf-8")
    assert [(e.number, e.batch, e.table) for e in events(warehouse)][1] == (2, "settlements-209901-0000000000", "")


def test_an_empty_warehouse_has_no_history(tmp_path):
    assert events(tmp_path / "nothing") == []
