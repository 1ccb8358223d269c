"""本月要办: what needs somebody to act, found in the data, the most urgent first."""

import streamlit as st

import pipelines
from pipelines import cases
from pipelines.answers.by_county import ALL, together
from pipelines.audit_work import PLANNED
from pipelines.clues import years_of
from views import (
    against,
    agreement_checks,
    case_words,
    clues_desk,
    clues_words,
    ledger,
    look,
    partly,
    sampling,
    shared,
    todo_ahead,
    who,
    work_visits,
)
from views.task import Task, before

ORDER = ("逾期", "超限", "预警", "不平", "未达标", "缺数", "关注")
NAMED = 2  # institutions that get a row of their own; the others share one
AT_ONCE = 6  # tasks on the page; the others are folded
SOON = 90  # days within which an agreement is due
AUDIT = ("internal_audit_coverage",)


def tasks() -> list[Task]:
    """All that waits for somebody, of all schemes; empty when nothing is out of line.

    Whoever may not supervise institutions is told of the targets alone, and whoever picked one county of several.
    """
    supervises = who.may("supervise") and shared.picked_county() == ALL  # cases and clues are not parted by county
    found = gathered(shared.county().key, shared.period(), shared.scheme(), shared.picked_county(), supervises)
    found = [*found, *leads(), *visits(), *samples()] if supervises else found
    found += todo_ahead.warnings()
    return sorted(found, key=lambda task: ORDER.index(task.urgency))


@st.cache_data(max_entries=100, show_spinner=False, hash_funcs={pipelines.Period: str})
def gathered(key: str, months, scheme: str, county: str, supervises: bool) -> list[Task]:
    """What the uploads tell, of a build, a period, a scheme and a county: the same until one of them changes."""
    watched = targeted()
    if not supervises:
        return [*targets(watched), *pace(watched)]
    return [*overdue(), *beyond(), *targets(watched), *pace(watched), *expiring(), *unagreed(), *unequal(), *missing()]


def targeted() -> list:
    """Figures that have targets: by scheme where money and people are counted, in the county for hospital care."""
    known = pipelines.kpis().values()
    with_scheme = tuple(k.id for k in known if k.target is not None and "scheme" in k.levels and k.theme != "audit")
    hospital = tuple(k.id for k in known if k.theme in ("benefits", "cost_control") and "place" in k.levels)
    found = shared.figures(with_scheme, by=("scheme",)) + shared.figures(AUDIT, scheme=None)
    return found + shared.figures(hospital, by=("scheme",), place="in_county")


def show(found: list[Task]) -> None:
    part = f"{look.safe(shared.part())}没有达到的目标；机构、案件、疑点要办的事看{together(shared.county())}"
    picked = shared.picked_county() != ALL
    look.section("本月要办", part if picked else "按紧急程度排列；疑点线索不是结论，须经核查")
    if not found:
        look.empty("这个期间没有要办的事", "没有机构超出界限，没有逾期、未达标和快到期的协议，数据也齐全。")
        return
    with st.container(gap="xsmall"):
        listed(found[:AT_ONCE], 0)
    if len(found) > AT_ONCE:
        with st.expander(f"另有 {len(found) - AT_ONCE} 件"), st.container(gap="xsmall"):
            listed(found[AT_ONCE:], AT_ONCE)


def listed(found: list[Task], first: int) -> None:
    for order, item in enumerate(found, first):
        look.task(order, item, item.page, shared.carry(**item.query))


def overdue() -> list[Task]:
    """Recoveries, damages and fines that have not come in within their term."""
    late = [each for each in cases.overdue(ledger.cases(ledger.up_to_now()), ledger.period_end()) if coming_in(each)]
    if not late:
        return []
    owed, oldest = sum(each.owed_yuan for each in late), max(each.late_days for each in late)
    what = f"{len(late)} 笔违规款项逾期未到账"
    evidence = f"{owed / 10000:,.2f} 万元，最久逾期 {oldest} 天"
    return [
        Task("逾期", what, evidence, before(10, "催缴"), "cases", "看案件", {"c": "late", "cf": "all", "cb": "fund"})
    ]


