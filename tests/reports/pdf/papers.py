"""Documents to try the PDF engine on, made of plain data."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

from pipelines import Period
from reports import charts
from reports.document import Block, Card, Cards, Chart, Column, Document, Heading, PageBreak, Paragraph, Table
from reports.quoting import Quote, Ref
from tests.reports.pdf.gallery import gallery

H1 = Period("2026-01", "2026-06")
AT = datetime(2026, 7, 3, 9, 30, tzinfo=timezone(timedelta(hours=8)))
HEADS = {
    "scope": "居民医保",
    "unit": "某某县医疗保障局",
    "as_of": "2026年6月",
    "build_id": "b1a2c3d4",
    "by": "张三",
    "at": AT,
}
HOSTILE = (
    '#image("/etc/passwd")',
    "<b>粗</b><script>alert(1)</script>",
    "*粗* _斜_ `码` $x^2$ = 题 @ref <label> \\u{41}",
    "[链接](javascript:alert(1))",
    "=SUM(A1:A9)",
    "零\u200b宽\u202e反向\u0000控制\u0007",
    "换\n行\t制表",
    "a" * 120,
    "中" * 80,
    "'; DROP TABLE t;-- {{7*7}} ${7*7} %s {0}",
    '-- --- ... "引号" fi ffi',
    "//注释 /*块*/",
    "ﬁ Ⅷ ㈱ ⼀ 𠘨",
)


def document(*blocks: Block, kind: str = "page", **more) -> Document:
    return Document(kind, more.pop("title", "题目"), H1, blocks=blocks, **(HEADS | more))


def quote(kpi: str, text: str, value: str, **where: str) -> Quote:
    return Quote(Ref.of(kpi, H1, **where), text, Decimal(value), "万元", 2)


def lines(count: int, **more) -> Table:
    """A table of that many rows."""
    columns = (
        Column("机构"),
        Column("人次", 0, total=True),
        Column("费用（元）", 2, total=True),
        Column("同比", 2, True),
    )
    rows = tuple((f"第{n:05d}卫生院", n, Decimal(n * 37) / 7, None if n % 9 == 0 else n - 30) for n in range(count))
    return Table("各机构费用", columns, rows, **more)


def bars(names=("甲卫生院", "乙卫生院")) -> dict:
    return charts.ranked_bars([(name, 10.0 + place, "code") for place, name in enumerate(names)], "万元")


def every_kind() -> Document:
    """A composed document with every kind of block, some figures with their annex."""
    paid, due = quote("fund_expenditure", "6,251.81 万元", "6251.81"), quote("fund_due", "9,870.00 万元", "9870")
    card = Card("基金支出", "6,251.81", "万元", "增加 4.04%", "好于上年", "目标 9,000", quote=paid)
    sums = (Column("编号"), Column("数字"), Column("数值"))
    return document(
        Heading("总体情况"),
        Paragraph(("支出 ", paid, "，应筹 ", due, "。"), "answer"),
        Cards((card,) * 5),
        Heading("支出", 2),
        Paragraph(("各月支出平稳。",)),
        Chart(bars(), "乙卫生院最高", "费用，万元", "条形图：乙高于甲"),
        Paragraph(("按结算日期计。",), "note"),
        Paragraph(("两条勾稽关系不平。",), "warning"),
        PageBreak(),
        lines(60),
        Heading("附录　数字来源"),
        Table("数字来源", sums, (("1", "基金支出", paid), ("2", "应筹", due)), annex=True),
        kind="half_year",
        cover=True,
        watermark="李四",
        why_draft=("2026年6月未封账",),
        title="某某县医疗保障基金运行半年报告",
    )


def all_charts() -> Document:
    """A page with a chart of every kind."""
    return document(*(Chart(figure, name, "万元", name) for name, figure in gallery().items()))
