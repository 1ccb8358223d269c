"""Workbooks as people make them in Excel: every sheet a table, every cell as a person reads it, nothing guessed."""

import contextlib
import random
import struct
import subprocess
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.build import load
from pipelines.contracts import Column, contracts
from pipelines.handbook.templates import CODES, GUIDE
from pipelines.uploads import cells, sheets, workbooks
from tests.files import AUDIT, ENROLMENT, HISTORY, INSTITUTION, PENALTY, SETTLEMENT, STAFF, rows, staged, template
from tests.workbooks import compound, filled, lines, rewritten, staged_sheets, table, uploads, with_prefix, workbook

OLD = Path(__file__).parent / "fixtures" / "old.xls"  # written with xlwt, which reads nothing and is no longer kept
LAYOUTS = [(t, n) for t, contract in contracts().items() for n in range(len(contract.layouts))]


@pytest.fixture
def child() -> None:
    """Asked for by tests that are about the process of its own; the others do its work here, which is quicker."""


@pytest.fixture(autouse=True)
def no_child(request, monkeypatch) -> None:
    if "child" not in request.fixturenames:
        monkeypatch.setattr(sheets, "bound", lambda: None)
        monkeypatch.setattr(workbooks, "run", here)


def here(*given) -> int:
    """The child's work in this process; whatever ends it ends only the child."""
    with contextlib.suppress(BaseException):
        sheets.main(*given)
    return 0


def only(path: Path):
    (found,) = staged_sheets(path)
    return found


def values(found, columns: str) -> list[tuple]:
    return duckdb.sql(f"select {columns} from '{found.rows}'").fetchall()


def told(found) -> list[tuple]:
    return [(p.line, p.column, p.found) for p in found.problems]


# ---------------------------------------------------------------- the same as a CSV


@pytest.mark.parametrize(("name", "number"), LAYOUTS)
def test_a_templates_row_typed_into_excel_is_the_same_as_in_a_csv(tmp_path, name, number):
    columns = list(contracts()[name].layouts[number].columns.values())
    path = workbook(tmp_path, {"数据": [[c.header for c in columns], [typed(c) for c in columns]]})
    found, expected = only(path), staged(tmp_path, template(name, number))
    assert (found.table, found.layout, found.problems) == (name, expected.layout, ())
    assert (found.totals, found.periods, found.columns) == (expected.totals, expected.periods, expected.columns)
    assert values(found, "*") == values(expected, "*")


def typed(column: Column) -> object:
    """The example as Excel keeps it once it is typed in: numbers and days are numbers and days, a blank is none."""
    if column.type in ("money", "count", "decimal", "multiple", "year") and column.example:
        return float(column.example)
    if column.type == "date" and column.example:
        return datetime.fromisoformat(column.example)
    return column.example or None


def test_a_workbook_is_loaded_and_the_sheet_is_named(tmp_path, child):
    path = workbook(tmp_path, {"参保": table([ENROLMENT]), "稽核": table([AUDIT])})
    receipts = load(tmp_path / "warehouse", [path], "测试")
    assert [(r.file, r.status, r.batch.table, r.batch.sheet) for r in receipts] == [
        ("六月.xlsx › 参保", "loaded", "enrolment", "参保"),
        ("六月.xlsx › 稽核", "loaded", "audit_work", "稽核"),
    ]
    assert len({r.batch.sha256 for r in receipts}) == 1, "the digest is that of the workbook"
    assert [r.status for r in load(tmp_path / "warehouse", [path], "测试")] == ["unchanged", "unchanged"]


def test_what_is_kept_of_a_workbook_is_the_sheet_and_not_what_lies_hidden_beside_it(tmp_path):
    secret = [["姓名", "身份证号"], ["张三", "510000199001010000"]]
    path = workbook(tmp_path, {"参保": table([ENROLMENT]), "底册": hide(secret)})
    (loaded, skipped) = load(tmp_path / "warehouse", [path], "测试")
    assert (loaded.status, skipped.status) == ("loaded", "skipped")
    kept = list((tmp_path / "warehouse" / "batches").rglob("original*"))
    assert [p.name for p in kept] == ["original.csv"]
    assert "510000" not in kept[0].read_text("utf-8")


