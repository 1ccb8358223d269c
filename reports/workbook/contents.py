"""The first sheet: what the workbook is, and where each table stands."""

from reports.document import Heading, Paragraph, Table
from reports.workbook.pen import Book

READING = (
    "点工作表名可到该表；各表左上角的“← 目录”回到这里。",
    "金额的单位在表头里；以万元列示的数保留到分，相加与全县的数一致；比例为百分数，72.50 即 72.50%。",
    "空格是没有数，不是 0；缺什么见“全部指标”的“缺数原因”。疑点线索都待核查，不是结论。",
)
WIDTHS = (12, 22, 9, 100)
HEADS_TOLD, LONGEST = 5, 66


def write(book: Book) -> None:
    """Title and terms, how to read it, the list of sheets with their rows, and what is left out and why."""
    document, page = book.document, book.file.get_worksheet_by_name("目录")
    for place, wide in enumerate(WIDTHS):
        page.set_column(place, place, wide)
    page.set_row(0, 30)
    page.write_string(0, 0, document.title, book.look("title", font_size=20))
    facts = (document.unit, document.scope, f"数据截至{document.as_of}", f"数据版本 {document.build_id}")
    made = f"编制 {document.by}　{document.at:%Y-%m-%d %H:%M}"
    marked = (f"本件印有“{document.watermark}”",) if document.watermark else ()
    lines = ("　".join(facts), made, *marked, "", *READING)
    for line, words in enumerate(lines, start=1):
        page.write_string(line, 0, words, book.look("note", font_size=10))
    listing(book, page, len(lines) + 2)


def listing(book: Book, page, line: int) -> None:
    for place, head in enumerate(("主题", "工作表", "行数", "内容")):
        page.write_string(line, place, head, book.look("head"))
    theme = ""
    for block in book.document.blocks:
        if isinstance(block, Heading):
            theme = block.text
            continue
        line += 1
        edge = {"top": 1, "top_color": "#d5dce5"} if theme else {}
        page.write_string(line, 0, theme, book.look("text", bold=True, **edge))
        entry(book, page, line, block, edge)
        theme = ""
    page.fit_to_pages(1, 1)
    page.print_area(0, 0, line, len(WIDTHS) - 1)


def entry(book: Book, page, line: int, block: Table | Paragraph, edge: dict) -> None:
    """A sheet with the way to it, its rows and what it tells; or why there is none."""
    if isinstance(block, Paragraph):
        title, _, why = block.text.partition("：")
        page.write_string(line, 1, title, book.look("text", font_color="#5b6673", **edge))
        page.write_blank(line, 2, None, book.look("text", **edge))
        page.write_string(line, 3, why, book.look("note", **edge))
        return
    page.write_url(
        line, 1, f"internal:'{book.tabs[block.title]}'!A1", book.look("link", font_size=10, **edge), block.title
    )
    page.write_number(line, 2, len(block.rows), book.look("number", num_format="#,##0", **edge))
    page.write_string(line, 3, told(block), book.look("text", font_size=9, **edge))


def told(table: Table) -> str:
    """What a table tells, on one line: its first heads, then its note."""
    heads = [column.head.partition("（")[0] for column in table.columns if "较上年" not in column.head]
    first = "、".join(heads[:HEADS_TOLD]) + (f" 等 {len(heads)} 项" if len(heads) > HEADS_TOLD else "")
    whole = f"{first}。{table.note}".removesuffix("。")
    return whole if len(whole) <= LONGEST else whole[: LONGEST - 1] + "…"
