"""稽核处罚: what was found and through which channel, what is still owed, and who was penalised."""

import streamlit as st

from pipelines.cases import overdue
from reports import charts
from views import case_list, case_words, casebook, counties, ledger, look, shared, supervision

CARDS = ("penalty_total", "arrival_rate", "records_problem_rate", "penalty_share_of_inpatient")
KINDS = {
    "violation_deduction": "扣减违规费用",
    "recovered_due": "追回",
    "liquidated_damages": "违约金",
    "fine": "行政罚款",
}
COUNTS = ("violation_cases", "penalised_institutions", "assessment_failing_institutions", "case_closure_rate")
BY_CHANNEL = ("violation_cases", *KINDS, "penalty_total")
PACT = (
    "association_companies",
    "association_documents",
    "association_damages_due",
    "association_damages_received",
    "association_arrival_rate",
)


def page() -> None:
    wanted = (*CARDS, *COUNTS, "assessment_deduction", *supervision.HANDLED, *PACT)
    whole = shared.total(wanted, history=24, scheme=None)
    channels = shared.split(BY_CHANNEL, "activity", scheme=None)
    beside = counties.split((*CARDS, *COUNTS), scheme=None)
    every = ledger.every_case(shared.period(), ledger.period_end())
    cases = [case for case in every if not case.association]
    settled, pairs = ledger.withheld(), ledger.doubled_pairs() if shared.picked_county() == shared.ALL else []
    with look.header("稽核处罚"):
        ledger.scope("台账多不分险种")
        shared.download("稽核处罚", shared.flat(whole, channels, beside), tables(cases, settled, pairs))
    if counties.blocked(whole.values(), beside, "penalty_total"):
        return
    look.answer(answer(whole, cases))
    casebook.doubled(pairs)
    look.cards([whole[kpi] for kpi in CARDS], contexts(whole))
    money(whole, channels)
    arrival(cases, [case for case in every if case.association], settled)
    who(whole)
    supervision.pact([whole[kpi] for kpi in PACT])
    counties.section(beside, "penalty_total")
    register(cases)


def tables(cases: list, settled: list, pairs: list) -> dict[str, dict[str, list]]:
    """The tables to take away, each complete."""
    return {
        "稽核处罚台账": case_list.table(cases, ledger.period_end()),
        "处理与款项": case_list.money(cases),
        "从结算款抵扣": casebook.withheld_lines(settled) if settled else {},
        "可能重复处罚": casebook.doubled_table(pairs) if pairs else {},
    }


def answer(whole: dict, cases: list) -> str:
    total, rate, records = (whole[kpi] for kpi in ("penalty_total", "arrival_rate", "records_problem_rate"))
    said = []
    if total.value is not None:
        share = whole["penalty_share_of_inpatient"]
        part = f"，相当于住院基金支付的 {look.said(share)}" if share.value is not None else ""
        missed = sum(case.activity == "assessment" for case in cases)
        count = f"处理 **{len(cases)} 件**" + (f"（其中考核扣减 {missed} 件）" if missed else "")
        said.append(f"{count}，金额 **{look.said(total)}**{part}")
    if rate.value is not None:
        owed = rate.denominator - rate.numerator
        late = sum(each.owed_yuan for each in overdue(cases, ledger.period_end()) if case_words.paid_in(each.handling))
        old = f"，其中逾期 **{look.number(late)} 元**" if late else ""
        said.append(
            f"应收款到账 **{look.said(rate)}**，还有 **{look.number(owed)} 元**未到账{old}"
            if owed
            else "应收款都已到账"
        )
    if records.value is not None:
        said.append(f"评定病历 {records.denominator:,.0f} 份，**{look.said(records)}** 有问题")
    return "；".join(said) + "。" if said else "这个期间没有稽核和处罚记录。"


