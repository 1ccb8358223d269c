"""指标考核: the county's own indicators against their targets, who is beyond chance, and who missed what."""

from pipelines import County, Period
from pipelines.assessment import MISSED, NEARLY, Assessment, AssessmentError, assess
from pipelines.peers import FEWEST_CASES, compare, limits
from reports.charts import among_peers
from reports.document import Block, Chart, Column, Paragraph, Table
from reports.editions.drawing import names
from reports.naming import code_name
from reports.quoting import Quote
from reports.tables.asking import aspect, known, totals

COST = "cost_per_case"
KEY = ("compliance_ratio", "actual_reimb_ratio", COST, "cost_per_bed_day", "alos")


def blocks(county: County, period: Period) -> list[Block]:
    """A table of the county's indicators; a funnel of the cost of a stay; the institutions that missed a target."""
    found = [indicators(county, period), funnel(county, period), *judged(county, period)]
    return [each for each in found if each]


def indicators(county: County, period: Period) -> Table:
    """The key indicators of the county's own hospitals, scheme by scheme, against last year and their targets."""
    found = {s: totals(county, KEY, period, scheme=s, place="in_county") for s in ("resident", "employee")}
    lines = tuple(
        (code_name(county, "scheme", scheme), *indicator_line(quote))
        for scheme, row in found.items()
        for quote in row.values()
        if known(quote)
    )
    heads = (Column("险种"), Column("县内住院指标"), Column("单位"), Column("本期", 2), Column("上年同期", 2))
    return Table(f"{period.label}县内住院考核指标", (*heads, Column("增减", signed=True), Column("目标", 2)), lines)


def indicator_line(quote: Quote) -> tuple:
    told = (aspect(quote, name) for name in ("year_ago", "difference", "target"))
    return quote.kpi.name_zh, quote.kpi.display_unit, quote, *told


def funnel(county: County, period: Period) -> Chart | None:
    """Which institutions' stays cost more, or less, than chance and habit explain?"""
    found = compare(county, COST, period)
    judged = [peer for peer in found.peers if peer.cases >= FEWEST_CASES]
    if not judged or not found.spread.per_case:
        return None
    high, low = (found.beyond(side) for side in (1, -1))
    ends = min(peer.cases for peer in judged), max(peer.cases for peer in judged)
    curves = limits.curves(ends[0], ends[1] * 1.1, found.spread)
    chart = among_peers.funnel(judged, curves, "住院人次（对数刻度）", height=340)
    told = [f"{names([peer.name for peer in side])}{word}" for side, word in ((high, "偏高"), (low, "偏低")) if side]
    title = "，".join(told) or "没有机构的次均住院费用超出界限"
    note = f"次均住院费用指数，同类中位数 = 100；不足 {FEWEST_CASES} 人次的不画；超出界限说明不像偶然，不等于违规"
    return Chart(chart, title, note, f"漏斗图：{len(judged)} 家机构，横轴住院人次，纵轴次均住院费用指数；{title}")


def judged(county: County, period: Period) -> list[Block]:
    """Every institution that has a target, those that miss one first; over the year so far, as targets are yearly."""
    year = Period(f"{period.last[:4]}-01", period.last)
    try:
        found = assess(county, year)
    except AssessmentError as problem:
        return [Paragraph((f"{problem}。",), "note")]
    if not found.judged:
        return []
    order = [*found.failing, *(code for code in found.institutions if code not in found.failing)]
    rows = tuple(assessed_line(county, found, code) for code in order)
    heads = (
        Column("机构"),
        Column("考核指标（项）", 0),
        Column("未达标（项）", 0, total=True),
        Column("临界（项）", 0),
        Column("未达标的指标"),
        Column("应扣分", None),
        Column("按办法应扣（元）", 2, total=True),
        Column("台账已记（元）", 2, total=True),
    )
    title = f"{year.label}指标考核结果"
    return [Table(title, heads, rows, f"{len(found.failing)} 家未达标；没有约定扣分办法的不计扣分。", "指标考核结果")]


def assessed_line(county: County, found: Assessment, code: str) -> tuple:
    lines = found.institutions[code]
    missed = [one for one in lines if one.state == MISSED]
    points = sum((one.points or 0) for one in lines)
    told = "、".join(one.kpi.name_zh for one in missed)
    near = sum(one.state == NEARLY for one in lines)
    return (
        code_name(county, "institution", code),
        len(lines),
        len(missed),
        near,
        told,
        points.normalize() if points else 0,
        found.yuan_of(code),
        found.booked.get(code, 0),
    )
