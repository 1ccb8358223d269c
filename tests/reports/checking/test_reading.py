"""Reading a report's file: any usual encoding, Word, PDF; what is no report is refused in a sentence."""

import io
import zipfile

import pytest
import typst
from docx import Document
from pylopdf_fonts_zh_cn import __file__ as fonts

from pipelines import WarehouseError
from reports.checking import check, read
from tests.reports.checking import labels

TEXT = (
    "职工医保参保人数27586人，完成市下达扩面任务26994人的102.19%。\n县内次均住院费用2163元，比去年同期2254元降低19元。"
)


def alarms(text):
    return [(one.verdict, one.quoted) for one in check(text).findings if one.verdict != "agrees"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_file_of_any_usual_encoding_is_read(tmp_path, encoding):
    (tmp_path / "report.txt").write_bytes(TEXT.replace("\n", "\r\n").encode(encoding))
    assert read(tmp_path / "report.txt") == TEXT


def test_a_word_file_is_read_with_its_tables_and_inserted_text(tmp_path):
    document = Document()
    for line in TEXT.split("\n"):
        document.add_paragraph(line)
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "居民", "461843"
    document.save(tmp_path / "report.docx")
    assert read(tmp_path / "report.docx") == f"{TEXT}\n居民\t461843"


def test_a_cell_of_several_lines_leaves_its_row_in_one(tmp_path):
    document = Document()
    table = document.add_table(2, 2)
    for place, text in enumerate(("险种", "参保人数\n（人）", "居民", "461843")):
        table.cell(*divmod(place, 2)).text = text
    table.cell(0, 1).add_paragraph("期末")
    document.save(tmp_path / "report.docx")
    assert read(tmp_path / "report.docx") == "险种\t参保人数 （人） 期末\n居民\t461843"


def test_a_pdf_gives_the_findings_of_its_text(tmp_path):
    county = labels.report(labels.CORPUS / "county.toml").text
    source = '#set text(font: "Noto Serif SC")\n' + county.replace("\n", "\n\n")
    data = typst.compile(source.encode(), font_paths=[fonts.rpartition("/")[0]])
    (tmp_path / "report.pdf").write_bytes(data)
    printed = alarms(read(tmp_path / "report.pdf"))
    assert [(verdict, "".join(quoted.split())) for verdict, quoted in printed] == alarms(county)


def test_the_columns_of_a_table_in_a_pdf_are_parted_by_tabs_and_words_are_not(tmp_path):
    table = "#table(columns: (5cm, 4cm, 4cm), [险种], [参保 人数], [增长], [居民], [461,843], [+0.60])"
    source = f'#set text(font: "Noto Serif SC")\n参保 461843 人，增长 0.60%。\n\n{table}'
    data = typst.compile(source.encode(), font_paths=[fonts.rpartition("/")[0]])
    (tmp_path / "report.pdf").write_bytes(data)
    lines = [line.strip() for line in read(tmp_path / "report.pdf").split("\n")]
    assert lines == ["参保 461843 人，增长 0.60%。", "险种\t参保 人数\t增长", "居民\t461,843\t+0.60"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "没有文字"),
        (b"   \n", "没有文字"),
        (b"\x89PNG\r\n\x1a\n", "图片"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 600, "另存为 .docx"),
        (b"%PDF-1.7 nothing", "PDF 已损坏"),
        (b"PK\x03\x04 nothing", "已损坏"),
        ("文".encode() * 200_001, "请分几次核对"),
        (bytes(range(128, 256)) * 4, "编码认不出来"),
    ],
)
def test_what_is_no_report_is_refused_in_a_sentence(tmp_path, data, said):
    (tmp_path / "report").write_bytes(data)
    with pytest.raises(WarehouseError, match=said):
        read(tmp_path / "report")


def test_a_workbook_and_a_scan_are_refused(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    (tmp_path / "book.docx").write_bytes(packed.getvalue())
    with pytest.raises(WarehouseError, match="不是 Word 文件"):
        read(tmp_path / "book.docx")
    (tmp_path / "scan.pdf").write_bytes(typst.compile(b"#rect(width: 10cm, height: 10cm)"))
    with pytest.raises(WarehouseError, match="扫描件"):
        read(tmp_path / "scan.pdf")
