"""参保: who is insured, is the target met, and where are those who are not?"""

import streamlit as st

from reports import charts
from views import counties, look, shared, who

CARDS = (
    "insured_persons",
    "enrolment_rate",
    "enrolment_target_completion",
    "assisted_enrolment",
    "worker_retiree_ratio",
)
MOST = 40  # townships on a chart of several counties
TOWN = ("insured_persons", "enrolment_rate")


def page() -> None:
    whole = shared.total(CARDS, history=24)
    towns = shared.split(TOWN, "town")
    parts = {dim: shared.split(("insured_persons",), dim) for dim in ("category", "residence")}
    schemes = shared.split(("insured_persons", "enrolment_rate", "enrolment_target_completion"), "scheme")
    beside = counties.split(CARDS)
    with look.header("参保"):
        shared.scope()
        shared.download("参保", shared.flat(whole, towns, *parts.values(), schemes, beside))
    if counties.blocked(whole.values(), beside, "enrolment_rate"):
        return
    look.answer(answer(whole, towns))
    kept = shared.applicable([whole[kpi] for kpi in CARDS])
    look.cards(kept, {"insured_persons": still_out(whole)}, across=max(len(kept), 3))
    trend(whole, parts)
    by_town(towns, whole["enrolment_rate"])
    by_scheme(schemes)
    counties.section(beside, "enrolment_rate")


def answer(whole: dict, towns: dict) -> str:
    insured, rate = whole["insured_persons"], whole["enrolment_rate"]
    said = [f"参保 **{look.said(insured)}**，比上年同期{look.changed(insured)}" if insured.change is not None else ""]
    if rate.value is not None:
        aim = look.target_words(rate)
        said.append(f"参保率 **{look.said(rate)}**" + (f"，{aim}" if aim else ""))
    behind, missing = lagging(towns, rate), out_of(rate)
    if missing:
        said.append(f"还有 **{missing:,.0f} 人**未参保")
    if behind:
        said.append(f"**{len(behind)} 个**乡镇参保率低于目标，最低的是{look.safe(behind[0])}")
    return "；".join(filter(None, said)) + "。"


def lagging(towns: dict, rate) -> list[str]:
    """Towns below the county's target, the lowest first."""
    if rate.target is None:
        return []
    known = [
        (row["enrolment_rate"].value, town) for town, row in towns.items() if row["enrolment_rate"].value is not None
    ]
    return [town for value, town in sorted(known) if value < rate.target]


def still_out(whole: dict) -> str:
    missing = out_of(whole["enrolment_rate"])
    return "" if missing is None else f"应参保 {whole['enrolment_rate'].denominator:,.0f} 人"


def out_of(rate):
    """How many who should be insured are not."""
    return None if rate.value is None else max(rate.denominator - rate.numerator, 0)


def trend(whole: dict, parts: dict) -> None:
    look.section("走势与构成", "期末人数")
    left, middle, right = st.columns([5, 3, 5], gap="medium")
    with left:
        insured = whole["insured_persons"]
        now, last = (look.in_wan(values) for values in look.two_years(insured.months))
        chart = charts.year_over_year(charts.MONTHS, now, last, "万人", 2, zero=False, height=240)
        title = f"参保人数比上年同期{look.changed(insured)}" if insured.change is not None else "参保人数"
        look.chart(chart, title, "月末参保人数，万人；纵轴不从零开始", f"参保人数逐月折线图；{title}")
    with middle:
        composition(parts["residence"], "residence", "城乡")
    with right:
        categories(parts["category"])


def composition(rows: dict, dim: str, name: str) -> None:
    counted = [(shared.named(dim, code), row["insured_persons"].value) for code, row in rows.items()]
    counted = [(look.plain(label), value) for label, value in counted if value]
    if not counted:
        look.empty(f"没有分{name}的人数", "参保登记表的这一列没有填写。")
        return
    whole = sum(value for _, value in counted)
    top = max(counted, key=lambda row: row[1])
    title = f"{top[0]}占 {100 * top[1] / whole:.1f}%"
    chart = charts.shares([(label, 100 * value / whole) for label, value in counted], height=60 + 60 * len(counted))
    look.chart(chart, title, f"{name}占参保人数，%", f"{name}构成条形图；{title}")


