"""Files as people save them: encodings, headers, totals, broken lines. One faulty file a fault, told in Chinese."""

from decimal import Decimal

import duckdb
import pytest

from pipelines.contracts import contracts
from pipelines.uploads import sorting
from tests.files import (
    AGGREGATE,
    AUDIT,
    COLLECTION,
    ENROLMENT,
    HISTORY,
    INSTITUTION,
    PENALTY,
    SETTLEMENT,
    STAFF,
    rows,
    staged,
    template,
    text,
    upload,
)

THREE = text(rows(SETTLEMENT, {}, {}, {}))
HEAD, *LINES = THREE.splitlines()
TOTALS = {"rows": 3, "persons": 1, "ipt_days": 3 * 8, "medfee_sumamt": 3 * Decimal("2163"), "fund_pay_sumamt": 3 * 1178}


def values(found, columns: str) -> list[tuple]:
    return duckdb.sql(f"select {columns} from '{found.rows}'").fetchall()


def told(found) -> list[tuple]:
    return [(p.line, p.column, p.found) for p in found.problems]


# ---------------------------------------------------------------- which upload it is


@pytest.mark.parametrize(
    ("row", "table", "periods"),
    [
        (SETTLEMENT, "settlements", ("2026-06",)),
        (AGGREGATE, "settlements", ("2026-06",)),
        (INSTITUTION, "institutions", ("all",)),
        (ENROLMENT, "enrolment", ("2026-06",)),
        (COLLECTION, "fund_collection", ("2026-06",)),
        (HISTORY, "kpi_history", ("2024",)),
        (AUDIT, "audit_work", ("2026-06",)),
        (PENALTY, "penalties", ("2026-06",)),
        (STAFF, "staff", ("2026-06",)),
    ],
)
def test_a_file_says_by_its_headers_which_upload_it_is(tmp_path, row, table, periods):
    found = staged(tmp_path, [row])
    assert (found.table, found.periods, found.problems) == (table, periods, ())


@pytest.mark.parametrize(
    ("table", "number"), [(t, n) for t, contract in contracts().items() for n in range(len(contract.layouts))]
)
def test_every_template_is_accepted_with_its_own_examples(tmp_path, table, number):
    found = staged(tmp_path, template(table, number))
    layout = contracts()[table].layouts[number]
    assert (found.table, found.layout, found.problems) == (table, layout.name, ())
    assert found.columns == tuple(layout.columns)


@pytest.mark.parametrize("spelling", [0, 1, -1])
def test_columns_may_carry_the_national_code_or_any_alias_in_any_order(tmp_path, spelling):
    columns = contracts()["settlements"].layouts[0].columns.values()
    row = {column.spellings[spelling]: column.example for column in reversed(columns)}
    found = staged(tmp_path, [row])
    assert found.problems == ()
    assert set(found.columns) == set(contracts()["settlements"].layouts[0].columns)
    assert values(found, "setl_id, medfee_sumamt") == [("S202601000001", Decimal("2163.00"))]


def test_headers_may_have_spaces_other_case_and_full_width_forms(tmp_path):
    assert staged(tmp_path, THREE.replace("医疗费总额", " ＭＥＤＦＥＥ_SumAmt ")).totals == TOTALS


@pytest.mark.parametrize("above", [",,,金额（万元）,\n{}", "{0[0]},{0[1]},{0[2]},金额（万元）,\n,,,{0[3]},{0[4]}"])
def test_a_unit_in_the_line_above_the_header_is_never_read_over(tmp_path, above):
    head, row = text([COLLECTION]).splitlines()
    lines = above.format(head.split(",") if "[" in above else head)
    found = staged(tmp_path, f"{lines}\n{row}\n")
    assert found.rows is None
    assert found.problems[0].wanted == "表头上方写着万元，金额列名里却没有；请把单位写进列名，如 本月到账(万元)"


def test_a_monthly_aggregate_is_settlements_without_persons(tmp_path):
    found = staged(tmp_path, [AGGREGATE, AGGREGATE | {"医疗类别": "11", "住院天数": "", "人次": "5"}])
    assert (found.table, found.layout, found.problems) == ("settlements", "aggregate", ())
    assert found.totals["visits"] == 344 + 5
    assert values(found, "distinct psn_no") == [(None,)]