def hide(cells: list[list]):
    def fill(book, sheet) -> None:
        filled(cells)(book, sheet)
        sheet.hide()

    return fill


# ---------------------------------------------------------------- which sheets


def test_a_workbook_of_our_own_templates_has_one_sheet_to_read(tmp_path):
    assert sheets.EXPLAINING == (GUIDE, CODES)
    path = workbook(tmp_path, {"数据": table([STAFF]), GUIDE: [["列名", "说明"]], CODES: [["代码", "名称"]]})
    assert [(s.state, s.upload.sheet) for s in staged_sheets(path)] == [
        ("ready", "数据"),
        ("skipped", GUIDE),
        ("skipped", CODES),
    ]


def test_a_sheet_that_is_no_upload_table_does_not_refuse_the_workbook(tmp_path):
    path = workbook(tmp_path, {"封面": [["云溪县", "六月"]], "人员": table([STAFF]), "空": []})
    cover, staff = staged_sheets(path)
    assert (cover.state, staff.state) == ("skipped", "ready")
    assert [p.text for p in cover.problems] == ["这张工作表不是上传表；没有读入；其余工作表照常"]
    receipts = load(tmp_path / "warehouse", [path], "测试")
    assert [(r.file, r.status) for r in receipts] == [("六月.xlsx › 封面", "skipped"), ("六月.xlsx › 人员", "loaded")]


def test_of_a_workbook_without_any_upload_table_the_fullest_sheet_can_be_mapped_by_hand(tmp_path):
    unknown = [["甲", "乙", "丙"], [1, 2, 3], [4, 5, 6]]
    path = workbook(tmp_path, {"封面": [["云溪县"]], "流水": unknown})
    assert [(s.state, s.upload.sheet) for s in staged_sheets(path)] == [("skipped", "封面"), ("unknown", "流水")]


def test_a_hidden_sheet_is_not_read_and_it_says_so(tmp_path):
    path = workbook(tmp_path, {"人员": table([STAFF]), "旧": hide(table([STAFF]))})
    assert [(u.sheet, u.refusal) for u in uploads(path)] == [
        ("人员", ""),
        ("旧", "这张工作表是隐藏的，没有读；要读入请先取消隐藏"),
    ]


def test_a_workbook_without_data_is_one_sentence(tmp_path):
    (found,) = staged_sheets(workbook(tmp_path, {"Sheet1": []}))
    assert [p.wanted for p in found.problems] == ["工作簿里没有可读的数据；应有一张不隐藏、有表头和数据的工作表"]


def test_a_header_without_rows_is_one_sentence(tmp_path):
    found = only(workbook(tmp_path, {"数据": table([STAFF])[:1]}))
    assert (found.rows, [p.wanted for p in found.problems]) == (None, ["文件里没有数据行；应至少有一行"])


def test_a_workbook_is_a_workbook_whatever_it_is_called(tmp_path):
    found = only(workbook(tmp_path, {"数据": table([STAFF])}).rename(tmp_path / "六月.csv"))
    assert (found.state, found.upload.name) == ("ready", "六月.csv › 数据")


def test_a_workbook_in_an_archive_is_named_after_both(tmp_path, child):
    path = workbook(tmp_path, {"居民": table([ENROLMENT])}, "参保.xlsx")
    with zipfile.ZipFile(tmp_path / "六月.zip", "w") as archive:
        archive.write(path, "表/参保.xlsx")
    found = only(tmp_path / "六月.zip")
    assert (found.state, found.upload.name) == ("ready", "六月.zip › 表/参保.xlsx › 居民")


# ---------------------------------------------------------------- lines are rows


def test_a_line_is_the_row_of_the_sheet_and_the_first_column_is_a(tmp_path):
    def fill(book, sheet) -> None:
        sheet.write_row(3, 2, ["统计年月", "在岗人数"])
        sheet.write_row(4, 2, ["2026-06", "一\n二\r\n三"])
        sheet.write_row(7, 2, ["2026-07", "x"])

    path = workbook(tmp_path, {"数据": fill})
    assert lines(path) == [
        ",,,",
        ",,,",
        ",,,",
        ",,统计年月,在岗人数",
        ",,2026-06,一 二 三",
        ",,,",
        ",,,",
        ",,2026-07,x",
    ]


