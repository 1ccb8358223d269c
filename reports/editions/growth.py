"""存在问题: what drove the cost of hospital stays, more cases or dearer ones."""

from decimal import Decimal

from pipelines import County, Period
from pipelines.attribution import of_figures
from pipelines.attribution.wording import decimal
from reports import charts, words
from reports.document import Block, Chart
from reports.tables.asking import known, totals
from reports.tables.tabling import compared, table

COST, CASES, PER_CASE = "inpatient_total_fee", "inpatient_cases", "cost_per_case"
OUTSIDE = ("out_of_county_case_share", "out_of_county_cost_share", "out_of_county_fund_share")


def blocks(county: County, period: Period) -> list[Block]:
    """The growth split in two; the shares that leave the county."""
    row = totals(county, (COST, CASES, PER_CASE, *OUTSIDE), period)
    columns = [each for kpi in OUTSIDE for each in compared(kpi)]
    outside = table(f"{period.label}县外住院占比", "范围", {"全部险种": row}, columns)
    return [each for each in (split(row), outside if known(row[OUTSIDE[0]]) else None) if each]


def split(row: dict) -> Chart | None:
    """What share of the growth is due to more cases? The joint part is shared equally."""
    cost, cases = row[COST].figure, row[CASES].figure
    found = of_figures(cases, cost)
    if found is None:
        return None
    by_cases, by_price = (decimal(change.yuan) for change in found)
    steps = (
        ("上年同期", cost.year_ago / 10000),
        ("人次变化", by_cases / 10000),
        ("次均变化", by_price / 10000),
        ("本期", cost.value / 10000),
    )
    title = f"住院医药费用{words.changed(cost)}，{driver(by_cases, by_price)}"
    alt = "；".join(f"{name} {words.number(value)} 万元" for name, value in steps)
    note = "住院医药费用总额，万元；人次与次均共同的部分各分一半"
    return Chart(charts.waterfall(steps, "万元"), title, note, f"瀑布图：{alt}；{title}")


def driver(by_cases: Decimal, by_price: Decimal) -> str:
    """Which of the two moved the cost, with its share where they pull the same way."""
    if by_cases * by_price <= 0:
        return "人次增加、次均下降" if by_cases > by_price else "人次减少、次均上升"
    share = 100 * by_cases / (by_cases + by_price)
    return f"其中 {words.number(share, 0)}% 来自人次，{words.number(100 - share, 0)}% 来自次均费用"