def test_person_category_beside_the_scheme_is_the_person_type_and_alone_it_is_the_scheme(tmp_path):
    beside = staged(tmp_path, rows(SETTLEMENT | {"人员类别": "退休"}, {}))
    assert values(beside, "insutype, psn_type") == [("390", "12")]
    alone = {"人员类别": "职工"} | {k: v for k, v in SETTLEMENT.items() if k != "险种类型"}
    assert values(staged(tmp_path, rows(alone, {})), "insutype, psn_type") == [("310", None)]


def test_a_file_may_hold_several_months(tmp_path):
    found = staged(tmp_path, rows(SETTLEMENT, {}, {"结算日期": "2026-05-31"}))
    assert found.periods == ("2026-05", "2026-06")


@pytest.mark.parametrize("fault", [{}, {"医疗费总额": "八百"}])
def test_of_a_large_file_the_rows_of_an_institution_lie_together(tmp_path, monkeypatch, fault):
    codes = ["H99010100002", "H99010100001", "P99010100003"] * 4
    listed = rows(SETTLEMENT, *({"定点医药机构编号": code} for code in codes), {"定点医药机构编号": codes[0]} | fault)
    as_they_come = values(staged(tmp_path, listed), "setl_id, fixmedins_code")
    monkeypatch.setattr(sorting, "MANY_BYTES", 0)
    (folder := tmp_path / "large").mkdir()
    together = values(staged(folder, listed), "setl_id, fixmedins_code")
    assert sorted(together) == sorted(as_they_come) and len(together) == len(listed) - len(fault)
    assert [code for _, code in together] == sorted(code for _, code in as_they_come)


@pytest.mark.parametrize("mistyped", ["2062-06-05", "0206-06-05", "1926-06-05", "2206-06-05"])
def test_a_year_that_is_far_from_all_others_is_a_problem_of_its_row(tmp_path, mistyped):
    """Taken as it stands, it would become the county's last month, and every default period would end there."""
    found = staged(tmp_path, rows(SETTLEMENT, {}, {"结算日期": mistyped}, {"结算日期": "2026-05-31"}))
    assert (found.state, found.good, found.periods) == ("partial", 2, ("2026-05", "2026-06"))
    assert told(found) == [(3, "结算日期", mistyped)]
    assert found.problems[0].wanted == "与文件里其他行的月份相差两年以上；请核对年份"


def test_a_ledger_of_many_years_is_a_ledger(tmp_path):
    years = [{"案件编号": year, "发现日期": f"{year}-06-15"} for year in ("2019", "2020", "2022", "2024", "2025")]
    found = staged(tmp_path, [PENALTY | year for year in years])
    assert (found.problems, len(found.periods)) == ((), 5)


def test_a_file_of_something_else_is_not_taken_for_an_upload(tmp_path):
    found = staged(tmp_path, "菜名,价格\n豆腐,3\n")
    assert (found.table, found.rows) == ("", None)
    assert told(found) == [(1, "表头", "菜名、价格")]
    assert found.problems[0].wanted == "应为某一张上传表的表头；请对照模板"


# ---------------------------------------------------------------- encodings and line ends


@pytest.mark.parametrize(
    ("encoding", "told_as"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("gb18030", "GB18030"),
        ("gbk", "GB18030"),
    ],
)
def test_any_of_the_usual_encodings_is_read(tmp_path, encoding, told_as):
    found = staged(tmp_path, rows(SETTLEMENT | {"病种名称": "肺炎"}, {}), encoding)
    assert (found.encoding, found.problems) == (told_as, ())
    assert values(found, "dise_name") == [("肺炎",)]


@pytest.mark.parametrize("mark", ["utf-16-le", "utf-16-be"])
def test_a_byte_order_mark_says_which_utf_16_it_is(tmp_path, mark):
    found = staged(tmp_path, ("\ufeff" + THREE).encode(mark))
    assert (found.encoding, found.totals) == ("UTF-16", TOTALS)


@pytest.mark.parametrize("name", ["㐂镇", "𠮷镇", "䶮镇"])
def test_rare_characters_of_four_bytes_survive(tmp_path, name):
    found = staged(tmp_path, rows(SETTLEMENT | {"乡镇": name}, {}), "gb18030")
    assert values(found, "town") == [(name,)]


