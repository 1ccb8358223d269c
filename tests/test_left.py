"""Lines and columns that are no data: coped with, counted, and shown with the reason."""

import csv

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.contracts import code_lists, common, words
from pipelines.engine import workbench
from pipelines.uploads.decode import decode
from pipelines.uploads.left import column_name, kind_of
from pipelines.uploads.recognise import recognise
from pipelines.uploads.typing_query import scan, skip_condition
from tests.files import INSTITUTION, SETTLEMENT, rows, staged, text

THREE = text(rows(SETTLEMENT, {}, {}, {}))
HEAD, *LINES = THREE.splitlines()
COMMAS = "," * HEAD.count(",")


def shown(found) -> list[tuple]:
    return [(left.line, left.kind, left.text) for left in found.left]


def lines_of(*parts: str) -> str:
    return "\n".join(parts) + "\n"


# ---------------------------------------------------------------- lines


def test_everything_above_and_below_the_table_is_shown_with_its_line(tmp_path):
    found = staged(
        tmp_path,
        lines_of(
            f"云溪县 2026 年 6 月结算明细{COMMAS}",
            COMMAS,
            HEAD,
            *LINES,
            "",
            f"小计{COMMAS}",
            "合计,,,,,,24,6489.00,3534.00",
            f"制表：王{COMMAS}",
        ),
    )
    assert (found.problems, found.good, found.skipped) == ((), 3, 6)
    assert shown(found) == [
        (1, "标题", "云溪县 2026 年 6 月结算明细"),
        (2, "空行", ""),
        (7, "空行", ""),
        (8, "合计", "小计"),
        (9, "合计", "合计，24，6489.00，3534.00"),
        (10, "说明", "制表：王"),
    ]


def test_lines_are_read_good_faulty_or_left_out_and_none_is_forgotten(tmp_path):
    faulty = text(rows(SETTLEMENT, {"结算日期": "昨天"})).splitlines()[1].replace("S1", "S9")
    written = lines_of("标题", HEAD, LINES[0], "", faulty, COMMAS, LINES[1], "备注：略")
    found = staged(tmp_path, written)
    assert (found.good, found.faulty, found.skipped) == (2, 1, 4)
    assert len(written.splitlines()) == len(["header"]) + found.read + found.skipped


@pytest.mark.parametrize(
    "note", ["制表：王", "注：本表不含异地", "第 3 页 共 9 页", "合计", "小计,,", "   ", "备注,略,,,"]
)
def test_notes_and_totals_may_be_shorter_than_the_table(tmp_path, note):
    found = staged(tmp_path, lines_of(HEAD, *LINES[:2], note, LINES[2]))
    assert (found.problems, found.good, found.skipped) == ((), 3, 1)
    assert [left.line for left in found.left] == [4]


def test_blank_cells_beyond_the_table_are_nothing(tmp_path):
    found = staged(tmp_path, lines_of(HEAD, LINES[0] + ",", LINES[1] + ",,,", LINES[2]))
    assert (found.problems, found.good) == ((), 3)


def test_a_cell_beyond_the_table_is_not_cut_off(tmp_path):
    found = staged(tmp_path, lines_of(HEAD, LINES[0] + ",", LINES[1] + ",,7", LINES[2]))
    assert (found.state, [p.line for p in found.problems]) == ("refused", [3])


def test_a_mended_file_keeps_its_line_numbers(tmp_path):
    faulty = LINES[2].replace("2026-06-05", "昨天")
    found = staged(tmp_path, lines_of("标题", HEAD, LINES[0], "", "制表：王", LINES[1], faulty))
    assert [(p.line, p.found) for p in found.problems] == [(7, "昨天")]
    assert [left.line for left in found.left] == [1, 4, 5]


@pytest.mark.parametrize("written", [HEAD, HEAD.replace("结算ID", "setl_id"), HEAD.replace("结算ID", '"结算ID"')])
def test_a_header_that_every_page_repeats_is_left_out(tmp_path, written):
    found = staged(tmp_path, lines_of("标题" + COMMAS, written, LINES[0], written, LINES[1], "标题" + COMMAS, LINES[2]))
    assert (found.problems, found.good, found.skipped) == ((), 3, 3)
    assert [(line, kind) for line, kind, _ in shown(found)] == [(1, "标题"), (4, "表头重复"), (6, "表头重复")]


def test_a_row_that_is_not_quite_the_header_is_a_faulty_row(tmp_path):
    found = staged(tmp_path, lines_of(HEAD, LINES[0], HEAD.replace("结算日期", "结算时间"), LINES[1]))
    assert (found.good, found.faulty) == (2, 1)


def test_what_is_left_out_far_from_the_end_is_shown_too(tmp_path):
    many = [LINES[0].replace("S1", f"S{n}") for n in range(3000)]
    plain = lines_of(HEAD, *many[:10], COMMAS, *many[10:], f"合计{COMMAS}")
    assert [left.line for left in staged(tmp_path, plain).left] == [12, 3003]
    quoted = staged(tmp_path, plain.replace("S7,", '"S7",'))
    assert (quoted.skipped, [left.line for left in quoted.left]) == (2, [12, 3003])


def test_at_most_a_hundred_lines_are_shown_and_all_are_counted(tmp_path):
    found = staged(tmp_path, lines_of(HEAD, *LINES, *[COMMAS] * 150))
    assert (found.skipped, len(found.left)) == (150, 100)


