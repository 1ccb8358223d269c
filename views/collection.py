"""筹资: does the money come in as fast as the year passes, from whom, and what is still owed?"""

import streamlit as st

from reports import charts
from views import counties, look, shared, who

CARDS = ("fund_collected", "collection_progress", "collection_plan_completion", "per_capita_financing", "arrears")
SOURCE = ("fund_collected", "arrears")


def page() -> None:
    whole = shared.total(CARDS, history=24)
    sources = shared.split(SOURCE, "source")
    schemes = shared.split(CARDS, "scheme")
    beside = counties.split(CARDS)
    with look.header("筹资"):
        shared.scope()
        shared.download("筹资", shared.flat(whole, sources, schemes, beside))
    if counties.blocked(whole.values(), beside, "per_capita_financing"):
        return
    look.answer(answer(whole, sources))
    kept = shared.applicable([whole[kpi] for kpi in CARDS])
    look.cards(kept, across=max(len(kept), 3))
    trend(whole, schemes)
    by_source(sources)
    by_scheme(schemes)
    counties.section(beside, "per_capita_financing")


def answer(whole: dict, sources: dict) -> str:
    """How much is in, how that compares with the time gone by, and who still owes."""
    collected, pace = whole["fund_collected"], pace_of(whole)
    said = [f"已筹 **{look.said(collected)}**" + shared.compared(collected)]
    if pace is not None:
        said.append(f"{pace.kpi.name_zh} **{look.said(pace)}**，{look.target_words(pace)}")
    owed = whole["arrears"]
    if owed.value:
        said.append(f"欠费 **{look.said(owed)}**" + shared.compared(owed))
    late = slow_sources(sources)
    if late:
        said.append(f"比上年同期少收的来源：{'、'.join(late)}")
    return "；".join(said) + "。"


def pace_of(whole: dict):
    """Residents have a sum due for the year, employees and maternity a plan: the first that can be computed."""
    known = (whole[kpi] for kpi in ("collection_progress", "collection_plan_completion"))
    return next((figure for figure in known if figure.value is not None and figure.target is not None), None)


def slow_sources(sources: dict) -> list[str]:
    rows = ((code, row["fund_collected"].change) for code, row in sources.items())
    return [look.safe(shared.named("source", code)) for code, change in rows if change is not None and change < 0]


def trend(whole: dict, schemes: dict) -> None:
    look.section("进度", "累计值；时间进度按月份计")
    left, right = st.columns([5, 4], gap="medium")
    with left:
        collected = whole["fund_collected"]
        now, last = (look.in_wan(values) for values in look.two_years(collected.months))
        title = f"累计已筹比上年同期{look.changed(collected)}" if collected.change is not None else "累计已筹"
        chart = charts.year_over_year(charts.MONTHS, now, last, "万元")
        look.chart(chart, title, "已筹基金，累计，万元", f"累计已筹折线图；{title}")
    with right:
        pace(schemes)


def pace(schemes: dict) -> None:
    """Every scheme against the time gone by, on its own basis: the sum due, or the plan."""
    rows = [(code, pace_of(row)) for code, row in schemes.items()]
    rows = [(code, figure) for code, figure in rows if figure is not None]
    if not rows:
        look.empty("没有可比的进度", "基金征缴表没有填当年应筹或征收计划。")
        return
    slow = [shared.named("scheme", code) for code, figure in rows if figure.value < figure.target]
    title = f"{'、'.join(slow)}慢于时间进度" if slow else "各险种都快于时间进度"
    bars = [
        (shared.named("scheme", code), figure.value, f"{figure.value:.2f}%", figure.value < figure.target)
        for code, figure in rows
    ]
    expected = float(rows[0][1].target)
    chart = charts.progress(bars, expected, f"时间进度 {expected:.0f}%")
    look.chart(chart, title, "居民占当年应筹，职工和生育占征收计划，%", f"各险种筹资进度条形图；{title}")


def by_source(sources: dict) -> None:
    look.section("钱从哪里来", who.told("rows", "点一条横条，看这个来源的征缴登记"))
    rows = [(code, row["fund_collected"]) for code, row in sources.items() if row["fund_collected"].value]
    if not rows:
        look.empty("没有分来源的到账", "基金征缴表没有这个险种和期间的行。")
        return
    rows.sort(key=lambda row: -row[1].value)
    left, right = st.columns([4, 5], gap="medium")
    with left:
        top, whole = rows[0], sum(figure.value for _, figure in rows)
        title = f"{shared.named('source', top[0])}占 {100 * top[1].value / whole:.1f}%"
        bars = [(look.plain(shared.named("source", code)), look.shown(f.kpi, f.value), code) for code, f in rows]
        chart = charts.ranked_bars(bars, "万元", 0, height=60 + 32 * len(bars))
        code = look.chart(chart, title, "累计已筹，万元", f"收入来源条形图；{title}", key="sources", click=True)
    with right:
        heads = ("来源", "累计已筹（万元）", "占比（%）", "较上年", "欠费（万元）")
        look.markdown(look.grid(heads, "lrrrr", (source_row(code, sources[code], whole) for code, _ in rows)))
    if code:
        st.switch_page(shared.link("rows"), query_params=shared.rows_query("fund_collected", source=code))


def source_row(code: str, row: dict, whole) -> tuple[str, ...]:
    collected, owed = row["fund_collected"], row["arrears"]
    share = look.number(100 * collected.value / whole)
    name = look.safe(shared.named("source", code))
    return name, f"**{look.amount(collected)}**", share, look.signed_change(collected), look.amount(owed)


def by_scheme(schemes: dict) -> None:
    look.section("各险种", "— 表示没有上传应筹或计划，不是零")
    heads = (
        "险种",
        "累计已筹（万元）",
        "较上年",
        "占应筹（%）",
        "占计划（%）",
        "人均筹资（元）",
        "欠费（万元）",
        "进度",
    )
    look.markdown(look.grid(heads, "lrrrrrrl", (scheme_row(code, row) for code, row in schemes.items())))


def scheme_row(code: str, row: dict) -> tuple[str, ...]:
    pace = pace_of(row)
    amounts = [look.amount(row[kpi]) for kpi in CARDS[1:]]
    badge = ":gray[—]" if pace is None else look.met_badge(pace)
    collected = row["fund_collected"]
    return shared.named("scheme", code), f"**{look.amount(collected)}**", look.signed_change(collected), *amounts, badge
