"""One institution: its indicators against target, peers and last year, month by month, and what was done about it."""

from collections.abc import Callable
from statistics import median

import streamlit as st

from views import against, charts, ledger, look, peers, shared, words
from views.against import CASES, PER_CASE, PER_DAY
from views.limits import FEWEST_PEERS

PAID = "fund_expenditure"

INPATIENT = (
    PER_CASE,
    PER_DAY,
    "alos",
    "actual_reimb_ratio",
    "compliance_ratio",
    "readmission_rate_15d",
    "drug_ratio",
    "exam_ratio",
    "self_pay_ratio",
)
OUTPATIENT = ("outpatient_cost_per_visit", "outpatient_actual_ratio", "beneficiary_visits", "fund_expenditure")
MONTHLY = (PER_CASE, CASES, "inpatient_expenditure", "alos", "actual_reimb_ratio", "drug_ratio")

NO_CASES = ("台账上没有它的案件", "没有发现、扣减、追回或违约金记录。")
NO_LEDGER = ("处罚台账还没有上传", "上传 penalties 表后，这里列出它的案件、金额和到账。")


def prepare(code: str, place) -> Callable[[], None]:
    """Write the scope and the downloads into the title row; return what draws the rest of the page.

    place: the institution's entry in the roster, None for one outside the county.
    """
    st.page_link(
        shared.link("institutions"), label="名册", icon=":material/list:", query_params=shared.carry(inst="all")
    )
    shared.scope()
    scale = shared.total((CASES, PAID), institution=code)
    stays = scale[CASES].value
    indicators = INPATIENT if stays else OUTPATIENT
    monthly = shared.total(MONTHLY if stays else OUTPATIENT, institution=code, history=24)
    own, others = own_and_others(indicators, code, bool(stays))
    rows = [line for line in (indicator(figure, others) for figure in own) if line]
    shared.download(shared.named("institution", code), [*own, *against.pinned(monthly.values(), institution=code)])
    peer = next((p for p in against.compare(PER_CASE).peers if p.code == code), None) if stays else None
    return lambda: draw(code, place, monthly, others, rows, (scale[PAID], peer))


class Others(dict):
    """{kpi id: values of the peers}, the institution itself left out; like: what they have in common."""

    like: str = ""


def own_and_others(indicators, code: str, stays: bool) -> tuple[list, Others]:
    """The institution's Figures, with the targets of the institution or its kind, and the values of its peers."""
    by = ("kind", "pilot", "institution") if stays else ("kind", "institution")
    figures = [f for f in shared.figures(indicators, by=by) if f.dims["institution"]]
    own = [f for f in figures if f.dims["institution"] == code]
    others = Others({kpi: [] for kpi in indicators})
    others.like = against.like(*group(own[0])) if own else ""
    for figure in figures:
        if own and group(figure) == group(own[0]) and figure.dims["institution"] != code and figure.value is not None:
            others[figure.kpi.id].append(float(figure.value))
    return own, others


def group(figure) -> tuple:
    return figure.dims["kind"], figure.dims.get("pilot")


def indicator(figure, others: Others):
    """(Figure, median of the kind with the institution in it, values of the peers), or None without a value."""
    if figure.value is None:
        return None
    values = others[figure.kpi.id]
    return figure, median([*values, float(figure.value)]) if values else None, values


def draw(code: str, place, monthly: dict, others: Others, rows: list, told: tuple) -> None:
    cases = ledger.cases(ledger.up_to_now(), institution=code)
    if not rows and not cases:
        why = "这个期间和险种没有它的结算，台账里也没有它的案件。换一个期间，或在左侧把险种换成“全部”。"
        look.empty(f"{look.safe(shared.named('institution', code))}没有可看的数", why)
        return
    look.answer(answer(rows, cases, *told))
    compare(code, place, others, rows)
    history(monthly)
    handling(code, cases)


def failing(rows: list) -> list[str]:
    return [figure.kpi.name_zh for figure, _, _ in rows if look.met(figure) is False]


def answer(rows: list, cases: list, paid, peer) -> str:
    aimed = [figure for figure, _, _ in rows if figure.target is not None]
    missed, said = failing(rows), []
    if paid.value is not None:
        said.append(f"本期基金支付 **{look.said(paid)}**{shared.compared(paid)}")
    if aimed:
        listed = "：" + "、".join(missed) if missed else ""
        said.append(f"{len(aimed)} 项有目标的指标，**{len(missed)} 项未达标**{listed}")
    if peer:
        judged = {1: "，**超出界限**", -1: "，低出界限", 0: ""}[peer.side]
        side = "高" if peer.off > 0 else "低"
        said.append(f"次均住院费用{side}于同类中位数 **{abs(peer.off):.1f}%**{judged}")
    owed = sum(c.owed for c in cases)
    if cases:
        text = f"台账上有 **{len(cases)} 件**，处理金额 {look.number(sum(c.total for c in cases))} 元"
        arrived = "，应收的都已到账" if any(sum(c.due.values()) for c in cases) else ""
        said.append(text + (f"，**{look.number(owed)} 元未到账**" if owed else arrived))
    else:
        said.append("台账上没有它的案件" if ledger.has_cases() else "处罚台账还没有上传")
    return "；".join(said) + "。"


