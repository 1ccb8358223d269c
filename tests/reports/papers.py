"""Documents for tests: small ones, with figures of the sample county or with none."""

from datetime import datetime

import pipelines
from reports import charts
from reports.document import Block, Card, Cards, Chart, Column, Document, Heading, Paragraph, Table
from reports.quoting import Quote, Ref, quotes

H1 = pipelines.Period("2026-01", "2026-06")
HOSTILE = '=HYPERLINK("http://x","点")|<w:p/>&#x41;</w:t>${"a"} #read("/etc/passwd") **粗** 𠮷院'
ANSWERED = ("fund_expenditure", "insured_persons", "actual_reimb_ratio")


def paper(*blocks: Block, **more) -> Document:
    """A half-year report with these blocks, a draft unless told otherwise."""
    told = dict(unit="示例县医疗保障局", as_of="2026年6月", build_id="0123456789abcdef", by="经办", scope="居民医保")
    told |= dict(at=datetime(2026, 7, 5, 9, 30), why_draft=("2026年5月没有封账",))
    told |= dict(title="2026年1—6月医疗保障基金运行半年报告", kind="half_year")
    return Document(period=H1, blocks=blocks, **told | more)


def cited(county) -> list[Quote]:
    """A few figures of the residents, each with last year's and the difference."""
    aspects = ("value", "year_ago", "difference")
    refs = [Ref.of(kpi, H1, aspect, scheme="resident") for kpi in ANSWERED for aspect in aspects]
    return list(quotes(county, refs).values())


def with_annex(found: list[Quote], **more) -> Document:
    """A document that cites figures in a card, a sentence and a table, and explains each in its annex, last first."""
    sentence = Paragraph(tuple(piece for quote in found for piece in ("，", quote)))
    card = Card("基金支出", found[0].text.split()[0], found[0].unit, "增加 71.36%", "较上年", quote=found[0])
    table = Table("对照", (Column("项"), Column("数")), tuple((str(n), quote) for n, quote in enumerate(found)))
    rows = [(found[at].kpi.name_zh, *found[at : at + 3]) for at in range(0, len(found), 3)]
    annex = Table(
        "数字来源", (Column("指标"), Column("值"), Column("上年"), Column("增减")), tuple(rows[::-1]), annex=True
    )
    blocks = (Heading("主要指标"), Cards((card,)), sentence, Heading("分项", 2), table, Heading("附录"), annex)
    return paper(*blocks, **more)


def line_chart(title: str = "支出逐月增加") -> Chart:
    figure = charts.year_over_year(charts.MONTHS, [1.0, 2.0, 3.0], [1.0, 1.5, 2.0], "万元", 0)
    return Chart(figure, title, "万元", f"折线图；{title}")


def long_table(rows: int) -> Table:
    """A table whose columns add up to what is easily computed otherwise."""
    columns = (Column("机构"), Column("人次", 0, total=True), Column("基金（元）", 2, total=True))
    return Table("机构表", columns, tuple((f"{HOSTILE}{n}", n, n + 0.25) for n in range(rows)), name="机构表")
