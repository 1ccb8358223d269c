"""增长归因: why did hospital costs, or what the fund paid of them, grow against last year?"""

import streamlit as st

import pipelines
from pipelines.answers.by_county import ALL
from pipelines.attribution import (
    COST,
    FUND,
    NAMES,
    REST,
    Growth,
    Line,
    NotTold,
    asked,
    lines,
    most,
    of_cases,
    sentence,
    total,
)
from pipelines.attribution.wording import decimal
from reports import attributing
from views import attribution_tables, look, method_note, shared

OF = {COST: "医药费用", FUND: "基金支付"}
KPI = {COST: "inpatient_total_fee", FUND: "inpatient_expenditure"}
FIGURES = (*KPI.values(), "inpatient_cases", "inpatient_bed_days", "cost_per_case", "hospitalisation_rate", "alos")


def page() -> None:
    with look.header("增长归因"):
        of = look.pick("看", OF, "of", widget=st.segmented_control, required=True, label_visibility="collapsed")
        shared.scope("住院；与上年同期比")
        found = attributed(of, shared.scheme())
        tables = {} if isinstance(found, str) else attribution_tables.files(found)
        shared.download("增长归因", shared.figures(FIGURES), tables)
    if isinstance(found, str):
        (shared.not_uploaded if "未上传" in found else look.empty)("还不能归因", look.safe(found))
        return
    show(found)


def attributed(of: str, scheme: str) -> Growth | str:
    """The growth of the period and county picked, or why it can't be told."""
    picked = {"scheme": scheme, "county": shared.picked_county()}
    where = tuple((dim, code) for dim, code in picked.items() if code != ALL)
    return asked_once(shared.county(), shared.county().key, shared.period(), of, where)


@st.cache_data(max_entries=100, show_spinner=False, hash_funcs={pipelines.Period: str})
def asked_once(_county, key: str, months, of: str, where: tuple) -> Growth | str:
    try:
        return asked(_county, months, of, dict(where))
    except NotTold as why:
        return str(why)


def show(found: Growth) -> None:
    listed = lines(found)
    whole = total(listed)
    look.answer(answer(found))
    if found.uninsured:
        look.warning(f"没有参保人数（{look.safe(found.uninsured)}），以住院人次代替“参保人数 × 住院率”。")
    if any(REST in (pool, group) for pool, group in found.parts):
        look.caption("人数不足 5 人的各组合并为一组，它们之间就医结构的变化看不到。")
    look.section("从上年到本期", "万元；各因素相加恰为增减；是账面上由哪些数相乘而来，不是原因")
    left, right = st.columns([10, 11], gap="medium")
    with left:
        waterfall(found, whole)
    with right:
        factors(found, whole)
    two_factors(found)
    attribution_tables.show(found, listed, KPI[found.of])
    method_note.limits("attribution")


def answer(found: Growth) -> str:
    whose = "全部险种" if shared.scheme() == "all" else shared.SCHEMES[shared.scheme()]
    place = look.safe(shared.part()) if shared.several() else ""
    told, split = sentence(found, whose), of_cases(found)
    told = told.replace(f"其中{NAMES[most(found)]}", f"其中**{NAMES[most(found)]}**")
    rates = f"；人次{rate(split[0])}，次均{rate(split[1])}" if split else ""
    return f"{place}{told}{rates}。"


def rate(change) -> str:
    return f" **{look.signed(decimal(change.rate), 1)}%**"


def waterfall(found: Growth, whole: Line) -> None:
    finding = attributing.title(found, whole)
    chart = attributing.waterfall(whole)
    look.chart(chart, finding, f"住院{OF[found.of]}，万元", attributing.alt(whole, finding))


def factors(found: Growth, whole: Line) -> None:
    """What stands for each factor last year and this, and what it made."""
    with st.container(gap=None):
        look.subheader("各因素的数值和影响")
        look.caption("影响为万元，占比为占全部增减的 %；结构的数值只看其中一项，影响按各组算")
        heads = ("因素", "上年同期", "本期", "增减", "影响", "占比")
        look.markdown(look.grid(heads, "lrrrrr", (cells(*row) for row in attributing.factor_rows(found, whole))))


def cells(name: str, before, after, change, yuan, part) -> tuple[str, ...]:
    known = ("—" if value is None else f"{value:,}" for value in (before, after))
    digits = 0 if change is None else -change.as_tuple().exponent
    effect = f"**{look.signed(yuan / attributing.WAN)}**"
    return name, *known, look.signed(change, digits), effect, look.signed(part, 1)


def two_factors(found: Growth) -> None:
    """Cases x cost per case: the rates multiply, the yuan add up."""
    split = of_cases(found)
    if split is None or not found.before_yuan:
        return
    money = OF[found.of]
    each = f"次均{money}"
    look.section("人次与次均", f"(1 + 人次增长率) × (1 + 次均增长率) = 1 + {money}增长率；金额里共同的部分各分一半")
    heads = ("因素", "上年同期", "本期", "增长（%）", "使总额增减（万元）")
    rows = [
        (name, f"{decimal(c.before, digits):,}", f"{decimal(c.after, digits):,}", *growth_cells(c))
        for name, digits, c in zip(("住院人次（人次）", f"{each}（元）"), (0, 2), split, strict=True)
    ]
    look.markdown(look.grid(heads, "lrrrr", rows))


def growth_cells(change) -> tuple[str, str]:
    return f"**{look.signed(decimal(change.rate))}**", look.signed(decimal(change.yuan / attributing.WAN))