def test_a_problem_names_the_row_of_the_sheet(tmp_path):
    sheet = [["人员表"], [], *table([STAFF, STAFF | {"在岗人数": "十三"}])]
    found = only(workbook(tmp_path, {"数据": sheet}))
    assert told(found) == [(5, "在岗人数", "十三")]


def test_a_cell_full_of_other_delimiters_stays_one_cell(tmp_path):
    found = only(workbook(tmp_path, {"数据": table([INSTITUTION | {"机构名称": "甲;乙;丙;丁;戊;己;庚;辛\t|"}])}))
    assert found.problems == ()
    assert values(found, "fixmedins_name") == [("甲;乙;丙;丁;戊;己;庚;辛\t|",)]


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (12, "12"),
        (12.0, "12"),
        (-0.0, "0"),
        (49.6, "49.6"),
        (49.599999999999994, "49.6"),
        (0.1 + 0.2, "0.3"),
        (1234567.89, "1234567.89"),
        (99999999999.99, "99999999999.99"),
        (0.00001, "0.00001"),
        (-1178.5, "-1178.5"),
        (10.005, "10.005"),
        (1 / 3, "0.333333333333333"),
        (999_999_999_999_999, "999999999999999"),
        (1e15, "1.00000E+15"),
        (123456789012345678, "1.23457E+17"),
        (-1e16, "-1.00000E+16"),
        (12345678901234.56, "1.23457E+13"),
        (1e300, "1.00000E+300"),
    ],
)
def test_a_number_is_its_shortest_exact_text(tmp_path, number, text):
    assert lines(workbook(tmp_path, {"数": [["x", number]]})) == [f"x,{text}"]


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_every_amount_of_fen_comes_back_to_the_fen(amount):
    assert Decimal(cells.text(float(amount))) == amount
    assert set(cells.text(float(amount))) <= set("-.0123456789")


@given(st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1), st.floats(min_value=-1e-6, max_value=1e-6))
def test_every_whole_number_of_15_digits_comes_back(number, noise):
    assert cells.text(float(number)) == str(number)
    assert abs(number) > 10**6 or noise == 0 or abs(Decimal(cells.text(number + noise)) - number) < Decimal("0.00001")


def test_sums_of_excels_fractions_are_exact(tmp_path):
    fees = [n * 0.01 + n * 7.3 for n in range(1, 200)]  # many of them are 0.000000000001 off
    assert fees != [float(Decimal(n) * Decimal("7.31")) for n in range(1, 200)]
    paid = [{"结算ID": f"S{n}", "医疗费总额": fee, "基金支付总额": 0} for n, fee in enumerate(fees)]
    sheet = table([SETTLEMENT | row for row in paid])
    found = only(workbook(tmp_path, {"数据": sheet}))
    assert found.problems == ()
    assert found.totals["medfee_sumamt"] == sum(Decimal(n) * Decimal("7.31") for n in range(1, 200))


def test_money_that_a_formula_made_with_more_than_two_decimals_is_never_rounded(tmp_path):
    found = only(workbook(tmp_path, {"数据": table([SETTLEMENT | {"医疗费总额": 10000 / 7}])}))
    assert (found.rows, told(found)) == (None, [(2, "医疗费总额", "1428.57142857143")])


def test_an_id_that_excel_took_for_a_number_and_cut_is_never_read(tmp_path):
    found = only(workbook(tmp_path, {"数据": table([SETTLEMENT | {"人员编号": 511234199001011234}])}))
    assert found.rows is None
    assert told(found) == [(2, "人员编号", "5.11234E+17")]


def test_an_id_that_is_text_keeps_all_its_digits(tmp_path):
    row = SETTLEMENT | {"结算ID": "00123456789012345678901", "人员编号": "000511234199001011"}
    found = only(workbook(tmp_path, {"数据": table([row])}))
    assert found.problems == ()
    assert values(found, "setl_id") == [("00123456789012345678901",)]


