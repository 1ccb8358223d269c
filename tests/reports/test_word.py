"""A Word file holds the whole document: opened again, every figure, row, picture and heading is found in it."""

import hashlib
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from reports import register
from reports.document import Column, Heading, PageBreak, Paragraph, Table
from reports.word import docx as as_word
from tests.reports.papers import HOSTILE, cited, line_chart, long_table, paper, with_annex

ROOT = Path(__file__).parents[2]


def opened(document):
    return docx.Document(BytesIO(as_word(document)))


def parts(document) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(as_word(document))) as file:
        return {name: file.read(name).decode("utf-8", "replace") for name in file.namelist()}


def rows_of(table) -> list[list[str]]:
    """The texts of a table's cells, read from its XML: python-docx takes minutes for thousands of rows."""
    return [["".join(t.text or "" for t in c.iter(qn("w:t"))) for c in r.iter(qn("w:tc"))] for r in table._tbl.tr_lst]


def texts(file) -> list[str]:
    return [each.text for each in file.paragraphs]


@pytest.fixture(scope="module")
def annexed(sample_county):
    return with_annex(cited(sample_county))


def test_every_figure_leads_to_the_row_of_the_annex_that_holds_it(annexed):
    file = opened(annexed)
    links = [
        each for each in file.element.body.iter(qn("w:hyperlink")) if each.get(qn("w:anchor")).startswith("figure_")
    ]
    marks = {each.get(qn("w:name")): each for each in file.element.body.iter(qn("w:bookmarkStart"))}
    numbers = annexed.annex_numbers()
    assert len(links) == 2 * len(annexed.quotes()) + 1, "the sentence, the table and the card"
    for quote in annexed.quotes().values():
        anchor = f"figure_{numbers[quote.key]}"
        row = next(each for each in marks[anchor].iterancestors() if each.tag == qn("w:tr"))
        assert quote.text in [t.text for t in row.iter(qn("w:t"))]
        led = ["".join(t.text for t in link.iter(qn("w:t"))) for link in links if link.get(qn("w:anchor")) == anchor]
        assert quote.text in led
        assert any(quote.key in link.get(qn("w:tooltip")) for link in links)


def test_a_table_of_five_thousand_rows_has_five_thousand_rows():
    table = long_table(5000)
    file = opened(paper(table))
    head, *rows = rows_of(file.tables[0])
    assert head == [column.head for column in table.columns]
    assert rows == [[row[0], f"{row[1]:,}", f"{row[2]:,.2f}"] for row in table.rows]
    assert f"共 5,000 行；人次合计 {sum(range(5000)):,}" in "".join(texts(file))
    assert file.tables[0]._tbl.tr_lst[0].trPr.find(qn("w:tblHeader")) is not None, "its head is repeated"


def test_a_table_too_wide_for_an_upright_page_lies_and_one_too_wide_for_any_comes_in_parts():
    def wide(columns):
        heads = tuple(Column(f"指标{n}（万元）", 2) for n in range(columns))
        rows = tuple((f"机构{r}", *(10000.5 + r * columns + n for n in range(columns))) for r in range(3))
        return Table("宽表", (Column("机构"), *heads), rows)

    file = opened(
        paper(Heading("一处"), Paragraph(("正文",)), Heading("宽"), wide(15), Heading("末"), Paragraph(("完",)))
    )
    assert [each.orientation for each in file.sections] == [
        WD_ORIENT.PORTRAIT,
        WD_ORIENT.LANDSCAPE,
        WD_ORIENT.PORTRAIT,
    ]
    wider = wide(60)
    found = opened(paper(wider)).tables
    assert len(found) > 2
    together = [[cell for row in same for cell in row[1:]] for same in zip(*map(rows_of, found), strict=True)]
    assert together == [
        [column.head for column in wider.columns[1:]],
        *([f"{value:,.2f}" for value in row[1:]] for row in wider.rows),
    ]


