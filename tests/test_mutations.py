"""Spoilt uploads by the thousand: never an exception, never a silently wrong number.

FUND_MUTATIONS=10000 asks for so many files (and a tenth as many workbooks), FUND_SEED for others. A second reader
(tests/clerk.py) decides what each row says; whatever the product would load must be that, row by row and cent by cent.
"""

import os
import random
import re
import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from pipelines import load
from pipelines.build import words_of
from pipelines.contracts import contracts
from pipelines.store.warehouse import batch_folder
from pipelines.trial import discard, try_out
from pipelines.uploads import sheets, workbooks
from pipelines.uploads.marked import marked_workbook
from pipelines.uploads.problems import LIST
from pipelines.uploads.staging import Staged
from tests import clerk
from tests.files import KEY, staged
from tests.mutations import csv_text, kinds, sample, spoilt, spoilt_cells
from tests.workbooks import staged_sheets, workbook

pytestmark = pytest.mark.long
FILES = int(os.environ.get("FUND_MUTATIONS", 200))
WORKBOOKS = FILES // 10
ALL_THE_WAY = 24
SEED = os.environ.get("FUND_SEED", "2026-06")
AMOUNTS = ("money", "count", "decimal", "multiple")


def judged(content: bytes, found: Staged) -> list[str]:
    """What is wrong with the product's reading of a file, in the eyes of the clerk; empty if nothing is."""
    silent = [repr(p) for p in found.problems if not re.search("[\u4e00-\u9fff]", p.text)]
    if found.rows is None:
        return silent if found.problems else ["refused without a word"]
    try:
        sheet = clerk.sheet(content, found.table, found.layout, found.header_line)
    except (clerk.Unreadable, UnicodeDecodeError) as problem:
        return [*silent, f"loaded what nobody can read: {problem}"]
    return [*silent, *wrong_columns(found, sheet), *lost_above(found, sheet), *wrong_rows(found, sheet)]


def wrong_columns(found: Staged, sheet: clerk.Sheet) -> list[str]:
    missed = set(sheet.places) ^ set(found.columns)
    return [f"columns read otherwise: {sorted(missed)}"] * bool(missed)


def lost_above(found: Staged, sheet: clerk.Sheet) -> list[str]:
    """Lines above the header that read like rows of the table: nobody may take them for titles."""
    values = {row.line: clerk.values(sheet, row, found.table, found.layout, KEY).values() for row in sheet.above}
    return [
        f"line {n} is data above the header"
        for n, v in values.items()
        if not any(isinstance(x, clerk.Unreadable) for x in v)
    ]


def wrong_rows(found: Staged, sheet: clerk.Sheet) -> list[str]:
    faulty = {p.line for p in found.problems if p.line and p.severity != "analytical"}
    skipped = {left.line for left in found.left}
    data = [row for row in sheet.rows if row.kind == "data" or (row.kind == "header" and row.line not in skipped)]
    good = [row for row in data if row.line not in faulty]
    loaded = rows_of(found)
    told = (found.read, found.good, found.faulty)
    wanted = (len(data), len(loaded), len(data) - len(good))
    if len(good) != len(loaded) or told != wanted or found.totals["rows"] != len(loaded):
        return [f"{told} told, {wanted} counted, {len(good)} good by the clerk, faulty lines {sorted(faulty)}"]
    differing = [w for row, one in zip(good, loaded, strict=True) for w in wrong_cells(found, sheet, row, one)]
    return [*differing, *wrong_sums(found, sheet, good), *false_total(found, sheet, data)]


def rows_of(found: Staged) -> list[dict]:
    result = duckdb.sql(f"select * from read_parquet('{found.rows}')")
    return [dict(zip(result.columns, row, strict=True)) for row in result.fetchall()]


def wrong_cells(found: Staged, sheet: clerk.Sheet, row: clerk.Row, one: dict) -> list[str]:
    replaced = found.encoding == "UTF-8" and "\ufffd" in "".join(map(str, one.values()))
    if replaced and b"\xef\xbf\xbd" not in Path(found.upload.path).read_bytes():
        return [f"line {row.line}: loaded with signs in place of what can't be read: {one}"]
    if row.width < sheet.width or any(cell.strip() for cell in row.cells[sheet.width :]):
        return [f"line {row.line}: {row.width} cells under {sheet.width} headers were loaded"]
    values = clerk.values(sheet, row, found.table, found.layout, KEY)
    return [
        f"line {row.line} {key}: {one[key]!r} loaded, {value!r} written"
        for key, value in values.items()
        if same(one[key]) != same(value)
    ]


def same(value):
    """Line breaks within a cell are of one kind once they are loaded; dates and numbers compare as themselves."""
    if isinstance(value, clerk.Unreadable):
        return repr(value)
    return re.sub("\r\n?", "\n", value) if isinstance(value, str) else value


def wrong_sums(found: Staged, sheet: clerk.Sheet, good: list[clerk.Row]) -> list[str]:
    """The totals that a receipt would show, against the clerk's own sums."""
    columns = contracts()[found.table].columns
    values = [clerk.values(sheet, row, found.table, found.layout, KEY) for row in good]
    sums = {k: sum(Decimal(v[k] or 0) for v in values) for k in sheet.places if columns[k].type in ("money", "count")}
    return [
        f"{k}: {found.totals.get(k)} told, {s} summed" for k, s in sums.items() if Decimal(found.totals.get(k, 0)) != s
    ]