def test_a_file_that_becomes_gbk_after_a_megabyte_is_read_as_gbk(tmp_path):
    many = text(rows(SETTLEMENT, *[{}] * 30_000)).replace("医疗类别", "med_type")
    ascii_head = "setl_id,psn_no,insutype,med_type,fixmedins_code,setl_time,bed_days,medfee_sumamt,fund_pay_sumamt,town"
    body = "\n".join(f"{line}," for line in many.splitlines()[1:])
    found = staged(
        tmp_path, f"{ascii_head}\n{body}\nS0,P1,390,21,H99010100001,2026-06-05,8,1.00,1.00,云溪镇\n".encode("gbk")
    )
    assert (found.encoding, found.problems) == ("GB18030", ())
    assert values(found, "max(town)") == [("云溪镇",)]


def test_bytes_of_no_encoding_are_refused(tmp_path):
    found = staged(tmp_path, THREE.encode("gbk") + b"\xff\xff\xff")
    assert found.rows is None
    assert found.problems[0].wanted == "不是 UTF-8、UTF-16 或 GB18030/GBK 编码的文本；请在 Excel 中另存为“CSV UTF-8”"


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_line_ends_of_any_system_are_read(tmp_path, ends):
    assert staged(tmp_path, THREE.replace("\n", ends)).totals == TOTALS


def test_mixed_line_ends_are_read(tmp_path):
    assert staged(tmp_path, f"{HEAD}\r\n{LINES[0]}\n{LINES[1]}\r{LINES[2]}\r\n").totals == TOTALS


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_other_delimiters_are_found_out(tmp_path, delimiter):
    assert staged(tmp_path, THREE.replace(",", delimiter)).totals == TOTALS


def test_a_last_line_without_an_end_is_a_line(tmp_path):
    assert staged(tmp_path, THREE.rstrip("\n")).totals == TOTALS


# ---------------------------------------------------------------- no table at all


@pytest.mark.parametrize("content", [b"", b" \n\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\xef\xbb\xbf\r\n"])
def test_an_empty_file_is_said_to_be_empty(tmp_path, content):
    found = staged(tmp_path, content)
    assert found.rows is None
    assert [p.wanted for p in found.problems] == ["文件是空的；应为带表头的 CSV"]


@pytest.mark.parametrize("content", [HEAD, HEAD + "\n", HEAD + "\n\n\n", HEAD + "\n合计,,,,,,0,0.00,0.00\n"])
def test_a_header_without_rows_is_no_upload(tmp_path, content):
    found = staged(tmp_path, content)
    assert found.rows is None
    assert [p.wanted for p in found.problems] == ["文件里没有数据行；应至少有一行"]


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-1.7", b"\x1f\x8b", b"\x89PNG"])
def test_a_workbook_or_picture_renamed_to_csv_is_recognised(tmp_path, start):
    found = staged(tmp_path, start + bytes(range(256)) * 4)
    assert found.rows is None
    assert "不是 CSV 文本" in found.problems[0].wanted


def test_other_binary_content_is_refused(tmp_path):
    assert staged(tmp_path, bytes(range(256)) * 20).rows is None


@pytest.mark.parametrize("at", ["S2", "2163.00"])
def test_a_nul_character_is_named_and_never_read_over(tmp_path, at):
    found = staged(tmp_path, THREE.replace(at, at[:1] + "\0" + at[1:], 1))
    assert found.rows is None
    assert [p.wanted for p in found.problems] == [
        "文件里有空字符（NUL），可能没有存完整；请重新导出或另存为“CSV UTF-8”"
    ]


def test_a_nul_character_far_down_is_named_too(tmp_path):
    found = staged(tmp_path, THREE + (LINES[0] + "\n") * 30_000 + "\0\n")
    assert found.rows is None
    assert "NUL" in found.problems[0].wanted


# ---------------------------------------------------------------- headers


def test_a_missing_column_is_named(tmp_path):
    found = staged(tmp_path, [{k: v for k, v in SETTLEMENT.items() if k != "医疗费总额"}])
    assert found.rows is None
    assert told(found) == [(1, "医疗费总额", "没有这一列")]
    assert found.problems[0].wanted == "必须有“医疗费总额”列（医疗费用总额）"


def test_an_unknown_column_is_named_and_not_read_over(tmp_path):
    found = staged(tmp_path, rows(SETTLEMENT | {"药费": "1"}, {}))
    assert found.rows is None
    assert told(found) == [(1, "药费", "药费")]
    assert found.problems[0].wanted == "模板“结算明细”没有这一列；请改用模板列名或删去"


