"""One institution: its indicators against target, peers and last year, month by month, and what was done about it."""

from collections.abc import Callable
from statistics import median
from typing import NamedTuple

import streamlit as st

from pipelines.peers import FEWEST_PEERS, Peer, groups
from views import against, case_words, casebook, charts, ledger, look, peers, shared, words
from views.against import CASES, PER_CASE, PER_DAY

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
NO_LEDGER = ("处罚台账还没有上传", "上传稽核处罚台账后，这里列出它的案件、金额和到账。")


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
    own, others = own_and_others(indicators, code)
    placed = places(code, own) if stays else {}
    rows = [indicator(figure, others, placed.get(figure.kpi.id)) for figure in own if figure.value is not None]
    shared.download(shared.named("institution", code), [*own, *against.pinned(monthly.values(), institution=code)])
    return lambda: draw(code, place, monthly, others, rows, scale[PAID])


class Others(dict):
    """{kpi id: values of the peers}, the institution itself left out; like: what they have in common."""

    like: str = ""


def own_and_others(indicators, code: str) -> tuple[list, Others]:
    """The institution's Figures, with its targets, and the values of its peers."""
    like = groups(shared.county())
    figures = [f for f in shared.figures(indicators, by=("institution",)) if f.dims["institution"]]
    own = [f for f in figures if f.dims["institution"] == code]
    others = Others({kpi: [] for kpi in indicators})
    others.like = like.get(code, "")
    for figure in figures:
        other = figure.dims["institution"]
        if other != code and code in like and like.get(other) == like[code] and figure.value is not None:
            others[figure.kpi.id].append(float(figure.value))
    return own, others


class Indicator(NamedTuple):
    """A Figure, the median of its kind (None without peers), the values of the peers, the place among them."""

    figure: object
    middle: float | None
    peers: list[float]
    place: Peer | None

    @property
    def side(self) -> int:
        """+1 or -1 beyond the limits of its kind, else 0."""
        return self.place.side if self.place else 0

    @property
    def stands_out(self) -> bool:
        return look.met(self.figure) is False or self.side > 0


def indicator(figure, others: Others, place) -> Indicator:
    values = others[figure.kpi.id]
    return Indicator(figure, median([*values, float(figure.value)]) if values else None, values, place)


def places(code: str, own: list) -> dict:
    """{kpi id: the institution's place among its kind}, for the measures of which less is better."""
    asked = [figure.kpi.id for figure in own if figure.kpi.direction == "down"]
    found = {kpi: against.compare(kpi).of(code) for kpi in asked}
    return {kpi: peer for kpi, peer in found.items() if peer}


def draw(code: str, place, monthly: dict, others: Others, rows: list, paid) -> None:
    cases = ledger.cases(ledger.up_to_now(), institution=code)
    if not rows and not cases:
        why = "这个期间和险种没有它的结算，台账里也没有它的案件。换一个期间，或在左侧把险种换成“全部”。"
        look.empty(f"{look.safe(shared.named('institution', code))}没有可看的数", why)
        return
    look.answer(answer(rows, cases, paid))
    compare(code, place, others, rows)
    history(monthly)
    handling(code, cases)


def failing(rows: list) -> list[str]:
    return [row.figure.kpi.name_zh for row in rows if look.met(row.figure) is False]


def against_peers(rows: list) -> str:
    """次均住院费用高于同类中位数 25.8%；15日再住院率超出同类界限; empty without peers."""
    said = []
    cost = next((row.place for row in rows if row.figure.kpi.id == PER_CASE and row.place), None)
    if cost:
        said.append(f"次均住院费用{'高' if cost.off > 0 else '低'}于同类中位数 **{abs(cost.off):.1f}%**")
    high = [f"**{row.figure.kpi.name_zh}**" for row in rows if row.side > 0]
    if high:
        said.append("、".join(high) + "高出同类的界限，是线索")
    return "；".join(said)


def answer(rows: list, cases: list, paid) -> str:
    aimed = [row for row in rows if row.figure.target is not None]
    missed, said = failing(rows), []
    if paid.value is not None:
        said.append(f"本期基金支付 **{look.said(paid)}**{shared.compared(paid)}")
    if aimed:
        listed = "：" + "、".join(missed) if missed else ""
        said.append(f"{len(aimed)} 项有目标的指标，**{len(missed)} 项未达标**{listed}")
    if against_peers(rows):
        said.append(against_peers(rows))
    owed = case_words.unpaid(cases)
    if cases:
        text = f"台账上有 **{len(cases)} 件**，处理金额 {look.number(sum(c.due_yuan for c in cases))} 元"
        arrived = (
            "，应收的都已到账" if any(case_words.paid_in(h) for c in cases for h in c.handlings if h.due_yuan) else ""
        )
        said.append(text + (f"，**{look.number(owed)} 元未到账**" if owed else arrived))
    else:
        said.append("台账上没有它的案件" if ledger.has_cases() else "处罚台账还没有上传")
    return "；".join(said) + "。"


