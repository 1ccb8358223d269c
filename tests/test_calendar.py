"""The calendar: what is loaded, loaded in part, replaced, missing or locked, for every table and month."""

import shutil
from pathlib import Path

import pytest

from pipelines import calendar, load, lock, undo
from pipelines.contracts import contracts
from pipelines.store.warehouse import live
from tests.files import ENROLMENT, INSTITUTION, SETTLEMENT, rows, write
from tests.months import settlements


@pytest.fixture(scope="module")
def loaded_once(tmp_path_factory) -> Path:
    """Settlements of April and June, enrolment of May, the roster."""
    folder = tmp_path_factory.mktemp("loaded")
    files = [
        settlements(folder, "2026-04", "P1"),
        settlements(folder, "2026-06", "P1", "P2", "P3"),
        write(folder, [ENROLMENT | {"统计年月": "2026-05"}], "enrolment.csv"),
        write(folder, [INSTITUTION], "roster.csv"),
    ]
    load(folder / "warehouse", files, "甲")
    return folder


@pytest.fixture
def warehouse(loaded_once, tmp_path) -> Path:
    """A copy of a test's own, to write to."""
    return Path(shutil.copytree(loaded_once, tmp_path, dirs_exist_ok=True)) / "warehouse"


def states(warehouse: Path, table: str) -> list[str]:
    found = calendar(warehouse)
    return [found.cells[table, month].state for month in found.periods]


def test_every_month_from_the_first_to_the_last_is_there_for_every_table(warehouse):
    found = calendar(warehouse)
    assert found.periods == ("2026-04", "2026-05", "2026-06")
    assert found.tables == tuple(contracts())
    monthly = {t for t, c in contracts().items() if c.grain == "month"}
    assert {key for key in found.cells if key[0] in monthly} == {(t, m) for t in monthly for m in found.periods}
    assert {p for t, p in found.cells if contracts()[t].grain == "year"} == {"2026"}
    assert {p for t, p in found.cells if contracts()[t].grain == "none"} == {"all"}


def test_a_month_between_two_is_missing_and_one_before_the_first_was_not_expected(warehouse):
    assert states(warehouse, "settlements") == ["loaded", "missing", "loaded"]
    assert states(warehouse, "enrolment") == ["none", "loaded", "missing"]
    assert states(warehouse, "penalties") == ["none", "none", "none"]


def test_a_cell_knows_its_batch_and_the_rows_of_its_own_month(tmp_path, warehouse):
    listed = rows(SETTLEMENT, {"结算日期": "2026-07-01"}, {"结算日期": "2026-08-01"}, {"结算日期": "2026-08-02"})
    load(warehouse, [write(tmp_path, listed, "two.csv")], "甲")
    found = calendar(warehouse).cells
    assert [found["settlements", m].rows for m in ("2026-04", "2026-06", "2026-07", "2026-08")] == [1, 3, 1, 2]
    assert found["settlements", "2026-07"].batch == found["settlements", "2026-08"].batch
    assert found["settlements", "2026-07"].batch.file == "two.csv"


def test_a_replaced_month_names_what_it_replaced_until_it_is_undone(tmp_path, warehouse):
    former = live(warehouse)["settlements", "2026-06", ""].id
    (receipt,) = load(warehouse, [settlements(tmp_path, "2026-06", "P1")], "乙")
    cell = calendar(warehouse).cells["settlements", "2026-06"]
    assert (cell.state, cell.batch.id, cell.replaced, cell.rows) == ("replaced", receipt.batch.id, (former,), 1)
    undo(warehouse, receipt.batch.id, "乙", "看错了")
    cell = calendar(warehouse).cells["settlements", "2026-06"]
    assert (cell.state, cell.batch.id, cell.replaced, cell.rows) == ("loaded", former, (), 3)


def test_a_month_loaded_without_its_faulty_rows_is_partial(tmp_path, warehouse):
    path = write(
        tmp_path, rows(SETTLEMENT, {"结算日期": "2026-05-05"}, {"结算日期": "2026-05-06", "医疗费总额": "一千"})
    )
    load(warehouse, [path], "乙", leave_out=True)
    cell = calendar(warehouse).cells["settlements", "2026-05"]
    assert (cell.state, cell.rows, cell.left_out) == ("partial", 1, 1)


def test_a_locked_month_is_marked_in_the_tables_by_the_month_only(warehouse):
    lock(warehouse, "2026-06", "甲", "已上报")
    found = calendar(warehouse).cells
    assert {key for key, cell in found.items() if cell.locked} == {
        (t, "2026-06") for t, c in contracts().items() if c.grain == "month"
    }


def test_an_empty_warehouse_has_an_empty_calendar(tmp_path):
    found = calendar(tmp_path / "nothing")
    assert (found.periods, {cell.state for cell in found.cells.values()}) == ((), {"none"})
    assert not (tmp_path / "nothing").exists()
