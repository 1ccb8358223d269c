"""Rows written by hand go the way of every upload: read by the contract, kept as a batch, undone like one."""

import shutil
from pathlib import Path

import pytest

from pipelines import WarehouseError, amend, ask, events, load, lock, open_county, undo
from pipelines.contracts import contracts
from pipelines.periods import Period
from pipelines.store.by_hand import PERIOD, by_hand, parts_of, read, texts
from pipelines.store.decisions import KINDS, decide, decisions, latest
from pipelines.store.warehouse import Entry, append, batch_folder, batches, journal, live, now
from tests.files import INSTITUTION, PENALTY, STAFF, rows, write

CASE = {
    "case_no": "CF9",
    "found_date": "2026/6/20",
    "activity": "现场检查",
    "subject_type": "定点医疗机构",
    "fixmedins_code": "H99010100001",
    "status": "办理中",
}
JUNE = Period("2026-06", "2026-06")


@pytest.fixture(scope="module")
def loaded_once(tmp_path_factory) -> Path:
    """What the tests begin with, loaded once."""
    folder = tmp_path_factory.mktemp("loaded")
    listed = rows(PENALTY, {}, {"案件编号": "CF2", "发现日期": "2026-05-10"})
    paths = [write(folder, listed, "台账.csv"), write(folder, [INSTITUTION], "名册.csv")]
    load(folder / "warehouse", paths, "张三")
    return folder


@pytest.fixture
def warehouse(loaded_once, tmp_path) -> Path:
    """A copy of a test's own, to write to."""
    return Path(shutil.copytree(loaded_once, tmp_path, dirs_exist_ok=True)) / "warehouse"


def cases(warehouse, months=JUNE):
    (figure,) = ask(open_county(warehouse), ["violation_cases"], months)
    return figure.value


def standing_rows(warehouse, table, folder):
    sources = [(batch_folder(warehouse, b.id) / "rows.parquet", p) for b, p in parts_of(live(warehouse), table)]
    return texts(contracts()[table], sources, folder)


def test_a_row_written_by_hand_counts_with_those_that_were_uploaded(warehouse):
    receipt = amend(warehouse, "penalties", [CASE], "李四", "现场检查录入")
    assert (receipt.status, cases(warehouse)) == ("loaded", 2)
    assert by_hand(receipt.batch)
    told = events(warehouse)[-1]
    assert (told.by, told.why, told.action) == ("李四", "现场检查录入", "commit")


def test_the_journal_keeps_what_rows_written_by_hand_are_about(warehouse):
    amend(warehouse, "penalties", [CASE], "李四", "录入", subject="CF9")
    assert [told.subject for told in events(warehouse) if told.action == "commit"][-1] == "CF9"


def test_months_that_it_does_not_concern_keep_their_batch(warehouse):
    before = {batch.id for batch, periods in parts_of(live(warehouse), "penalties") if "2026-05" in periods}
    amend(warehouse, "penalties", [CASE], "李四", "录入")
    assert {b.id for b, periods in parts_of(live(warehouse), "penalties") if "2026-05" in periods} == before


def test_a_row_replaces_the_one_of_its_key_also_in_another_month(warehouse):
    amend(warehouse, "penalties", [CASE], "李四", "录入")
    amend(warehouse, "penalties", [CASE | {"found_date": "2026-05-31"}], "李四", "发现日期更正")
    assert cases(warehouse) == 1
    assert cases(warehouse, Period("2026-05", "2026-05")) == 2


def test_a_month_does_not_lose_its_only_row(warehouse):
    with pytest.raises(WarehouseError, match="只有这一行"):
        amend(warehouse, "penalties", [CASE | {"case_no": "CF1", "found_date": "2026-05-31"}], "李四", "更正")
    assert cases(warehouse) == 1


def test_columns_that_no_file_had_are_not_claimed(warehouse):
    receipt = amend(warehouse, "penalties", [CASE], "李四", "录入")
    assert "deducted" not in receipt.batch.columns


def test_a_row_that_breaks_the_contract_is_refused_in_words(warehouse):
    receipt = amend(warehouse, "penalties", [CASE | {"activity": "瞎看"}], "李四", "录入")
    assert receipt.status == "refused"
    assert "“发现途径”：“瞎看”" in receipt.problems[0].text
    assert cases(warehouse) == 1


def test_a_locked_month_is_not_amended(warehouse):
    lock(warehouse, "2026-06", "王五", "已上报")
    receipt = amend(warehouse, "penalties", [CASE], "李四", "录入")
    assert receipt.status == "refused"
    assert "已由王五" in receipt.problems[0].text


def test_undo_brings_back_what_stood_before(warehouse):
    receipt = amend(warehouse, "penalties", [CASE], "李四", "录入")
    undo(warehouse, receipt.batch.id, "李四", "录错了")
    assert cases(warehouse) == 1