@pytest.mark.parametrize("second", ["医疗费总额", "总费用", "medfee_sumamt"])
def test_a_doubled_column_is_named(tmp_path, second):
    found = staged(tmp_path, THREE.replace("基金支付总额", second + ",基金支付总额").replace("1178.00", "1.00,1178.00"))
    assert found.rows is None
    assert told(found) == [(1, "医疗费总额", f"医疗费总额、{second}")]
    assert found.problems[0].wanted == "“医疗费总额”只应有一列"


def test_columns_of_the_national_export_that_no_figure_needs_are_named_in_the_receipt(tmp_path):
    found = staged(tmp_path, rows(SETTLEMENT | {"清算类别": "11", "序号": "1"}, {}))
    assert (found.problems, found.ignored) == ((), ("清算类别", "序号"))


@pytest.mark.parametrize(
    "above", ["示例县 2026 年 6 月结算明细\n", "示例县结算明细,,,,,,,,\n,,,,,,,,\n单位：元,,,,,,,,\n"]
)
def test_title_lines_above_the_header_are_passed_over(tmp_path, above):
    assert staged(tmp_path, above + THREE).totals == TOTALS


@pytest.mark.parametrize("base", [SETTLEMENT, ENROLMENT, INSTITUTION, STAFF])
def test_a_header_that_sorting_has_moved_below_rows_is_a_problem(tmp_path, base):
    """Rows above the header would else be left out as titles."""
    head, *body = text(rows(base, {}, {})).splitlines()
    (found,) = staged(tmp_path, "\n".join([body[0], head, body[1]])).problems
    assert (found.line, found.severity) == (1, "structural")
    assert "表头上方有像数据的一行" in found.text


def test_a_row_that_is_filled_is_no_note_whatever_its_first_cell_begins_with(tmp_path):
    found = staged(tmp_path, text([SETTLEMENT, SETTLEMENT | {"结算ID": "备注001"}, {"结算ID": "备注：无"}]))
    assert (found.state, found.good, found.totals["medfee_sumamt"]) == ("ready", 2, Decimal("4326.00"))
    assert [left.line for left in found.left] == [4]
    (problem,) = staged(tmp_path, [ENROLMENT | {"统计年月": "备注"}, ENROLMENT]).problems
    assert (problem.line, problem.column, problem.found) == (2, "统计年月", "备注")


def test_a_title_line_shifts_the_line_numbers(tmp_path):
    found = staged(tmp_path, "示例县结算明细\n" + text(rows(SETTLEMENT, {}, {"结算日期": "昨天"})))
    assert told(found) == [(4, "结算日期", "昨天")]


@pytest.mark.parametrize("unit", ["单位：万元", "（单位:万元）", "金额单位： 万元"])
def test_a_unit_above_the_header_that_the_columns_do_not_repeat_is_a_problem(tmp_path, unit):
    found = staged(tmp_path, f"示例县结算明细\n{unit}\n" + THREE)
    assert found.rows is None
    assert [(p.line, p.found) for p in found.problems] == [(2, unit)]
    assert found.problems[0].wanted == "表头上方写着万元，金额列名里却没有；请把单位写进列名，如 医疗费总额(万元)"


def test_a_unit_above_the_header_may_stand_if_the_columns_repeat_it(tmp_path):
    headed = THREE.replace("医疗费总额", "医疗费总额(万元)").replace("基金支付总额", "基金支付总额(万元)")
    assert staged(tmp_path, "单位：万元\n" + headed).totals["medfee_sumamt"] == 3 * Decimal("2163") * 10_000


# ---------------------------------------------------------------- totals, blank rows, notes


@pytest.mark.parametrize("word", ["合计", "总计", " 合计", "合 计"])
def test_a_true_total_is_left_out(tmp_path, word):
    found = staged(tmp_path, THREE + f"{word},,,,,,24,6489.00,3534.00\n")
    assert (found.problems, found.totals, found.skipped) == ((), TOTALS, 1)


def test_a_false_total_is_a_problem_of_its_cell(tmp_path):
    found = staged(tmp_path, THREE + "合计,,,,,,25,6490.00,3534.00\n")
    assert found.rows is None
    assert told(found) == [(5, "住院天数", "25"), (5, "医疗费总额", "6490.00")]
    assert found.problems[1].wanted == "合计行与各行相加不一致；各行相加为 6489.00"


