"""Native charts on the overview, drawn from the cells of the other sheets; each title is what its data say."""

from dataclasses import dataclass
from decimal import Decimal

from reports.document import Table
from reports.workbook.pen import BLUE, GREY, HEAD_ROW, LINE, Book, plain

FONT = {"name": "微软雅黑", "size": 9, "color": GREY}
PALE = {"visible": True, "line": {"color": "#e9eef4"}}
SIZE = {"width": 640, "height": 300}
OVERVIEW, MONTHS, ALL = "总览", "逐月", "全部"
PAID = "基金支出"
FEWEST_BARS, MOST_BARS = 2, 12


@dataclass(frozen=True)
class Bars:
    """A bar chart: which table, its column of names and of numbers, and how its title says the longest bar."""

    table: str
    names: str
    numbers: str
    finding: str


BARS = (
    Bars("费用（机构类别）", "机构类别", "基金支出（万元）", "基金支出最多的是{name}，占 {share:.1f}%；万元"),
    Bars("处理款项", "处理方式", "应收应扣（元）", "应收应扣最多的是{name}，占 {share:.1f}%；元"),
    Bars("疑点线索", "规则", "未了结涉及基金（元）", "待核查线索涉及基金最多的是{name}，占 {share:.1f}%；元"),
)


def draw(book: Book, tables: dict[str, Table]) -> None:
    """The trend of each figure beside it, and the charts below."""
    page = book.file.get_worksheet_by_name(OVERVIEW)
    overview = tables.get(OVERVIEW)
    if page is None or overview is None:
        return
    trends(book, page, overview, tables.get(MONTHS))
    charts = [paid_by_month(book, tables.get(MONTHS))] + [bars(book, each, tables.get(each.table)) for each in BARS]
    first = HEAD_ROW + len(overview.rows) + 3
    for place, chart in enumerate(each for each in charts if each is not None):
        line, right = divmod(place, 2)
        page.insert_chart(first + 16 * line, 0, chart, {"x_offset": 10 + (SIZE["width"] + 20) * right, "y_offset": 5})
    page.fit_to_pages(1, 1)


def trends(book: Book, page, overview: Table, months: Table | None) -> None:
    """A small line of the months after each figure's row."""
    column = len(overview.columns)
    if months is None:
        return
    page.write_string(HEAD_ROW, column, f"{months.columns[4].head} 至 {months.columns[-1].head}", book.look("head"))
    page.set_column(0, 0, 30)
    page.set_column(1, column - 1, 15)
    page.set_column(column, column, 44)
    lines = {row[1]: HEAD_ROW + 1 + at for at, row in enumerate(months.rows) if row[2] == ALL}
    for at, row in enumerate(overview.rows, start=HEAD_ROW + 1):
        if row[0] in lines:
            place = lines[row[0]]
            area = f"'{book.tabs[MONTHS]}'!{cells(place, 4, place, len(months.columns) - 1)}"
            look = {"series_color": BLUE, "last_point": True, "last_color": BLUE, "weight": 1.5}
            page.add_sparkline(at, column, {"range": area, **look})


def cells(first_row: int, first_column: int, last_row: int, last_column: int) -> str:
    from xlsxwriter.utility import xl_range_abs

    return xl_range_abs(first_row, first_column, last_row, last_column)


def paid_by_month(book: Book, months: Table | None):
    """Fund paid month by month, this year over the last."""
    at = next((n for n, row in enumerate(months.rows if months else ()) if row[1:3] == (PAID, ALL)), None)
    if at is None:
        return None
    line, sheet, last = HEAD_ROW + 1 + at, book.tabs[MONTHS], len(months.columns) - 1
    chart = book.file.add_chart({"type": "line"})
    years = ((16, last, BLUE, 2.5), (4, 15, "#8793a1", 1.5))
    for first, end, colour, wide in years:
        chart.add_series(
            {
                "name": months.columns[first].head[:4] + "年",
                "categories": [sheet, HEAD_ROW, 4, HEAD_ROW, 15],
                "values": [sheet, line, first, line, end],
                "line": {"color": colour, "width": wide},
            }
        )
    now, ago = (
        sum(plain(cell) or Decimal(0) for cell in months.rows[at][a:b]) for a, b in ((16, last + 1), (4, last - 11))
    )
    less = "减少" if now < ago else "增加"
    change = f"比上年同期{less} {abs(now - ago) / ago * 100:.2f}%" if ago else ""
    chart.set_x_axis({"num_font": FONT, "line": {"color": LINE}, "major_tick_mark": "none", "interval_unit": 2})
    chart.set_y_axis({"num_font": FONT, "line": {"none": True}, "major_gridlines": PALE, "num_format": "#,##0"})
    return dressed(chart, f"基金支出{change}；万元", legend=True)


def bars(book: Book, told: Bars, table: Table | None):
    """The rows of a table as bars, in its order; None without a number in it."""
    if table is None:
        return None
    heads = [column.head for column in table.columns]
    if told.names not in heads or told.numbers not in heads:
        return None
    names, numbers = heads.index(told.names), heads.index(told.numbers)
    values = {row[names]: plain(row[numbers]) for row in table.rows}
    known = {name: value for name, value in values.items() if isinstance(value, int | float | Decimal)}
    if len(known) < FEWEST_BARS or not any(known.values()):
        return None
    chart = book.file.add_chart({"type": "bar"})
    sheet, end = book.tabs[told.table], HEAD_ROW + min(len(table.rows), MOST_BARS)
    chart.add_series(
        {
            "categories": [sheet, HEAD_ROW + 1, names, end, names],
            "values": [sheet, HEAD_ROW + 1, numbers, end, numbers],
            "fill": {"color": "#6a93c5"},
            "gap": 40,
            "data_labels": {"value": True, "font": FONT, "num_format": "#,##0.00"},
        }
    )
    chart.set_y_axis({"reverse": True, "num_font": FONT, "line": {"color": LINE}, "major_tick_mark": "none"})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    top = max(known, key=known.__getitem__)
    title = told.finding.format(name=top, value=known[top], share=100 * known[top] / sum(known.values()))
    return dressed(chart, title)


def dressed(chart, title: str, legend: bool = False):
    chart.set_title(
        {"name": title, "name_font": FONT | {"size": 11, "bold": True, "color": "#0f1720"}, "overlay": False}
    )
    chart.set_size(SIZE)
    chart.set_legend({"position": "bottom", "font": FONT} if legend else {"none": True})
    chart.set_chartarea({"border": {"color": LINE}})
    return chart
