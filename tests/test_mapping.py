"""Headers matched by hand: they lead to columns, are remembered for their source, and stand in the journal."""

import json
from functools import partial

import duckdb
import pytest

from pipelines import WarehouseError, load, open_county
from pipelines.build import words_of
from pipelines.contracts import contracts
from pipelines.store.history import events
from pipelines.store.warehouse import batches, journal, live, standing, writing
from pipelines.uploads import mapping as mappings
from pipelines.uploads.mapping import Mapping, header_candidates, proposed, remember, remembered, signature
from pipelines.uploads.staging import Staged, stage
from tests.files import AUDIT, KEY, PENALTY, SETTLEMENT, rows, staged, text, upload, write

FOREIGN = {"单号": "结算ID", "卡号": "人员编号", "金额合计(万元)": "医疗费总额", "统筹(万元)": "基金支付总额"}
COLUMNS = {"单号": "setl_id", "卡号": "psn_no", "金额合计(万元)": "medfee_sumamt", "统筹(万元)": "fund_pay_sumamt"}
MAPPING = Mapping("settlements", "record", COLUMNS | {"备用": ""})


def foreign(*changes: dict) -> str:
    """Settlements as another system exports them: some headers its own, amounts in 万元, a column nobody knows."""
    own = {zh: head for head, zh in FOREIGN.items()}
    base = SETTLEMENT | {"医疗费总额": "0.2163", "基金支付总额": "0.1178"}
    return text([{own.get(head, head): c for head, c in row.items()} | {"备用": "x"} for row in rows(base, *changes)])


def mapped(folder, written: str, mapping: Mapping | None, known=mappings.forgetful) -> Staged:
    return stage(upload(write(folder, written)), folder, KEY, words_of, mapping, known)


# ---------------------------------------------------------------- reading by a mapping


def test_a_file_of_foreign_headers_is_unknown_and_shows_its_beginning(tmp_path):
    found = staged(tmp_path, "某系统导出\n甲,乙,丙\n1,2,3\n")
    assert (found.state, found.header, found.header_line) == ("unknown", ("甲", "乙", "丙"), 2)
    assert found.head == (("某系统导出",), ("甲", "乙", "丙"), ("1", "2", "3"))


def test_a_mapping_leads_foreign_headers_to_columns_and_their_units_count(tmp_path):
    assert staged(tmp_path, foreign({})).state == "refused"
    found = mapped(tmp_path, foreign({}, {}), MAPPING)
    assert (found.problems, found.state, found.ignored) == ((), "ready", ("备用",))
    assert found.mapping == MAPPING.columns
    assert (found.headers["setl_id"], found.headers["medfee_sumamt"]) == ("单号", "金额合计(万元)")
    totals = duckdb.sql(f"select sum(medfee_sumamt), sum(fund_pay_sumamt) from '{found.rows}'").fetchall()
    assert totals == [(2 * 2163, 2 * 1178)]


def test_a_mapping_applies_wherever_its_header_stands(tmp_path):
    found = mapped(tmp_path, "标题\n" * 12 + foreign({}), MAPPING)
    assert (found.problems, found.header_line, found.good) == ((), 13, 1)


@pytest.mark.parametrize("spelled", ["单号 ", "单 号", "＂单号＂"])
def test_spaces_in_a_mapped_header_are_nothing(tmp_path, spelled):
    written = foreign({}).replace("单号", spelled.replace("＂", ""))
    assert mapped(tmp_path, written, MAPPING).problems == ()


def test_a_mapping_for_other_headers_changes_nothing(tmp_path):
    other = Mapping("settlements", "record", {"没有的列": "setl_id"})
    found = mapped(tmp_path, text(rows(SETTLEMENT, {})), other)
    assert (found.state, found.mapping) == ("ready", {})


def test_two_headers_for_one_column_are_a_problem(tmp_path):
    found = mapped(tmp_path, foreign({}), Mapping("settlements", "record", COLUMNS | {"备用": "setl_id"}))
    assert (found.state, [p.wanted for p in found.problems]) == ("refused", ["“结算ID”只应有一列"])