def compare(code: str, place, others: Others, rows: list) -> None:
    count = max((len(row.peers) + 1 for row in rows), default=1)
    few = f"，不足 {FEWEST_PEERS} 家，中位数仅供参考" if count < FEWEST_PEERS else ""
    look.section("与同类比", " · ".join(filter(None, (code, *facts(place), f"{others.like}共 {count} 家{few}"))))
    left, right = st.columns([11, 9], gap="medium")
    with left, st.container(gap=None):
        missed = failing(rows)
        aimed = any(row.figure.target is not None for row in rows)
        reached = "有目标的都达标" if aimed else "没有设目标的指标"
        st.subheader(f"{len(missed)} 项未达标" if missed else reached, anchor=False)
        st.caption(f"{shared.period().label}")
        heads = ("指标", "本期", "目标", "同类中位数", "上年同期", "判定")
        st.markdown(look.grid(heads, "lrrrrl", map(cells, rows)))
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


def cells(row: Indicator) -> tuple[str, ...]:
    figure, kpi, digits = row.figure, row.figure.kpi, look.digits(row.figure.kpi)
    scale = 10000 if kpi.display_unit == "万元" and kpi.unit == "元" else 1
    target = "—"
    if figure.target is not None:
        target = f"{'≥' if words.more_is_better(kpi) else '≤'} {look.number(look.shown(kpi, figure.target), digits)}"
    peer = look.number(None if row.middle is None else row.middle / scale, digits)
    last = look.number(look.shown(kpi, figure.year_ago), digits)
    name = f"{kpi.name_zh}（{kpi.display_unit}）"
    return name, f"**{look.amount(figure)}**", target, peer, last, verdict(row)


def verdict(row: Indicator) -> str:
    """Against the target, and whether it is beyond the limits of its kind."""
    beyond = {1: ":orange-badge[高出界限]", -1: ":gray[低出界限]", 0: ""}[row.side]
    if look.met(row.figure) is None:
        return beyond or ":gray[—]"
    return " ".join(filter(None, (look.met_badge(row.figure), beyond)))


def evidence(code: str, rows: list) -> None:
    """The rows behind each figure of the table."""
    with st.popover("看背后的行", icon=":material/table_rows:"):
        for row in rows:
            query = shared.rows_query(row.figure.kpi.id, institution=code)
            st.page_link(shared.link("rows"), label=row.figure.kpi.name_zh, query_params=query)


def strips(rows: list) -> None:
    marks = [strip(row) for row in rows if row.middle]
    if not marks:
        look.empty("没有同类可比", "同类机构在这个期间没有这些指标。")
        return
    above = sum(mark.own > 100 for mark in marks)
    title = f"{len(marks)} 项中 {above} 项高于同类中位数"
    note = "同类中位数 = 100%；点为同类机构，竖线为目标；菱形为未达标或高出界限"
    look.chart(peers.strips(marks), title, note, f"各指标相对同类中位数的位置；{title}；数值见左表")


def strip(row: Indicator) -> peers.Strip:
    figure, scale = row.figure, 100 / row.middle
    target = None if figure.target is None else float(figure.target) * scale
    values = [value * scale for value in row.peers]
    return peers.Strip(
        figure.kpi.name_zh, float(figure.value) * scale, target, values, look.said(figure), row.stands_out
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
        look.empty(*NO_CASES) if ledger.has_cases() else shared.not_uploaded(*NO_LEDGER)
        return
    heads = ("日期", "案件", "发现途径", "事实", "处理", "金额（元）", "到账")
    st.markdown(look.grid(heads, "lllllrl", map(handled, cases[:10])))
    text = f"全部 {len(cases)} 件" if len(cases) > 10 else "办理这些案件"
    casebook.follow(text, shared.carry(ci=code, cf="all", cb="fund", c="all"))


def handled(case) -> tuple[str, ...]:
    day, activity = case_words.day(case.found_on), shared.named("activity", case.activity)
    fact = look.safe(case_words.fact(case)) or "—"
    done = case_words.handled(case) or "—"
    return day, look.safe(case.case_no), activity, fact, done, look.number(case.due_yuan), case_words.standing(case)
