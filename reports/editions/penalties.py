"""违规查处: what was checked and found, through which channel, how it was handled, what is due and what came in."""

from dataclasses import replace

import pipelines
from pipelines import County, Period
from reports import tables
from reports.document import Block, Column, Table
from reports.editions.drawing import ranked
from reports.naming import code_name
from reports.tables.asking import aspect, change_aspect, groups, known, largest, totals
from reports.tables.tabling import Shown, table

TOTAL, COUNT = "penalty_total", "violation_cases"
MONEY = ("violation_deduction", "recovered_due", "liquidated_damages", "fine")
WORK = (
    "records_reviewed",
    "records_problematic",
    "records_problem_rate",
    "patients_revisited",
    "claims_sampled",
    "inpatient_records_sampled",
    COUNT,
    "penalised_institutions",
    "case_closure_rate",
    "arrival_rate",
)


def blocks(county: County, period: Period) -> list[Block]:
    """Work done, money by channel as a chart and a table, money by handling, every case of the period."""
    found = [*channels(county, period), *handled(county, period), register(county, period)]
    return [work(county, period), *(each for each in found if each)]


def work(county: County, period: Period) -> Table:
    rows = [quote for quote in totals(county, WORK, period).values() if known(quote)]
    lines = tuple(
        (q.kpi.name_zh, q.kpi.display_unit, q, aspect(q, "year_ago"), aspect(q, change_aspect(q))) for q in rows
    )
    heads = (Column("工作"), Column("单位"), Column("本期", 2), Column("上年同期", 2), Column("增减", signed=True))
    note = "病历评定抽的是有争议的病历，问题病历占比不代表全部。"
    return Table(f"{period.label}稽核与查处工作量", heads, lines, note)


def channels(county: County, period: Period) -> list[Block | None]:
    """Through which channel did the money come?"""
    kpis = (COUNT, *MONEY, "assessment_deduction", TOTAL)
    asked = [kpi for kpi in kpis if "activity" in pipelines.kpis()[kpi].levels]
    found = {
        code_name(county, "activity", code): row
        for (code,), row in largest(groups(county, asked, period, ("activity",)), TOTAL).items()
        if row[TOTAL].value
    }
    if not found:
        return []
    whole = totals(county, kpis, period)
    first = next(iter(found))
    title = f"处理金额 {whole[TOTAL].text}，{first}最多"
    bars = ranked([(name, row[TOTAL]) for name, row in found.items()], "元", 0, title, "按发现途径的处理金额，元")
    heads = (Shown(COUNT), *(Shown(kpi) for kpi in (*MONEY, "assessment_deduction")), Shown(TOTAL, head="合计"))
    note = "按发现日期归月；考核扣减不是违规处罚，单独一列，不按途径分；多少不代表好坏。"
    return [bars, table(f"{period.label}各途径处理情况", "发现途径", {"合计": whole} | found, heads, note)]


def handled(county: County, period: Period) -> list[Table]:
    """The money of the period's cases by handling and by whose money it is."""
    handlings, tracks = tables.handlings(county, period, fund_only=True), tables.tracks(county, period)
    named = ("各类处理的款项", handlings), ("款项分类", tracks)
    return [replace(table, title=f"{period.label}{title}", note=f"{table.note}。", name="") for title, table in named]


def register(county: County, period: Period) -> Table:
    """Every case, the latest first, each on one line."""
    heads = {"案件": "", "发现日期": "发现", "对象": "", "发现途径": "途径"}
    heads |= dict.fromkeys(("违规类型", "处理", "应收应扣（元）", "未结清（元）", "状态", "逾期（天）"), "")
    title = f"{period.label}案件一览"
    found = tables.chosen(tables.cases(county, period, fund_only=True), heads, title, name=title)
    skipped = 5 if period.first[:4] == period.last[:4] else 0  # of the year, where it is known
    rows = tuple((row[0], row[1][skipped:], *row[2:-2], standing(*row[-2:])) for row in found.rows)
    return replace(found, columns=found.columns[:-1], rows=rows)


def standing(status: str, late: int | None) -> str:
    return f"逾期 {late} 天" if late else status
