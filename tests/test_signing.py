"""Official only when every month is locked and every breach is explained by name; notes stand until withdrawn."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines import Period, WarehouseError, load, lock, open_county, unlock
from pipelines.signing import explain, note, notes, state, withdraw_explanation, withdraw_note
from pipelines.store.warehouse import journal
from tests.files import ENROLMENT, INSTITUTION, write
from tests.months import settlements

SPRING, MAY, JUNE = Period("2026-05", "2026-06"), Period("2026-05", "2026-05"), Period("2026-06", "2026-06")
BREACH = "enrolled_within_due"


def enrolment(folder: Path, insured: int) -> Path:
    return write(folder, [ENROLMENT | {"参保人数": str(insured), "应参保人数": "11000"}], "enrolment.csv")


@pytest.fixture(scope="module")
def two_months(tmp_path_factory) -> Path:
    """May and June; in June more are insured than should be."""
    folder = tmp_path_factory.mktemp("signing")
    files = [settlements(folder, month, "P1", "P2") for month in SPRING.months]
    files += [write(folder, [INSTITUTION], "roster.csv"), enrolment(folder, 12000)]
    assert {r.status for r in load(folder / "warehouse", files, "甲")} == {"loaded"}
    return folder / "warehouse"


@pytest.fixture
def warehouse(tmp_path, two_months) -> Path:
    return Path(shutil.copytree(two_months, tmp_path / "warehouse"))


def why_draft(warehouse: Path, period: Period = SPRING) -> tuple[str, ...]:
    return state(open_county(warehouse), period).why_draft


def test_an_unlocked_month_and_an_unexplained_breach_each_make_a_draft_and_are_named(warehouse):
    first, second = why_draft(warehouse)
    assert "2026-05、2026-06" in first
    assert "2026-06 勾稽不符" in second
    assert "左边 12,000，右边 11,000" in second


def test_locked_and_explained_is_official_and_prints_the_explanation(warehouse):
    for month in SPRING.months:
        lock(warehouse, month, "王", "已上报")
    explain(open_county(warehouse), BREACH, ["2026-06"], "李", "新生儿\n先参保")
    found = state(open_county(warehouse), SPRING)
    assert found.official
    (told,) = found.explained
    assert (told.explained.by, told.explained.why, told.difference) == ("李", "新生儿 先参保", Decimal(1000))
    unlock(warehouse, "2026-05", "王", "要改")
    assert not state(open_county(warehouse), SPRING).official
    assert state(open_county(warehouse), JUNE).official


def test_an_explanation_lapses_when_the_numbers_change_and_counts_again_when_they_are_back(warehouse, tmp_path):
    lock(warehouse, "2026-05", "王", "已上报")
    explain(open_county(warehouse), BREACH, ["2026-06"], "李", "新生儿先参保")
    load(warehouse, [enrolment(tmp_path, 12001)], "甲")
    (month,) = state(open_county(warehouse), JUNE).months
    assert [b.explained for b in month.breaches] == [None]
    assert month.breaches[0].lapsed.by == "李"
    assert "已经失效" in why_draft(warehouse, JUNE)[1]
    load(warehouse, [enrolment(tmp_path, 12000)], "甲")
    assert state(open_county(warehouse), JUNE).explained


def test_a_withdrawn_explanation_counts_no_more(warehouse):
    county = open_county(warehouse)
    explain(county, BREACH, ["2026-06"], "李", "新生儿先参保")
    withdraw_explanation(county, BREACH, ["2026-06"], "李", "查错了")
    assert not state(county, JUNE).explained
    with pytest.raises(WarehouseError, match="没有说明"):
        withdraw_explanation(county, BREACH, ["2026-06"], "李", "再撤一次")


@pytest.mark.parametrize(
    ("month", "identity", "by", "why", "told"),
    [
        ("2026-06", BREACH, "李", " ", "说明要写清原因"),
        ("2026-06", BREACH, " ", "原因", "署名"),
        ("2026-05", BREACH, "李", "原因", "不用说明"),
        ("2026-06", "no_such", "李", "原因", f"没有“no_such”这一项勾稽关系；应为 .*{BREACH}（"),
        ("2026-6", BREACH, "李", "原因", "应如 2026-05"),
        ("2026-06", BREACH, "李", "电话 13812345678", "手机号"),
    ],
)
def test_an_explanation_without_sense_is_refused_and_not_written_down(warehouse, month, identity, by, why, told):
    before = journal(warehouse)
    with pytest.raises(WarehouseError, match=told):
        explain(open_county(warehouse), identity, ["2026-06", month], by, why)
    assert journal(warehouse) == before


def test_a_county_that_is_no_longer_in_force_is_never_official(warehouse, tmp_path):
    county = open_county(warehouse)
    lock(warehouse, "2026-05", "王", "已上报")
    assert state(county, MAY).official
    load(warehouse, [settlements(tmp_path, "2026-06", "P9")], "甲")
    assert state(county, MAY).why_draft == ("数据在打开之后又有变动，请重新打开再出正式文件",)


# ---------------------------------------------------------------- notes


def test_notes_are_found_by_month_kind_and_subject_until_they_are_withdrawn(warehouse):
    figure = "insured_persons;2026-05..2026-06;value"
    first = note(warehouse, "figure", figure, SPRING, "含\n补录", "甲")
    note(warehouse, "month", "2026-06", JUNE, "六月系统切换", "乙")
    note(warehouse, "institution", "H1", JUNE, "已约谈", "丙")
    second = note(warehouse, "figure", figure, SPRING, "第二条", "乙")
    assert [n.text for n in notes(warehouse)] == ["含 补录", "六月系统切换", "已约谈", "第二条"]
    assert [n.text for n in notes(warehouse, MAY)] == ["含 补录", "第二条"]
    assert [n.by for n in notes(warehouse, kind="institution", about="H1")] == ["丙"]
    assert withdraw_note(warehouse, first.number, "甲", "写错了") == first
    assert notes(warehouse, kind="figure") == [second]
    with pytest.raises(WarehouseError, match="已经撤回"):
        withdraw_note(warehouse, first.number, "甲", "再撤一次")


@pytest.mark.parametrize(
    ("kind", "text", "by", "told"),
    [
        ("month", "  ", "甲", "没有内容"),
        ("month", "好", "", "署名"),
        ("county", "好", "甲", "只能写在"),
        ("month", "长" * 501, "甲", "最多 500 字"),
        ("month", "身份证 110101199003071234", "甲", "身份证号"),
    ],
)
def test_a_note_without_sense_is_refused_and_not_written_down(warehouse, kind, text, by, told):
    with pytest.raises(WarehouseError, match=told):
        note(warehouse, kind, "2026-06", JUNE, text, by)
    assert notes(warehouse) == []
