"""The penalty ledger on screen: how long money has been owed, and the table of cases."""

import streamlit as st

from views import charts, look, shared
from views.style import ACCENT, SOFT, WARN

LATE = 60
AGES = (("0–30 天", 30), ("31–60 天", 60), ("61–90 天", 90), ("90 天以上", 10_000))
LISTS = {"all": "全部", "owed": "未到账", "open": "未结案"}
YUAN = ("金额（元）", "未到账（元）", "扣减违规", "考核扣减", "应追回", "违约金", "罚款")
COLUMNS = {
    "案件": st.column_config.TextColumn(width=105),
    "发现日期": st.column_config.DateColumn(format="YYYY-MM-DD"),
    "对象": st.column_config.TextColumn(width=165),
    "账龄（天）": st.column_config.NumberColumn(format="%d"),
} | {head: st.column_config.NumberColumn(format="%,.2f") for head in YUAN}


def ageing(owing: list) -> None:
    """owing: cases with money due. How long the unpaid part has been open, counted from the decision."""
    sums, below = [], -1
    for name, most in AGES:
        sums.append((name, sum(case.owed for case in owing if case.owed > 0 and below < case.age <= most)))
        below = most
    whole = sum(value for _, value in sums)
    if not whole:
        look.empty("没有未到账的款", "期间内案件的应收款都已到账。")
        return
    late = sum(value for _, value in sums[2:])
    title = f"未到账款中 {100 * late / whole:.1f}% 超过 {LATE} 天"
    names, values = zip(*((name, float(value)) for name, value in sums), strict=True)
    colours = [SOFT, SOFT, WARN, WARN] if late else [ACCENT] * len(sums)
    texts = [f"{value:,.0f}" for value in values]
    bars = charts.bars(names, values, colours, "%{x}：%{text} 元", upright=True, text=texts)
    scale = charts.HIDDEN | dict(range=[0, max(values) * 1.18])
    chart = charts.figure(bars, height=210, x=dict(type="category", tickangle=0), y=scale, right=4)
    alt = "未到账款按账龄：" + "；".join(f"{name} {value:,.2f} 元" for name, value in sums)
    look.chart(chart, title, "元；自决定日（没有的自发现日）算到期末", alt)


def unpaid(owing: list, most: int = 5) -> None:
    """The unpaid cases, the oldest first; the rest stand in the table below."""
    with st.container(gap=None):
        late = [case for case in owing if case.age > LATE]
        st.subheader(f"{len(late)} 件超过 {LATE} 天" if late else "没有超过 60 天的", anchor=False)
        st.caption(f"未到账的案件，元；最久的 {min(most, len(owing))} 件，共 {len(owing)} 件")
        oldest = sorted(owing, key=lambda case: -case.age)[:most]
        st.markdown(look.grid(("案件", "对象", "未到账", "天数"), "llrr", map(unpaid_cells, oldest)))


def unpaid_cells(case) -> tuple[str, ...]:
    days = f":orange-badge[{case.age}]" if case.age > LATE else str(case.age)
    return look.safe(case.number), look.safe(case.subject), look.number(case.owed), days


def table(cases: list) -> dict[str, list]:
    """{head: values} of the cases, in their order; 编码 is for the links and the file."""
    records = [record(case) for case in cases]
    return {head: [each[head] for each in records] for head in records[0]} if records else {}


def record(case) -> dict:
    return {
        "案件": case.number,
        "发现日期": case.found,
        "发现途径": shared.named("activity", case.activity),
        "对象": case.subject,
        "编码": case.institution or "",
        "事实": case.fact,
        "处理": "、".join(shared.named("handling", action) for action in case.handling),
        "金额（元）": float(case.total),
        "未到账（元）": float(case.owed),
        "账龄（天）": case.age if case.owed > 0 else None,
        "状态": shared.named("case_status", case.status),
        "扣减违规": float(case.deducted),
        "考核扣减": float(case.assessed),
        "应追回": float(case.due["recover"]),
        "违约金": float(case.due["damages"]),
        "罚款": float(case.due["fine"]),
        "违规代码": case.violation,
    }


def show(cases: list) -> None:
    look.section("案件台账", "最近发现的在前，元；点表头可重排，勾选一行看该机构")
    groups = {
        "all": cases,
        "owed": [c for c in cases if c.owed > 0],
        "open": [c for c in cases if c.status != "closed"],
    }
    names = {code: f"{words} {len(groups[code])}" for code, words in LISTS.items()}
    chosen = look.pick("名单", names, "c", widget=st.segmented_control, required=True, label_visibility="collapsed")
    kept = groups[chosen]
    if not kept:
        shared.not_uploaded("名单里没有案件", "换一个名单或期间，或上传稽核处罚台账。")
        return
    shown = {head: values for head, values in table(kept).items() if head != "编码"}
    row = look.table(shown, COLUMNS, key=f"cases-{chosen}", rows_shown=14, alt="稽核处罚案件")
    if row is not None and kept[row].institution:
        st.switch_page(shared.link("institutions"), query_params=shared.carry(inst=kept[row].institution))
    query = shared.rows_query("penalty_total", scheme="all")
    st.page_link(
        shared.link("rows"),
        label="台账原始行",
        icon=":material/arrow_forward:",
        icon_position="right",
        query_params=query,
    )