def contexts(whole: dict) -> dict[str, str]:
    cases, rate, records = (whole[kpi] for kpi in ("violation_cases", "arrival_rate", "records_problem_rate"))
    share = whole["penalty_share_of_inpatient"]
    found = {"penalty_total": f"违规案件 {look.said(cases)}，多少不代表好坏"}
    if rate.value is not None:
        found["arrival_rate"] = f"应收 {look.number(rate.denominator)} 元，已到 {look.number(rate.numerator)} 元"
    if records.value is not None:
        found["records_problem_rate"] = f"{records.denominator:,.0f} 份中 {records.numerator:,.0f} 份；抽的是有争议病历"
    if share.value is not None:
        found["penalty_share_of_inpatient"] = f"住院基金支付 {look.number(share.denominator / 10000)} 万元"
    return found


def money(whole: dict, channels: dict) -> None:
    look.section("从哪里查出来", "按发现日期归月；扣减、追回、违约金、罚款分开计，多少不代表好坏")
    rows = [(code, row) for code, row in channels.items() if yuan(row, "penalty_total")]
    if not rows:
        shared.not_uploaded("这个期间没有处理金额", "处罚台账在这个期间没有行。换一个期间，或上传稽核处罚台账。")
        return
    rows.sort(key=lambda item: -yuan(item[1], "penalty_total"))
    left, right = st.columns([12, 7], gap="medium")
    with left, st.container(gap=None):
        top = shared.named("activity", rows[0][0])
        look.subheader(f"{len(rows)} 个途径，{top}最多")
        look.caption("元；考核扣减不是违规处罚，单独一列")
        heads = ("发现途径", "案件", *KINDS.values(), "考核扣减", "合计")
        table = [channel_cells(code, row) for code, row in rows]
        look.markdown(look.grid(heads, "lrrrrrrr", [*table, total_cells(whole, [row for _, row in rows])]))
    with right:
        channel_bars(rows)


def yuan(row: dict, kpi: str):
    """The amount of a group; 0 where the group has no such money."""
    return (row[kpi].value or 0) if kpi in row else 0


def assessed(row: dict):
    """What the channel deducted for missed indicators: the total less the four kinds of penalty money."""
    return yuan(row, "penalty_total") - sum(yuan(row, kpi) for kpi in KINDS)


def channel_cells(code: str, row: dict) -> tuple[str, ...]:
    kinds = (money_cell(yuan(row, kpi)) for kpi in KINDS)
    count = look.amount(row["violation_cases"]) if yuan(row, "violation_cases") else ":gray[—]"
    name = look.safe(shared.named("activity", code))
    return name, count, *kinds, money_cell(assessed(row)), f"**{look.number(yuan(row, 'penalty_total'))}**"


def total_cells(whole: dict, rows: list[dict]) -> tuple[str, ...]:
    kinds = (money_cell(sum(yuan(row, kpi) for row in rows)) for kpi in KINDS)
    return (
        "合计",
        look.amount(whole["violation_cases"]),
        *kinds,
        money_cell(whole["assessment_deduction"].value),
        f"**{look.number(whole['penalty_total'].value)}**",
    )


def money_cell(value) -> str:
    return look.number(value) if value else ":gray[—]"


def channel_bars(rows: list) -> None:
    whole = sum(row["penalty_total"].value for _, row in rows)
    part = 100 * rows[0][1]["penalty_total"].value / whole
    title = f"{shared.named('activity', rows[0][0])}占处理金额的 {part:.1f}%"
    marks = [(look.plain(shared.named("activity", code)), row["penalty_total"].value, code) for code, row in rows]
    chart = charts.ranked_bars(marks, "元", digits=0, height=70 + 34 * len(marks))
    alt = f"各途径处理金额条形图；{title}"
    code = look.chart(chart, title, "处理金额，元；点一条看背后的行", alt, key="channels", click=True)
    if code:
        st.switch_page(
            shared.link("rows"), query_params=shared.rows_query("penalty_total", scheme="all", activity=code)
        )