def test_a_personal_column_is_never_read_as_another(tmp_path):
    written = text([PENALTY | {"姓名": "欧阳娜娜"}]).replace("案件编号", "编号")
    columns = {"编号": "case_no", "姓名": "description"}
    found = mapped(tmp_path, written, Mapping("penalties", "record", columns))
    assert (found.state, [p.column for p in found.problems]) == ("refused", ["姓名"])
    assert found.problems[0].wanted.startswith("这一列是个人信息")
    left = mapped(tmp_path, written, Mapping("penalties", "record", columns | {"姓名": ""}))
    assert (left.state, left.dropped, left.ignored) == ("ready", ("姓名",), ())


@pytest.mark.parametrize("table", ["settlements", "nothing"])
def test_a_mapping_that_no_definition_knows_is_not_followed(tmp_path, table):
    found = mapped(tmp_path, foreign({}), Mapping(table, "record", {"单号": "no_such_column"}))
    assert (found.state, found.mapping) == ("refused", {})


# ---------------------------------------------------------------- remembering


def test_a_signature_knows_headers_and_not_their_order():
    assert signature(("单号", "金额(万元)", "")) == signature(("金额（万元）", " 单号"))
    assert signature(("单号", "金额(万元)")) != signature(("单号", "金额"))


def test_a_mapping_is_remembered_for_its_source_and_only_for_it(tmp_path):
    warehouse, header = tmp_path / "warehouse", tuple(foreign({}).splitlines()[0].split(","))
    with writing(warehouse):
        remember(warehouse, signature(header), MAPPING, "李")
    assert remembered(warehouse, signature(header)) == MAPPING
    assert remembered(warehouse, signature(header[1:])) is None
    known = partial(remembered, warehouse)
    assert mapped(tmp_path, foreign({}), None, known).mapping == MAPPING.columns
    assert mapped(tmp_path, text(rows(SETTLEMENT, {})), None, known).mapping == {}


def test_remembering_is_a_line_of_the_journal_and_telling_it_again_is_none(tmp_path):
    warehouse = tmp_path / "warehouse"
    with writing(warehouse):
        remember(warehouse, "abc", MAPPING, "李")
        remember(warehouse, "abc", MAPPING, "王")
    assert [(e.action, e.batch, e.by) for e in journal(warehouse)] == [("map", "abc", "李")]
    assert journal(warehouse)[0].why.startswith("结算明细：单号→结算ID；卡号→人员编号")
    assert journal(warehouse)[0].why.endswith("备用→不读入")
    (event,) = events(warehouse)
    assert (event.action_zh, event.by) == ("对应列名", "李")
    assert list((warehouse / "tmp").glob("*")) == []


def test_a_later_mapping_takes_the_place_of_an_earlier_one(tmp_path):
    warehouse, other = tmp_path / "warehouse", Mapping("audit_work", "record", {"单号": ""})
    with writing(warehouse):
        remember(warehouse, "abc", MAPPING, "李")
        remember(warehouse, "def", MAPPING, "李")
        remember(warehouse, "abc", other, "王")
    assert (remembered(warehouse, "abc"), remembered(warehouse, "def")) == (other, MAPPING)


def test_what_the_definitions_no_longer_know_is_not_remembered(tmp_path):
    warehouse = tmp_path / "warehouse"
    with writing(warehouse), pytest.raises(WarehouseError, match="没有这样的上传表或列"):
        remember(warehouse, "abc", Mapping("settlements", "record", {"单号": "gone"}), "李")
    assert journal(warehouse) == []
    written = {"abc": {"table": "gone", "layout": "record", "columns": {}}}
    (warehouse / "mappings.json").write_text(json.dumps(written), "utf-8")
    assert remembered(warehouse, "abc") is None


