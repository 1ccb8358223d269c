"""The files to fill in: every column explained, nothing that could be loaded by mistake."""

import io
import re
import zipfile
from xml.sax.saxutils import escape

import pytest
from python_calamine import load_workbook

from pipelines.build import load, words_of
from pipelines.contracts import contracts
from pipelines.handbook.templates import CODES, DATA, GUIDE, all_templates, every_layout, listed, template
from pipelines.spreadsheets import ROWS

EVERY = [pytest.param(c, layout, id=f"{c.table}-{layout.name}") for c, layout in every_layout()]
SETTLEMENTS = contracts()["settlements"].layouts[0]


def sheets(content: bytes) -> dict[str, list[list]]:
    book = load_workbook(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def workbook(table: str = "settlements", layout: str = "record") -> bytes:
    return template(table, layout, "xlsx")[1]


def xml(content: bytes, member: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(member).decode()


@pytest.mark.parametrize(("contract", "layout"), EVERY)
def test_the_first_sheet_holds_the_headers_and_no_row(contract, layout):
    found = sheets(workbook(contract.table, layout.name))
    assert next(iter(found)) == DATA
    assert found[DATA] == [[column.header for column in layout.columns.values()]]


@pytest.mark.parametrize(("contract", "layout"), EVERY)
def test_every_column_is_explained(contract, layout):
    heads, *rows = sheets(workbook(contract.table, layout.name))[GUIDE]
    told = {row[1]: dict(zip(heads, row, strict=True)) for row in rows if row[1]}
    assert list(told) == list(layout.columns)
    for key, column in layout.columns.items():
        said = told[key]
        assert (said["列名"], said["示例"]) == (column.header, column.example)
        assert said["必填"] == ("必填" if column.required else "")
        assert column.meaning in said["说明"]
        assert said["也可写作"] == "、".join(column.aliases)


@pytest.mark.parametrize(("contract", "layout"), EVERY)
def test_every_rule_between_columns_is_told(contract, layout):
    said = [row[5] for row in sheets(workbook(contract.table, layout.name))[GUIDE]]
    assert [r.wanted for r in contract.rules if r.layout in (None, layout.name) and r.wanted not in said] == []


@pytest.mark.parametrize(("contract", "layout"), EVERY)
def test_the_words_of_each_list_are_what_an_upload_may_say(contract, layout):
    content = workbook(contract.table, layout.name)
    found, columns = sheets(content), list(layout.columns.values())
    ranges = re.findall(
        r'sqref="([A-Z]+)2:\1(\d+)"><formula1>代码表!\$C\$(\d+):\$C\$(\d+)</formula1>',
        xml(content, "xl/worksheets/sheet1.xml"),
    )
    by_letter = {letter(place): column for place, column in enumerate(columns)}
    assert {by_letter[at].key for at, *_ in ranges} == {c.key for c in columns if listed(c) and c.type != "codes"}
    for at, to, first, last in ranges:
        column = by_letter[at]
        names = [row[2] for row in found[CODES][int(first) - 1 : int(last)]]
        assert int(to) == ROWS
        assert names == [entry.zh for entry in listed(column)]
        known = words_of({"flag": "flag", "indicator": "indicator"}.get(column.type, column.list))
        assert [name for name in names if name not in known] == []


def filled(content: bytes, cells: list[str]) -> bytes:
    """The template with a second row in its first sheet: numbers as numbers, anything else as text."""
    target, sheet = io.BytesIO(), "xl/worksheets/sheet1.xml"
    row = "".join(
        f'<c r="{letter(n)}2"><v>{cell}</v></c>'
        if re.fullmatch(r"[1-9]\d*\.\d\d", cell)
        else f'<c r="{letter(n)}2" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
        for n, cell in enumerate(cells)
        if cell
    )
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name == sheet:
                text = text.replace("</sheetData>", f'<row r="2">{row}</row></sheetData>')
            new.writestr(name, text)
    return target.getvalue()


def letter(place: int) -> str:
    return ("" if place < 26 else chr(64 + place // 26)) + chr(65 + place % 26)


def test_a_required_column_looks_different():
    content = workbook()
    headers = xml(content, "xl/worksheets/sheet1.xml").split('<row r="2"')[0]
    looks = dict(re.findall(r'<c r="([A-Z]+)1" s="(\d+)"', headers))
    must = {letter(n) for n, column in enumerate(SETTLEMENTS.columns.values()) if column.required}
    assert len({looks[at] for at in must}) == 1
    assert {looks[at] for at in must}.isdisjoint({looks[at] for at in looks if at not in must})


def test_the_note_of_a_header_says_what_to_write():
    notes = xml(workbook(), "xl/comments1.xml")
    assert notes.count("<comment ") == len(SETTLEMENTS.columns)
    assert "必填 · 金额" in notes
    assert "应为金额（元），最多两位小数，如 1200.00" in notes
    assert "示例：2163.00" in notes


def test_numbers_that_are_names_are_text_before_anything_is_typed():
    styles, sheet = (xml(workbook(), f"xl/{name}.xml") for name in ("styles", "worksheets/sheet1"))
    formats = re.findall(r'<xf numFmtId="(\d+)"', styles.split("<cellXfs")[1])
    columns = re.findall(r'<col min="(\d+)" max="(\d+)" width="[\d.]+" style="(\d+)"', sheet)
    keys = list(SETTLEMENTS.columns)
    shown = {key: formats[int(style)] for a, b, style in columns for key in keys[int(a) - 1 : int(b)]}
    assert {shown[key] for key in ("setl_id", "psn_no", "insutype", "fixmedins_code")} == {"49"}
    assert shown["medfee_sumamt"] == "4"


@pytest.mark.parametrize(("contract", "layout"), EVERY)
def test_a_filled_in_template_is_loaded(contract, layout, tmp_path):
    book = filled(workbook(contract.table, layout.name), [c.example for c in layout.columns.values()])
    (tmp_path / "filled.xlsx").write_bytes(book)
    receipt, *others = load(tmp_path / "warehouse", [tmp_path / "filled.xlsx"], "王")
    assert (receipt.status, [p.text for p in receipt.problems]) == ("loaded", [])
    assert {other.status for other in others} == {"skipped"}
    assert (receipt.batch.table, receipt.batch.layout) == (contract.table, layout.name)
    assert receipt.batch.totals["rows"] == "1"


def test_an_empty_template_is_refused_for_having_no_rows(tmp_path):
    (tmp_path / "empty.xlsx").write_bytes(workbook())
    receipt, *others = load(tmp_path / "warehouse", [tmp_path / "empty.xlsx"], "王")
    assert receipt.status == "refused"
    assert {other.status for other in others} == {"skipped"}
    assert "没有数据行" in receipt.problems[0].text


def test_a_template_has_the_name_that_staff_know():
    assert template("settlements", "record", "xlsx")[0] == "结算明细模板.xlsx"
    assert template("settlements", "aggregate", "csv")[0] == "结算明细（按月汇总版式）模板.csv"


def test_the_csv_is_the_one_of_the_documents():
    _, content = template("staff", "record", "csv")
    assert content.decode("utf-8-sig").splitlines()[0] == "统计年月,在岗人数"


def test_one_archive_holds_them_all():
    name, content = all_templates()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        held = {member: archive.read(member) for member in archive.namelist()}
    assert name == "上传表模板.zip"
    assert len(held) == 2 * len(EVERY)
    assert held["Excel 模板/结算明细模板.xlsx"] == workbook()
