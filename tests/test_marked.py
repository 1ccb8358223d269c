"""A file's faulty rows to take away and mend: complete, at their lines, what is wrong in orange, nothing personal."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from python_calamine import load_workbook

from pipelines.build import load, words_of
from pipelines.cli import main
from pipelines.uploads.diagnosis import SHOWN
from pipelines.uploads.files import Upload
from pipelines.uploads.marked import FAULTY, LIST, marked_name, marked_workbook, write_all
from pipelines.uploads.staging import Staged
from tests.files import INSTITUTION, PENALTY, SETTLEMENT, rows, staged, text, write

FAULTS = rows(SETTLEMENT, {}, {"医疗费总额": "一千二"}, {}, {"住院天数": "八", "结算日期": "6月"})


def workbook(found: Staged) -> bytes:
    target = io.BytesIO()
    marked_workbook(found, target, words_of)
    return target.getvalue()


def sheet(content: bytes, title: str) -> list[dict]:
    heads, *lines = load_workbook(io.BytesIO(content)).get_sheet_by_name(title).to_python()
    return [dict(zip(heads, line, strict=True)) for line in lines]


def xml(content: bytes, member: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(member).decode()


def orange(content: bytes) -> set[str]:
    """The filled cells of the faulty rows, as B2."""
    styles, cells = xml(content, "xl/styles.xml"), xml(content, "xl/worksheets/sheet2.xml")
    fills = re.findall(r"<fill>.*?</fill>", styles)
    looks = re.findall(r'<xf numFmtId="\d+" fontId="\d+" fillId="(\d+)"', styles.split("<cellXfs")[1])
    return {
        at
        for at, style in re.findall(r'<c r="([A-Z]+\d+)" s="(\d+)"', cells)
        if "FBDCC4" in fills[int(looks[int(style)])]
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_the_faulty_rows_stand_at_their_lines_in_any_encoding(tmp_path, encoding):
    content = workbook(staged(tmp_path, text(FAULTS).encode(encoding)))
    found = sheet(content, FAULTY)
    assert [row["行号"] for row in found] == [3, 5]
    assert [row["医疗费总额"] for row in found] == ["一千二", "2163.00"]
    assert [row["结算ID"] for row in found] == ["S2", "S4"]


def test_the_wrong_cells_are_orange_and_say_what_is_wanted(tmp_path):
    content = workbook(staged(tmp_path, FAULTS))
    heads = list(sheet(content, FAULTY)[0])
    wrong = [("医疗费总额", 2), ("结算日期", 3), ("住院天数", 3)]
    assert orange(content) == {f"{chr(65 + heads.index(head))}{line}" for head, line in wrong}
    notes = (
        xml(content, "xl/comments2.xml") if "xl/comments2.xml" in names(content) else xml(content, "xl/comments1.xml")
    )
    assert "应为金额（元），最多两位小数，如 1200.00" in notes
    assert "应为整数，如 128" in notes


def names(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.namelist()


def test_the_first_sheet_lists_every_problem(tmp_path):
    found = staged(tmp_path, FAULTS)
    content = workbook(found)
    assert load_workbook(io.BytesIO(content)).sheet_names == [LIST, FAULTY]
    assert [(row["行号"], row["列"], row["内容"], row["问题"]) for row in sheet(content, LIST)] == [
        (p.line, p.column, p.found, p.wanted) for p in found.problems
    ]
    assert {row["级别"] for row in sheet(content, LIST)} == {"该行装不进"}
    assert '<autoFilter ref="A1:E4"/>' in xml(content, "xl/worksheets/sheet1.xml")


def test_a_row_says_all_that_is_wrong_with_it(tmp_path):
    (_, last) = sheet(workbook(staged(tmp_path, FAULTS)), FAULTY)
    assert last["问题"].count("应为") == 2


def test_a_quoted_cell_over_several_lines_keeps_the_next_rows_at_their_lines(tmp_path):
    listed = rows(SETTLEMENT | {"病种名称": ""}, {"病种名称": '"肺\n炎"'}, {"医疗费总额": "x"})
    (row,) = sheet(workbook(staged(tmp_path, listed)), FAULTY)
    assert (row["行号"], row["结算ID"]) == (4, "S2")


def test_lines_too_short_or_too_long_are_shown_as_they_are(tmp_path):
    lines = text(rows(SETTLEMENT, {}, {}, {})).splitlines()
    lines[1], lines[2] = "S1,P1", f"{lines[2]},多出的,两格"
    content = workbook(staged(tmp_path, "\n".join(lines)))
    short, long = sheet(content, FAULTY)
    assert (short["行号"], short["人员编号"], short["医疗费总额"]) == (2, "P1", "")
    assert (long["行号"], long["表头以外的内容"]) == (3, "多出的｜两格")
    assert {"A2", "A3"} <= orange(content)


def test_an_unclosed_quote_does_not_swallow_the_lines_behind_it(tmp_path):
    lines = text(rows(SETTLEMENT, {}, {}, {})).splitlines()
    lines[2] = f'"{lines[2]}'
    found = staged(tmp_path, "\n".join(lines))
    told = sheet(workbook(found), FAULTY)
    assert [row["行号"] for row in told] == sorted({p.line for p in found.problems if p.line})
    assert 3 in [row["行号"] for row in told]


def test_a_header_that_is_not_known_is_shown_with_its_line(tmp_path):
    content = workbook(staged(tmp_path, "六月结算表\n" + text(rows(SETTLEMENT | {"怪列": "1"}, {}))))
    (row,) = sheet(content, FAULTY)
    assert (row["行号"], row["怪列"]) == (2, "怪列")
    assert len(orange(content)) == 1


def test_a_file_of_no_table_has_its_problems_listed(tmp_path):
    content = workbook(staged(tmp_path, "甲,乙\n1,2\n"))
    assert [row["级别"] for row in sheet(content, LIST)] == ["整个文件"]


def test_a_file_that_cannot_be_read_has_its_sentence_in_the_list(tmp_path):
    content = workbook(staged(tmp_path, b""))
    assert load_workbook(io.BytesIO(content)).sheet_names == [LIST]
    assert "空" in sheet(content, LIST)[0]["问题"]


def test_personal_columns_and_numbers_are_not_written(tmp_path):
    listed = rows(
        SETTLEMENT | {"姓名": "张三", "身份证号": "511234199001011234"},
        {"医疗费总额": "x"},
    )
    content = workbook(staged(tmp_path, listed))
    assert "张三" not in everything(content)
    assert "511234199001011234" not in everything(content)
    assert list(sheet(content, FAULTY)[0])[1:-1] == list(SETTLEMENT)


def test_a_personal_number_in_free_text_is_masked(tmp_path):
    listed = rows(PENALTY | {"违规事实": "", "违规金额": ""}, {"违规事实": "电话 13812345678", "违规金额": "x"})
    content = workbook(staged(tmp_path, listed))
    assert "13812345678" not in everything(content)
    assert "****" in everything(content)


def everything(content: bytes) -> str:
    return "".join(xml(content, name) for name in names(content))


def test_the_number_a_row_is_found_by_is_kept_whole(tmp_path):
    number = "511234199001011234"
    listed = rows(SETTLEMENT, {"结算ID": number, "人员编号": number, "医疗费总额": "x"})
    (row,) = sheet(workbook(staged(tmp_path, listed)), FAULTY)
    assert (row["结算ID"], row["人员编号"]) == (number, number)


def test_all_faulty_rows_are_there_though_the_dry_run_tells_the_first_ones_only(tmp_path):
    listed = rows(SETTLEMENT, *([{"医疗费总额": "x"}] * (SHOWN + 200)))
    found = staged(tmp_path, listed)
    assert len({p.line for p in found.problems if p.line}) == SHOWN
    told = sheet(workbook(found), FAULTY)
    assert [row["行号"] for row in told] == list(range(2, SHOWN + 202))
    assert all(row["问题"] for row in told)


def test_it_cannot_be_loaded_in_place_of_the_month(tmp_path):
    found = staged(tmp_path, FAULTS)
    marked_workbook(found, tmp_path / marked_name(found), words_of)
    (receipt,) = load(tmp_path / "warehouse", [tmp_path / marked_name(found)], "王")
    assert receipt.status == "refused"
    assert "请在原来的文件里改好" in receipt.problems[0].text


def test_the_command_line_writes_one_for_each_file_with_problems(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder, FAULTS, "结算.csv")
    write(tmp_path / "b", rows(INSTITUTION, {}), "名册.csv")
    command = ["--warehouse", str(tmp_path / "w"), "check", str(tmp_path / "a"), str(tmp_path / "b")]
    told = CliRunner().invoke(main, [*command, "--marked", str(tmp_path / "out")])
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["结算（2）（问题）.xlsx", "结算（问题）.xlsx"]
    for path in (tmp_path / "out").iterdir():
        assert [row["行号"] for row in sheet(path.read_bytes(), FAULTY)] == [3, 5]
        assert str(path) in told.output


def test_tables_of_one_name_get_files_of_their_own(tmp_path):
    found = staged(tmp_path, FAULTS)
    again = replace(found, upload=replace(found.upload, name="二月.zip › upload.csv"))
    assert [path.name for path in write_all([found, again], tmp_path / "out", words_of)] == [
        "upload（问题）.xlsx",
        "upload（问题）2.xlsx",
    ]


def test_nothing_in_it_runs(tmp_path):
    listed = rows(SETTLEMENT, {"医疗费总额": "=cmd|'/c calc'!A0", "结算ID": "=1+1"})
    content = workbook(staged(tmp_path, listed))
    assert not re.search(r"<(f|hyperlink)[ />]", xml(content, "xl/worksheets/sheet2.xml"))
    assert sheet(content, FAULTY)[0]["医疗费总额"] == "=cmd|'/c calc'!A0"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("结算.csv", "结算（问题）.xlsx"),
        ("六月.zip › 结算.xlsx › 居民", "居民（问题）.xlsx"),
        ("结算.csv（2）", "结算（2）（问题）.xlsx"),
        ("../a:b?.CSV", "a b（问题）.xlsx"),
        (".csv", "上传文件（问题）.xlsx"),
    ],
)
def test_its_name_is_that_of_the_table(name, wanted):
    assert marked_name(Staged(Upload(name, Path(), Path()))) == wanted
