"""Workbooks to take away: nothing in them runs, nothing is lost, Excel's limits are kept."""

import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook
from xlsxwriter.worksheet import Worksheet

from pipelines import spreadsheets
from pipelines.spreadsheets import Head, Marked, Sheet, printable, write_workbook, xlsx_bytes

HOSTILE = [
    "=cmd|'/c calc'!A0",
    "@SUM(1+1)",
    "+1+1",
    "-2+3",
    "\t=1+1",
    "{=1+1}",
    '=HYPERLINK("http://x.y","点")',
    "http://example.org/x",
    "mailto:a@b.c",
    "internal:Sheet2!A1",
    "file://server/share",
    "<script>alert(1)</script>",
    "]]>&amp;",
    "名\u202e字",
    "a\x07b",
    "𠮷" * 200,
    "  两边有空格 ",
]


def read(content: bytes, title: str | None = None) -> list[list]:
    book = load_workbook(io.BytesIO(content))
    return book.get_sheet_by_name(title or book.sheet_names[0]).to_python()


def parts(content: bytes) -> dict[str, str]:
    """Member -> its XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def number_formats(content: bytes, *cells: str) -> list[str]:
    """The number format of each cell, as Excel finds it."""
    styles, sheet = parts(content)["xl/styles.xml"], parts(content)["xl/worksheets/sheet1.xml"]
    named = {"0": "General", "1": "0", "3": "#,##0", "4": "#,##0.00", "49": "@"}
    named |= dict(re.findall(r'<numFmt numFmtId="(\d+)" formatCode="([^"]+)"', styles))
    used = re.findall(r'<xf numFmtId="(\d+)"', styles.split("<cellXfs")[1])
    return [named[used[int(re.search(rf'<c r="{cell}" s="(\d+)"', sheet)[1])]] for cell in cells]


@pytest.fixture
def written():
    return xlsx_bytes(
        ["编号", "金额(元)", "人次", "日期", "时间"],
        [["511234199001011234", Decimal("1234567.50"), 1234, date(2026, 6, 1), datetime(2026, 6, 1, 8, 30)]],
    )


# ---------------------------------------------------------------- nothing runs


def test_no_text_becomes_a_formula_or_a_link():
    content = xlsx_bytes([*HOSTILE], [HOSTILE, [Marked(text, text) for text in HOSTILE]])
    for name, xml in parts(content).items():
        assert "externalLink" not in name
        assert not re.search(r"<(f|hyperlink|ddeLink|oleLink|externalReference)[ />]", xml), name
    assert 't="str"' not in parts(content)["xl/worksheets/sheet1.xml"]


def test_hostile_text_is_kept_letter_by_letter():
    assert read(xlsx_bytes(["乡镇"], [[text] for text in HOSTILE])) == [["乡镇"], *([text] for text in HOSTILE)]


def test_text_has_the_text_format_so_that_editing_makes_no_formula_of_it():
    content = xlsx_bytes(["a", "b"], [["=1+1", "511234199001011234"]])
    assert number_formats(content, "A2", "B2") == ["@", "@"]


def test_what_xml_does_not_know_is_shown_as_unknown():
    assert read(xlsx_bytes(["a"], [["x\uffff"], ["y\ud800"], ["一\r\n二\r三"]])) == [
        ["a"],
        ["x�"],
        ["y�"],
        ["一\n二\n三"],
    ]


@pytest.mark.parametrize("title", ["a/b[c]:*?\\", "'引号'", "很" * 40])
def test_any_title_becomes_a_tab(title):
    target = io.BytesIO()
    (tab,) = write_workbook(target, {title: Sheet(["a"], [["x"]])})
    assert load_workbook(io.BytesIO(target.getvalue())).sheet_names == [tab]
    assert len(tab) <= 31


# ---------------------------------------------------------------- nothing is lost


def test_values_come_back_as_what_they_are(written):
    _, row = read(written)
    assert row == ["511234199001011234", 1234567.5, 1234, date(2026, 6, 1), datetime(2026, 6, 1, 8, 30)]


def test_numbers_and_dates_look_like_numbers_and_dates(written):
    shown = ["@", "#,##0.00", "#,##0", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"]
    assert number_formats(written, "A2", "B2", "C2", "D2", "E2") == shown


def test_a_column_may_have_a_format_of_its_own():
    content = xlsx_bytes([Head("年份", format="0"), Head("占比(%)", format="0.0")], [[2026, Decimal("49.60")]])
    assert number_formats(content, "A2", "B2") == ["0", "0.0"]


@pytest.mark.parametrize("value", [Decimal("12345678901234.56"), 1234567890123456, -1234567890123456])
def test_a_number_that_a_spreadsheet_would_round_is_text(value):
    assert read(xlsx_bytes(["a"], [[value]]))[1] == [str(value)]


@pytest.mark.parametrize("value", [Decimal("1234567890123.45"), Decimal("100000000000000000.00"), 123456789012345])
def test_a_number_that_it_holds_is_a_number(value):
    (found,) = read(xlsx_bytes(["a"], [[value]]))[1]
    assert Decimal(repr(found)) == value


@pytest.mark.parametrize(("value", "shown"), [(None, ""), (float("nan"), ""), (True, "是"), (False, "否")])
def test_what_is_no_number_is_none(value, shown):
    assert read(xlsx_bytes(["a", "b"], [[value, "x"]]))[1] == [shown, "x"]


def test_a_day_before_1900_is_text():
    assert read(xlsx_bytes(["a"], [[date(1899, 12, 31)]]))[1] == ["1899-12-31"]


def test_text_too_long_for_a_cell_says_that_it_was_cut():
    (found,) = read(xlsx_bytes(["a"], [["长" * 40_000]]))[1]
    assert found.startswith("长" * 32_000)
    assert found.endswith("已截去后面的内容）")
    assert len(found) < 32_767


def test_a_generator_is_gone_through_once():
    content = xlsx_bytes(["a"], ([n] for n in range(1000)))
    assert [row[0] for row in read(content)[1:]] == list(range(1000))


AWKWARD = st.sampled_from(["_x0041_", "_x005F_", "]]>", "&#0;", "'=1", "\x00", "\x85", "\ud83d", " ", "\n", "\ufeff"])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=30) | AWKWARD, min_size=1, max_size=6))
def test_any_text_makes_a_sound_file_and_comes_back(texts):
    content = xlsx_bytes(["编号", "a"], [[n, Marked(text, text)] for n, text in enumerate(texts)])
    for xml in parts(content).values():
        ElementTree.fromstring(xml)
    assert [row[1] for row in read(content)[1:]] == [printable(text) for text in texts]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.decimals(-(10**13), 10**13, places=2) | st.integers(-(10**18), 10**18), min_size=1, max_size=6))
def test_any_amount_comes_back_to_the_last_digit(amounts):
    found = [row[0] for row in read(xlsx_bytes(["a"], [[amount] for amount in amounts]))[1:]]
    assert [Decimal(cell if isinstance(cell, str) else repr(cell)) for cell in found] == amounts


# ---------------------------------------------------------------- Excel's limits


def test_the_limit_is_excels():
    assert Worksheet().xls_rowmax == spreadsheets.ROWS


def test_rows_that_do_not_fit_go_on_in_a_further_sheet_which_is_named(monkeypatch):
    monkeypatch.setattr(spreadsheets, "ROWS", 300)
    target = io.BytesIO()
    tabs = write_workbook(target, {"结算": Sheet(["编号"], ([f"S{n}"] for n in range(700)))})
    assert tabs == ["结算", "结算（续2）", "结算（续3）"]
    found = [read(target.getvalue(), tab) for tab in tabs]
    assert [len(rows) for rows in found] == [300, 300, 105]
    assert all(rows[0] == ["编号"] for rows in found)
    assert [rows[-1][0] for rows in found[:2]] == [
        "一张工作表装不下，后面的行见工作表“结算（续2）”",
        "一张工作表装不下，后面的行见工作表“结算（续3）”",
    ]
    assert [row[0] for rows in (found[0][1:-1], found[1][1:-1], found[2][1:]) for row in rows] == [
        f"S{n}" for n in range(700)
    ]


def test_rows_that_just_fit_need_no_further_sheet(monkeypatch):
    monkeypatch.setattr(spreadsheets, "ROWS", 300)
    assert write_workbook(io.BytesIO(), {"结算": Sheet(["编号"], [["S"]] * 298)}) == ["结算"]


def test_notes_stop_where_excel_would_become_slow_but_the_colour_does_not(monkeypatch):
    monkeypatch.setattr(spreadsheets, "NOTES", 3)
    xml = parts(xlsx_bytes(["a"], [[Marked("x", "错")]] * 5))
    assert xml["xl/comments1.xml"].count("<comment ") == 3
    marked = re.search(r'<c r="A2" s="(\d+)"', xml["xl/worksheets/sheet1.xml"])[1]
    assert xml["xl/worksheets/sheet1.xml"].count(f's="{marked}" t="inlineStr"') == 5


# ---------------------------------------------------------------- how it looks


def test_the_header_stays_in_view_and_can_be_filtered(written):
    sheet = parts(written)["xl/worksheets/sheet1.xml"]
    assert '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' in sheet
    assert '<autoFilter ref="A1:E2"/>' in sheet
    assert "FF17559B" in parts(written)["xl/styles.xml"]


def test_chinese_is_twice_as_wide_as_latin():
    sheet = parts(xlsx_bytes(["a", "b"], [["云溪县人民医院" * 2, "abcdefghijklmn"]]))["xl/worksheets/sheet1.xml"]
    wide, narrow = (float(w) for w in re.findall(r'width="([\d.]+)"', sheet))
    assert (round(wide), round(narrow)) == (31, 17)


def test_a_marked_cell_is_orange_and_tells_why():
    xml = parts(xlsx_bytes(["a"], [[Marked("一千二", "应为金额（元），如 1200.00")]]))
    assert "应为金额（元），如 1200.00" in xml["xl/comments1.xml"]
    assert "FFFBDCC4" in xml["xl/styles.xml"]


def test_the_same_rows_make_the_same_file(written):
    rows = [["511234199001011234", Decimal("1234567.50"), 1234, date(2026, 6, 1), datetime(2026, 6, 1, 8, 30)]]
    assert xlsx_bytes(["编号", "金额(元)", "人次", "日期", "时间"], rows) == written


# ---------------------------------------------------------------- what goes wrong


def test_a_target_that_cannot_be_written_is_an_os_error(tmp_path):
    with pytest.raises(OSError):
        write_workbook(tmp_path / "no such folder" / "x.xlsx", {"a": Sheet(["a"])})


def test_nothing_stays_behind_when_rows_break_off(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(ZeroDivisionError):
        write_workbook(io.BytesIO(), {"a": Sheet(["a"], ([1 // (300 - n)] for n in range(400)))})
    assert list(tmp_path.iterdir()) == []