# ---------------------------------------------------------------- what a person sees in a cell


@pytest.mark.parametrize(
    ("number", "look", "text"),
    [
        (0.496, "0%", "49.6%"),
        (0.496, "0.00%", "49.6%"),
        (0.07, "0.0%", "7%"),
        (1, "0%", "100%"),
        (123, "000000", "000123"),
        (7, '"P"0000000000', "P0000000007"),
        (12, '0"人"', "12"),
        (12.5, '#,##0.00"元"', "12.5"),
        (12.5, '_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ', "12.5"),
        (12.5, "[Red]0.00", "12.5"),
        (744072, "0.00,", "744072（按格式 0.00, 显示）"),
        (744072, "#,##0,,", "744072（按格式 #,##0,, 显示）".join(['"', '"'])),
        (744072, "0!.0,", "744072（按格式 0!.0, 显示）".join(['"', '"'])),
        (74, '0"万"', '"74（按格式 0""万"" 显示）"'),
    ],
)
def test_a_number_format_that_changes_what_is_read_is_read_as_a_person_does(tmp_path, number, look, text):
    (line,) = lines(workbook(tmp_path, {"数": filled([["x", number]], look)}))
    assert line.removeprefix("x,").strip('"').replace('""', '"') == text.strip('"').replace('""', '"')


def test_a_percentage_of_excel_is_a_percentage(tmp_path):
    row = HISTORY | {"指标": "住院实际补偿比例", "数值": 0.496}
    found = only(workbook(tmp_path, {"数据": filled(table([row]), "0.00%")}))
    assert (found.problems, values(found, "value")) == ((), [(Decimal("49.6000"),)])


def test_a_multiple_shown_in_percent_is_never_a_hundred_times_as_much(tmp_path):
    row = PENALTY | {"违规金额": 100, "违约金倍数": 2, "应收违约金": 200}
    assert only(workbook(tmp_path, {"数据": table([row])})).problems == ()
    found = staged(
        tmp_path, [{k: str(v) for k, v in row.items()} | {"违约金倍数": "200%", "违规金额": "", "应收违约金": ""}]
    )
    assert (found.rows, told(found)) == (None, [(2, "违约金倍数", "200%")])


def test_an_amount_shown_in_ten_thousands_is_never_taken_for_yuan(tmp_path):
    found = only(workbook(tmp_path, {"数据": filled(table([SETTLEMENT | {"医疗费总额": 2163}]), "0!.0,")}))
    assert found.rows is None
    assert told(found) == [(2, "医疗费总额", "2163（按格式 0!.0, 显示）")]


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#N/A", "#VALUE!"])
def test_an_error_is_never_a_blank(tmp_path, error):
    def fill(book, sheet) -> None:
        sheet.write_row(0, 0, ["统计年月", "在岗人数"])
        sheet.write_string(1, 0, "2026-06")
        sheet.write_formula(1, 1, "=1/0", None, error)

    assert told(only(workbook(tmp_path, {"数据": fill}))) == [(2, "在岗人数", error)]


def test_an_optional_amount_with_an_error_is_never_nought(tmp_path):
    def fill(book, sheet) -> None:
        filled(table([SETTLEMENT]))(book, sheet)
        sheet.write_string(0, 20, "药品费")
        sheet.write_formula(1, 20, "=Sheet9!A1", None, "#REF!")

    found = only(workbook(tmp_path, {"数据": fill}))
    assert found.rows is None
    assert (2, "药品费", "#REF!") in told(found)


@pytest.mark.parametrize("column", ["结算ID", "人员编号", "定点医药机构名称"])
def test_an_error_is_never_taken_for_a_name_or_an_id(tmp_path, column):
    def fill(book, sheet) -> None:
        cells = table([SETTLEMENT | {"定点医药机构名称": "云溪县人民医院"}])
        filled(cells)(book, sheet)
        sheet.write_formula(1, cells[0].index(column), "=NA()", None, "#N/A")

    found = only(workbook(tmp_path, {"数据": fill}))
    assert (found.rows, told(found)) == (None, [(2, column, "#N/A")])
    assert found.problems[0].wanted == "单元格里的公式出错或没有算出结果；请在 Excel 中改好再上传"


