"""总览: is the fund safe, and what must be done this month?"""

import streamlit as st

from pipelines import registry
from pipelines.attribution import of_figures
from pipelines.attribution.wording import decimal
from reports import charts
from views import clues_desk, counties, look, outlook_warnings, shared, todo, who

SPENT, CASES, PER_CASE, COST = "fund_expenditure", "inpatient_cases", "cost_per_case", "inpatient_total_fee"
PENALTY = tuple(kpi for kpi in registry.headlines() if registry.kpis()[kpi].theme == "audit")
BY_COUNTY = ("enrolment_rate", SPENT, "current_balance", COST, PER_CASE, "actual_reimb_ratio")
SCHEME = tuple(kpi for kpi in registry.headlines() if kpi not in PENALTY)


def page() -> None:
    whole = shared.total(SCHEME, history=24) | shared.total(PENALTY, history=24, scheme=None)
    places = shared.split((PER_CASE, "actual_reimb_ratio"), "place", history=24)
    channels = shared.split(("penalty_total",), "activity", scheme=None)
    beside_it = counties.split(BY_COUNTY)
    tasks = todo.tasks()
    with look.header("总览"):
        shared.scope()
        shared.download("总览", shared.flat(whole, places, channels, beside_it))
    if counties.blocked(whole.values(), beside_it, "actual_reimb_ratio"):
        todo.show(tasks)
        return
    look.answer(answer(whole, tasks))
    cards(whole, places)
    todo.show(tasks)
    trends(whole, channels)
    counties.section(beside_it, "actual_reimb_ratio")
    if who.may("supervise") and shared.picked_county() == shared.ALL:
        clues_desk.ahead(shared.period().last)
    outlook_warnings.begin()


def answer(whole: dict, tasks: list) -> str:
    """Spending against its base and against time, growth and what drove it, what waits for a decision."""
    spent, usage = whole[SPENT], first_known(whole, "usage_rate_due", "usage_rate_collected")
    said = []
    if spent.value is not None:
        said.append(f"基金支出 **{look.said(spent)}**{share_of(spent, usage)}")
    if whole[COST].change is not None:
        said.append(f"住院费用{look.changed(whole[COST])}" + (f"，{driver(whole)}" if driver(whole) else ""))
    urgent = sum(1 for task in tasks if task.urgency in look.URGENT)
    said.append(f"本月要办 **{len(tasks)} 件**，**{urgent} 件**紧急" if tasks else "本月没有要办的事")
    return "；".join(said) + "。"


def share_of(spent, usage) -> str:
    """，占应筹 46.59%，慢于时间进度 …; empty when the ratio counts other months than the amount does."""
    if usage.value is None or usage.numerator != spent.numerator:
        return ""
    base, pace = ("应筹" if usage.kpi.id == "usage_rate_due" else "已筹"), look.target_words(usage)
    return f"，占{base} **{look.said(usage)}**" + (f"，{pace}" if pace else "")


def first_known(whole: dict, *kpis: str):
    """The first of these figures that has a value, else the first."""
    return next((whole[kpi] for kpi in kpis if whole[kpi].value is not None), whole[kpis[0]])


def driver(whole: dict) -> str:
    """人次与次均各占一半 / 主要因人次增加: which of the two moved the cost."""
    split = of_figures(whole[CASES], whole[COST])
    if split is None or not whole[COST].change:
        return ""
    by_cases, by_cost = (float(each.yuan) for each in split)
    if by_cases * by_cost < 0:
        return "人次增加、次均下降" if by_cases > 0 else "人次减少、次均上升"
    share = 100 * by_cases / (by_cases + by_cost)
    if 45 <= share <= 55:
        return "人次与次均各占一半"
    more = "增加" if by_cases > 0 else "减少"
    return f"其中 {share:.0f}% 因人次{more}"


def cards(whole: dict, places: dict) -> None:
    collected = first_known(whole, "collection_progress", "collection_plan_completion")
    usage = first_known(whole, "usage_rate_due", "usage_rate_collected")
    kept = [
        first_known(whole, "enrolment_rate", "enrolment_target_completion"),
        collected,
        usage,
        whole["current_balance"],
        whole[COST],
    ]
    kept += [whole["actual_reimb_ratio"], local(whole, places), whole["penalty_total"]]
    context = contexts(whole, places)
    names = {6: "县内" + whole[PER_CASE].kpi.name_zh} if "in_county" in places else {}
    look.cards(kept, context, names=names)
    look.caption("蓝线本年，灰线上年；横条为完成进度，竖线为时间进度或目标。处罚不分险种。", text_alignment="right")