def coming_in(owed) -> bool:
    return case_words.paid_in(owed.handling)


def expiring() -> list[Task]:
    """Agreements that end within SOON days of the period, or ended already though still in use."""
    end = ledger.period_end()
    due = [p for p in ledger.roster().values() if p.ends and p.signed and 0 <= (p.ends - end).days <= SOON]
    if not due:
        return []
    first = min(p.ends for p in due)
    what = f"{len(due)} 家机构的服务协议 {SOON} 天内到期"
    evidence = against.listed([p.name for p in due], 2)
    return [Task("关注", what, evidence, f"{first.month}月{first.day}日前续签", "institutions", "看名册", {})]


def unagreed() -> list[Task]:
    """Institutions that were settled with although no agreement stands behind it."""
    found = agreement_checks.unsigned(agreement_checks.checked())
    if not found:
        return []
    places = len({each.institution for each in found})
    evidence = f"基金支付 {partly.money(each.fund_yuan for each in found)}"
    what = f"{places} 家机构没有有效协议却有结算"
    return [Task("关注", what, evidence, before(10, "核对协议"), "institutions", "看核对", {"l": "unsigned"})]


def unequal() -> list[Task]:
    """Sums that should be equal and are not: one row each, with the first month where they part."""
    found = [each for each in shared.checks() if not each.holds]
    return [unequal_task(each.identity, each.breaches) for each in found]


def unequal_task(identity, breaches) -> Task:
    first = breaches[0]
    months = shared.some_months([breach.month for breach in breaches])
    evidence = f"{months}：{look.number(first.left)} 与 {look.number(first.right)}"
    return Task(
        "不平", f"勾稽不平：{look.safe(identity.title)}", evidence, before(10, "核对或说明"), "signing", "去说明", {}
    )


def missing() -> list[Task]:
    """Monthly uploads that lack months of the period."""
    return [
        Task(
            "缺数",
            f"{name}缺 {len(months)} 个月",
            shared.some_months(months),
            before(5, "补传"),
            "uploads",
            "去上传",
            {},
        )
        for name, months in shared.missing_uploads(shared.period()).items()
    ]


def beyond() -> list[Task]:
    """Institutions whose cost per case lies beyond what chance and usual differences explain."""
    found = against.compare(against.PER_CASE)
    high = found.beyond(+1)
    rows = [
        Task(
            "超限",
            f"{look.safe(p.name)}次均住院费用高出同类 {p.off:.0f}%",
            f"{p.value:,.0f} 元，中位数 {found.medians[p.kind]:,.0f} 元",
            before(10, "约谈"),
            "institutions",
            "看机构",
            {"inst": p.code},
        )
        for p in high[:NAMED]
    ]
    if len(high) > NAMED:
        what = f"另有 {len(high) - NAMED} 家机构次均住院费用超出界限"
        rows.append(Task("超限", what, "名单见费用控制", before(20, "核对"), "costs", "看费用", {}))
    return rows


def leads() -> list[Task]:
    """Severe clues that nobody has decided on, by institution; none while the year has not been screened yet."""
    month = shared.period().last
    if not clues_desk.ready(years_of(month)):
        return []
    waiting: dict[str, list] = {}
    for each in clues_desk.standings(month):
        if clues_words.is_open(each) and not each.verdict and clues_words.rule_of(each.hit).severity == "high":
            waiting.setdefault(each.hit.institution, []).append(each)
    codes = sorted(waiting, key=lambda code: (-clues_words.yuan(waiting[code]), code))
    rows = [lead(shared.named("institution", code), waiting[code], {"at": code}) for code in codes[:NAMED]]
    if rest := [each for code in codes[NAMED:] for each in waiting[code]]:
        rows.append(lead(f"另有 {len(codes) - NAMED} 家机构", rest, {"at": "all"}))
    return rows


