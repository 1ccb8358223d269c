"""A figure leads to its row in the annex by that row's number."""

import pipelines
from reports.document import Column, Document, Paragraph, Table
from reports.quoting import Ref, quote
from reports.text import text

H1 = pipelines.Period("2026-01", "2026-06")


def test_a_figure_bears_the_number_of_its_row_in_the_annex_and_only_there(sample_county):
    paid, insured = (quote(sample_county, Ref.of(kpi, H1)) for kpi in ("fund_expenditure", "insured_persons"))
    annex = Table("附录", (Column("指标"), Column("数值")), (("参保人数", insured), ("基金支出", paid)), annex=True)
    told = Paragraph(("支出 ", paid, "。"))
    more = dict(scope="", unit="", as_of="", build_id="", by="", at=None)
    document = Document("page", "题", H1, blocks=(told, annex), **more)
    assert document.annex_numbers() == {insured.key: 1, paid.key: 2}
    assert f"支出 {paid.text}[2]。" in text(document)
    without = Document("page", "题", H1, blocks=(told,), **more)
    assert f"支出 {paid.text}。" in text(without)
