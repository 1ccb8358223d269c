"""基金运行预测: how long does the money last, and where may it be at the end of next year?"""

import streamlit as st

from pipelines import WarehouseError
from pipelines import outlook as ahead
from pipelines.outlook import AS_IS, Outlook, Projection, Scenario, wording
from reports import foretelling
from views import look, method_note, outlook_scenarios, shared

KINDS = {
    "近12个月人次": st.column_config.NumberColumn(format="%,d"),
    "次均基金支付（元）": st.column_config.NumberColumn(format="%,.2f"),
    "人次较上年（%）": st.column_config.NumberColumn(format="%+,.1f"),
    "次均较上年（%）": st.column_config.NumberColumn(format="%+,.1f"),
    "支出较上年（%）": st.column_config.NumberColumn(format="%+,.1f"),
}
CARDS = ("cumulative_balance", "months_payable", "months_payable_pooled", "current_balance")


def page() -> None:
    cards = shared.total(CARDS, history=24)
    found = asked()
    told = None if isinstance(found, str) else projection(AS_IS)
    with look.header("基金运行预测"):
        shared.scope("往后看到明年底")
        shared.download("基金运行预测", cards.values(), {} if isinstance(found, str) else tables(found, told))
    if isinstance(found, str):
        look.empty("不能预测基金运行", look.safe(found))
        return
    look.answer(answer(found, told))
    look.cards(shared.applicable(cards.values()))
    asks(found, told)
    if told is not None:
        shown(found, told)
    tests(found)
    if told is not None:
        outlook_scenarios.show(projection)
    method_note.limits("outlook")


def asked() -> Outlook | str:
    """The outlook as of the end of the period, or why there is none."""
    county = shared.told()
    return once(county, county.key, shared.period().last)


@st.cache_data(max_entries=20, show_spinner="正在预测（每批数据只算一次）…")
def once(_county, key: str, month: str) -> Outlook | str:
    try:
        found = ahead.outlook(_county, month)
    except WarehouseError as why:
        return str(why)
    return found if found.of(ahead.ALL) else "没有居民、职工或生育的结算"


def projection(scenario: Scenario, scheme: str = "") -> Projection | None:
    """The ranges in a scenario, of the scheme picked."""
    county = shared.told()
    return ranges(county, county.key, shared.period().last, scheme or shared.scheme(), scenario)


@st.cache_data(max_entries=100, show_spinner=False)
def ranges(_county, key: str, month: str, scheme: str, scenario: Scenario) -> Projection | None:
    found = once(_county, key, month)
    return found.projection(scheme, scenario) if isinstance(found, Outlook) else None


def answer(found: Outlook, told: Projection | None) -> str:
    place = f"{look.safe(shared.part())}，" if shared.several() else ""
    said = wording.findings(found, shared.scheme(), told)
    if not found.of(shared.scheme()):
        return f"{place}没有{wording.scheme_name(shared.scheme())}的结算，不能预测。"
    return place + "；".join(said or ["结余和预测都还算不出来，缺什么见下"]) + "。"


def asks(found: Outlook, told: Projection | None) -> None:
    """What is missing for more."""
    for each in found.of(shared.scheme()):
        if each.no_forecast:
            look.warning(f"{each.no_forecast}：{wording.run_rate(each)}。")
    if missing := found.no_balance(shared.scheme()):
        shared.not_uploaded("结余算不出来，只能预测支出", look.safe("；".join(missing)))
    if told is not None and found.missing_income:
        why = f"缺 {shared.some_months(list(found.missing_income))}的基金征缴。"
        shared.not_uploaded("收入不全，不能预测结余", look.safe(why))


