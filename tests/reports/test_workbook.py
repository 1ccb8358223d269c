"""The workbook, opened again: every KPI and every table is in it, numbers are numbers and agree with the engine."""

import hashlib
import os
import re
import subprocess
import sys
import zipfile
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
import python_calamine
from click.testing import CliRunner

import pipelines
from pipelines.clues import standing
from reports import register
from reports.cli import main
from reports.document import Column, Heading, Paragraph, Quote, Table
from reports.workbook import gathered, workbook, xlsx
from tests.files import ENROLMENT, INSTITUTION, write
from tests.reports.papers import H1, HOSTILE, long_table, paper

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 7, 5, 9, 30)
HEAD = 3  # rows above the heads


@pytest.fixture(scope="module")
def document(sample_county):
    return gathered(sample_county, H1, "经办", AT)


@pytest.fixture(scope="module")
def made(document) -> bytes:
    return xlsx(document)


def sheets(data: bytes) -> dict[str, list[list]]:
    book = python_calamine.load_workbook(BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def records(sheet: list[list]) -> list[dict]:
    heads = [head.replace("\n", "") for head in sheet[HEAD]]
    return [dict(zip(heads, row, strict=True)) for row in sheet[HEAD + 1 :]]


def xml_of(data: bytes, part: str) -> str:
    with zipfile.ZipFile(BytesIO(data)) as file:
        return file.read(part).decode()


def test_every_table_is_a_sheet_with_all_its_rows_and_the_contents_say_how_many(document, made):
    found = sheets(made)
    told = {row[1]: row[2] for row in found["目录"] if isinstance(row[2], float)}
    assert list(found) == ["目录", *(table.title for table in document.tables())]
    for table in document.tables():
        assert len(found[table.title]) == HEAD + 1 + len(table.rows), table.title
        assert told[table.title] == len(table.rows)
        assert [head.replace("\n", "") for head in found[table.title][HEAD]][: len(table.columns)] == [
            column.head for column in table.columns
        ]


def test_every_kpi_of_every_scheme_is_a_number_that_the_engine_gives(sample_county, made):
    rows = {(row["指标编号"], row["险种"]): row for row in records(sheets(made)["全部指标"])}
    codes = {"居民": "resident", "职工": "employee", "生育": "maternity"}
    assert {kpi for kpi, _ in rows} == set(pipelines.kpis())
    asked = {(None, id) for id in pipelines.kpis()}
    asked |= {(code, id) for code in codes.values() for id, kpi in pipelines.kpis().items() if "scheme" in kpi.levels}
    names = {code: name for name, code in codes.items()} | {None: "全部"}
    for code in names:
        where = {"scheme": code} if code else {}
        figures = pipelines.ask(sample_county, [id for each, id in asked if each == code], H1, where=where)
        for figure in figures:
            row = rows.get((figure.kpi.id, names[code]))
            if row is None:
                continue
            expected = figure.kpi.in_display_unit(figure.exact if figure.kpi.display_as else figure.value)
            digits = 0 if figure.kpi.display_digits == 0 else 6
            cell = row["本期"]
            if expected is None:
                assert (cell, bool(row["缺数原因"])) == ("", True), figure.kpi.id
            else:
                assert Decimal(repr(cell)).quantize(Decimal(1).scaleb(-digits)) == pipelines.formulas.rounded(
                    expected, digits
                ), figure.kpi.id


def test_the_sheets_of_institutions_and_cases_add_up_to_the_county(sample_county, made):
    found = sheets(made)
    paid, fined = (pipelines.ask(sample_county, [kpi], H1)[0].value for kpi in ("fund_expenditure", "penalty_total"))
    money = sum(Decimal(repr(row["基金支出（万元）"] or 0.0)) for row in records(found["机构"]))
    assert money * 10000 == paid
    assert sum(Decimal(repr(row["处理金额合计（元）"] or 0.0)) for row in records(found["处罚"])) == fined
    counts = sum(row["新增"] + row["持续"] + row["已了结"] for row in records(found["疑点线索"]))
    assert counts == len(standing(sample_county, H1.last))


def test_the_overview_has_native_charts_over_the_cells_of_other_sheets(made):
    charts = [
        name for name in zipfile.ZipFile(BytesIO(made)).namelist() if re.fullmatch(r"xl/charts/chart\d+.xml", name)
    ]
    assert len(charts) == 4
    areas = [area for name in charts for area in re.findall(r"<c:f>('.*?'|[^'<]*?)!\$", xml_of(made, name))]
    assert {area.strip("'") for area in areas} == {"逐月", "费用（机构类别）", "处理款项", "疑点线索"}
    assert xml_of(made, "xl/worksheets/sheet2.xml").count("<x14:sparkline>") == len(pipelines.headlines())


def test_a_sheet_keeps_its_heads_in_view_prints_across_the_paper_and_names_its_build(document, made):
    sheet = xml_of(made, "xl/worksheets/sheet3.xml")
    assert 'ySplit="4"' in sheet
    assert '<autoFilter ref="A4:' in sheet
    assert '<pageSetup paperSize="8" fitToHeight="0" orientation="landscape"/>' in sheet
    assert '<pageSetUpPr fitToPage="1"/>' in sheet
    assert document.build_id in sheet.partition("<oddFooter>")[2]
    assert "'全部指标'!$4:$4" in xml_of(made, "xl/workbook.xml").replace("全部指标!", "'全部指标'!")


def test_text_that_begins_with_a_sign_is_text_and_its_digits_stay():
    rows = ((HOSTILE, "-1"), ("@SUM(A1)", "00123"), ("+86", None))
    data = xlsx(paper(Heading("一"), Table(HOSTILE, (Column("=1+1"), Column("编号")), rows), title="&A&D" + HOSTILE))
    found = sheets(data)
    name = next(name for name in found if name != "目录")
    assert found[name][HEAD:] == [["=1+1", "编号"], [HOSTILE, "-1"], ["@SUM(A1)", "00123"], ["+86", ""]]
    assert "<f>" not in xml_of(data, "xl/worksheets/sheet2.xml")
    assert "&amp;&amp;A&amp;&amp;D" in xml_of(data, "xl/worksheets/sheet2.xml")


def test_tables_of_one_name_and_long_ones_have_sheets_of_their_own():
    table = long_table(5000)
    found = sheets(xlsx(paper(table, table)))
    assert list(found) == ["目录", "机构表", "机构表（2）"]
    rows = records(found["机构表（2）"])
    assert sum(row["人次"] for row in rows) == sum(range(5000))
    assert len(rows) == 5000


def test_what_has_no_rows_is_named_in_the_contents_with_the_reason():
    data = xlsx(paper(Heading("考核"), Paragraph(("指标考核：考核目标按年定",), "note")))
    assert ["考核", "指标考核", "", "考核目标按年定"] in sheets(data)["目录"]


def test_figures_of_the_workbook_are_known_to_the_register_and_its_mark_is_in_the_file(document, made):
    assert sum(isinstance(cell, Quote) for table in document.tables() for row in table.rows for cell in row) > 5000
    assert register.mark(document) in xml_of(made, "docProps/core.xml")


def test_before_the_first_month_there_is_a_sentence_instead(tmp_path):
    warehouse = tmp_path / "warehouse"
    pipelines.load(warehouse, [write(tmp_path, [INSTITUTION])], by="经办")
    with pytest.raises(pipelines.NothingLoaded, match="还没有装入任何月度表"):
        gathered(pipelines.open_county(warehouse), H1, "经办", AT)


def test_the_command_writes_a_workbook_of_one_upload_that_says_what_is_missing_and_can_be_verified(tmp_path):
    warehouse, out = tmp_path / "warehouse", tmp_path / "数据.xlsx"
    pipelines.load(warehouse, [write(tmp_path, [ENROLMENT])], by="经办")
    call = ["--warehouse", str(warehouse), "xlsx", "--from", "2026-06", "--by", "经办", "--at", "2026-07-05", "--out"]
    told = CliRunner().invoke(main, [*call, str(out)])
    assert (told.exit_code, "张表" in told.output) == (0, True), told.output
    found = sheets(out.read_bytes())
    why = {row["指标编号"]: row["缺数原因"] for row in records(found["全部指标"]) if row["险种"] == "全部"}
    assert why["fund_expenditure"].startswith("未上传：结算明细")
    assert ["", "结算（就医类别）", "", "本期没有数据"] in found["目录"]
    assert register.verdict(pipelines.open_county(warehouse), out.read_bytes()).kind == "current"


WRITTEN = """
import hashlib
from reports.workbook import xlsx
from tests.files import ENROLMENT, INSTITUTION, write
from tests.reports.papers import long_table, paper
print(hashlib.sha256(xlsx(paper(long_table(50)))).hexdigest())
"""


def test_equal_inputs_give_equal_bytes_also_in_another_process(sample_county, made):
    assert workbook(sample_county, H1, "经办", AT) == made
    told = os.environ | {"PYTHONHASHSEED": "7", "TZ": "UTC-9", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", WRITTEN], env=told, capture_output=True, text=True)
    assert done.stdout.strip() == hashlib.sha256(xlsx(paper(long_table(50)))).hexdigest(), done.stderr
