"""对照: does payment by the bed day make a stay cheaper, and is it the price of a day or the length of stay?"""

import streamlit as st

from pipelines.bed_days import exact, parts_of_gap, whole
from reports import charts
from views import counties, look, pilot_likeness, pilot_tables, shared
from views.against import BED_DAYS, CASES, PER_CASE, PER_DAY
from views.pilot_lines import two_lines

RATIO = "actual_reimb_ratio"
MEASURES = (PER_CASE, PER_DAY, "alos", RATIO)
GROUPED = (*MEASURES, "reimb_per_case", "readmission_rate_15d", CASES, BED_DAYS)
GAPS = (
    "pilot_gap_cost_per_case",
    "pilot_gap_cost_per_case_rate",
    "pilot_gap_cost_per_bed_day",
    "pilot_gap_cost_per_bed_day_rate",
    "pilot_gap_alos",
    "pilot_gap_reimb_ratio",
    "pilot_case_share",
)
FORMULA = (
    "次均费用 = 床日费用 × 平均住院日。床日价格的影响 =（试点床日费用 − 非试点床日费用）× 试点平均住院日；"
    "住院日的影响 = 非试点床日费用 ×（试点平均住院日 − 非试点平均住院日）；两项之和恰为次均费用之差。"
)


def show(head) -> None:
    """The pilot against the comparable others. head: the title row."""
    groups, gaps, beside = shared.split(GROUPED, "pilot", history=24), shared.total(GAPS), counties.split(GAPS)
    table = pilot_tables.by_institution() if both(groups) else {}
    costs = dict(zip(table.get("编码", ()), table.get("次均费用（元）", ()), strict=True))
    likeness = pilot_likeness.asked()
    tables = {"试点与非试点机构": table} | pilot_likeness.tables(likeness, costs)
    with head:
        shared.scope("床日付费试点与同类非试点")
        shared.download("支付方式改革", shared.flat(named(groups), gaps, beside), tables)
    if not both(groups):
        nothing(groups)
        return
    pilot, other = groups["yes"], groups["no"]
    look.answer(answer(pilot, other, gaps, table))
    compare(pilot, other)
    pilot_likeness.show(likeness, costs)
    trends(pilot, other)
    pilot_tables.rates(pilot[PER_DAY], other[PER_DAY])
    pilot_tables.show(table)
    counties.section(beside, GAPS[0])


def both(groups: dict) -> bool:
    return all(code in groups and groups[code][PER_CASE].value is not None for code in ("yes", "no"))


def named(groups: dict) -> dict:
    """Pilot and comparison only; institutions of neither group are no part of this page."""
    return {code: groups[code] for code in ("yes", "no") if code in groups}


def nothing(groups: dict) -> None:
    missing = [f.missing for row in groups.values() for f in row.values() if f.missing.startswith("未上传")]
    why = "机构名册的“试点”一列要标出试点和同类非试点，且两组在这个期间都有住院结算；也可换一个险种（试点多在居民）。"
    look.empty("没有可比的试点和非试点", look.safe(missing[0]) if missing else why)


def answer(pilot: dict, other: dict, gaps: dict, table: dict) -> str:
    gap, price, stay = parts_of_gap(pilot, other)
    rate = gaps["pilot_gap_cost_per_case_rate"].value
    said = [
        f"试点次均住院费用 **{look.said(pilot[PER_CASE])}**，"
        f"比同类非试点{lower(gap)} **{abs(gap):,} 元**（{abs(rate):.2f}%）",
        f"其中床日价格使每例{fewer(price)} **{abs(price):,} 元**，住院日使每例{fewer(stay)} **{abs(stay):,} 元**",
    ]
    better = gaps["pilot_gap_reimb_ratio"]
    if better.value is not None:
        said.append(f"实际补偿比例{higher(better.value)} **{look.number(abs(better.value))} 个百分点**")
    share = gaps["pilot_case_share"]
    if share.value is not None:
        number = sum(1 for group in table.get("分组", ()) if group == "试点")
        said.append(f"试点 {number} 家，占两组住院人次的 {look.said(share)}")
    return "；".join(said) + "。"


def lower(value) -> str:
    return "低" if value < 0 else "高"


def fewer(value) -> str:
    return "少" if value < 0 else "多"


def higher(value) -> str:
    return "高" if value >= 0 else "低"


