"""多花多少: (own rate - peer rate) x volume in yuan, with the interval that chance explains; never a bare ranking."""

import streamlit as st

from pipelines.peers import FEWEST_CASES, FEWEST_PEERS, Comparison, Excess
from pipelines.peers.comparing import PRICED_BY
from pipelines.registry import kpis
from reports import charts
from reports.charts.style import GREY, INK, PAST, SOFT, WARN, WARN_TEXT
from views import look

SHOWN = 12
NOTE = "万元；横线为 95% 区间，只含偶然；◆ 超出 99.8% 界限"
HEADS = ("机构", "人次", "高出（万元）", "95% 区间", "其中基金", "判定")


def section(found: Comparison) -> str | None:
    """The ranking of a measure as a chart, and the same in figures; returns the institution that was clicked."""
    look.section("高出同类的金额", how_made(found))
    over = [each for each in found.ranked if each.yuan > 0][:SHOWN]
    if not over:
        why = f"没有一家高出同类，或每家不足 {FEWEST_CASES} 人次、同类不足 {FEWEST_PEERS} 家。"
        look.empty(f"{found.kpi.name_zh}没有可排的金额", why)
        return None
    left, right = st.columns([9, 11], gap="medium")
    with left:
        code = forest(found, over)
    with right, st.container(gap=None):
        look.subheader(sure_title(found))
        look.caption("区间下端仍高于 0 的，不像偶然；金额用来排先后，不是应追回的数")
        look.markdown(look.grid(HEADS, "lrrrrl", map(cells, over)))
    return code


def how_made(found: Comparison) -> str:
    """What the yuan are made of; the measures that count days or readmissions are priced first."""
    priced = PRICED_BY.get(found.kpi.id)
    by = f"，按本机构的{kpis()[priced].name_zh}折成钱" if priced else ""
    return f"（{found.kpi.name_zh} − 同类中位数）× 量{by}；不足 {FEWEST_CASES} 人次、同类不足 {FEWEST_PEERS} 家的不排"


def sure_title(found: Comparison) -> str:
    over = [each for each in found.ranked if each.yuan > 0]
    sure = [each for each in over if each.certain]
    whole = sum(each.yuan for each in sure) / 10000
    return f"{len(over)} 家高于同类，其中 {len(sure)} 家不像偶然，共 {look.number(whole, 1)} 万元"


def cells(each: Excess) -> tuple[str, ...]:
    fund = "—" if each.fund_yuan is None else wan(each.fund_yuan)
    money = f"**{wan(each.yuan)}**", interval(each), fund
    return look.safe(each.peer.name), f"{each.peer.cases:,}", *money, verdict(each)


def wan(yuan) -> str:
    return look.number(yuan / 10000, 1)


def interval(each: Excess) -> str:
    """12.3—15.6; a dash where no limits could be made."""
    return "—" if each.low_yuan is None else f"{wan(each.low_yuan)}—{wan(each.high_yuan)}"


def verdict(each: Excess) -> str:
    if each.peer.side > 0:
        return ":orange-badge[超出界限]"
    return ":gray[不像偶然]" if each.certain else ":gray[可能偶然]"


def forest(found: Comparison, over: list[Excess]) -> str | None:
    title = f"{over[0].peer.name}最多，{wan(over[0].yuan)} 万元"
    alt = f"{found.kpi.name_zh}高出同类的金额，按机构排列，带 95% 区间；{title}"
    mark = look.chart(forest_chart(over), look.safe(title), NOTE, alt, key=f"excess-{found.kpi.id}", click=True)
    return mark[0] if mark else None


def forest_chart(over: list[Excess]) -> dict:
    """A dot and its interval for each, the most first."""
    places = {each.peer.code: row for row, each in enumerate(over)}
    bars = [each for each in over if each.low_yuan is not None]
    x = [value for each in bars for value in (each.low_yuan / 10000, each.high_yuan / 10000, None)]
    y = [value for each in bars for value in (places[each.peer.code],) * 2 + (None,)]
    whiskers = charts.line(x, y, PAST, 2, "") | dict(hoverinfo="skip", hovertemplate=None)
    drawn = [
        charts.dots(
            [point(each, places) for each in over if (each.peer.side > 0) is high],
            WARN if high else SOFT,
            "%{customdata[1]}：%{x:,.1f} 万元",
            11 if high else 9,
            "diamond" if high else "circle",
        )
        for high in (False, True)
    ]
    names = [look.plain(each.peer.name) for each in over]
    order = dict(showgrid=False, tickvals=list(range(len(over))), ticktext=names, range=[len(over) - 0.5, -0.7])
    notes = [value_note(each, row) for row, each in enumerate(over)]
    axis = dict(rangemode="tozero", tickformat=",.0f", nticks=6, showgrid=True)
    zero = charts.rule(0, -0.7, 0, len(over) - 0.5, GREY)
    tall = dict(tickfont=dict(size=12, color=INK), ticksuffix="", nticks=None)
    more = dict(notes=notes, shapes=[zero], right=52)
    return charts.figure(whiskers, *drawn, height=48 + 26 * len(over), x=axis, y=order | tall, **more)


def point(each: Excess, places: dict[str, int]) -> tuple:
    return float(each.yuan / 10000), places[each.peer.code], [each.peer.code, look.plain(each.peer.name)]


def value_note(each: Excess, row: int) -> dict:
    text = wan(each.yuan)
    text, colour = (f"<b>{text}</b>", WARN_TEXT) if each.peer.side > 0 else (text, INK)
    return charts.label(1, row, text, colour, "right", 12, xref="paper", xshift=48)
