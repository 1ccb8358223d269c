"""The money of penalty cases: whose it is, what is late, from which settlement it is withheld, what is doubled."""

from datetime import date
from decimal import Decimal

import streamlit as st

from pipelines.cases import Case, Doubled, Settled, Track, ageing, by_handling, by_track, overdue, whole
from reports import charts
from reports.charts.style import ACCENT, SOFT, WARN
from views import case_list, case_words, look, shared
from views.case_words import yuan

SHOWN = 5


# ---------------------------------------------------------------- whose money
def tracks(fund: list[Case], association: list[Case]) -> None:
    """Every track with the handlings it is made of; the association's own ledger stands under the total."""
    unpaid, held = case_words.unpaid(fund), case_words.to_withhold(fund)
    words = [f"还有 {look.number(unpaid)} 元未到账" if unpaid else "", f"{look.number(held)} 元待扣" if held else ""]
    heads = ("款项", "件", "应收应扣", "已扣减", "已到账", "未到账", "到账率")
    rows = [row for track in by_track(fund).values() if track.cases for row in track_rows(track, fund)]
    rows.append(cells("**合计**", whole(fund)))
    if association:
        rows.append(cells(":gray[行业自律（另账，不并入）]", whole(association)))
    with st.container(gap=None):
        look.subheader("，".join(filter(None, words)) or "都已结清")
        look.caption("元；到账率只算要缴来的，扣减从结算款中抵扣")
        look.markdown(look.grid(heads, "lrrrrrr", rows))


def track_rows(track: Track, fund: list[Case]) -> list[tuple[str, ...]]:
    """The track, and under it its handlings where it has several."""
    own = [each for each in by_handling(fund).values() if each.track == track.track]
    rows = [cells(f"　{each.name_zh}", each) for each in own] if len(own) > 1 else []
    name = track.name_zh if len(own) > 1 or own[0].name_zh == track.name_zh else f"{track.name_zh}（{own[0].name_zh}）"
    return [cells(f"**{name}**", track), *rows]


def cells(name: str, track: Track) -> tuple[str, ...]:
    money = (track.due_yuan, track.deducted_yuan, track.received_yuan, track.owed_yuan)
    rate = ":gray[—]" if track.collected is None else f"{100 * track.collected:.2f}%"
    return name, f"{track.cases:,}", *map(yuan, money), rate


# ---------------------------------------------------------------- what is late
def late(cases: list[Case], on: date) -> None:
    """What is overdue, the latest first; the rest stand in the list of cases."""
    found = overdue(cases, on)
    with st.container(gap=None):
        look.subheader(f"{len(found)} 笔逾期" if found else "没有逾期的")
        look.caption(f"元；最久的 {min(SHOWN, len(found))} 笔" if found else "期限按协议和行政处罚法，见违规分类")
        if not found:
            return
        for order, owed in enumerate(found[:SHOWN]):
            late_row(order, owed)
        follow("全部逾期案件", shared.carry(c="late", cf="all", cb="fund"))


def late_row(order: int, owed) -> None:
    """One row: the case as a link, whose it is, what of it is late and for how long."""
    said = (
        look.safe(case_words.subject(owed.case)),
        shared.named("handling", owed.handling.handling),
        look.number(owed.owed_yuan),
        f":orange-badge[逾期 {owed.late_days} 天]",
    )
    look.row_on_paper(("案件", "对象", "处理", "未到账（元）", "逾期"), look.safe(owed.case.case_no), *said)
    with st.container(key=f"task-late{order}"):
        number, *places = st.columns([5, 8, 4, 5, 4], vertical_alignment="center")
        with number:
            case_list.link(owed.case.case_no)
        for place, text in zip(places, said, strict=True):
            place.markdown(text)


def follow(label: str, query: dict[str, str]) -> None:
    """A link into 案件办理."""
    arrow = {"icon": ":material/arrow_forward:", "icon_position": "right"}
    shared.page_link("cases", label=label, query_params=query, **arrow)