def test_a_formula_that_no_program_has_computed_is_never_a_blank(tmp_path):
    def fill(book, sheet) -> None:
        sheet.write_row(0, 0, ["统计年月", "在岗人数"])
        sheet.write_string(1, 0, "2026-06")
        sheet.write_formula(1, 1, "=6+7", None, 13)

    path = workbook(tmp_path, {"数据": fill})
    rewritten(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace("<v>13</v>", ""))
    assert told(only(path)) == [(2, "在岗人数", "#公式没有结果!")]


def test_a_formula_that_a_program_wrote_for_excel_to_compute_is_never_nought(tmp_path):
    """Programs that can't compute write 0 and ask Excel to compute on opening; nobody has opened the file yet."""

    def fill(book, sheet) -> None:
        sheet.write_row(0, 0, ["统计年月", "在岗人数"])
        sheet.write_string(1, 0, "2026-06")
        sheet.write_formula(1, 1, "=6+7")

    path = workbook(tmp_path, {"数据": fill})
    assert told(only(path)) == [(2, "在岗人数", "#公式没有结果!")]


def test_a_computed_formula_is_its_result(tmp_path):
    def fill(book, sheet) -> None:
        sheet.write_formula(0, 0, "=6+7", None, 13)
        sheet.write_formula(0, 1, '=A1&""', None, "十三")

    assert lines(workbook(tmp_path, {"数": fill})) == ["13,十三"]


def test_booleans_are_yes_and_no(tmp_path):
    found = only(workbook(tmp_path, {"数据": table([INSTITUTION | {"是否县内": True}])}))
    assert found.problems == ()
    assert lines(workbook(tmp_path, {"数": [[True, False]]}, "b.xlsx")) == ["是,否"]


def test_text_that_looks_like_a_formula_or_a_number_stays_text(tmp_path):
    cells = ["=cmd|' /C calc'!A0", "+1", "00123", "1e5", "<script>", '"', "2026-06"]
    (line,) = lines(workbook(tmp_path, {"数": [cells]}))
    assert line == '=cmd|\' /C calc\'!A0,+1,00123,1e5,<script>,"""",2026-06'


def test_xml_whose_names_bear_a_prefix_is_read_as_well(tmp_path):
    path = workbook(tmp_path, {"数据": filled(table([STAFF | {"在岗人数": 13}]), "0.0%")})
    rewritten(path, "xl/worksheets/sheet1.xml", with_prefix)
    assert told(only(path)) == [(2, "在岗人数", "1300%")]


# ---------------------------------------------------------------- days


@pytest.mark.parametrize("options", [{}, {"date_1904": True}], ids=["1900", "1904"])
def test_days_are_days_in_both_of_excels_calendars(tmp_path, options):
    cells = [datetime(2026, 6, 5), datetime(2026, 6, 5, 16, 59, 59), datetime(2024, 2, 29)]
    path = workbook(tmp_path, {"数": [cells]}, **options)
    assert lines(path) == ["2026-06-05,2026-06-05 16:59:59,2024-02-29"]


@pytest.mark.parametrize(
    "look", ["yyyy-mm-dd", 'yyyy"年"m"月"d"日"', '[$-804]yyyy"年"m"月"', "m/d/yy", "yyyy!.mm!.dd", "[DBNum1]yyyy年m月"]
)
def test_a_day_is_a_day_however_it_is_shown(tmp_path, look):
    def fill(book, sheet) -> None:
        sheet.write_datetime(0, 0, datetime(2026, 6, 5), book.add_format({"num_format": look}))

    assert lines(workbook(tmp_path, {"数": fill})) == ["2026-06-05"]


def test_a_fraction_of_a_second_short_of_the_hour_is_the_hour(tmp_path):
    def fill(book, sheet) -> None:
        sheet.write_number(0, 0, 46178.7083333333, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))

    assert lines(workbook(tmp_path, {"数": fill})) == ["2026-06-05 17:00:00"]