def local(whole: dict, places: dict):
    return places["in_county"][PER_CASE] if "in_county" in places else whole[PER_CASE]


def contexts(whole: dict, places: dict) -> dict[str, str]:
    found = {
        "current_balance": lasting(whole["months_payable"]),
        COST: joined(whole[CASES], "×", whole[PER_CASE], "次均 "),
        "actual_reimb_ratio": beside(places, "actual_reimb_ratio"),
        PER_CASE: times(places),
        "penalty_total": arrived(whole["arrival_rate"]),
    }
    return {kpi: text for kpi, text in found.items() if text}


def lasting(months) -> str:
    return "" if months.value is None else f"累计结余可支付 {look.said(months)}"


def joined(cases, sign: str, per_case, word: str) -> str:
    known = cases.value is not None and per_case.value is not None
    return f"{look.said(cases)} {sign} {word}{look.said(per_case)}" if known else ""


def beside(places: dict, kpi: str) -> str:
    pair = [places.get(code, {}).get(kpi) for code in ("in_county", "out_of_county")]
    if any(figure is None or figure.value is None for figure in pair):
        return ""
    return f"县内 {look.said(pair[0])}，县外 {look.said(pair[1])}"


def times(places: dict) -> str:
    inside, outside = (places.get(code, {}).get(PER_CASE) for code in ("in_county", "out_of_county"))
    if not inside or not outside or not inside.value or not outside.value:
        return ""
    return f"县外次均 {look.said(outside)}，为县内 {outside.value / inside.value:.1f} 倍"


def arrived(rate) -> str:
    if rate.value is None:
        return ""
    return f"应收 {look.number(rate.denominator / 10000)} 万元，到账率 {look.said(rate)}"


def trends(whole: dict, channels: dict) -> None:
    look.section("走势与构成", shared.period().label)
    columns = st.columns(3, gap="medium")
    with columns[0]:
        spending(whole[SPENT])
    with columns[1]:
        growth(whole)
    with columns[2]:
        penalties(channels)


def spending(spent) -> None:
    now, last = (shared.running(look.in_wan(values)) for values in look.two_years(spent.months))
    title = shared.gap_title("累计支出", now, last)
    chart = charts.year_over_year(charts.MONTHS, now, last, "万元")
    look.chart(chart, title, "基金支出，1月起累计，万元", f"基金累计支出折线图；{title}")


def growth(whole: dict) -> None:
    split, cost = of_figures(whole[CASES], whole[COST]), whole[COST]
    if split is None:
        look.empty("费用增长不能拆分", "没有上年同期的住院结算。")
        return
    inner = (
        (f"{name}<br>{look.signed(decimal(each.rate), 1)}%", decimal(each.yuan / 10000))
        for name, each in zip(("人次", "次均"), split, strict=True)
    )
    steps = (("上年同期", cost.year_ago / 10000), *inner, ("本期", cost.value / 10000))
    title = f"住院费用{look.changed(cost)}" + (f"，{driver(whole)}" if driver(whole) else "")
    alt = "；".join(f"{name.replace('<br>', '')} {value:,.0f} 万元" for name, value in steps)
    note = "住院医疗总费用，万元；人次与次均共同的部分各分一半"
    look.chart(charts.waterfall(steps, "万元"), title, note, f"费用增长瀑布图：{alt}")
    shared.page_link("attribution", label="分到各因素", icon=":material/arrow_forward:", query_params=shared.carry())


def penalties(channels: dict) -> None:
    rows = [(code, row["penalty_total"]) for code, row in channels.items() if row["penalty_total"].value]
    if not rows:
        look.empty("这个期间没有处理金额", "处罚台账在这个期间没有行。")
        return
    rows.sort(key=lambda row: -row[1].value)
    total = sum(figure.value for _, figure in rows) / 10000
    title = f"违规处理 {total:,.2f} 万元，{shared.named('activity', rows[0][0])}最多"
    bars = [(shared.named("activity", code), figure.value / 10000, code) for code, figure in rows]
    chart = charts.ranked_bars(bars, "万元")
    note = "处理金额，万元" + who.told("rows", "；点一条看台账")
    code = look.chart(chart, title, note, title, key="channels", click=who.opens("rows"))
    if code:
        query = shared.rows_query("penalty_total", activity=code, scheme="all")
        st.switch_page(shared.link("rows"), query_params=query)
