"""待遇: how much of the bill does the fund pay, for whom, and where is it less?"""

import streamlit as st

from reports import charts
from views import counties, look, shared, who

RATIOS = ("actual_reimb_ratio", "compliance_ratio", "policy_reimb_ratio", "policy_reimb_ratio_after_deductible")
CARDS = (*RATIOS, "reimb_per_case", "outpatient_actual_ratio", "beneficiary_rate_persons", "beneficiary_rate_visits")
GROUPS = {"kind": "机构类别", "level": "机构级别", "place": "就医地", "category": "人员类别"}
GROUPED = (*RATIOS, "reimb_per_case", "inpatient_cases")


def page() -> None:
    whole = shared.total((*CARDS, "inpatient_cases"), history=24)
    places = shared.split(GROUPED, "place")
    beside_it = counties.split(GROUPED)
    with look.header("待遇"):
        dim = look.pick("分组", GROUPS, "g", label_visibility="collapsed", width=130)
        groups = places if dim == "place" else shared.split(GROUPED, dim)
        shared.scope()
        shared.download("待遇", shared.flat(whole, places, groups if dim != "place" else {}, beside_it))
    if counties.blocked(whole.values(), beside_it, "actual_reimb_ratio"):
        return
    look.answer(answer(whole, places))
    kept = shared.applicable([whole[kpi] for kpi in CARDS])
    look.cards(kept, contexts(whole, places), names=short_names(kept))
    two_readings(whole)
    compare(groups, dim, whole["actual_reimb_ratio"])
    counties.section(beside_it, "actual_reimb_ratio")


def answer(whole: dict, places: dict) -> str:
    ratio, reach = whole["actual_reimb_ratio"], whole["beneficiary_rate_persons"]
    said = [f"住院实际补偿比例 **{look.said(ratio)}**" + shared.compared(ratio, "下降", "提高")]
    if beside(places):
        said.append(beside(places))
    per_case = whole["reimb_per_case"]
    if per_case.value is not None:
        said.append(f"次均住院补偿 **{look.said(per_case)}**" + shared.compared(per_case))
    if reach.value is not None:
        said.append(f"每百名参保人有 **{look.number(reach.value, 0)} 人**受益")
    return "；".join(said) + "。"


def beside(places: dict) -> str:
    """县内 54.48%，县外 33.31%; empty unless both are known."""
    known = [(code, places[code]["actual_reimb_ratio"]) for code in ("in_county", "out_of_county") if code in places]
    if len(known) < 2 or any(figure.value is None for _, figure in known):
        return ""
    return "，".join(f"{shared.named('place', code)} {look.said(figure)}" for code, figure in known)


def contexts(whole: dict, places: dict) -> dict[str, str]:
    visits = whole["inpatient_cases"]
    cases = "" if visits.value is None else f"住院 {visits.value:,.0f} 人次"
    return {"actual_reimb_ratio": beside(places), "reimb_per_case": cases} | readings()


def short_names(kept) -> dict[int, str]:
    """Names that fit a card on a narrow screen."""
    return {place: short(figure.kpi.name_zh) for place, figure in enumerate(kept)}


def short(name: str) -> str:
    return name.replace("政策范围内报销比例", "政策内比例")


def readings() -> dict[str, str]:
    return {"policy_reimb_ratio": "分母含起付线", "policy_reimb_ratio_after_deductible": "分母不含起付线"}


def two_readings(whole: dict) -> None:
    look.section("补偿比例走势", "当月值；纵轴不从零开始")
    names = {kpi: whole[kpi].kpi.name_zh for kpi in RATIOS}
    kpi = look.pick("指标", names, "k", widget=st.segmented_control, required=True, label_visibility="collapsed")
    left, right = st.columns([9, 10], gap="medium")
    with left:
        measure(whole[kpi])
    with right:
        identity(whole)