def test_a_month_written_as_a_number_with_a_point_is_never_guessed(tmp_path):
    """2026.10 is 2026.1 to Excel, which might be January."""
    found = only(workbook(tmp_path, {"数据": table([STAFF | {"统计年月": 2026.10}])}))
    assert told(found) == [(2, "统计年月", "2026.1")]


def test_a_day_that_lost_its_format_is_never_taken_for_a_number_of_something(tmp_path):
    found = only(workbook(tmp_path, {"数据": table([SETTLEMENT | {"结算日期": 46178}])}))
    assert told(found) == [(2, "结算日期", "46178")]


# ---------------------------------------------------------------- merged cells


def test_names_over_two_lines_are_read_in_the_line_of_the_columns(tmp_path):
    def fill(book, sheet) -> None:
        sheet.merge_range("A1:D1", "六月参保情况")
        for column, head in enumerate(["统计年月", "险种类型", "乡镇", "参保人数"]):
            sheet.merge_range(1, column, 2, column, head)
        sheet.write_row(3, 0, ["2026-06", "390", "云溪镇", 12000])

    found = only(workbook(tmp_path, {"数据": fill}))
    assert (found.table, found.problems, found.totals["rows"]) == ("enrolment", (), 1)
    assert found.header_line == 3


def test_columns_of_one_name_bear_the_name_above_them(tmp_path):
    def fill(book, sheet) -> None:
        sheet.merge_range("A1:A2", "统计年月")
        sheet.merge_range("B1:C1", "居民")
        sheet.merge_range("D1:F1", "职工")
        sheet.write_row("B2", ["人次", "金额", "人次", "金额", "天数"])
        sheet.write_row("A3", ["2026-06", 1, 2, 3, 4, 5])

    assert lines(workbook(tmp_path, {"数据": fill})) == [
        ",居民,,职工,,",
        "统计年月,居民人次,居民金额,职工人次,职工金额,天数",
        "2026-06,1,2,3,4,5",
    ]


def test_a_unit_above_several_columns_is_the_unit_of_each(tmp_path):
    def fill(book, sheet) -> None:
        for column, head in enumerate(["统计年月", "险种类型", "收入来源"]):
            sheet.merge_range(0, column, 1, column, head)
        sheet.merge_range("D1:E1", "金额（万元）")
        sheet.write_row("D2", ["本月到账", "累计已筹"])
        sheet.write_row("A3", ["2026-06", "390", "个人缴费", 120, 760])

    found = only(workbook(tmp_path, {"数据": fill}))
    assert found.problems == ()
    assert (found.totals["collected_month"], found.totals["collected_ytd"]) == (1_200_000, 7_600_000)


def test_a_value_merged_over_several_rows_is_never_filled_in_nor_left_blank(tmp_path):
    def fill(book, sheet) -> None:
        filled(table([STAFF | {"备注": "甲"}] * 4))(book, sheet)
        sheet.merge_range("A2:A4", "2026-06")

    found = only(workbook(tmp_path, {"数据": fill}))
    assert found.rows is None
    assert found.problems[0].text == (
        "第 2 行“统计年月”：“第 2 行到第 4 行”；单元格是合并的，只有左上角一格有内容；请取消合并，把每一行都填上"
    )


def test_a_value_merged_over_several_rows_far_below_is_found_as_well(tmp_path):
    def fill(book, sheet) -> None:
        filled(table(rows(SETTLEMENT, *[{}] * 100)))(book, sheet)
        sheet.merge_range("C90:C91", "390")

    found = only(workbook(tmp_path, {"数据": fill}))
    assert (found.rows, told(found)[0]) == (None, (90, "险种类型", "第 90 行到第 91 行"))


def test_titles_totals_and_notes_may_be_merged(tmp_path):
    def fill(book, sheet) -> None:
        filled([["标题"], *table([ENROLMENT])])(book, sheet)
        sheet.merge_range("A1:F1", "六月参保情况")
        sheet.merge_range("A4:E4", "合计")
        sheet.write_number("F4", 12000)
        sheet.merge_range("A5:F6", "制表：张三　　审核：李四")

    found = only(workbook(tmp_path, {"数据": fill}))
    assert (found.table, found.problems, found.totals["rows"]) == ("enrolment", (), 1)