def ages(cases: list[Case], on: date) -> None:
    """How long what is out has been owed, counted from the day it was asked for."""
    found = ageing(cases, on)
    total = sum(age.owed_yuan for age in found)
    if not total:
        look.empty("没有未到账的款", "期间内案件的应收应扣都已结清。")
        return
    old = sum(age.owed_yuan for age in found[2:])
    title = f"未到账款中 {100 * old / total:.1f}% 超过 {found[1].last_day} 天"
    names, values = [age.name_zh for age in found], [float(age.owed_yuan) for age in found]
    colours = [SOFT, SOFT, WARN, WARN] if old else [ACCENT] * len(found)
    texts = [f"{value:,.0f}" for value in values]
    bars = charts.bars(names, values, colours, "%{x}：%{text} 元", upright=True, text=texts)
    scale = charts.HIDDEN | dict(range=[0, max(values) * 1.18])
    chart = charts.figure(bars, height=210, x=dict(type="category", tickangle=0), y=scale, right=4)
    alt = "未到账款按账龄：" + "；".join(f"{age.name_zh} {look.number(age.owed_yuan)} 元" for age in found)
    look.chart(chart, title, "元，含待扣；自决定日（没有的自发现日）算到期末", alt)


# ---------------------------------------------------------------- what is withheld from which settlement
def withheld(found: list[Settled]) -> None:
    """found: the months of the period, and last what has no month yet."""
    with st.container(gap=None):
        total = sum((each.yuan for each in found if each.settled_month), Decimal(0))
        look.subheader(f"从结算款抵扣 {look.number(total)} 元")
        look.caption("元；按抵扣月份，不管哪个月发现，含期末以后补记的")
        rows = [settled_cells(each) for each in found]
        look.markdown(look.grid(("从哪个月的结算款", "机构", "扣减违规费用", "考核扣减", "合计"), "lrrrr", rows))


def settled_cells(each: Settled) -> tuple[str, ...]:
    name = shared.dotted(each.settled_month) if each.settled_month else ":orange-badge[还没有扣]"
    return (
        name,
        f"{each.institutions:,}",
        yuan(each.deducted_yuan),
        yuan(each.assessment_yuan),
        f"**{yuan(each.yuan)}**",
    )


def withheld_lines(found: list[Settled]) -> dict[str, list]:
    """{head: values}: what is withheld from whom, for those who pay the settlements."""
    lines = [line for each in found for line in each.lines]
    names = shared.county().names
    return {
        "抵扣月份": [line.settled_month or "还没有扣" for line in lines],
        "机构编码": [line.institution or "" for line in lines],
        "机构": [names.get(line.institution or "") or line.subject_name for line in lines],
        "案件": [line.case_no for line in lines],
        "款项": [shared.named("handling", line.handling) for line in lines],
        "金额（元）": [line.yuan for line in lines],
    }


# ---------------------------------------------------------------- what is penalised twice
def doubled(pairs: list[Doubled]) -> None:
    """A warning with both cases; there should be none."""
    if not pairs:
        return
    certain = sum(pair.certain for pair in pairs)
    words = [
        f"{certain} 对写着同一笔结算" if certain else "",
        f"{len(pairs) - certain} 对金额和事实相同" * (len(pairs) > certain),
    ]
    with st.container(border=True, gap="xsmall"):
        look.warning(
            f"{len(pairs)} 对案件可能重复处罚：{'，'.join(filter(None, words))}。请核对后撤销一件或记复审结果。",
            icon=":material/rule:",
        )
        for pair in pairs[:SHOWN]:
            doubled_pair(pair)
        if len(pairs) > SHOWN:
            look.caption(f"另有 {len(pairs) - SHOWN} 对，见下载。")


def doubled_pair(pair: Doubled) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        case_list.link(pair.first)
        case_list.link(pair.second)
        found_by = "、".join(shared.named("activity", each) for each in pair.activities)
        why = f"同一笔结算 {pair.setl_ids[0]}" if pair.certain else "违规类型、金额和事实相同"
        name = shared.named("institution", pair.institution)
        look.markdown(look.safe(f"{name}：{why}；途径 {found_by}；后一件 {look.number(pair.yuan)} 元"))


def doubled_table(pairs: list[Doubled]) -> dict[str, list]:
    return {
        "前一件": [pair.first for pair in pairs],
        "后一件": [pair.second for pair in pairs],
        "机构": [shared.named("institution", pair.institution) for pair in pairs],
        "同一笔结算": ["、".join(pair.setl_ids) for pair in pairs],
        "后一件应收应扣（元）": [pair.yuan for pair in pairs],
    }
