"""One institution: its indicators against target, peers and last year, its trends, leads, cases, agreement, letter."""

from collections.abc import Callable

import streamlit as st

from pipelines.peers import FEWEST_PEERS
from pipelines.profiles import Indicator, Profile, profile
from reports.charts import among_peers
from views import (
    against,
    agreement_state,
    annotations,
    excess,
    handling,
    leads,
    look,
    noting,
    one_letter,
    replies,
    shared,
    trends,
    who,
    words,
)
from views.against import PER_CASE

PAID = "fund_expenditure"


def prepare(code: str) -> Callable[[], None]:
    """Write the scope and the downloads into the title row; return what draws the rest of the page."""
    shared.page_link("institutions", label="名册", icon=":material/list:", query_params=shared.carry(inst="all"))
    shared.scope()
    found = profile(shared.county(), code, shared.period(), shared.scheme())
    figures = [each.figure for each in found.indicators]
    monthly = against.pinned((trend.figure for trend in found.trends), institution=code)
    files = {"一院一函": one_letter.file(code)} if who.acts("letters") else {}
    shared.download(shared.named("institution", code), [*figures, *monthly], files=files)
    return lambda: draw(found)


def draw(found: Profile) -> None:
    code, cases = found.institution, handling.cases_of(found.institution)
    if not found.indicators and not cases and not found.findings:
        why = "这个期间和险种没有它的结算，台账里也没有它的案件。换一个期间，或在左侧把险种换成“全部”。"
        look.empty(f"{look.safe(found.name)}没有可看的数", why)
        agreement_state.section(found)
        return
    noting.told()
    look.answer(answer(found, cases))
    annotations.under("institution", [code], shared.period())
    compare(found)
    own_excess(found)
    trends.section(found.trends)
    leads.section(code)
    handling.section(code, cases)
    agreement_state.section(found)
    annotations.section("institution", code, shared.period())
    replies.section(code, shared.period())
    if who.acts("letters"):
        one_letter.section(code)


def against_peers(found: Profile) -> str:
    """次均住院费用高于同类中位数 25.8%；15日再住院率超出同类界限; empty without peers."""
    said = []
    costs = [each for each in found.indicators if each.figure.kpi.id == PER_CASE and each.place and each.middle]
    if costs and round(off := costs[0].place.off, 1):
        said.append(f"次均住院费用{'高' if off > 0 else '低'}于同类中位数 **{abs(off):.1f}%**")
    high = [f"**{each.figure.kpi.name_zh}**" for each in found.high]
    if high:
        said.append("、".join(high) + "高出同类的界限，是线索")
    return "；".join(said)


def answer(found: Profile, cases: list) -> str:
    said, paid = [], found.scale[PAID]
    if paid.value is not None:
        said.append(f"本期基金支付 **{look.said(paid)}**{shared.compared(paid)}")
    if found.aimed:
        missed = [each.figure.kpi.name_zh for each in found.missed]
        listed = "：" + "、".join(missed) if missed else ""
        said.append(f"{len(found.aimed)} 项有目标的指标，**{len(missed)} 项未达标**{listed}")
    if against_peers(found):
        said.append(against_peers(found))
    if found.findings:
        said.append("协议核对有 " + f"**{len(found.findings)} 处**不一致")
    said.append(handling.in_a_sentence(cases))
    return "；".join(said) + "。"


def compare(found: Profile, note: str = "") -> None:
    few = f"，不足 {FEWEST_PEERS} 家，中位数仅供参考" if found.few and not note else ""
    like = f"{look.safe(found.like)}共 {found.peers} 家{few}" if found.peers else "没有同类可比"
    look.section("与同类比", " · ".join(filter(None, (found.institution, *facts(found), like, note))))
    left, right = st.columns([11, 9], gap="medium")
    with left, st.container(gap=None):
        reached = "有目标的都达标" if found.aimed else "没有设目标的指标"
        look.subheader(f"{len(found.missed)} 项未达标" if found.missed else reached)
        look.caption(f"{shared.period().label}；位次由高到低，同类不足 {FEWEST_PEERS} 家不排")
        heads = ("指标", "本期", "目标", "同类中位数", "位次", "上年同期", "判定")
        look.markdown(look.grid(heads, "lrrrrrl", map(cells, found.indicators)))
        st.space("small")
        evidence(found)
    with right:
        strips(found)