def measure(figure) -> None:
    now, last = look.two_years(figure.months)
    title = (
        f"{figure.kpi.name_zh}比上年同期{look.changed(figure, '下降', '提高')}"
        if figure.change is not None
        else figure.kpi.name_zh
    )
    chart = charts.year_over_year(charts.MONTHS, now, last, "%", 2, figure.target, zero=False, height=240)
    look.chart(chart, title, f"{figure.kpi.name_zh}，%", f"{figure.kpi.name_zh}逐月折线图；{title}")


def identity(whole: dict) -> None:
    """The two readings of 政策范围内报销比例 beside what they are made of."""
    gross, net = whole["policy_reimb_ratio"], whole["policy_reimb_ratio_after_deductible"]
    gap = None if gross.value is None or net.value is None else net.value - gross.value
    title = "政策范围内报销比例的两种口径" if gap is None else f"两种口径相差 {look.number(gap)} 个百分点"
    with st.container(gap=None):
        look.subheader(title)
        look.caption("实际补偿比例 = 政策范围内报销比例（含起付线）× 符合补偿比例；较上年为百分点")
        heads = ("指标", "分子（万元）", "分母（万元）", "比例（%）", "较上年")
        look.markdown(look.grid(heads, "lrrrr", (ratio_row(whole[kpi]) for kpi in RATIOS)))


def ratio_row(figure) -> tuple[str, ...]:
    parts = (look.number(value) for value in look.in_wan((figure.numerator, figure.denominator)))
    return short(figure.kpi.name_zh), *parts, f"**{look.amount(figure)}**", look.signed(figure.change)


def compare(groups: dict, dim: str, county) -> None:
    look.section(f"按{GROUPS[dim]}比", f"分组在页首换{who.told('rows', '；点一个点看背后的行')}；较上年为百分点")
    known = [(code, row) for code, row in groups.items() if row["actual_reimb_ratio"].value is not None]
    if not known:
        look.empty(f"没有按{GROUPS[dim]}分组的补偿比例", "换一个分组，或在左侧换一个险种。")
        return
    known.sort(key=lambda item: item[1]["actual_reimb_ratio"].value)
    left, right = st.columns([3, 5], gap="medium")
    with left:
        low, high = known[0], known[-1]
        spread = high[1]["actual_reimb_ratio"].value - low[1]["actual_reimb_ratio"].value
        title = f"{shared.named(dim, low[0])}最低，与{shared.named(dim, high[0])}相差 {spread:.2f} 个百分点"
        rows = [versus_row(dim, code, row["actual_reimb_ratio"]) for code, row in known]
        chart = charts.versus(rows, target=county.value, target_name=shared.part())
        note, alt = "住院实际补偿比例，%", f"补偿比例点图；{title}"
        chosen = look.chart(chart, look.safe(title), note, alt, key="ratio", click=who.opens("rows"))
    with right:
        heads = (
            GROUPS[dim],
            "住院人次",
            "次均补偿（元）",
            "符合补偿（%）",
            "政策内（%）",
            "实际补偿（%）",
            "较上年",
        )
        look.markdown(look.grid(heads, "lrrrrrr", (group_row(dim, code, row) for code, row in reversed(known))))
    if chosen:
        st.switch_page(shared.link("rows"), query_params=shared.rows_query("actual_reimb_ratio", **{dim: chosen}))


def versus_row(dim: str, code: str, figure) -> tuple:
    return look.plain(shared.named(dim, code)), figure.value, figure.year_ago, code, False


def group_row(dim: str, code: str, row: dict) -> tuple[str, ...]:
    cells = ("inpatient_cases", "reimb_per_case", "compliance_ratio", "policy_reimb_ratio")
    ratio = row["actual_reimb_ratio"]
    name = look.safe(shared.named(dim, code))
    return name, *(look.amount(row[kpi]) for kpi in cells), f"**{look.amount(ratio)}**", look.signed(ratio.change)
