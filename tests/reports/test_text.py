"""A document as text: whole, with the number of each figure's row in the annex, and nothing that nobody sees."""

from reports.document import Column, Heading, Paragraph, Table
from reports.text import text
from tests.reports.papers import HOSTILE, cited, line_chart, long_table, paper, with_annex


def test_a_figure_bears_the_number_of_its_row_in_the_annex_and_only_where_there_is_one(sample_county):
    found = cited(sample_county)
    document = with_annex(found)
    told = text(document)
    for quote, number in document.annex_numbers().items():
        assert f"，{document.quotes()[quote].text}[{number}]" in told
    assert [document.annex_numbers()[quote.key] for quote in found] == [3, 3, 3, 2, 2, 2, 1, 1, 1]
    without = text(paper(Paragraph(("支出 ", found[0], "。"))))
    assert f"支出 {found[0].text}。" in without


def test_headings_are_numbered_and_a_draft_says_what_is_missing():
    told = text(paper(Heading("主要指标"), Heading("参保", 2), Heading("支出")))
    assert [line for line in told.splitlines() if line[1:2] == "、" or line[0:1] == "（"] == [
        "一、主要指标",
        "（一）参保",
        "二、支出",
    ]
    assert "草稿：2026年5月没有封账" in told
    assert "草稿" not in text(paper(official=True))


def test_every_row_of_a_table_is_there_and_their_number_and_sums():
    told = text(paper(long_table(1234)))
    lines = [line for line in told.splitlines() if line.startswith(HOSTILE)]
    assert [line.removeprefix(HOSTILE).split()[0] for line in lines] == [str(n) for n in range(1234)]
    whole = sum(range(1234))
    assert f"共 1,234 行；人次合计 {whole:,}；基金（元）合计 {whole + 1234 * 0.25:,.2f}" in told


def test_what_nobody_sees_is_left_out_and_a_line_stays_a_line():
    told = text(
        paper(Paragraph(("甲\u202e乙\x00丙\n丁",)), Table("表", (Column("名"),), (("戊\r\n己",),)), line_chart())
    )
    assert "甲乙丙 丁" in told
    assert "戊  己" in told
    assert "图：支出逐月增加\n万元\n折线图；支出逐月增加" in told


def test_a_title_that_the_text_begins_with_stands_there_once():
    assert text(paper(Heading("一封函"), Paragraph(("正文",)), title="一封函", kind="letter")).count("一封函") == 1