def test_a_total_is_compared_in_the_unit_of_its_column(tmp_path):
    wan = THREE.replace("医疗费总额", "医疗费总额(万元)").replace("2163.00", "0.2163")
    assert staged(tmp_path, wan + "合计,,,,,,24,0.6489,3534.00\n").problems == ()
    assert told(staged(tmp_path, wan + "合计,,,,,,24,0.6490,3534.00\n")) == [(5, "医疗费总额", "0.6490")]


def test_a_total_may_be_written_like_any_amount(tmp_path):
    assert staged(tmp_path, THREE + '"合计",,,,,,24,"￥6,489.00",３５３４\n').problems == ()
    assert told(staged(tmp_path, THREE + '"合计",,,,,,24,"￥6,490.00",3534\n')) == [(5, "医疗费总额", "￥6,490.00")]


def test_a_negative_total_in_parentheses_is_compared(tmp_path):
    refund = rows(SETTLEMENT | {"退费结算标志": "1"}, {"医疗费总额": "-120.00", "基金支付总额": "-100.00"})
    assert staged(tmp_path, text(refund) + "合计,,,,,,8,(120.00),-100.00,\n").problems == ()
    assert told(staged(tmp_path, text(refund) + "合计,,,,,,8,(121.00),-100.00,\n")) == [(3, "医疗费总额", "(121.00)")]


def test_subtotals_blank_rows_and_notes_are_left_out_and_counted(tmp_path):
    subtotal, total = "小计,,,,,,16,4326.00,2356.00", "合计,,,,,,24,6489.00,3534.00"
    below = [subtotal, ",,,,,,,,", LINES[2], "", total, "制表：王,,,,,,,,", "注：略,,,,,,,,"]
    found = staged(tmp_path, "\n".join([HEAD, *LINES[:2], *below]) + "\n")
    assert (found.problems, found.totals) == ((), TOTALS)
    assert found.skipped == len(["小计", "blank", "empty", "合计", "制表", "注"])


def test_what_is_left_out_is_counted_where_cells_are_quoted_too(tmp_path):
    quoted = THREE.replace("S2", '"S2"') + '"合计",,,,,,24,6489.00,3534.00\n'
    assert staged(tmp_path, quoted).skipped == 1


def test_a_short_line_that_is_no_note_is_one_problem(tmp_path):
    found = staged(tmp_path, THREE + "王某某\n")
    assert told(found) == [(5, "", "王某某")]
    assert found.problems[0].wanted == "这一行的列数比表头少"


# ---------------------------------------------------------------- broken lines


def test_a_short_row_is_not_filled_up(tmp_path):
    found = staged(tmp_path, "\n".join([HEAD, LINES[0], "S2,P1,390", LINES[2]]))
    assert found.rows is None
    assert {p.line for p in found.problems} == {3}


def test_a_row_that_is_short_by_a_cell_that_may_be_blank_is_not_filled_up(tmp_path):
    listed = text(rows(SETTLEMENT | {"乡镇": "云溪镇"}, {}, {}))
    found = staged(tmp_path, listed.removesuffix(",云溪镇\n") + "\n")
    assert found.rows is None
    assert [(p.line, p.wanted) for p in found.problems] == [(3, "这一行的列数比表头少")]


def test_a_long_row_is_a_problem(tmp_path):
    found = staged(tmp_path, "\n".join([HEAD, LINES[0], LINES[1] + ",x", LINES[2]]))
    assert found.rows is None
    assert [(p.line, p.wanted) for p in found.problems] == [(3, "这一行的列数比表头多；含逗号的内容应加双引号")]


@pytest.mark.parametrize("line", [1, 2])
def test_a_quote_that_is_never_closed_is_found_at_its_line(tmp_path, line):
    lines = [HEAD, *LINES]
    lines[line] = '"' + lines[line]
    found = staged(tmp_path, "\n".join(lines))
    assert found.rows is None
    assert [(p.line, p.wanted) for p in found.problems] == [(line + 1, "双引号没有配对")]


def test_a_line_of_ten_thousand_cells_is_one_problem(tmp_path):
    found = staged(tmp_path, THREE + "1," * 10_000 + "\n")
    assert [(p.line, p.wanted) for p in found.problems] == [(5, "这一行的列数比表头多；含逗号的内容应加双引号")]