def test_hostile_names_stand_there_as_they_are():
    file = opened(paper(Heading(HOSTILE), Paragraph((HOSTILE,)), long_table(1), title=HOSTILE * 5, watermark=HOSTILE))
    assert f"一、{HOSTILE}" in texts(file)
    assert rows_of(file.tables[0])[1][0] == f"{HOSTILE}0"
    assert HOSTILE * 5 in file.sections[0].header.paragraphs[0].text


def test_controls_and_broken_characters_are_left_out():
    assert "甲乙 丙" in texts(opened(paper(Paragraph(("甲\x00\ud800乙\n丙\ufffe",)))))


def test_a_chart_is_a_picture_with_its_words_and_one_that_cannot_be_drawn_is_its_data():
    undrawn = replace(line_chart(), figure={"data": [{"type": "pie", "x": [1], "y": [2.5]}], "layout": {}})
    file = opened(paper(line_chart(), undrawn))
    (shape,) = file.inline_shapes
    assert shape._inline.docPr.get("descr") == "折线图；支出逐月增加"
    assert file.part.related_parts[shape._inline.graphic.graphicData.pic.blipFill.blip.embed].blob[1:4] == b"PNG"
    assert rows_of(file.tables[0])[1] == ["", "1", "2.5"]


def test_headings_are_numbered_listed_and_in_the_fonts_of_official_documents():
    file = opened(paper(Heading("参保"), Heading("人数", 2), PageBreak(), Heading("支出"), cover=True))
    heads = [each for each in file.paragraphs if each.style.name.startswith("heading") or "Heading" in each.style.name]
    told = ["一、参保", "（一）人数", "二、支出"]
    assert [each.text for each in heads if each.style.name != "TOC Heading"] == told
    assert [each.text for each in file.paragraphs if each.style.name in ("toc 1", "toc 2")] == told
    fonts = {each.name: each.element.rPr.rFonts.get(qn("w:eastAsia")) for each in file.styles if each.type == 1}
    assert (fonts["Body Text"], fonts["Title"]) == ("仿宋", "方正小标宋简体")
    heads = [font for name, font in fonts.items() if name.lower() in ("heading 1", "heading 2")]
    assert heads == ["黑体", "楷体"]
    assert 'w:altName w:val="仿宋_GB2312' in parts(paper())["word/fontTable.xml"]


def test_a_title_that_the_text_begins_with_stands_there_once():
    letter = paper(Heading("一封函"), Heading("指标", 2), Paragraph(("正文",)), title="一封函", kind="letter")
    assert [each for each in texts(opened(letter)) if each in ("一封函", "指标")] == ["一封函", "指标"]


def test_a_draft_says_so_on_every_page_and_an_official_document_does_not():
    draft, official = parts(paper(cover=True)), parts(paper(cover=True, official=True))
    assert "2026年5月没有封账" in draft["word/document.xml"]
    assert [sum("草稿" in part for part in each.values()) for each in (draft, official)] == [2, 0]


def test_the_file_bears_the_mark_of_its_document_and_none_of_the_template():
    document = paper(Heading("一"))
    made = parts(document)
    assert docx.Document(BytesIO(as_word(document))).core_properties.keywords == register.mark(document)
    assert not [name for name in made if "thumbnail" in name or "customXml" in name]


DRAWN = """
import hashlib
from reports.document import Heading, Paragraph
from reports.word import docx
from tests.reports.papers import line_chart, long_table, paper
document = paper(Heading("一"), Paragraph(("正文",)), line_chart(), long_table(20), cover=True, watermark="某人")
print(hashlib.sha256(docx(document)).hexdigest())
"""


def test_another_process_makes_the_same_bytes():
    told = os.environ | {"PYTHONHASHSEED": "7", "TZ": "UTC-9", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", DRAWN], env=told, capture_output=True, text=True)
    blocks = (Heading("一"), Paragraph(("正文",)), line_chart(), long_table(20))
    here = as_word(paper(*blocks, cover=True, watermark="某人"))
    assert done.stdout.strip() == hashlib.sha256(here).hexdigest(), done.stderr
