"""违规查处: what was checked and found, through which channel, how it was handled, what is due and what came in."""

import pipelines
from pipelines import County, Period
from pipelines.cases import Case, by_handling, by_track, ledger, overdue
from reports.document import Block, Column, Table
from reports.editions.asking import aspect, change_aspect, groups, known, named, totals
from reports.editions.drawing import ranked
from reports.editions.enrolment import largest
from reports.editions.tabling import Shown, table
from reports.naming import code_name

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
    cases = [case for case in ledger(county, period, period.last_day) if not case.association]
    found = [work(county, period), *channels(county, period), *handled(cases, period), register(county, cases, period)]
    return [each for each in found if each]


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
        named(county, "activity", code): row
        for (code,), row in largest(groups(county, asked, period, ("activity",)), TOTAL)
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


def handled(cases: list[Case], period: Period) -> list[Table]:
    """The money of the period's cases by handling and by whose money it is."""
    heads = ("应收应扣（元）", "已扣减（元）", "已到账（元）", "未了结（元）")
    money = tuple(Column(head, 2, total=True) for head in heads)
    note = f"期间内发现的案件，到 {period.last_day}。"
    rows = [(each.name_zh, each.cases, *amounts(each)) for each in by_handling(cases).values()]
    tracks = [(each.name_zh, each.cases, *amounts(each)) for each in by_track(cases).values() if each.cases]
    if not rows:
        return []
    return [
        Table(f"{period.label}各类处理的款项", (Column("处理"), Column("案件（件）", 0), *money), tuple(rows), note),
        Table(f"{period.label}款项分类", (Column("性质"), Column("案件（件）", 0), *money), tuple(tracks), note),
    ]


def amounts(found) -> tuple:
    return found.due_yuan, found.deducted_yuan, found.received_yuan, found.owed_yuan


def register(county: County, cases: list[Case], period: Period) -> Table | None:
    """Every case, the latest first. Persons are counted, never named."""
    if not cases:
        return None
    late = {owed.case.case_no: owed.late_days for owed in reversed(overdue(cases, period.last_day))}
    day = "%m-%d" if period.first[:4] == period.last[:4] else "%Y-%m-%d"
    rows = tuple(case_line(county, case, day, late.get(case.case_no, 0)) for case in cases)
    money = (Column("应收应扣（元）", 2, total=True), Column("未了结（元）", 2, total=True))
    texts = ("案件", "发现", "对象", "途径", "违规类型", "处理")
    title = f"{period.label}案件一览"
    return Table(title, (*map(Column, texts), *money, Column("状态")), rows, name=title)


def case_line(county: County, case: Case, day: str, late: int) -> tuple:
    return (
        case.case_no,
        case.found_on.strftime(day),
        subject(county, case),
        named(county, "activity", case.activity),
        code_name(county, "violation", case.violation),
        "、".join(named(county, "handling", each.handling) for each in case.handlings),
        case.due_yuan,
        case.owed_yuan,
        f"逾期 {late} 天" if late else named(county, "status", case.status),
    )


def subject(county: County, case: Case) -> str:
    """The institution by its name of today, or in the ledger's words; of anybody else only what kind of subject."""
    kind = named(county, "subject_type", case.subject_type)
    if case.subject_type not in ("institution", "pharmacy"):
        return kind
    return county.names.get(case.institution or "") or case.subject_name or kind