def false_total(found: Staged, sheet: clerk.Sheet, data: list[clerk.Row]) -> list[str]:
    """A 合计 row that the rows don't add up to must be told, unless rows of the file are told to be faulty anyway."""
    last = [row for row in sheet.rows if row.kind == "total" and row.cells[0].strip() in ("合计", "总计")][-1:]
    if not last or any(p.severity != "analytical" for p in found.problems):
        return []
    stated = clerk.values(sheet, last[0], found.table, found.layout, KEY)
    columns = contracts()[found.table].columns
    return [
        f"line {last[0].line} {k}: 合计 {v} is not {found.totals.get(k)}, and nobody says so"
        for k, v in stated.items()
        if columns[k].type in ("money", "count") and isinstance(v, Decimal) and filled(sheet, last[0], k)
        if v != Decimal(found.totals.get(k, 0))
    ]


def filled(sheet: clerk.Sheet, row: clerk.Row, key: str) -> bool:
    return bool(clerk.joined(row, sheet.places[key]).strip(clerk.BLANKS))


@pytest.mark.parametrize(("table", "layout"), kinds())
def test_a_file_that_nobody_spoilt_is_ready_and_the_two_readers_agree(table, layout, tmp_path):
    """Else the thousands below might be refused for a fault that all of them share."""
    for number in range(3):
        dice = random.Random(f"{SEED} {table} {number}")
        content = csv_text(dice, sample(dice, table, layout)).encode("gb18030")
        found = staged(tmp_path, content)
        assert ([p.text for p in found.problems if p.severity != "analytical"], found.state) == ([], "ready")
        assert judged(content, found) == []


def test_no_spoilt_file_raises_and_none_is_read_wrong(tmp_path, capsys):
    states, wrong = Counter(), []
    for number in range(FILES):
        file = spoilt(f"{SEED} {number}")
        folder = tmp_path / str(number)
        folder.mkdir()
        try:
            found = staged(folder, file.content)
            complaints = judged(file.content, found)
        except Exception as error:
            complaints = [f"raised {error!r}"]
        else:
            states[found.state] += 1
        wrong += [f"{SEED} {number} ({file.how}): {c}" for c in complaints]
        shutil.rmtree(folder)
    with capsys.disabled():
        print(f"\n{FILES} spoilt files (seed {SEED}): {dict(states)}")
    report(wrong)
    assert wrong[:20] == []
    assert states["ready"] > FILES / 10, "hardly a file got through: the test proves little"


def test_no_spoilt_workbook_raises_and_none_is_read_wrong(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(workbooks, "run", in_this_process)  # a child for each would take seconds
    monkeypatch.setattr(sheets, "bound", lambda: None)
    states, wrong = Counter(), []
    for number in range(WORKBOOKS):
        cells, content, how = spoilt_cells(f"{SEED} {number}")
        folder = tmp_path / str(number)
        folder.mkdir()
        try:
            (found,) = staged_sheets(workbook(folder, {"数据": cells}))
            complaints = judged(content, found)
        except Exception as error:
            complaints = [f"raised {error!r}"]
        else:
            states[found.state] += 1
        wrong += [f"{SEED} {number} ({how}): {c}" for c in complaints]
        shutil.rmtree(folder)
    with capsys.disabled():
        print(f"\n{WORKBOOKS} spoilt workbooks (seed {SEED}): {dict(states)}")
    report(wrong)
    assert wrong[:20] == []
    assert states["ready"] > WORKBOOKS / 10


def in_this_process(*given) -> int:
    sheets.main(*given)
    return 0


def test_spoilt_files_go_all_the_way_and_every_row_is_loaded_or_reported(tmp_path):
    """Through the dry run, the workbook of faulty rows, and a load that leaves faulty rows out, all in one folder."""
    (tmp_path / "spoilt").mkdir()
    for number in range(ALL_THE_WAY):
        (tmp_path / "spoilt" / f"{number}.csv").write_bytes(spoilt(f"{SEED} {number}").content)
    trial = try_out(tmp_path / "warehouse", [tmp_path / "spoilt"])
    read = {tried.name: tried.staged for tried in trial.files}
    assert len(read) == ALL_THE_WAY
    for name, found in read.items():
        marked_workbook(found, tmp_path / f"{name}.xlsx", words_of)
        sheets = CalamineWorkbook.from_path(tmp_path / f"{name}.xlsx")
        assert len(sheets.get_sheet_by_name(LIST).to_python()) == len(found.problems) + 1
    discard(trial)
    for name, found in read.items():  # one by one: several files for one month are refused together
        (receipt,) = load(tmp_path / "warehouse", [tmp_path / "spoilt" / name], "测试", leave_out=True)
        assert (receipt.status == "refused") == (found.rows is None), name
        if receipt.batch is None:
            assert receipt.problems, name
            continue
        rows = batch_folder(tmp_path / "warehouse", receipt.batch.id) / "rows.parquet"
        assert duckdb.sql(f"select count(*) from '{rows}'").fetchall() == [(found.good,)]
        assert (int(receipt.batch.totals["rows"]), receipt.batch.left_out) == (found.good, found.faulty)


def report(wrong: list[str]) -> None:
    """All complaints of a long run, for whoever mends them."""
    if target := os.environ.get("FUND_MUTATIONS_REPORT"):
        Path(target).write_text("\n".join(wrong), "utf-8")