def compare(code: str, place, others: Others, rows: list) -> None:
    count = max((len(values) + 1 for _, _, values in rows), default=1)
    few = f"，不足 {FEWEST_PEERS} 家，中位数仅供参考" if count < FEWEST_PEERS else ""
    look.section("与同类比", " · ".join(filter(None, (code, *facts(place), f"{others.like}共 {count} 家{few}"))))
    left, right = st.columns([11, 9], gap="medium")
    with left, st.container(gap=None):
        missed = failing(rows)
        aimed = any(figure.target is not None for figure, _, _ in rows)
        reached = "有目标的都达标" if aimed else "没有设目标的指标"
        st.subheader(f"{len(missed)} 项未达标" if missed else reached, anchor=False)
        st.caption(f"{shared.period().label}")
        heads = ("指标", "本期", "目标", "同类中位数", "上年同期", "判定")
        st.markdown(look.grid(heads, "lrrrrl", (cells(*row) for row in rows)))
        st.space("small")
        evidence(code, rows)
    with right:
        strips(rows)


def facts(place) -> tuple[str, ...]:
    """What the roster says of it."""
    if place is None:
        return ("不在县内名册",)
    ends = f"协议至 {place.ends:%Y年%-m月%-d日}" if place.ends else ""
    agreement = ends if place.signed else f"没有有效协议（{place.status or '未填'}）"
    beds = f"床位 {place.beds:,} 张" if place.beds else ""
    return look.safe(shared.named("kind", place.kind)), look.safe(place.town), place.payment, agreement, beds


def cells(figure, middle, values) -> tuple[str, ...]:
    kpi, digits = figure.kpi, look.digits(figure.kpi)
    scale = 10000 if kpi.display_unit == "万元" and kpi.unit == "元" else 1
    target = "—"
    if figure.target is not None:
        target = f"{'≥' if words.more_is_better(kpi) else '≤'} {look.number(look.shown(kpi, figure.target), digits)}"
    peer = look.number(None if middle is None else middle / scale, digits)
    last = look.number(look.shown(kpi, figure.year_ago), digits)
    name = f"{kpi.name_zh}（{kpi.display_unit}）"
    return name, f"**{look.amount(figure)}**", target, peer, last, look.met_badge(figure)


def evidence(code: str, rows: list) -> None:
    """The rows behind each figure of the table."""
    with st.popover("看背后的行", icon=":material/table_rows:"):
        for figure, _, _ in rows:
            query = shared.rows_query(figure.kpi.id, institution=code)
            st.page_link(shared.link("rows"), label=figure.kpi.name_zh, query_params=query)


def strips(rows: list) -> None:
    marks = [strip(*row) for row in rows if row[1]]
    if not marks:
        look.empty("没有同类可比", "同类机构在这个期间没有这些指标。")
        return
    above = sum(mark.own > 100 for mark in marks)
    title = f"{len(marks)} 项中 {above} 项高于同类中位数"
    note = "同类中位数 = 100%；点为同类机构，竖线为目标，菱形为未达标"
    look.chart(peers.strips(marks), title, note, f"各指标相对同类中位数的位置；{title}；数值见左表")


def strip(figure, middle: float, values: list[float]) -> peers.Strip:
    scale = 100 / middle
    target = None if figure.target is None else float(figure.target) * scale
    fails = look.met(figure) is False
    return peers.Strip(
        figure.kpi.name_zh, float(figure.value) * scale, target, [v * scale for v in values], look.said(figure), fails
    )


def history(monthly: dict) -> None:
    look.section("逐月", "当月值；蓝线本年，灰线上年；比例和均值的纵轴不从零开始")
    kept = [figure for figure in monthly.values() if any(value is not None for _, value in figure.months)]
    across = 4 if len(kept) == 4 else 3
    for start in range(0, len(kept), across):
        for column, figure in zip(st.columns(across, gap="medium"), kept[start : start + across], strict=False):
            with column:
                month_chart(figure)


def month_chart(figure) -> None:
    kpi, digits = figure.kpi, look.digits(figure.kpi)
    now, last = look.two_years([(month, look.shown(kpi, value)) for month, value in figure.months])
    zero = not kpi.denominator
    chart = charts.year_over_year(charts.MONTHS, now, last, kpi.display_unit, digits, zero=zero, height=190)
    compared = f"比上年同期{look.changed(figure)}" if figure.change is not None else ""
    title = f"{kpi.name_zh}{compared}"
    look.chart(chart, title, f"当月，{kpi.display_unit}", f"{kpi.name_zh}逐月折线图；{title}")


def handling(code: str, cases: list) -> None:
    look.section("处理记录", f"台账全部月份至{shared.period().last[:4]}年{int(shared.period().last[5:])}月，不分险种")
    if not cases:
        look.empty(*(NO_CASES if ledger.has_cases() else NO_LEDGER))
        return
    heads = ("日期", "案件", "发现途径", "事实", "处理", "金额（元）", "到账")
    st.markdown(look.grid(heads, "lllllrl", map(handled, cases[:10])))
    months = ledger.up_to_now()
    query = shared.rows_query("penalty_total", scheme="all", institution=code) | {"m": f"{months.first}..{months.last}"}
    text = f"全部 {len(cases)} 件的明细" if len(cases) > 10 else "案件明细"
    st.page_link(
        shared.link("rows"), label=text, icon=":material/arrow_forward:", icon_position="right", query_params=query
    )


def handled(case) -> tuple[str, ...]:
    day = f"{case.found:%Y-%m-%d}"
    actions = "、".join(shared.named("handling", action) for action in case.handling) or "—"
    activity, number = shared.named("activity", case.activity), look.safe(case.number)
    fact = look.safe(case.fact or case.violation) or "—"
    return day, number, activity, fact, actions, look.number(case.total), state(case)


def state(case) -> str:
    if not case.total:
        return ":gray[无金额]"
    if case.owed > 0:
        return f":orange-badge[未到账 {look.number(case.owed)} 元，{case.age} 天]"
    return ":gray[已到账]" if any(case.due.values()) else ":gray[从结算款扣减]"
