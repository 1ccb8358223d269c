"""费用控制: is the cost of a stay under control, and which institutions drive it?"""

import streamlit as st

import pipelines
from pipelines.peers import FEWEST_CASES, FEWEST_PEERS, Comparison, limits
from pipelines.peers.comparing import inside
from reports import charts
from reports.charts import among_peers
from reports.charts.style import SOFT
from views import against, counties, excess, look, shared, who
from views.against import BED_DAYS, CASES, PER_CASE, PER_DAY

SHARES = ("out_of_county_case_share", "out_of_county_cost_share", "out_of_county_fund_share")
MOST = 15  # institutions of a kind on a chart of several counties
CARDS = (
    PER_CASE,
    PER_DAY,
    "alos",
    "hospitalisation_rate",
    "readmission_rate_15d",
    "drug_ratio",
    "self_pay_ratio",
    "out_of_county_fund_share",
)
MEASURES = (*CARDS[:6], "exam_ratio", "material_ratio", "self_pay_ratio", "out_of_county_case_share")
TABLE = (CASES, PER_CASE, PER_DAY, "alos", BED_DAYS, "actual_reimb_ratio", "drug_ratio", "self_pay_ratio")


def page() -> None:
    whole = county_figures()
    table, beside = institution_table(), by_county()
    with look.header("费用控制"):
        shared.scope("县内住院；住院率和县外占比为全体参保人")
        shared.download("费用控制", [*against.pinned(whole.values()), *shared.flat(beside)], {"机构费用对比": table})
    if counties.blocked(whole.values(), beside, PER_CASE):
        return
    found = against.compare(PER_CASE)
    look.answer(answer(whole, found))
    names = {place: scope_name(whole[kpi]) for place, kpi in enumerate(CARDS)}
    look.cards([whole[kpi] for kpi in CARDS], contexts(whole), names=names)
    chosen = trend(whole)
    out_of_line(found if chosen == PER_CASE else against.compare(chosen))
    show_table(table)
    counties.section(beside, PER_CASE, "县内住院；住院率和县外占比为全体参保人")


def county_figures() -> dict:
    """{kpi id: Figure}: in-county care where the measure knows the place; the shares of the county's insured else."""
    wanted = tuple(dict.fromkeys((*MEASURES, *CARDS, *SHARES)))
    local = tuple(kpi for kpi in wanted if inside(kpi))
    rest = tuple(kpi for kpi in wanted if kpi not in local)
    known = against.pinned(shared.figures(local, history=24, **against.INSIDE), **against.INSIDE)
    return {figure.kpi.id: figure for figure in (*known, *shared.figures(rest, history=24))}


def by_county() -> dict[str, dict]:
    """As the cards have them: in-county care where the measure knows the place."""
    local = counties.split([kpi for kpi in CARDS if inside(kpi)], **against.INSIDE)
    rest = counties.split([kpi for kpi in CARDS if not inside(kpi)])
    return {code: local.get(code, {}) | rest.get(code, {}) for code in rest | local}


def answer(whole: dict, found: Comparison) -> str:
    cost, said = whole[PER_CASE], []
    if cost.value is not None:
        side = against.target_side(cost)
        said.append(f"县内次均住院费用 **{look.said(cost)}**{shared.compared(cost)}" + (f"，{side}" if side else ""))
    said.append(finding(found))
    cases, money = whole[SHARES[0]], whole[SHARES[1]]
    if cases.value == 0:
        said.append("没有县外住院")
    elif cases.value is not None and money.value is not None:
        said.append(f"县外 **{look.said(cases)}** 的人次花掉 **{look.said(money)}** 的费用")
    return "；".join(said) + "。"


def finding(found: Comparison) -> str:
    """Who is beyond the limits, and what coming down to the median would save."""
    high = found.beyond(+1)
    if not found.judges():
        return "机构或月份太少，不判定谁偏高"
    if not high:
        return "没有机构的次均费用超出界限"
    saving = sum(found.excess_of(p.code).yuan for p in high) / 10000
    return f"**{len(high)} 家**机构高得超出界限，若降到同类中位数，费用可少约 **{look.number(saving, 0)} 万元**"


def contexts(whole: dict) -> dict[str, str]:
    cost, shares = whole[PER_CASE], [whole[kpi] for kpi in SHARES]
    stay = "" if cost.denominator is None else f"县内住院 {cost.denominator:,.0f} 人次"
    flow = "" if shares[0].value is None else f"占人次 {look.said(shares[0])}，占费用 {look.said(shares[1])}"
    found = {"readmission_rate_15d": "只是分解住院的线索", "hospitalisation_rate": "所选期间，不折算全年"}
    found |= {"out_of_county_fund_share": flow}
    return found if look.target_words(cost) else found | {PER_CASE: stay}