def test_every_cell_survives_being_written_again(warehouse, tmp_path):
    free = {"违规事实": "“过度”检查,\n共 3 次", "处理方式": "约谈、违约金", "抵扣月份": "2026-07", "违约金倍数": "3.85"}
    load(warehouse, [write(tmp_path, csv_rows([PENALTY | free]), "新.csv")], "张三")
    before = [r for r in standing_rows(warehouse, "penalties", tmp_path) if r["case_no"] == "CF1"]
    amend(warehouse, "penalties", [CASE], "李四", "录入")
    after = [r for r in standing_rows(warehouse, "penalties", tmp_path) if r["case_no"] == "CF1"]
    assert before == after
    assert before[0]["damages_multiple"] == "3.8500"
    assert before[0][PERIOD] == "2026-06"


def csv_rows(listed):
    quoted = [{head: f'"{cell}"' for head, cell in row.items()} for row in listed]
    return "\n".join([",".join(listed[0]), *(",".join(row.values()) for row in quoted)]) + "\n"


def writable_tables():
    found = contracts().items()
    by_hand = [table for table, c in found if all(column.type != "person" for column in c.columns.values())]
    return [table for table in by_hand if table != "counties"]  # one county alone has no list of counties


@pytest.mark.parametrize("table", writable_tables())
def test_a_sample_table_survives_being_written_again(sample_warehouse, tmp_path, table):
    """A batch's rows as text, with the columns its file had, are read back to the same rows."""
    contract, (batch, periods) = contracts()[table], parts_of(live(sample_warehouse), table)[-1]
    before = texts(contract, [(batch_folder(sample_warehouse, batch.id) / "rows.parquet", periods)], tmp_path)
    staged = read(sample_warehouse, contract, [{k: row[k] for k in batch.columns} for row in before], tmp_path / table)
    assert [p.text for p in staged.problems] == []
    after = texts(contract, [(staged.rows, None)], tmp_path)
    assert sorted(map(str, after)) == sorted(map(str, before))


@pytest.mark.parametrize(
    ("table", "row", "told"),
    [
        ("settlements", {"setl_id": "S1"}, "不能手工录入"),
        ("nothing", {}, "不能手工录入"),
        ("penalties", {"wrong": "1"}, "没有“wrong”这一列"),
    ],
)
def test_what_cannot_be_written_by_hand_is_said(warehouse, table, row, told):
    with pytest.raises(WarehouseError, match=told):
        amend(warehouse, table, [row], "李四", "录入")


def test_no_rows_and_no_reason_are_refused(warehouse):
    with pytest.raises(WarehouseError, match="没有要录入的行"):
        amend(warehouse, "penalties", [], "李四", "录入")
    with pytest.raises(WarehouseError, match="原因"):
        amend(warehouse, "penalties", [CASE], "李四", " ")


def test_a_table_that_was_never_uploaded_can_be_begun_by_hand(warehouse):
    row = dict(zip(("stat_month", "in_post"), STAFF.values(), strict=True))
    assert amend(warehouse, "staff", [row], "李四", "录入").status == "loaded"
    (figure,) = ask(open_county(warehouse), ["staff_in_post"], JUNE)
    assert figure.value == 13


# ---------------------------------------------------------------- decisions


def test_the_last_decision_of_a_subject_counts_and_all_are_kept(warehouse):
    decide(warehouse, "clue", {"a": {"状态": "排除"}, "b": {"状态": "复核"}}, "王五", "正常 转院")
    decide(warehouse, "clue", {"a": {"状态": "重开"}}, "赵六")
    assert [(d.subject, d.by) for d in decisions(warehouse, "clue")] == [("a", "王五"), ("b", "王五"), ("a", "赵六")]
    assert latest(warehouse, "clue")["a"].values == {"状态": "重开"}
    assert decisions(warehouse, "rule") == []


def test_decisions_change_no_figure_and_no_build(warehouse):
    before = open_county(warehouse).build_id
    decide(warehouse, "visit", {"H99010100001": {"人员": "甲"}}, "王五")
    assert open_county(warehouse).build_id == before
    assert [e.id for e in batches(warehouse)]
    assert cases(warehouse) == 1


def test_a_decision_stands_in_the_journal_in_words(warehouse):
    (made,) = decide(warehouse, "rule", {"split_stay": {"days": "10"}}, "王五", "试一个月")
    told = events(warehouse)[-1]
    assert (told.number, told.action_zh, told.subject) == (made.number, KINDS["rule"], "split_stay")
    assert told.values == {"days": "10"}


def test_an_unknown_kind_is_refused_and_nothing_to_decide_writes_nothing(warehouse):
    lines = len(journal(warehouse))
    with pytest.raises(WarehouseError, match="没有“wish”"):
        decide(warehouse, "wish", {"a": {}}, "王五")
    assert decide(warehouse, "clue", {}, "王五") == []
    assert len(journal(warehouse)) == lines


def test_a_journal_of_before_is_read_as_it_was(warehouse):
    append(warehouse, Entry("lock", "", "王五", now(), "已上报", "2026-06"))
    path = warehouse / "journal.jsonl"
    text = path.read_text("utf-8").replace(', "kind": "", "subject": "", "values": {}', "")
    path.write_text(text, "utf-8")
    assert journal(warehouse)[-1] == Entry("lock", "", "王五", journal(warehouse)[-1].at, "已上报", "2026-06")