def lead(named: str, found: list, query: dict[str, str]) -> Task:
    new = sum(each.state == "new" for each in found)
    what = f"{look.safe(named)}有 {len(found)} 条严重度高的疑点线索待核查"
    evidence = f"{look.number(clues_words.yuan(found) / 10000)} 万元，本月新增 {new} 条"
    query = query | {"rule": "all", "sev": "high", "list": "open"}
    return Task("关注", what, evidence, before(15, "核查"), "clues", "看线索", query)


def visits() -> list[Task]:
    """Visits that were arranged for a month gone by, of which nobody has said what came."""
    late = [v for v in work_visits.every_visit() if v.state == PLANNED and v.month <= shared.period().last]
    if not late:
        return []
    evidence = f"最早的是 {shared.dotted(min(v.month for v in late))}的"
    return [
        Task("逾期", f"{len(late)} 次检查已到期，没有记结果", evidence, before(10, "补记或取消"), "work", "看安排", {})
    ]


def samples() -> list[Task]:
    """Sampling plans of which random files are still unread: nothing may be said of the rest before."""
    rows = []
    for plan in sampling.standing_plans():
        left = 0 if plan.withdrawn else sampling.unread(plan)
        if left:
            what = f"抽样病历还有 {left:,} 份没有查"
            evidence = f"随机臂 {len(plan.drawn):,} 份，{plan.at[:10]} 定"
            rows.append(Task("关注", what, evidence, before(20, "查完"), "sampling", "看清单", {"plan": plan.id}))
    return rows


THEME_PAGE = {
    "enrolment": "enrolment",
    "collection": "collection",
    "balance": "balance",
    "benefits": "benefits",
    "cost_control": "costs",
    "audit": "work",
    "payment": "payment",
    "capacity": "dictionary",
}


def targets(figures) -> list[Task]:
    """Floors and ceilings that are missed."""
    missed = [f for f in figures if look.met(f) is False and f.kpi.target_kind != "time"]
    return [target_task(figure) for figure in missed]


def owner(figure) -> str:
    """居民、职工、生育 before the KPI's name."""
    code = figure.dims.get("scheme", "all")
    return "" if code == "all" else shared.named("scheme", code)


def scheme_of(figure) -> dict:
    code = figure.dims.get("scheme", "all")
    return {} if code == "all" else {"s": code}


def target_task(figure) -> Task:
    kpi = figure.kpi
    gap = figure.value - figure.target
    unit = "个百分点" if kpi.unit == "%" else kpi.display_unit
    size = look.with_unit(abs(look.shown(kpi, gap)), unit, look.digits(kpi))
    what = f"{owner(figure)}{kpi.name_zh}{'低' if gap < 0 else '高'}于目标 {size}"
    evidence = f"{look.said(figure)}，目标 {look.aim(figure)}"
    return Task("未达标", what, evidence, before(20, "报告原因"), THEME_PAGE[kpi.theme], "看指标", scheme_of(figure))


def pace(figures) -> list[Task]:
    """Money that comes in slower, or goes out faster, than the year passes."""
    rows = []
    for figure in figures:
        kpi = figure.kpi
        if kpi.target_kind != "time" or figure.value is None or figure.target is None:
            continue
        ahead = figure.value - figure.target
        if ahead < 0 if kpi.direction == "up" else ahead > 0:
            what = f"{owner(figure)}{kpi.name_zh}{look.target_words(figure)}"
            action = "催收" if kpi.direction == "up" else "分析支出"
            evidence = f"{look.said(figure)}，时间进度 {look.number(figure.target)}%"
            rows.append(
                Task("关注", what, evidence, before(20, action), THEME_PAGE[kpi.theme], "看进度", scheme_of(figure))
            )
    return rows
