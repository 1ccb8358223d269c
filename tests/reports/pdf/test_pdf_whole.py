"""A PDF holds all of its document, or there is none: what was made is read back by another program."""

import csv
import io
import re
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal

import pytest

from reports.document import Attachment, Chart, Column, Heading, Paragraph, Table
from reports.pdf import Refused, pdf, proof, reading
from tests.reports.pdf.papers import HOSTILE, all_charts, bars, document, every_kind, lines


def text(data: bytes) -> str:
    """All that stands on the pages, without blanks."""
    return re.sub(r"\s", "", "".join(reading.pages(data)))


@pytest.fixture(scope="module")
def whole() -> bytes:
    return pdf(every_kind()).data


def test_every_kind_of_block_stands_on_the_pages(whole):
    found = text(whole)
    for piece in ("一、总体情况", "（一）支出", "支出6,251.81万元[1]，应筹9,870.00万元[2]。", "按结算日期计。"):
        assert piece in found
    for piece in ("增加4.04%好于上年", "乙卫生院最高", "甲卫生院", "10.00", "第00059卫生院59311.8629.00%"):
        assert piece in found


def test_the_annex_has_no_number_and_stands_in_the_contents(whole):
    contents = reading.pages(whole)[1]
    assert "一、总体情况" in contents
    assert re.search(r"^附录", contents, re.M)


def test_each_figure_leads_to_its_row_of_the_annex(whole):
    assert whole.count(b"/Subtype/Link") >= 2 + 5  # in the paragraph and on the cards; the contents have some too
    assert text(whole).count("6,251.81万元[1]") == 6


def test_each_page_says_whose_it_is_how_new_by_whom_and_which_of_how_many(whole):
    pages = reading.pages(whole)
    for number, page in enumerate(pages[1:], 2):
        for piece in (
            "居民医保",
            "草稿",
            "某某县医疗保障局",
            "数据截至2026年6月",
            "b1a2c3d4",
            "张三",
            "2026-07-03 09:30",
            "李四",
        ):
            assert piece.replace(" ", "") in page.replace(" ", "")
        assert f"第{number}页/共{len(pages)}页" in page.replace(" ", "")


def test_an_official_document_bears_no_mark_of_a_draft():
    made = pdf(replace(every_kind(), official=True, why_draft=()))
    assert "草稿" not in text(made.data)
    assert "正式" in text(made.data)


def test_a_table_says_how_many_rows_it_has_and_what_they_add_up_to(whole):
    cost = sum(Decimal(n * 37) / 7 for n in range(60))
    assert f"共60行；人次合计1,770；费用（元）合计{cost:,.2f}。" in text(whole)


def test_a_table_of_hundreds_of_rows_has_its_head_on_each_page_and_every_row():
    made = pdf(document(lines(700)))
    pages = reading.pages(made.data)
    assert len(pages) > 10
    assert all("机构 人次" in page for page in pages)
    assert re.findall(r"第(\d{5})卫生院", "".join(pages)) == [f"{n:05d}" for n in range(700)]


def test_a_table_of_five_thousand_rows_comes_out_with_five_thousand_rows():
    made = pdf(document(lines(5000)))
    assert "此处印前100行，全部5,000行见附件表1.csv。" in text(made.data)
    assert "共5,000行；人次合计12,497,500" in text(made.data)
    rows = list(csv.reader(io.StringIO(reading.files(made.data)["表1.csv"].decode("utf-8-sig"))))
    assert rows[0] == ["机构", "人次", "费用（元）", "同比"]
    assert [row[0] for row in rows[1:]] == [f"第{n:05d}卫生院" for n in range(5000)]
    assert sum(Decimal(row[2]) for row in rows[1:]) == sum(Decimal(n * 37) / 7 for n in range(5000))


def test_files_are_attached_byte_for_byte_and_two_tables_of_one_name_get_two_files():
    given = Attachment("figures.json", "application/json", '{"a": "中"}'.encode(), "数字")
    raw = Attachment("raw.bin", "application/octet-stream", bytes(range(256)), "原件")
    made = pdf(document(lines(3, name="机构"), lines(4, name="机构"), attachments=(given, raw)))
    files = reading.files(made.data)
    assert set(files) == {"figures.json", "raw.bin", "机构.csv", "机构（2）.csv"}
    assert files["figures.json"] == given.data
    assert files["raw.bin"] == raw.data
    assert [len(files[name].splitlines()) for name in ("机构.csv", "机构（2）.csv")] == [4, 5]