def compare(pilot: dict, other: dict) -> None:
    look.section("试点与非试点", f"{shared.period().label}；同类由机构名册的试点列指定")
    left, right = st.columns([13, 7], gap="medium")
    with left, st.container(gap=None):
        look.subheader(before_and_now(pilot[PER_CASE], other[PER_CASE]))
        look.caption("差额 = 试点 − 非试点；较上年为增减 %，比例的差额和增减为个百分点")
        heads = ("指标", "试点", "非试点", "差额", "差率", "上年差额", "试点较上年", "非试点较上年")
        rows = (cells(pilot[kpi], other[kpi]) for kpi in (*MEASURES, "reimb_per_case", "readmission_rate_15d"))
        look.markdown(look.grid(heads, "lrrrrrrr", rows))
        st.space("small")
        links(pilot, other)
    with right:
        decomposition(pilot, other)


def before_and_now(pilot, other) -> str:
    """Whether the gap opened with the pilot or was there a year ago."""
    gap = pilot.value - other.value
    if pilot.year_ago is None or other.year_ago is None:
        return f"每例{lower(gap)} {abs(gap):,.0f} 元，没有上年同期可比"
    before = pilot.year_ago - other.year_ago
    return f"每例{lower(gap)} {abs(gap):,.0f} 元，上年同期{lower(before)} {abs(before):,.0f} 元"


def cells(pilot, other) -> tuple[str, ...]:
    kpi, digits = pilot.kpi, look.digits(pilot.kpi)
    name = f"{kpi.name_zh}（{kpi.display_unit}）"
    if pilot.value is None or other.value is None:
        return name, look.amount(pilot), look.amount(other), "—", "—", "—", "—", "—"
    gap, rate = exact(pilot) - exact(other), "—"
    scale = 100 if kpi.unit == "%" else 1
    if kpi.unit != "%":
        rate = look.signed(float(100 * gap / exact(other))) + "%"
    before = None if None in (pilot.year_ago, other.year_ago) else pilot.year_ago - other.year_ago
    values = look.signed(float(scale * gap), digits), rate, look.signed(before, digits)
    changes = look.signed(pilot.change), look.signed(other.change)
    return name, f"**{look.amount(pilot)}**", look.amount(other), values[0], values[1], values[2], *changes


def links(pilot: dict, other: dict) -> None:
    """The rows behind both groups."""
    with st.container(horizontal=True, gap="small"):
        for code, word in (("yes", "试点"), ("no", "非试点")):
            query = shared.rows_query(PER_CASE, pilot=code)
            shared.page_link("rows", label=f"{word}的结算行", icon=":material/table_rows:", query_params=query)


def decomposition(pilot: dict, other: dict) -> None:
    gap, price, stay = parts_of_gap(pilot, other)
    before, now = whole(exact(other[PER_CASE])), whole(exact(pilot[PER_CASE]))
    steps = (("非试点", before), ("床日价格", price), ("住院日", stay), ("试点", now))
    title = f"{look.signed(gap, 0)} 元 = 床日价格 {look.signed(price, 0)} 元，住院日 {look.signed(stay, 0)} 元"
    alt = "次均住院费用之差的分解：" + "；".join(f"{name} {value:,} 元" for name, value in steps)
    look.chart(charts.waterfall(steps, "元"), title, "次均住院费用，元", alt)
    look.caption(FORMULA)


def trends(pilot: dict, other: dict) -> None:
    look.section("逐月", "当月值；蓝线试点，灰线非试点；纵轴不从零开始")
    for start in (0, 2):
        for column, kpi in zip(st.columns(2, gap="medium"), MEASURES[start : start + 2], strict=True):
            with column:
                trend(pilot[kpi], other[kpi])


def trend(pilot, other) -> None:
    kpi = pilot.kpi
    title = streak(pilot, other)
    months, values = [month for month, _ in pilot.months], ([v for _, v in each.months] for each in (pilot, other))
    chart = two_lines(months, *values, kpi.display_unit, look.digits(kpi))
    look.chart(chart, title, f"{kpi.name_zh}，{kpi.display_unit}", f"{kpi.name_zh}逐月折线图，试点与非试点；{title}")


def streak(pilot, other) -> str:
    """试点连续 6 个月低于非试点, counted back from the last month."""
    pairs = [(a, b) for (_, a), (_, b) in zip(pilot.months, other.months, strict=True)]
    while pairs and None in pairs[-1]:
        pairs.pop()
    if not pairs:
        return f"{pilot.kpi.name_zh}没有逐月值"
    below, count = pairs[-1][0] < pairs[-1][1], 0
    for a, b in reversed(pairs):
        if a is None or b is None or (a < b) is not below:
            break
        count += 1
    return f"{pilot.kpi.name_zh}：试点连续 {count} 个月{'低' if below else '不低'}于非试点"