def test_a_cell_of_half_a_megabyte_is_a_cell(tmp_path):
    long = rows(SETTLEMENT | {"病种名称": '"' + "炎," * 100_000 + '"'}, {}, {"结算日期": "昨天"})
    assert told(staged(tmp_path, text(long))) == [(3, "结算日期", "昨天")]


def test_faulty_cells_are_told_beside_broken_lines(tmp_path):
    faulty = text(rows(SETTLEMENT, {"结算日期": "昨天"})).splitlines()[1]
    found = staged(tmp_path, "\n".join([HEAD, faulty, "S2,P1,390", LINES[2]]))
    assert [(p.line, p.column) for p in found.problems] == [(2, "结算日期"), (3, "")]


def test_a_quoted_cell_may_run_over_lines_and_line_numbers_stay_those_of_the_file(tmp_path):
    note = rows(SETTLEMENT | {"病种名称": '"肺\n炎"'}, {}, {"结算日期": "昨天"})
    assert told(staged(tmp_path, text(note))) == [(4, "结算日期", "昨天")]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_empty_lines_do_not_shift_the_line_numbers(tmp_path, ends):
    faulty = text(rows(SETTLEMENT, {"结算日期": "昨天"})).splitlines()[1]
    assert told(staged(tmp_path, ends.join([HEAD, LINES[0], "", "", faulty]))) == [(5, "结算日期", "昨天")]


# ---------------------------------------------------------------- rows that must be one


def test_a_repeated_key_is_told_at_the_line_that_repeats_it(tmp_path):
    found = staged(tmp_path, rows(SETTLEMENT, {"结算ID": "A"}, {"结算ID": "B"}, {"结算ID": "A"}, {"结算ID": "A"}))
    assert (found.state, found.good) == ("partial", 2)
    assert told(found) == [(4, "结算ID", "A"), (5, "结算ID", "A")]
    assert found.problems[0].wanted == "与前面的一行重复；应只有一行"


def test_a_key_of_several_columns_may_repeat_in_part(tmp_path):
    assert staged(tmp_path, [ENROLMENT, ENROLMENT | {"乡镇": "棠屿镇"}]).problems == ()
    found = staged(tmp_path, [ENROLMENT, ENROLMENT | {"参保人数": "1"}])
    assert told(found) == [(3, "统计年月、险种类型、乡镇、城乡、人员类别", "2026-06-01、390、云溪镇、rural、ordinary")]


def test_a_blank_is_a_value_of_a_key(tmp_path):
    found = staged(tmp_path, [ENROLMENT | {"乡镇": ""}, ENROLMENT | {"乡镇": ""}])
    assert [(p.line, p.found) for p in found.problems] == [(3, "2026-06-01、390、空、rural、ordinary")]


# ---------------------------------------------------------------- nothing is lost


def test_every_row_is_taken_reported_or_counted_as_left_out(tmp_path):
    good, faulty = [{}] * 7, [{"结算日期": "昨天"}, {"医疗费总额": "两千"}, {"险种类型": "999"}]
    listed = text(rows(SETTLEMENT, *good[:4], *faulty, *good[4:])) + "合计,,,,,,80,,11780\n\n,,,,,,,,\n注：略,,,,,,,,\n"
    found = staged(tmp_path, listed)
    reported = {p.line for p in found.problems}
    assert reported == {6, 7, 8}
    assert len(listed.splitlines()) - len(["header"]) == len(good) + len(reported) + found.skipped


def test_a_file_with_thousands_of_faults_says_how_many_it_does_not_list(tmp_path):
    found = staged(tmp_path, rows(SETTLEMENT, *[{"结算日期": "昨天"}] * 1500))
    assert len(found.problems) == 1000 + 1
    assert found.problems[-1].text == "共 1500 行有问题；以上只列出前 1000 行，改好后再试一次"


def test_the_receipt_tells_rows_persons_and_sums(tmp_path):
    assert staged(tmp_path, THREE).totals == TOTALS


@pytest.mark.parametrize("name", ["it's.csv", 'a"b.csv', "六月[1].csv", "a*b?.csv", "-x.csv", "六月；drop table.csv"])
def test_a_file_may_be_called_anything(tmp_path, name):
    from pipelines.build import words_of
    from pipelines.uploads.staging import stage

    path = tmp_path / name
    path.write_bytes(THREE.encode("gb18030"))
    (tmp_path / "aside").mkdir()
    assert stage(upload(path), tmp_path / "aside", "0" * 64, words_of).totals == TOTALS