def facts(found: Profile) -> tuple[str, ...]:
    """What the roster says of it."""
    place = found.place
    if place is None:
        return ("不在机构名册",)
    payment = shared.named("payment_mode", place.payment_mode) if place.payment_mode else ""
    beds = f"床位 {place.beds:,} 张" if place.beds else ""
    return look.safe(shared.named("kind", place.kind)), look.safe(place.town), payment, beds


def cells(row: Indicator) -> tuple[str, ...]:
    figure, kpi, digits = row.figure, row.figure.kpi, look.digits(row.figure.kpi)
    target = "—"
    if figure.target is not None:
        target = f"{'≥' if words.more_is_better(kpi) else '≤'} {look.number(look.shown(kpi, figure.target), digits)}"
    peer, last = (look.number(look.shown(kpi, value), digits) for value in (row.middle, figure.year_ago))
    rank = "—" if row.rank is None else f"{row.rank[0]}/{row.rank[1]}"
    name = f"{kpi.name_zh}（{kpi.display_unit}）"
    return name, f"**{look.amount(figure)}**", target, peer, rank, last, verdict(row)


def verdict(row: Indicator) -> str:
    """Against the target, and whether it is beyond the limits of its kind."""
    beyond = {1: ":orange-badge[高出界限]", -1: ":gray[低出界限]", 0: ""}[row.side]
    if look.met(row.figure) is None:
        return beyond or ":gray[—]"
    return " ".join(filter(None, (look.met_badge(row.figure), beyond)))


def evidence(found: Profile) -> None:
    """The rows behind each figure of the table."""
    if not who.opens("rows"):
        return
    with st.popover("看背后的行", icon=":material/table_rows:"):
        for row in found.indicators:
            query = shared.rows_query(row.figure.kpi.id, institution=found.institution)
            shared.page_link("rows", label=row.figure.kpi.name_zh, query_params=query)


def strips(found: Profile) -> None:
    marks = [strip(row) for row in found.indicators if row.middle]
    if not marks:
        few = f"同类不足 {FEWEST_PEERS} 家，不列中位数和位次。"
        look.empty("没有同类可比", few if found.few else "同类机构在这个期间没有这些指标。")
        return
    above = sum(mark.own > 100 for mark in marks)
    title = f"{len(marks)} 项中 {above} 项高于同类中位数"
    note = "同类中位数 = 100%；点为同类机构，竖线为目标；菱形为未达标或高出界限"
    look.chart(among_peers.strips(marks), title, note, f"各指标相对同类中位数的位置；{title}；数值见左表")


def strip(row: Indicator) -> among_peers.Strip:
    figure, scale = row.figure, 100 / float(row.middle)
    target = None if figure.target is None else float(figure.target) * scale
    values = [float(value) * scale for value in row.others]
    return among_peers.Strip(
        figure.kpi.name_zh, float(figure.value) * scale, target, values, look.said(figure), row.stands_out
    )


def own_excess(found: Profile) -> None:
    """What its rates beyond the peers' add up to, measure by measure; they overlap, so there is no sum."""
    if not found.excesses:
        return
    look.section(
        "高出同类的金额", "（本机构 − 同类中位数）× 量，万元；各项相互重叠，不能相加；用来排先后，不是应追回的数"
    )
    over = [row for row in found.excesses if row.excess.yuan > 0]
    heads = ("指标", "本机构", "同类中位数", "高出（万元）", "95% 区间", "其中基金", "判定")
    if not over:
        look.empty("没有高出同类的金额", "各项指标都不高于同类中位数。")
        return
    look.markdown(look.grid(heads, "lrrrrrl", map(excess_cells, over)))


def excess_cells(row: Indicator) -> tuple[str, ...]:
    each, kpi = row.excess, row.figure.kpi
    name = f"{kpi.name_zh}（{kpi.display_unit}）"
    middle = look.number(row.middle, look.digits(kpi))
    fund = "—" if each.fund_yuan is None else excess.wan(each.fund_yuan)
    money = f"**{excess.wan(each.yuan)}**", excess.interval(each), fund
    return name, look.amount(row.figure), middle, *money, excess.verdict(each)