def arrival(cases: list, association: list, settled: list) -> None:
    look.section("款项", "期间内发现的案件，到期末；协议处理、行政罚款、考核扣减和行业自律是不同的钱，分开计")
    if not any(case.due_yuan for case in (*cases, *association)):
        look.empty("没有应收应扣的款", "这个期间发现的案件没有扣减、追回、违约金或罚款。")
        return
    left, right = st.columns([12, 9], gap="medium")
    with left:
        casebook.tracks(cases, association)
        rows_behind()
    with right:
        casebook.ages(cases, ledger.period_end())
    left, right = st.columns([12, 9], gap="medium")
    with left:
        casebook.late(cases, ledger.period_end())
    with right:
        casebook.withheld(settled)


def rows_behind() -> None:
    query = shared.rows_query("arrival_rate", scheme="all")
    arrow = {"icon": ":material/arrow_forward:", "icon_position": "right"}
    shared.page_link("rows", label="应收案件的明细", query_params=query, **arrow)


def register(cases: list) -> None:
    look.section("案件台账", "这个期间发现的，最近的在前，元；勾选一行打开案件。未到账含待扣减")
    shown = case_list.pick(case_list.members(cases, ledger.period_end()))
    if not shown:
        shared.not_uploaded("名单里没有案件", "换一个名单或期间，或上传稽核处罚台账。")
        return
    case_list.show(shown, ledger.period_end(), f"cases-{st.session_state['c']}")
    with st.container(horizontal=True, gap="medium"):
        casebook.follow("到案件办理", shared.carry())
        query = shared.rows_query("penalty_total", scheme="all")
        arrow = {"icon": ":material/arrow_forward:", "icon_position": "right"}
        shared.page_link("rows", label="台账原始行", query_params=query, **arrow)


def who(whole: dict) -> None:
    look.section("谁被查处，怎样处理", "金额大不等于问题重；点一条看该机构")
    left, right = st.columns([12, 7], gap="medium")
    with left:
        institutions()
    with right, st.container(gap=None):
        look.subheader(f"查处机构 {look.said(whole['penalised_institutions'])}")
        look.caption("件数；一案可有多种处理")
        kinds = (*COUNTS, *supervision.HANDLED)
        look.markdown(look.grid(("处理", "本期", "上年同期"), "lrr", (count_cells(whole[kpi]) for kpi in kinds)))
        shared.page_link(
            "work",
            label="查得够不够，看稽核工作",
            icon=":material/arrow_forward:",
            icon_position="right",
            query_params=shared.carry(),
        )


def count_cells(figure) -> tuple[str, ...]:
    kpi = figure.kpi
    last = look.number(figure.year_ago, look.digits(kpi))
    return f"{kpi.name_zh}（{kpi.display_unit}）", f"**{look.amount(figure)}**", last


def institutions() -> None:
    found = shared.split(("penalty_total",), "institution", scheme=None)
    rows = [(code, row["penalty_total"].value) for code, row in found.items() if code and row["penalty_total"].value]
    if not rows:
        look.empty("没有被处理的机构", "这个期间的案件都不涉及两定机构，或台账没有行。")
        return
    rows.sort(key=lambda row: -row[1])
    shown, whole = rows[:12], sum(value for _, value in rows)
    title = f"前 {min(3, len(rows))} 家占 {len(rows)} 家机构处理金额的 {100 * sum(v for _, v in rows[:3]) / whole:.1f}%"
    marks = [(look.plain(unique(code, shown)), value, code) for code, value in shown]
    chart = charts.ranked_bars(marks, "元", digits=0, height=60 + 25 * len(marks), bold=min(3, len(marks)))
    note = f"处理金额（含考核扣减），元；有处理金额的 {len(rows)} 家，画前 {len(shown)} 家"
    code = look.chart(chart, title, note, f"被处理机构条形图；{title}", key="penalised", click=True)
    if code:
        st.switch_page(shared.link("institutions"), query_params=shared.carry(inst=code))


def unique(code: str, shown: list) -> str:
    """The name, with the end of the code where two on the chart bear one name."""
    name = shared.named("institution", code)
    same = sum(shared.named("institution", other) == name for other, _ in shown)
    return f"{name} {code[-4:]}" if same > 1 else name