def test_hidden_rows_are_read_and_it_is_said(tmp_path):
    def fill(book, sheet) -> None:
        filled(table([STAFF, STAFF | {"统计年月": "2026-07"}]))(book, sheet)
        sheet.set_row(2, None, None, {"hidden": True})

    found = only(workbook(tmp_path, {"数据": fill}))
    assert found.totals["rows"] == 2
    assert [(p.severity, p.found) for p in found.problems] == [("analytical", "工作表里有 1 行被隐藏（或被筛选掉）")]


# ---------------------------------------------------------------- workbooks that can't be read


@pytest.mark.parametrize("kept", [0.2, 0.6, 0.99])
def test_a_truncated_workbook_is_one_sentence(tmp_path, kept):
    path = workbook(tmp_path, {"数据": table([STAFF])})
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    (found,) = staged_sheets(path)
    assert [p.wanted for p in found.problems] == ["文件不完整或已损坏（目录读不出）；请重新下载或重新压缩"]


def test_a_damaged_workbook_is_one_sentence(tmp_path, child):
    path = workbook(tmp_path, {"数据": table([STAFF])})
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    raw = bytearray(path.read_bytes())
    raw[info.header_offset + 100] ^= 0xFF
    path.write_bytes(raw)
    assert [u.refusal for u in uploads(path)] == ["工作簿不完整或已损坏；请用 Excel 打开后另存为 xlsx"]


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"]
)
def test_a_workbook_of_broken_xml_is_one_sentence(tmp_path, part):
    path = workbook(tmp_path, {"数据": filled(table([STAFF | {"在岗人数": 13}]), "0%")})
    rewritten(path, part, lambda xml: xml[: len(xml) // 2])
    assert [u.refusal for u in uploads(path)] == ["工作簿不完整或已损坏；请用 Excel 打开后另存为 xlsx"]


def test_entities_that_grow_without_end_are_not_followed(tmp_path):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    path = workbook(tmp_path, {"数据": filled(table([STAFF | {"在岗人数": 13}]), "0%")})
    rewritten(
        path,
        "xl/styles.xml",
        lambda xml: xml.replace("<styleSheet", f"{bomb}]><styleSheet", 1).replace("<fonts", "&i;<fonts", 1),
    )
    assert [u.refusal for u in uploads(path)] == ["工作簿不完整或已损坏；请用 Excel 打开后另存为 xlsx"]


def test_a_workbook_with_a_password_is_one_sentence(tmp_path):
    path = tmp_path / "六月.xlsx"
    path.write_bytes(compound({"EncryptionInfo": bytes(4096), "EncryptedPackage": bytes(8000)}))
    assert [u.refusal for u in uploads(path)] == ["工作簿有密码，打不开；请在 Excel 中去掉密码后再上传"]


def test_a_workbook_that_unpacks_to_more_than_is_ever_read_is_one_sentence(tmp_path, monkeypatch):
    path = workbook(tmp_path, {"数据": table([STAFF])})
    monkeypatch.setattr(sheets, "MOST_BYTES", 1000)
    assert [u.refusal for u in uploads(path)] == ["工作簿解开后太大，没有读；请另存为“CSV UTF-8”后上传"]


def test_a_workbook_that_lies_about_its_size_is_one_sentence(tmp_path):
    path = workbook(tmp_path, {"数据": table([STAFF])})
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    path.write_bytes(path.read_bytes().replace(size.to_bytes(4, "little"), (size // 2).to_bytes(4, "little")))
    assert [u.refusal for u in uploads(path)] == ["工作簿不完整或已损坏；请用 Excel 打开后另存为 xlsx"]


def test_two_cells_a_million_rows_and_columns_apart_end_only_the_child(tmp_path, child):
    """Read as a whole, the sheet would have 17 thousand million cells."""

    def fill(book, sheet) -> None:
        sheet.write_row(0, 0, ["统计年月", "在岗人数"])
        sheet.write_number(1_048_575, 16_383, 1)

    assert [u.refusal for u in uploads(workbook(tmp_path, {"数据": fill}))] == [workbooks.BROKE]


def test_a_sheet_of_thousands_of_columns_is_one_sentence(tmp_path):
    path = workbook(tmp_path, {"数据": [["统计年月", "在岗人数", *range(1000)]], "人员": table([STAFF])})
    wide, staff = uploads(path)
    assert (wide.refusal, staff.refusal) == ("工作表有 1002 列，超过 500 列；请删去右边多余的内容", "")


def test_a_child_that_never_ends_is_one_sentence(tmp_path, monkeypatch, child):
    def late(command, **given):
        raise subprocess.TimeoutExpired(command, given["timeout"])

    monkeypatch.setattr(subprocess, "run", late)
    path = workbook(tmp_path, {"数据": table([STAFF])})
    assert [u.refusal for u in uploads(path)] == ["工作簿读了 15 分钟还没有读完；请另存为“CSV UTF-8”后上传"]


def test_a_disk_that_is_full_is_not_blamed_on_the_workbook(tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "run", lambda *_: 28)
    with pytest.raises(OSError, match="No space left"):
        uploads(workbook(tmp_path, {"数据": table([STAFF])}))


@pytest.mark.parametrize("seed", range(4))
def test_mutated_workbooks_are_read_or_refused_in_a_sentence(tmp_path, seed):
    """Fifty of an .xlsx, fifty of an .xls. An .xlsx bears checksums: what is read of it is what was there."""
    rolled = random.Random(seed)
    path = workbook(tmp_path, {"数据": filled(table([STAFF | {"在岗人数": 13}] * 9), "0.0%")})
    original = lines(path)
    for number in range(50):
        for kind, source in (("xlsx", path), ("xls", OLD)):
            mutant = tmp_path / f"{kind}{number}.xlsx"
            mutant.write_bytes(mutated(source.read_bytes(), rolled))
            found = uploads(mutant)
            assert found
            for upload in [u for u in found if u.sheet and not u.refusal]:
                assert upload.path.read_text("utf-8")
                assert kind == "xls" or upload.path.read_text("utf-8").split("\n")[:-1] == original


def mutated(raw: bytes, rolled: random.Random) -> bytes:
    changed = bytearray(raw)
    for _ in range(rolled.choice([1, 2, 20])):
        at, how = rolled.randrange(len(changed)), rolled.random()
        if how < 0.7:
            changed[at] = rolled.randrange(256)
        elif how < 0.85:
            del changed[at : at + rolled.randrange(1, 50)]
        else:
            changed[at:at] = rolled.randbytes(20)
    return bytes(changed)


# ---------------------------------------------------------------- xls


def test_an_old_workbook_is_read_with_its_days_percentages_and_hidden_sheets(tmp_path, child):
    history, hidden, broken = staged_sheets(copied(tmp_path))
    assert (history.table, history.problems) == ("kpi_history", ())
    assert values(history, "value, period_from") == [
        (Decimal("2254.0000"), date(2024, 1, 1)),
        (Decimal("49.6000"), date(2024, 1, 1)),
        (Decimal("3000.5500"), date(2024, 1, 1)),
    ]
    assert hidden.state == "skipped"
    assert told(broken) == [(2, "在岗人数", "#REF!")]


def copied(folder: Path) -> Path:
    path = folder / "old.xls"
    path.write_bytes(OLD.read_bytes())
    return path


def test_an_old_workbook_with_a_password_is_one_sentence(tmp_path):
    path = copied(tmp_path)
    raw = path.read_bytes()
    code_page = struct.pack("<HHH", 0x42, 2, 1200)
    assert raw.count(code_page) == 1
    path.write_bytes(raw.replace(code_page, struct.pack("<HHH", 0x2F, 2, 1)))
    assert [u.refusal for u in uploads(path)] == ["工作簿有密码，打不开；请在 Excel 中去掉密码后再上传"]


@pytest.mark.parametrize("kept", [0.05, 0.3, 0.6, 0.9])
def test_a_truncated_old_workbook_is_one_sentence(tmp_path, kept):
    path = copied(tmp_path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    found = uploads(path)
    assert len(found) == 1
    assert "不完整或已损坏" in found[0].refusal