def shown(found: Outlook, told: Projection) -> None:
    scheme = shared.scheme()
    look.section("结余走向", "过去为实线；今后的深、浅带为 80%、95% 区间，虚线为中间值")
    left, right = st.columns([11, 9], gap="medium")
    with left:
        if told.end.balance is None:
            look.empty("没有结余的走向", "有年初结余和本年各月征缴才能算。")
        else:
            title = foretelling.balance_title(told)
            chart = foretelling.balance_fan(found, scheme, told)
            look.chart(chart, title, foretelling.balance_note(told), foretelling.alt(told, title))
    with right:
        years(told)
    flows(found, told)
    kinds(found, told)


def years(told: Projection) -> None:
    with st.container(gap=None):
        look.subheader("到年底收支多少")
        look.caption("已发生的月份用实际数，其余用预测")
        look.markdown(look.grid(foretelling.YEARS, "lrrr", foretelling.year_rows(told)))
        st.space("small")
        if told.run_out is not None:
            look.markdown(f"{wording.running_out(told.run_out, told.end.month)}。")
        look.markdown(f"{wording.backlog(told.unsettled)}。")
        if shared.scheme() == ahead.ALL:
            look.caption("各险种基金分账，不能互相调剂；合计只供参考，哪个先用完要分险种看。")


def flows(found: Outlook, told: Projection) -> None:
    look.section("收入与支出", "当月，万元；收入按应筹（计划）和往年到账进度，支出按人次和次均的走势")
    for column, (of, what) in zip(st.columns(2, gap="medium"), (("received", "收入"), ("paid", "支出")), strict=True):
        with column:
            title = foretelling.flow_title(told, of)
            chart = foretelling.flow_fan(found, shared.scheme(), told, of)
            note = f"当月{what}{'（统筹，不含划入个人账户）' if of == 'received' else ''}，万元"
            look.chart(chart, title, note, foretelling.alt(told, title))


def kinds(found: Outlook, told: Projection) -> None:
    note = "按出院（就诊）月份，未结算的已补全；近 12 个月与再往前 12 个月比，今后 12 个月为 80% 区间"
    look.section("人次 × 次均", note)
    rows = foretelling.growth_rows(by_scheme(found))
    look.dataframe(as_columns(foretelling.KIND_HEADS, rows), KINDS, alt="各类别人次和次均的增长")


def by_scheme(found: Outlook) -> list:
    told = [(each.scheme, projection(AS_IS, each.scheme)) for each in found.of(shared.scheme())]
    return [(scheme, each.growth) for scheme, each in told if each is not None]


def as_columns(heads: tuple[str, ...], rows: list[tuple]) -> dict[str, list]:
    return {head: [row[place] for row in rows] for place, head in enumerate(heads)}


def tests(found: Outlook) -> None:
    rows = foretelling.test_rows(found, shared.scheme())
    if not rows:
        return
    worse = sorted({f"{row[0]}{row[1]}" for row in rows if row[-1] != "优于去年同月"})
    look.section("预测准不准", "在过去各月末只用当时的数据预测 1—6 个月，与实际比；旁边是照搬去年同月的误差")
    told = f"照搬去年更准的：{'、'.join(worse)}；这些只看区间" if worse else "各项预测的误差都小于照搬去年同月"
    look.subheader(told)
    cells = [tuple(map(outlook_scenarios.cell, row)) for row in rows]
    look.markdown(look.grid(foretelling.TESTS, "llrrrrrrrl", cells))
    look.caption("区间已按回测的偏离放宽；同一段历史既用来放宽又用来检验，含住的比例只是约数。")


def tables(found: Outlook, told: Projection | None) -> dict[str, dict[str, list]]:
    """The files of the page."""
    files = {"基金预测回测": as_columns(foretelling.TESTS, foretelling.test_rows(found, shared.scheme()))}
    if told is not None:
        files["基金预测逐月区间"] = as_columns(foretelling.MONTHS, foretelling.month_rows(told))
        files["基金预测人次次均"] = as_columns(foretelling.KIND_HEADS, foretelling.growth_rows(by_scheme(found)))
        every = outlook_scenarios.compared(projection)
        files["基金预测情景"] = as_columns(foretelling.COMPARED, foretelling.compared_rows(every))
    return files