def trend(whole: dict) -> str:
    look.section("走势", "当月值；纵轴不从零开始；换指标时下面的比较也跟着换")
    names = {kpi: pipelines.kpis()[kpi].name_zh for kpi in MEASURES}
    chosen = look.pick("指标", names, "k", widget=st.segmented_control, required=True, label_visibility="collapsed")
    left, right = st.columns([5, 3], gap="medium")
    with left:
        measure(whole[chosen])
    with right:
        outflow([whole[kpi] for kpi in SHARES])
    return chosen


def measure(figure) -> None:
    kpi, digits = figure.kpi, look.digits(figure.kpi)
    now, last = look.two_years(figure.months)
    if not any(value is not None for value in (*now, *last)):
        look.empty(f"{kpi.name_zh}没有可画的月份", look.safe(figure.missing) or "换一个期间或险种。")
        return
    chart = charts.year_over_year(
        charts.MONTHS, now, last, kpi.display_unit, digits, figure.target, zero=False, height=240
    )
    title = trend_title(figure)
    look.chart(chart, title, f"{scope_name(figure)}，{kpi.display_unit}", f"{kpi.name_zh}逐月折线图：{title}")


def scope_name(figure) -> str:
    return ("县内" if "place" in figure.dims else "") + figure.kpi.name_zh


def trend_title(figure) -> str:
    """次均住院费用比上年同期减少 4.04%，低于目标 2,254 元."""
    words = [part for part in (look.changed(figure), against.target_side(figure)) if part]
    compared = f"比上年同期{words[0]}" if figure.change is not None else (words[0] if words else "")
    return figure.kpi.name_zh + "，".join([compared, *words[1:]])


def outflow(shares) -> None:
    names = ("人次", "医药费用", "基金支付")
    rows = [(name, figure.value) for name, figure in zip(names, shares, strict=True) if figure.value is not None]
    if len(rows) < len(names):
        look.empty("县外占比算不出来", look.safe(shares[0].missing) or "这个期间没有住院结算。")
        return
    cases, money = (figure.value for figure in shares[:2])
    title = f"县外 {cases:.1f}% 的人次，花掉 {money:.1f}% 的费用" if cases else "没有县外住院"
    alt = "；".join(f"县外占{name} {value:.2f}%" for name, value in rows)
    look.chart(charts.shares(rows), title, "县外占住院的比例，%", alt)


def out_of_line(found: Comparison) -> None:
    towns = against.level_of(found.kpi.id) == "town"
    like = "各乡镇的参保人相比" if towns else "只与同类机构比"
    look.section("谁偏高", f"{like}；超出界限说明不像偶然，不等于违规{who.told('institutions', '；点一个点往下看')}")
    if not found.peers:
        why = "这个期间和险种没有住院结算，或机构名册还没有上传，分不出同类。"
        look.empty(f"没有可比的{found.kpi.name_zh}", why)
        return
    left, right = st.columns(2, gap="medium")
    with left:
        code = ranking(found)
    with right:
        code = funnel(found) or code
        look.caption(against.how_limits_are_made(found))
        outliers(found)
    if not towns:
        code = excess.section(found) or code
    if code:
        below(found.kpi.id, code, towns)


def below(kpi: str, code: str, towns: bool) -> None:
    """The next level: the institution's page, or the rows of a town."""
    if towns:
        st.switch_page(shared.link("rows"), query_params=shared.rows_query(kpi, town=code))
    st.switch_page(shared.link("institutions"), query_params=shared.carry(inst=code))


def ranking(found: Comparison) -> str | None:
    high, kpi = found.beyond(+1), found.kpi
    title = against.listed([p.name for p in high]) + "偏高" if high else f"{kpi.name_zh}没有超出界限的"
    title = title if found.judges() else "机构或月份太少，只列出，不判定"
    note = f"{kpi.name_zh}较同类中位数，%；右列为{kpi.name_zh}，{kpi.display_unit}；◆ 超出 99.8% 界限"
    groups = drawn(found)
    note += f"；每类画高出最多的 {MOST} 家" if groups != found.groups() else ""
    chart = among_peers.ranking(groups, look.digits(kpi), kpi.display_unit)
    alt = f"{kpi.name_zh}与同类中位数的距离，分类排列；{title}"
    return coded(look.chart(chart, title, note, alt, key=f"ranking-{kpi.id}", click=who.opens("institutions")))


def drawn(found: Comparison) -> list[tuple]:
    """The groups as the chart has room for them: where several counties share the warehouse not all of a kind."""
    if not shared.several():
        return found.groups()
    return [(kind, median, most(peers)) for kind, median, peers in found.groups()]


def most(peers: list) -> list:
    return peers if len(peers) <= MOST else sorted(peers, key=lambda p: -p.off)[:MOST]


