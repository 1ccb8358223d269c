"""Supervision: what was handled and how, the cases one by one, the clues by rule, the work that was done."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from pipelines import County, Period
from pipelines.audit_work import progress
from pipelines.audit_work import work as work_done
from pipelines.cases import Case, by_handling, ledger, overdue, violation
from pipelines.clues import STATES, Standing, gaps, rules, standing, years_of
from pipelines.clues.rules import SHAPES, Rule
from pipelines.contracts import zh
from pipelines.side_by_side import Progress, quiet
from reports.document import Column, Table
from reports.tables.splitting import Group, named, split

NOTHING = Decimal(0)
CLUE_NOTE = "疑点线索是筛查规则指向的数据，都待核查，不是结论；一笔被两条规则指向时，两处都计"
MONEY = (
    "violation_deduction",
    "recovered_due",
    "recovered",
    "liquidated_damages",
    "liquidated_damages_received",
    "fine",
    "fine_received",
    "penalty_total",
)
PENALTIES = Group(
    "处罚",
    ("activity", "violation"),
    ("violation_cases", "penalised_institutions", *MONEY),
    summed=("violation_cases", *MONEY),
    note="医保基金的案件，按发现途径和违规类型；一家机构可在几组里，机构数不能相加",
)


def penalties(county: County, period: Period) -> Table:
    """Cases and money by how they were found and by violation."""
    table = split(county, period, PENALTIES)
    rows = tuple((row[0], violation_name(row[1]), *row[2:]) for row in table.rows)
    return Table(table.title, table.columns, rows, table.note, table.name)


def violation_name(code: str) -> str:
    """A04 过度检查; as it is where the taxonomy doesn't know it."""
    known = violation(code)
    return f"{code} {known.name}" if known else code


def found_in(county: County, period: Period) -> list[Case]:
    """The cases found in the period as they stood at its end, the latest first."""
    return ledger(county, period, period.last_day)


def handlings(county: County, period: Period) -> Table:
    """The money of each kind of handling: due, withheld, paid in, still out; in yuan."""
    heads = ("处理方式", "案件（件）")
    money = ("应收应扣（元）", "已扣减（元）", "已到账（元）", "未结清（元）")
    found = by_handling(found_in(county, period)).values()
    rows = [(t.name_zh, t.cases, t.due_yuan, t.deducted_yuan, t.received_yuan, t.owed_yuan) for t in found]
    columns = (Column(heads[0]), Column(heads[1], 0), *(Column(head, 2, total=True) for head in money))
    note = "本期发现的案件，款项算到期末；含行业自律的案件；一件有几种处理的，每种各计一件"
    return Table("处理款项", columns, tuple(rows), note, "处理款项")


def cases(county: County, period: Period) -> Table:
    """The cases found in the period, one row each."""
    found = found_in(county, period)
    late = {owed.case.case_no: owed.late_days for owed in reversed(overdue(found, period.last_day))}
    heads = ("案件", "发现日期", "发现途径", "账", "机构编码", "对象", "违规类型", "险种", "处理", "状态", "决定日期")
    money = ("违规金额（元）", "应收应扣（元）", "已扣减（元）", "已到账（元）", "未结清（元）")
    columns = (*map(Column, heads), *(Column(head, 2, total=True) for head in money), Column("逾期（天）", 0))
    rows = tuple(case_row(county, case, late.get(case.case_no)) for case in found)
    return Table("案件", columns, rows, "本期发现的案件，款项算到期末", "案件")


def case_row(county: County, case: Case, late: int | None) -> tuple:
    who = county.names.get(case.institution or "") or case.subject_name or zh("subject_type", case.subject_type)
    return (
        case.case_no,
        f"{case.found_on:%Y-%m-%d}",
        zh("activity", case.activity),
        "行业自律" if case.association else "医保基金",
        case.institution or "",
        who,
        violation_name(case.violation),
        named(county, "scheme", case.scheme) if case.scheme else "",
        "、".join(zh("handling", h.handling) for h in case.handlings),
        zh("case_status", case.status),
        f"{case.decision_on:%Y-%m-%d}" if case.decision_on else "",
        case.base_amount_yuan,
        case.due_yuan,
        case.deducted_yuan,
        case.received_yuan,
        case.owed_yuan,
        late,
    )


def clues(county: County, period: Period, told: Progress = quiet) -> Table:
    """The clues of the period's last month by rule, the most yuan first; a rule that could not run says why.

    Screens the years of that month, if nobody has yet.
    """
    by_rule: dict[str, list[Standing]] = {}
    for each in standing(county, period.last, told):
        by_rule.setdefault(each.hit.rule, []).append(each)
    why = {rule: reason for year in years_of(period.last) for rule, reason in gaps(county, year).items()}
    counts = ("新增", "持续", "已了结", "未了结机构（家）")
    heads = (
        Column("规则"),
        Column("严重度"),
        Column("方式"),
        *(Column(head, 0, total=head[0] != "未") for head in counts),
    )
    money, rest = Column("未了结涉及基金（元）", 2, total=True), tuple(map(Column, ("未筛查的原因", "说明", "依据")))
    rows = [
        (*described(rule), *counted(by_rule.get(id, [])), why.get(id, ""), rule.plain, rule.basis)
        for id, rule in rules().items()
    ]
    rows.sort(key=lambda row: -row[len(heads)])
    return Table("疑点线索", (*heads, money, *rest), tuple(rows), CLUE_NOTE, "疑点线索")


def described(rule: Rule) -> tuple[str, str, str]:
    return rule.title, rule.severity_zh, SHAPES[rule.shape]


def counted(found: Iterable[Standing]) -> tuple:
    """(new, continuing, resolved, institutions with open ones, yuan of the open ones)."""
    states = Counter(each.state for each in found)
    still = [each.hit for each in found if each.state != "resolved"]
    yuan = sum((hit.at_stake_yuan for hit in still), NOTHING)
    return (*(states[state] for state in STATES), len({hit.institution for hit in still}), yuan)


def work(county: County, period: Period) -> Table:
    """Audit work by month and kind, with the year's plan beside it."""
    plans = {p.activity: p.quota for p in progress(county, period)}
    heads = ("应查量", "抽查量", "问题数", "检查机构（家次）")
    columns = (Column("月份"), Column("工作"), *(Column(head, 0, total=True) for head in heads), Column("年计划", 0))
    rows = [
        (w.month, zh("activity", w.activity), w.universe, w.checked, w.problems, w.institutions, plans.get(w.activity))
        for w in work_done(county, period)
    ]
    return Table("稽核工作", columns, tuple(rows), "年计划为全年数，没有定的留空", "稽核工作")
