"""试算: other bed-day rates, institutions that join the pilot or leave it; the same stays before and after."""

from decimal import Decimal

import streamlit as st

import pipelines
from pipelines import WarehouseError, bed_days
from pipelines.answers.by_county import ALL
from pipelines.bed_days import NO_CLASS, Basis, Plan, RateChange, Tried
from reports import charts
from views import look, shared

NOTE = "只试算，不写入；同样的住院前后各算一遍，不预计机构会怎样改变住院日和收治"
LEAST, MOST = -50.0, 100.0  # per cent that a rate may be moved by on the screen
AROUND = ("变动后", "变动前", "变动前")
SHOWN = 20  # institutions on the chart


def show() -> None:
    basis = asked()
    classes = sorted({tariff.disease_class for tariff in basis.tariffs} - {NO_CLASS})
    if not classes or not basis.pilots:
        return
    look.section("换一套标准和试点", NOTE)
    plan = inputs(basis, classes)
    try:
        found = bed_days.tried(basis, plan)
    except WarehouseError as problem:
        look.warning(look.safe(str(problem)))
        return
    look.on_paper("\n".join(f"- {line}" for line in terms(basis, plan)) or "- 没有改变", "body")
    if basis.hidden:
        look.caption(f"{basis.hidden} 组人数不足5人（和能推算出它们的组），不在试算里。")
    results(basis, found, plan != Plan())


def asked() -> Basis:
    county = shared.county()
    return made(county, county.key, shared.period(), shared.scheme(), shared.picked_county())


@st.cache_data(max_entries=20, show_spinner=False, hash_funcs={pipelines.Period: str})
def made(_county, key: str, months, scheme: str, county: str) -> Basis:
    return bed_days.basis(_county, months, scheme, () if county == ALL else (county,))


def inputs(basis: Basis, classes: list[str]) -> Plan:
    """What the reader moves: a cell for each class and segment, and who joins or leaves."""
    starts = sorted({segment.day_from for segments in basis.tariffs.values() for segment in segments})
    left, right = st.columns([3, 2], gap="medium")
    with left, st.container(gap="xxsmall", key="trial"):
        widths = [3, *(2 for _ in starts)]
        heads = ("标准调整 %", *(f"第 {start} 日起" for start in starts))
        for place, head in zip(st.columns(widths), heads, strict=True):
            place.caption(head)
        rates = [change for illness in classes for change in line(basis, illness, starts, widths)]
    with right:
        added = who("加入试点", "trial-add", joining(basis))
        removed = who("退出试点", "trial-leave", {code: name_of(basis, code) for code in sorted(basis.pilots)})
        keys = [key(illness, start) for illness in classes for start in starts] + ["trial-add", "trial-leave"]
        st.button("恢复现行", on_click=forget, args=(keys,), type="tertiary", icon=":material/undo:")
    return Plan(tuple(rates), added, removed)


def key(illness: str, start: int) -> str:
    return f"trial-{illness}-{start}"


def forget(keys: list[str]) -> None:
    for each in keys:
        st.session_state.pop(each, None)


def line(basis: Basis, illness: str, starts: list[int], widths: list[int]) -> list[RateChange]:
    """The cells of a class: a change for each that is not 0."""
    name, *cells = st.columns(widths, vertical_alignment="center")
    name.markdown(look.safe(illness))
    known = {s.day_from for tariff, each in basis.tariffs.items() if tariff.disease_class == illness for s in each}
    found = []
    for place, start in zip(cells, starts, strict=True):
        if start in known:
            label = f"{illness} 第 {start} 日起"
            more = dict(min_value=LEAST, max_value=MOST, step=1.0, format="%.10g", label_visibility="collapsed")
            value = place.number_input(label, value=0.0, key=key(illness, start), **more)
            found.append(RateChange(Decimal(str(round(value or 0, 4))), illness, start))
    return [change for change in found if change.percent]


def joining(basis: Basis) -> dict[str, str]:
    """Institutions that have rates and stays and are no pilots, the comparable ones first."""
    rated = {stays.tariff.institution for stays in basis.stays if stays.tariff in basis.tariffs} - basis.pilots
    listed = sorted(rated & set(basis.places), key=lambda code: (basis.places[code].pilot != "no", code))
    return {code: name_of(basis, code) for code in listed}


def name_of(basis: Basis, code: str) -> str:
    return basis.places[code].name


def who(label: str, name: str, names: dict[str, str]) -> frozenset[str]:
    return frozenset(st.multiselect(label, list(names), format_func=names.get, key=name, placeholder="不变"))


def terms(basis: Basis, plan: Plan) -> list[str]:
    """What is tried out, in words."""
    rates = [f"{each.disease_class}第 {each.day_from} 日起 {each.percent:+.10g}%" for each in plan.rates]
    joins = [f"{name_of(basis, code)}加入" for code in sorted(plan.added)]
    leaves = [f"{name_of(basis, code)}退出" for code in sorted(plan.removed)]
    return [look.safe(each) for each in (*rates, *joins, *leaves)]


def results(basis: Basis, found: Tried, changed: bool) -> None:
    left, right = st.columns([2, 3], gap="medium")
    with left, st.container(gap=None):
        more = found.fund_yuan(True) - found.fund_yuan(False)
        look.subheader(f"基金{'多' if more >= 0 else '少'}付 {wan(abs(more))} 万元" if changed else "还没有改")
        look.caption("万元；基金一行含加入、退出的机构，没有标准的住院不在内")
        rows = [("基金", *sides(found.fund_yuan)), ("机构结余", *sides(found.balance_yuan))]
        look.markdown(look.grid(("", "变动前", "变动后", "增减"), "lrrr", rows))
        file = look.File.of(f"床日付费试算 {shared.period().label}", table(basis, found))
        look.downloads({f"全部 {len(found.after)} 家": (f"{file.name}.csv", file.csv)})
    with right:
        chart(basis, found)


def sides(of) -> tuple[str, ...]:
    before, after = of(False), of(True)
    return wan(before), f"**{wan(after)}**", look.signed(float((after - before) / 10000))


def wan(yuan: Decimal) -> str:
    return look.number(yuan / 10000)


def chart(basis: Basis, found: Tried) -> None:
    """Each institution's balance after as a point, before as a grey one."""
    largest = sorted(found.after, key=lambda code: -abs(found.after[code].balance_yuan))[:SHOWN]
    ordered = sorted(largest, key=lambda code: found.after[code].balance_yuan)
    losing = sum(side.balance_yuan < 0 for side in found.after.values())
    title = f"变动后 {len(found.after) - losing} 家不亏，{losing} 家超支"
    marks = [
        (
            look.plain(name_of(basis, code)),
            *(side.balance_yuan / 10000 for side in (found.after[code], found.before[code])),
        )
        for code in ordered
    ]
    drawn = charts.versus([(*mark, "", False) for mark in marks], 2, 70 + 26 * len(marks), told=AROUND)
    look.chart(drawn, title, "机构的床日包干结余，万元；灰点为变动前", f"床日付费试算前后机构结余点图：{title}")


def table(basis: Basis, found: Tried) -> dict[str, list]:
    """Everybody concerned, before and after."""
    codes = list(found.after)
    told: dict[str, list] = {"编码": codes, "机构": [name_of(basis, code) for code in codes]}
    for word, group in (("变动前", found.before), ("变动后", found.after)):
        told[f"{word}结算"] = ["按床日" if group[code].by_days else "按项目" for code in codes]
        told[f"{word}基金（元）"] = [group[code].fund_yuan for code in codes]
        told[f"{word}结余（元）"] = [group[code].balance_yuan for code in codes]
    return told