def test_a_killed_memory_leaves_the_former_one_whole(tmp_path, monkeypatch):
    warehouse = tmp_path / "warehouse"
    with writing(warehouse):
        remember(warehouse, "abc", MAPPING, "李")

    def killed(*given):
        raise KeyboardInterrupt

    monkeypatch.setattr(mappings, "publish", killed)
    with writing(warehouse), pytest.raises(KeyboardInterrupt):
        remember(warehouse, "def", MAPPING, "李")
    assert (remembered(warehouse, "abc"), remembered(warehouse, "def")) == (MAPPING, None)


# ---------------------------------------------------------------- loading


def loaded(folder, written: str, name: str = "foreign.csv"):
    (receipt,) = load(folder / "warehouse", [write(folder, written, name)], "测试")
    return receipt


def test_a_remembered_source_is_loaded_like_any_other(tmp_path):
    warehouse, header = tmp_path / "warehouse", tuple(foreign({}).splitlines()[0].split(","))
    assert loaded(tmp_path, foreign({})).status == "refused"
    with writing(warehouse):
        remember(warehouse, signature(header), MAPPING, "李")
    receipt = loaded(tmp_path, foreign({}))
    assert (receipt.status, receipt.batch.mapping) == ("loaded", MAPPING.columns)
    assert loaded(tmp_path, foreign({})).status == "unchanged"
    assert standing(journal(warehouse)) == [receipt.batch.id]
    assert [b.id for b in batches(warehouse)] == [receipt.batch.id]
    assert open_county(warehouse).names is not None


def test_the_same_file_read_by_another_mapping_is_another_batch(tmp_path):
    warehouse, header = tmp_path / "warehouse", tuple(foreign({}).splitlines()[0].split(","))
    ids = []
    for column in ("", "dise_name"):
        with writing(warehouse):
            mapping = Mapping("settlements", "record", COLUMNS | {"备用": column})
            remember(warehouse, signature(header), mapping, "李")
        ids.append(loaded(tmp_path, foreign({})).batch.id)
    assert ids[0] != ids[1]
    assert live(warehouse)["settlements", "2026-06", ""].id == ids[1]


@pytest.mark.parametrize("spoil", ["by hand", "no name", "faulty"])
def test_a_file_whose_unread_parts_may_be_personal_is_not_kept(tmp_path, spoil):
    warehouse, heads = tmp_path / "warehouse", text([AUDIT]).splitlines()[0]
    written = {
        "by hand": text([AUDIT | {"备用": "欧阳娜娜"}]),
        "no name": text([AUDIT]).replace(heads, heads + ",").rstrip("\n") + ",欧阳娜娜\n",
        "faulty": text([AUDIT, AUDIT | {"稽核年月": "欧阳娜娜"}]),
    }[spoil]
    with writing(warehouse):
        remember(warehouse, signature((*heads.split(","), "备用")), Mapping("audit_work", "record", {"备用": ""}), "李")
    (receipt,) = load(warehouse, [write(tmp_path, written)], "测试", leave_out=True)
    assert receipt.status == "loaded"
    kept = b"".join(p.read_bytes() for p in (warehouse / "batches").rglob("*") if p.is_file())
    assert "欧阳娜娜".encode() not in kept
    (whole,) = load(warehouse, [write(tmp_path, [AUDIT], "whole.csv")], "测试")
    assert (warehouse / "batches" / whole.batch.id / "original.csv").exists()


# ---------------------------------------------------------------- proposing


def test_the_likeliest_header_is_the_line_with_most_words():
    head = (("某县某表",), (), ("单号", "金额", "日期"), ("S1", "1.00", "2026-06-05"), ("a", "b", "c"))
    assert header_candidates(head)[0] == 3
    assert 1 not in header_candidates(head)


def test_headers_like_those_of_a_column_are_proposed_for_it():
    layout = contracts()["settlements"].layouts[0]
    found = proposed(("结算编号", "医疗费总金额", "医院编号", "甲"), layout)
    assert found["结算编号"] == "setl_id"
    assert found["医疗费总金额"] == "medfee_sumamt"
    assert "甲" not in found
    assert len(set(found.values())) == len(found)
