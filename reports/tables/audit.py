"""Supervision: what was handled and how, the cases one by one, the clues by rule, the work that was done."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from pipelines import County, Period
from pipelines.audit_work import progress
from pipelines.audit_work import work as work_done
from pipelines.cases import Case, by_handling, by_track, ledger, overdue
from pipelines.clues import STATES, Standing, gaps, rules, standing, years_of
from pipelines.clues.rules import SHAPES, Rule
from pipelines.contracts import zh
from pipelines.side_by_side import Progress, quiet
from reports.document import Column, Table
from reports.naming import code_name

NOTHING = Decimal(0)
CLUE_NOTE = "疑点线索是筛查规则指向的数据，都待核查，不是结论；一笔被两条规则指向时，两处都计"


def found_in(county: County, period: Period, fund_only: bool = False) -> list[Case]:
    """The cases found in the period as they stood at its end, the latest first; fund_only: none of self-regulation."""
    return [case for case in ledger(county, period, period.last_day) if not (fund_only and case.association)]


def handlings(county: County, period: Period, fund_only: bool = False) -> Table:
    """The money of each kind of handling: due, withheld, paid in, still out; in yuan."""
    which = "不含" if fund_only else "含"
    note = f"本期发现的案件，款项算到期末；{which}行业自律的案件；一件有几种处理的，每种各计一件"
    return money("处理款项", "处理方式", by_handling(found_in(county, period, fund_only)).values(), note)


def tracks(county: County, period: Period) -> Table:
    """The same by whose money it is: that of breach of agreement and of the law, of the fund's own cases."""
    found = by_track(found_in(county, period, fund_only=True)).values()
    return money("款项分类", "性质", [each for each in found if each.cases], "本期发现的案件，款项算到期末")


def money(title: str, first: str, found: Iterable, note: str) -> Table:
    heads = ("应收应扣（元）", "已扣减（元）", "已到账（元）", "未结清（元）")
    rows = tuple((t.name_zh, t.cases, t.due_yuan, t.deducted_yuan, t.received_yuan, t.owed_yuan) for t in found)
    columns = (Column(first), Column("案件（件）", 0), *(Column(head, 2, total=True) for head in heads))
    return Table(title, columns, rows, note, title)


def cases(county: County, period: Period, fund_only: bool = False) -> Table:
    """The cases found in the period, one row each, the latest first. Persons are counted, never named."""
    found = found_in(county, period, fund_only)
    late = {owed.case.case_no: owed.late_days for owed in reversed(overdue(found, period.last_day))}
    heads = [
        "案件",
        "发现日期",
        "发现途径",
        "账",
        "机构编码",
        "对象",
        "违规编号",
        "违规类型",
        "险种",
        "处理",
        "状态",
        "决定日期",
    ]
    money = ("违规金额（元）", "应收应扣（元）", "已扣减（元）", "已到账（元）", "未结清（元）")
    columns = (*map(Column, heads), *(Column(head, 2, total=True) for head in money), Column("逾期（天）", 0))
    rows = tuple(case_row(county, case, late.get(case.case_no)) for case in found)
    return Table("案件", columns, rows, "本期发现的案件，款项算到期末", "案件")


def case_row(county: County, case: Case, late: int | None) -> tuple:
    return (
        case.case_no,
        f"{case.found_on:%Y-%m-%d}",
        zh("activity", case.activity),
        "行业自律" if case.association else "医保基金",
        case.institution or "",
        subject(county, case),
        case.violation,
        code_name(county, "violation", case.violation),
        code_name(county, "scheme", case.scheme) if case.scheme else "",
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


def subject(county: County, case: Case) -> str:
    """The institution by its name of today, or in the ledger's words; of anybody else only what kind of subject."""
    kind = zh("subject_type", case.subject_type)
    if case.subject_type not in ("institution", "pharmacy"):
        return kind
    return county.names.get(case.institution or "") or case.subject_name or kind


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