CELLS = st.sampled_from(
    [
        "",
        " ",
        "\t",
        "　",
        "合计",
        "合 计",
        "小计",
        "制表：王",
        "注:x",
        "第 2 页",
        "S1",
        "结算ID",
        "~",
        "总计",
        "0",
        "标题",
    ]
)


@given(st.lists(st.lists(CELLS, min_size=4, max_size=4), min_size=1, max_size=30))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_engine_and_the_list_agree_on_what_is_no_data(tmp_path, written):
    path = tmp_path / "upload.csv"
    head = ["机构编码,机构名称,机构类型,机构类别", "标题,,,"]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"{head[1]}\n{head[0]}\n")
        csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(written)
    decoded = decode(path, tmp_path)
    reading = recognise(decoded.head)
    with workbench(tmp_path) as con:
        told = con.execute(f"select {skip_condition(reading)} from {scan(decoded, reading)}").fetchall()
    assert [skipped for (skipped,) in told] == [bool(kind_of(tuple(cells), reading)) for cells in written]


def test_a_row_above_the_header_is_never_taken_for_a_title(tmp_path):
    """Two exports glued together, or a sorted file: what stands above would be lost without a word."""
    found = staged(tmp_path, lines_of(LINES[0], HEAD, LINES[1], LINES[0]))
    assert found.state == "refused"
    assert [(p.line, p.wanted) for p in found.problems] == [
        (1, "表头上方有像数据的一行；表头要在所有数据的上方，请移到最前面")
    ]


def test_a_long_line_above_the_header_is_shown_and_its_like_below_is_a_row(tmp_path):
    above = HEAD.replace("结算ID", "项目一")
    found = staged(tmp_path, lines_of(above, HEAD, LINES[0], above))
    assert (found.good, found.faulty, [left.line for left in found.left]) == (1, 1, [1])


def test_a_quote_that_a_title_never_closes_is_named(tmp_path):
    found = staged(tmp_path, lines_of('"云溪县结算明细', HEAD, *LINES * 5))
    assert [(p.line, p.found, p.wanted) for p in found.problems] == [(1, "云溪县结算明细", "双引号没有配对")]


# ---------------------------------------------------------------- columns


def test_a_blank_column_without_a_header_is_shown(tmp_path):
    found = staged(
        tmp_path, lines_of(HEAD.replace(",医疗类别", ",,医疗类别") + ",", *(widened(line) for line in LINES))
    )
    assert (found.problems, found.good) == ((), 3)
    assert shown(found) == [(1, "空列", "第 4 列（D）"), (1, "空列", "第 11 列（K）")]


def widened(line: str) -> str:
    return line.replace(",21,", ",,21,") + ","


def test_a_column_with_content_but_no_header_is_a_warning(tmp_path):
    found = staged(tmp_path, lines_of(HEAD + ",", LINES[0] + ",张三", LINES[1] + ",", LINES[2] + ",李四"))
    assert (found.state, found.left) == ("ready", ())
    assert [(p.line, p.column, p.found, p.severity) for p in found.problems] == [
        (1, "第 10 列（J）", "2 行有内容", "analytical")
    ]
    assert found.problems[0].wanted == "这一列没有列名，没有读入；要读入的请补上列名"


@pytest.mark.parametrize(("at", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_a_column_is_called_as_excel_calls_it(at, name):
    assert column_name(at) == f"第 {at + 1} 列（{name}）"


# ---------------------------------------------------------------- headers over two lines


def test_a_header_may_stand_over_two_lines(tmp_path):
    """Merged cells, saved as CSV: the group above, its columns below, and the others above alone."""
    head = "结算ID,人员编号,险种类型,医疗类别,定点医药机构编号,结算日期,费用,,\n,,,,,,住院天数,医疗费总额,基金支付总额"
    found = staged(tmp_path, lines_of("标题" + COMMAS, head, *LINES, head))
    assert (found.problems, found.good, found.header_line) == ((), 3, 3)
    assert found.header == tuple(HEAD.split(","))
    assert [(left.line, left.kind) for left in found.left] == [(1, "标题"), (7, "表头重复"), (8, "表头重复")]


def test_the_groups_above_a_whole_header_are_a_title(tmp_path):
    found = staged(tmp_path, lines_of("基本信息,,,,,,费用,,", HEAD, *LINES))
    assert (found.problems, found.header_line) == ((), 2)
    assert shown(found) == [(1, "标题", "基本信息，费用")]


def test_a_first_row_with_blanks_is_no_second_line_of_the_header(tmp_path):
    found = staged(tmp_path, [INSTITUTION | {"乡镇": "", "床位数": ""}])
    assert (found.header_line, found.good) == (1, 1)


def test_a_header_cell_may_run_over_lines(tmp_path):
    faulty = LINES[1].replace("2026-06-05", "昨天")
    found = staged(tmp_path, lines_of(HEAD.replace("医疗费总额", '"医疗费\n总额"'), LINES[0], faulty))
    assert [(p.line, p.found) for p in found.problems] == [(4, "昨天")]
    assert duckdb.sql(f"select medfee_sumamt from '{found.rows}'").fetchall()[0][0] == 2163


def test_no_word_of_a_code_list_looks_like_a_note_or_a_total():
    """A table whose first column is a code would lose such rows without a fault."""
    told = [word for codes in code_lists() for word in words(codes)]
    assert [w for w in told if w.startswith(common().note_words) or w in common().total_words] == []
