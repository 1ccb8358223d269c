"""支付方式改革: stays paid by the bed day against those that are not."""

from decimal import Decimal

from pipelines import County, Period
from pipelines.bed_days import pilot_gap, whole
from reports import charts, words
from reports.document import Block, Chart, Column, Paragraph, Table
from reports.tables.asking import Row, aspect, groups, known, totals

COST, DAY, STAY, RATIO, CASES = "cost_per_case", "cost_per_bed_day", "alos", "actual_reimb_ratio", "inpatient_cases"
GAPS = {
    COST: ("pilot_gap_cost_per_case", "pilot_gap_cost_per_case_rate"),
    DAY: ("pilot_gap_cost_per_bed_day", "pilot_gap_cost_per_bed_day_rate"),
    STAY: ("pilot_gap_alos", ""),
    RATIO: ("pilot_gap_reimb_ratio", ""),
}


def blocks(county: County, period: Period) -> list[Block]:
    """A table of pilot and comparison, a chart of the two; nothing where there is no pilot."""
    found = {code: row for (code,), row in groups(county, (*GAPS, CASES), period, ("pilot",)).items()}
    if not all(code in found and known(found[code][COST]) for code in ("yes", "no")):
        return []
    pilot, other = found["yes"], found["no"]
    gaps = totals(county, [kpi for pair in GAPS.values() for kpi in pair if kpi], period)
    lower = gaps[GAPS[COST][0]].value  # of the rounded means, as the report subtracts them
    title = f"试点次均住院费用比同类非试点{'低' if lower >= 0 else '高'} {words.number(abs(lower), 0)} 元"
    return [index(pilot, other, title), compared_table(pilot, other, gaps, period), *parts(county, period)]


def parts(county: County, period: Period) -> list[Block]:
    """What of the gap is the price of a day, what the length of stay; the gap with equal shares of every illness."""
    found = pilot_gap(county, period)
    if found is None:
        return []
    gap, equal = found
    yuan = [f"{value:+,} 元".replace("-", "−") for value in (*gap, whole(equal.equal) if equal else 0)]
    said = f"试点次均费用与同类非试点之差 {yuan[0]}，其中床日价格 {yuan[1]}、住院日 {yuan[2]}"
    return [Paragraph((f"{said}{f'；病种构成拉平以后为 {yuan[3]}' if equal else ''}。",))]


def index(pilot: Row, other: Row, title: str) -> Chart:
    """How far is the pilot below or above its like? Yuan and days share a scale as an index."""
    shown = [kpi for kpi in (COST, DAY, STAY) if known(pilot.get(kpi), other.get(kpi)) and other[kpi].value]
    sides = [(pilot[kpi].figure, other[kpi].figure) for kpi in shown]
    marks = [(p.kpi.name_zh, share(p.value, o.value), share(p.year_ago, o.year_ago), "", False) for p, o in sides]
    told = [f"{pilot[k].kpi.name_zh}试点 {pilot[k].text}、非试点 {other[k].text}" for k in shown]
    chart = charts.versus(marks, 1, target=100, target_name="")
    return Chart(chart, title, "试点的指数，同类非试点 = 100（虚线）；灰点为上年同期", "；".join((*told, title)))


def share(value: Decimal | None, of: Decimal | None) -> Decimal | None:
    return None if value is None or not of else 100 * value / of


def compared_table(pilot: dict, other: dict, gaps: dict, period: Period) -> Table:
    heads = (
        Column("指标"),
        Column("单位"),
        Column("试点", 2),
        Column("试点上年同期", 2),
        Column("非试点", 2),
        Column("非试点上年同期", 2),
        Column("差额", signed=True),
        Column("降低率", signed=True),
    )
    rows = tuple(line(kpi, pilot.get(kpi), other.get(kpi), gaps) for kpi in (CASES, *GAPS))
    note = "试点和同类非试点由机构名册指定；差额和降低率按各指标的口径计算，正数为试点较优。"
    return Table(f"{period.label}床日付费试点与非试点", heads, rows, note)


def line(kpi: str, pilot, other, gaps: dict) -> tuple:
    gap, rate = GAPS.get(kpi, ("", ""))
    told = pilot or other
    sides = (pilot, aspect(pilot, "year_ago"), other, aspect(other, "year_ago"))
    return told.kpi.name_zh, told.kpi.display_unit, *sides, *(aspect(gaps.get(kpi), "value") for kpi in (gap, rate))