def categories(rows: dict) -> None:
    counted = [(code, row["insured_persons"].value) for code, row in rows.items()]
    counted = sorted(((code, value) for code, value in counted if value), key=lambda row: -row[1])
    if len(counted) < 2:
        look.empty("没有分人员类别的人数", "参保登记表的人员类别没有填写，或只有一类。")
        return
    whole = sum(value for _, value in counted)
    rest = whole - counted[0][1]
    first = look.safe(shared.named("category", counted[0][0]))
    title = f"{first}以外共 {rest:,.0f} 人，占 {100 * rest / whole:.2f}%"
    with st.container(gap=None):
        look.subheader(title)
        look.caption("各类互斥，合计等于参保人数")
        cells = [
            (
                look.safe(shared.named("category", code)),
                f"{v:,}",
                f"{100 * v / whole:.2f}",
                look.signed_change(rows[code]["insured_persons"]),
            )
            for code, v in counted
        ]
        look.markdown(look.grid(("人员类别", "人数（人）", "占比（%）", "较上年"), "lrrr", cells))


def by_town(towns: dict, rate) -> None:
    look.section("还有谁没参保", who.told("rows", "点一条横条或勾选一行，看该乡镇的参保登记"))
    left_out = {town: out_of(row["enrolment_rate"]) for town, row in towns.items()}
    known = sorted((town for town in towns if left_out[town] is not None), key=lambda town: -left_out[town])
    if not known:
        look.empty("没有分乡镇的参保率", "参保登记表没有填乡镇，或没有填应参保人数。")
        return
    left, right = st.columns(2, gap="medium")
    with left:
        clicked = missing_chart(known, left_out, lagging(towns, rate))
    with right:
        ticked = town_table(towns, known)
    town = clicked or (known[ticked] if ticked is not None else None)
    if town:
        st.switch_page(shared.link("rows"), query_params=shared.rows_query("enrolment_rate", town=town))


def missing_chart(known: list[str], left_out: dict, behind: list[str]) -> str | None:
    """How many are not insured in each town; orange where the rate is below the target."""
    whole = sum(left_out.values())
    top = sum(left_out[town] for town in known[:3])
    title = f"{whole:,.0f} 人未参保" + (
        f"，最多的 3 个乡镇占 {100 * top / whole:.0f}%" if whole and len(known) > 3 else ""
    )
    drawn = known[:MOST] if shared.several() else known
    rows = [(look.plain(town), left_out[town], town) for town in drawn]
    stressed = [look.plain(town) for town in behind]
    chart = charts.ranked_bars(rows, "人", 0, 36 + 20 * len(rows), bold=3, warned=stressed, size=12)
    note = "应参保减参保，人" + ("；橙色为参保率低于目标" if behind else "；各乡镇参保率都不低于目标")
    note += f"；画前 {MOST} 个乡镇，共 {len(known)} 个" if len(drawn) < len(known) else ""
    return look.chart(chart, title, note, f"各乡镇未参保人数条形图；{title}", key="town_chart", click=who.opens("rows"))


NUMBERS = {
    "乡镇": st.column_config.TextColumn(width=105),
    "参保人数": st.column_config.NumberColumn("参保（人）", format="%,.0f", width=85),
    "未参保": st.column_config.NumberColumn("未参保（人）", format="%,.0f", width=95),
    "参保率": st.column_config.NumberColumn("参保率（%）", format="%.2f", width=90),
    "较上年": st.column_config.NumberColumn("较上年（百分点）", format="%+.2f", width=120),
}


def town_table(towns: dict, order: list[str]) -> int | None:
    rows = [towns[town] for town in order]
    columns = {
        "乡镇": order,
        "参保人数": charts.floats(row["insured_persons"].value for row in rows),
        "未参保": charts.floats(out_of(row["enrolment_rate"]) for row in rows),
        "参保率": charts.floats(row["enrolment_rate"].value for row in rows),
        "较上年": charts.floats(row["enrolment_rate"].change for row in rows),
    }
    shown = max(6, (20 * len(order) + 60) // 32)
    return look.table(columns, NUMBERS, "town_table", shown, "各乡镇参保对比表")


def by_scheme(schemes: dict) -> None:
    look.section("各险种", "扩面任务为全年任务")
    rows = [scheme_row(code, row) for code, row in schemes.items()]
    look.markdown(
        look.grid(("险种", "参保人数（人）", "较上年", "参保率（%）", "任务完成率（%）", "判定"), "lrrrrl", rows)
    )


def scheme_row(code: str, row: dict) -> tuple[str, ...]:
    insured, rate, done = (row[kpi] for kpi in ("insured_persons", "enrolment_rate", "enrolment_target_completion"))
    return (
        shared.named("scheme", code),
        f"**{look.number(insured.value, 0)}**",
        look.signed_change(insured),
        look.number(rate.value),
        look.number(done.value),
        look.met_badge(done if done.value is not None else rate),
    )
