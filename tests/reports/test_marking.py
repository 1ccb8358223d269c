"""What leaves the house bears the name and the time of whoever took it, for the roles that the matrix names."""

import ast
import io
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from pipelines import WarehouseError, access, signing
from pipelines.access import Caller, acting
from reports import marking, register
from reports.document import Heading, PageBreak
from reports.editions import Terms
from reports.letters.writing import Common
from reports.letters.writing import document as letter
from reports.pdf import pdf
from reports.text import text
from reports.workbook import xlsx
from tests.reports.papers import paper
from views.takeaway import File

AT = datetime(2026, 7, 3, 9, 30)
ROOT = Path(__file__).parents[2]


def somebody(role: str, **more) -> Caller:
    return Caller("李强", role, access.roles()[role].rights, **more)


@pytest.mark.parametrize("role", list(access.roles()))
def test_the_roles_that_the_matrix_names_and_no_others_bear_their_name(tmp_path, role):
    with acting(somebody(role)):
        named = "李强 2026-07-03 09:30" if access.roles()[role].watermark else ""
        assert marking.watermark(tmp_path, at=AT) == named
        assert ("李强" in marking.stamp(tmp_path)) is access.roles()[role].watermark


def test_without_accounts_a_file_bears_what_was_typed_and_nothing_else(tmp_path):
    assert marking.watermark(tmp_path, "某局", AT) == "某局"
    assert marking.stamp(tmp_path) == ""


def test_an_administrator_who_looks_as_another_bears_his_own_name(tmp_path):
    with acting(somebody("operations", seen_by="管理员")):
        assert marking.watermark(tmp_path, "内部", AT) == "内部 管理员 2026-07-03 09:30"


def test_a_file_without_the_name_it_must_bear_is_refused(tmp_path):
    document = paper()
    with acting(somebody("auditor")):
        with pytest.raises(WarehouseError, match="没有印上“李强”的水印"):
            register.keep(tmp_path, replace(document, watermark="别人"), b"1", "pdf")
        register.keep(tmp_path, replace(document, watermark=marking.watermark(tmp_path, at=AT)), b"2", "pdf")


def test_whatever_composes_a_document_asks_for_its_watermark():
    """Only then is the register's refusal never met: each place that makes a document names the mark."""
    made = []
    for path in [*(ROOT / "reports").rglob("*.py"), *(ROOT / "views").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") == "Document"
                and len(node.args + node.keywords) > 3
            ):
                made.append((path.name, "watermark(" in ast.unparse(node)))
    assert len(made) >= 4
    assert [name for name, marked in made if not marked] == []


def test_a_letter_bears_it(sample_county):
    period = sample_county.default_period
    common = Common(sample_county, period, Terms("李强", AT), {}, {}, signing.state(sample_county, period))
    with acting(somebody("auditor")):
        found = letter(common, "all", "关于六月的函", "甲院", ())
    assert found.watermark == "李强 2026-07-03 09:30"


def test_each_page_of_a_pdf_says_it_in_its_foot():
    made = pdf(replace(paper(Heading("一"), PageBreak(), Heading("二")), watermark="李强 2026-07-03 09:30")).data
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(made)]
    assert len(pages) == 2
    assert all("印给 李强 2026-07-03 09:30" in page for page in pages)


def test_text_and_workbook_say_it():
    document = replace(paper(), watermark="李强 2026-07-03 09:30")
    assert "本件印有“李强 2026-07-03 09:30”" in text(document)
    made = io.BytesIO(xlsx(document))
    cells = [cell for row in CalamineWorkbook.from_filelike(made).get_sheet_by_name("目录").to_python() for cell in row]
    assert "本件印有“李强 2026-07-03 09:30”" in cells
    foot = zipfile.ZipFile(made).read("xl/worksheets/sheet1.xml").decode().partition("<oddFooter>")[2]
    assert "李强 2026-07-03 09:30" in foot


def test_a_table_to_take_away_bears_it_on_a_sheet_of_its_own():
    file = File.of("名单", {"机构": ["甲院"], "金额（元）": [3]})
    book = CalamineWorkbook.from_filelike(io.BytesIO(file.xlsx("李强 2026-07-03 09:30")))
    assert book.sheet_names == ["名单", "水印"]
    assert book.get_sheet_by_name("水印").to_python()[1] == ["李强 2026-07-03 09:30"]
    assert CalamineWorkbook.from_filelike(io.BytesIO(file.xlsx())).sheet_names == ["名单"]