@pytest.mark.parametrize("kind", ["page", "bulletin"])
def test_hostile_names_are_printed_as_they_stand_everywhere(kind):
    table = Table(
        HOSTILE[2], (Column(HOSTILE[1]), Column("数", 0, total=True)), tuple((h, 1) for h in HOSTILE), name="a/../b"
    )
    labels = [
        h.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        for h in map(" ".join, map(str.split, HOSTILE))
    ]
    blocks = [*map(Heading, HOSTILE), *(Paragraph((h,)) for h in HOSTILE), table, Chart(bars(labels), *HOSTILE[:3])]
    heads = {"title": HOSTILE[0], "scope": HOSTILE[1], "unit": HOSTILE[2], "as_of": HOSTILE[3], "by": HOSTILE[4]}
    made = pdf(document(*blocks, kind=kind, cover=kind != "page", subtitle=HOSTILE[9], **heads))
    found = text(made.data)
    for name in HOSTILE[:5] + HOSTILE[9:12]:
        assert found.count(re.sub(r"\s", "", name)) >= 3, name
    assert found.count("零宽反向控制") >= 3
    assert "root:" not in found
    assert list(reading.files(made.data)) == ["a_.._b.csv"]


def test_characters_that_the_fonts_lack_are_shown_as_such_and_listed():
    made = pdf(document(Heading("𠮷野家🏥"), Paragraph(("Ａ𠮷",))))
    assert made.lost == ("U+20BB7", "U+1F3E5")
    assert "〓野家〓" in text(made.data)
    assert "共2个：U+20BB7、U+1F3E5。" in text(made.data)


def test_a_chart_that_cannot_be_printed_is_refused_by_name():
    with pytest.raises(Refused, match="scattergl"):
        pdf(document(Chart({"data": [{"type": "scattergl"}], "layout": {}}, "题", "", "")))


def test_a_row_higher_than_a_page_is_refused_and_not_cut():
    with pytest.raises(Refused, match="没有全部印出"):
        pdf(document(Table("表", (Column("说明"), Column("数")), (("很长的说明" * 4000, 1),))))


def test_another_process_with_other_hashes_makes_the_same_bytes():
    code = (
        "import sys; from reports.pdf import pdf; from tests.reports.pdf.papers import all_charts, every_kind;"
        "sys.stdout.buffer.write(pdf(all_charts()).data + pdf(every_kind()).data)"
    )
    other = subprocess.run([sys.executable, "-c", code], env={"PYTHONHASHSEED": "7"}, capture_output=True, check=True)
    assert other.stdout == pdf(all_charts()).data + pdf(every_kind()).data


def test_a_pdf_is_tagged_and_says_what_it_is_for_archives_and_for_readers_who_listen(whole):
    for piece in (
        b"/MarkInfo",
        b"/StructTreeRoot",
        b"pdfaid:part>3",
        b"pdfaid:conformance>A",
        b"pdfuaid:part>1",
        b"zh",
    ):
        assert piece in whole
    assert b"/Figure" in whole
    assert b"/Alt<FEFF%s>" % "条形图：乙高于甲".encode("utf-16-be").hex().upper().encode() in whole
    assert reading.titled(whole) == "某某县医疗保障基金运行半年报告"


def test_a_document_says_how_far_it_is():
    told = []
    pdf(all_charts(), lambda share, what: told.append((share, what)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert (shares[0] < 0.2, shares[-1]) == (True, 1.0)
    assert {f"画图 {n}/10" for n in range(1, 11)} < {what for _, what in told}


def test_the_proof_misses_what_is_not_there():
    data = {"head": {"cover": False, "official": True, "kind": "page", "watermark": ""}}
    data["blocks"] = [{"kind": "heading", "text": text} for text in ("甲", "乙")]
    proof.prove_text(data, ["甲\n乙"], proof.bare)
    for pages in (["甲"], ["乙", "甲"], []):
        with pytest.raises(Refused, match="没有全部印出"):
            proof.prove_text(data, pages, proof.bare)


def test_the_proof_adds_the_attached_file_up_anew():
    table = lines(3)
    good = "h\n" + "".join(f"{a},{b},{c},{d}\n" for a, b, c, d in table.rows)
    proof.prove_file(table, good)
    for bad in (good.rsplit("\n", 2)[0], good.replace("卫生院,1,", "卫生院,2,")):
        with pytest.raises(Refused, match="附件"):
            proof.prove_file(table, bad)