def funnel(found: Comparison) -> str | None:
    high, low, kpi = found.beyond(+1), found.beyond(-1), found.kpi
    judged = [p for p in found.peers if p.cases >= FEWEST_CASES]
    if not judged or not found.spread.per_case:
        look.empty("界限画不出来", f"需要至少两个月、每家至少 {FEWEST_CASES} 人次的住院结算。")
        return None
    ends = min(p.cases for p in judged), max(p.cases for p in judged)
    chart = among_peers.funnel(judged, limits.curves(ends[0], ends[1] * 1.1, found.spread), "住院人次（对数刻度）")
    title = f"人次越多，界限越窄：{len(high)} 家高，{len(low)} 家低"
    note = f"{kpi.name_zh}指数，同类中位数 = 100；不足 {FEWEST_CASES} 人次的不画"
    alt = f"漏斗图：横轴住院人次，纵轴{kpi.name_zh}指数；{title}"
    return coded(look.chart(chart, title, note, alt, key=f"funnel-{kpi.id}", click=who.opens("institutions")))


def outliers(found: Comparison) -> None:
    """Those beyond the limits in figures."""
    high, digits = found.beyond(+1), look.digits(found.kpi)
    if not high:
        return
    heads = ["超出界限的", f"本期（{found.kpi.display_unit}）", "同类中位数", "99.8% 界限"]
    rows = [
        [look.safe(p.name), *(look.number(v, digits) for v in (p.value, found.medians[p.kind], found.limit(p)))]
        for p in high[:8]
    ]
    look.markdown(look.grid(heads, "l" + "r" * (len(heads) - 1), rows))


def coded(customdata) -> str | None:
    return customdata[0] if customdata else None


COLUMNS = {
    "机构": st.column_config.TextColumn(width=165),
    "人次": st.column_config.NumberColumn(format="%,d"),
    "次均（元）": st.column_config.NumberColumn(format="%,.0f"),
    "同比": st.column_config.NumberColumn(format="%+.2f%%"),
    "较中位数": st.column_config.NumberColumn(format="%+.1f%%"),
    "床日（元）": st.column_config.NumberColumn(format="%,.0f"),
    "住院日（天）": st.column_config.NumberColumn(format="%.2f"),
    "药占比": st.column_config.NumberColumn(format="%.2f%%"),
    "自费率": st.column_config.NumberColumn(format="%.2f%%"),
    "补偿比": st.column_config.NumberColumn(format="%.2f%%"),
}
EXCESS, LOW, HIGH = "高出（万元）", "区间下端", "区间上端"
BOUNDS = {head: st.column_config.NumberColumn(f"{head}（万元）", format="%,.1f") for head in (LOW, HIGH)}


def institution_table() -> dict[str, list]:
    """The comparison as {head: values}, the largest excess first, then those that are not judged; 编码 for links."""
    found = against.compare(PER_CASE)
    rows = {code: row for (_, code), row in against.by_institution(TABLE).items()}
    order = {each.peer.code: place for place, each in enumerate(found.ranked)}
    ordered = sorted(found.peers, key=lambda p: (order.get(p.code, len(order)), -p.cases))
    records = [record(p, found, rows[p.code]) for p in ordered]
    return {head: [each[head] for each in records] for head in records[0]} if records else {}


def record(p, found: Comparison, row: dict) -> dict:
    values = {kpi: None if row[kpi].value is None else float(row[kpi].value) for kpi in TABLE if kpi in row}
    change, more = row[PER_CASE].change, found.excess_of(p.code)
    return {
        "编码": p.code,
        "机构": p.name,
        "类别": p.kind,
        "人次": p.cases,
        "次均（元）": p.value,
        "同比": None if change is None else float(change),
        "较中位数": p.off,
        EXCESS: wan(more and more.yuan),
        LOW: wan(more and more.low_yuan),
        HIGH: wan(more and more.high_yuan),
        "判定": {1: "偏高", -1: "偏低", 0: ""}[p.side] if more else "不判定",
        "床日（元）": values.get(PER_DAY),
        "住院日（天）": values.get("alos"),
        "药占比": values.get("drug_ratio"),
        "自费率": values.get("self_pay_ratio"),
        "补偿比": values.get("actual_reimb_ratio"),
    }


def wan(yuan) -> float | None:
    return None if yuan is None else float(yuan) / 10000


def show_table(table: dict[str, list]) -> None:
    note = f"按次均住院费用高出同类的金额排列；不足 {FEWEST_CASES} 人次或同类不足 {FEWEST_PEERS} 家的在最后，不判定"
    look.section("机构对比", f"{note}{who.told('institutions', '；勾选一行看该机构')}")
    if not table:
        look.empty("没有机构可比", "这个期间和险种没有县内住院结算，或机构名册还没有上传。")
        return
    shown = {head: values for head, values in table.items() if head != "编码"}
    most = max((value for value in table[EXCESS] if value is not None), default=1)
    bar = st.column_config.ProgressColumn(format="%,.1f", min_value=0, max_value=max(most, 1), color=SOFT, width=130)
    row = look.table(shown, COLUMNS | BOUNDS | {EXCESS: bar}, key="institutions", alt="各机构住院费用对比表")
    if row is not None:
        st.switch_page(shared.link("institutions"), query_params=shared.carry(inst=table["编码"][row]))
