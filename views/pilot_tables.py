"""The tables of the payment reform: what a bed-day is paid by rule, and the institutions of both groups."""

import streamlit as st

import pipelines
from pipelines.answers.gaps import OUTSIDE
from views import against, look, shared, who
from views.against import CASES, PER_CASE, PER_DAY

RATIO, BACK = "actual_reimb_ratio", "readmission_rate_15d"


def rates(pilot, other) -> None:
    """The uploaded bed-day rates of the year beside what a day really cost in both groups."""
    year = int(shared.period().last[:4])
    found = pipelines.bed_day_rates(shared.county(), year)
    look.section("床日付费标准", f"{year}年度，元/床日")
    if not found and who.scoped():
        look.empty(f"{year}年度的床日付费标准", OUTSIDE)
        return
    if not found:
        shared.not_uploaded(f"{year}年度的床日付费标准还没有上传", "上传床日付费标准后，这里与实际床日费用对照。")
        return
    spans = list(dict.fromkeys(days(rate) for rate in sorted(found, key=lambda rate: rate.day_from)))
    rows: dict[tuple, dict] = {}
    for rate in found:
        rows.setdefault((applies_to(rate), rate.disease_class), {})[days(rate)] = rate.rate_yuan
    low, high = (side(rate.rate_yuan for rate in found) for side in (min, max))
    title = f"标准每床日 {low:,.0f}—{high:,.0f} 元；实际试点 {look.amount(pilot)} 元，非试点 {look.amount(other)} 元"
    with st.container(gap=None):
        look.subheader(title)
        look.caption("按住院第几日分段；空格为没有这一段")
        cells = (
            (look.safe(who), look.safe(disease), *(look.number(row.get(span)) for span in spans))
            for (who, disease), row in rows.items()
        )
        look.markdown(look.grid(("适用", "疾病分类", *spans), "ll" + "r" * len(spans), cells))


def days(rate) -> str:
    return f"第 {rate.day_from} 日起" if rate.day_to is None else f"第 {rate.day_from}—{rate.day_to} 日"


def applies_to(rate) -> str:
    return shared.named("institution", rate.institution) if rate.institution else rate.institution_group or "全县"


COLUMNS = {
    "机构": st.column_config.TextColumn(width=160),
    "住院人次": st.column_config.NumberColumn(format="%,d"),
    "次均费用（元）": st.column_config.NumberColumn(format="%,.0f"),
    "次均同比": st.column_config.NumberColumn(format="%+.2f%%"),
    "床日费用（元）": st.column_config.NumberColumn(format="%,.0f"),
    "住院日（天）": st.column_config.NumberColumn(format="%.2f"),
    "实际补偿比": st.column_config.NumberColumn(format="%.2f%%"),
    "15日再住院率": st.column_config.NumberColumn(format="%.2f%%"),
}


def by_institution() -> dict[str, list]:
    """Both groups as {head: values}, pilots first, the dearest first; 编码 is for the links."""
    rows: dict[tuple, dict] = {}
    for figure in shared.figures((PER_CASE, PER_DAY, "alos", RATIO, CASES, BACK), by=("pilot", "institution")):
        if figure.dims["pilot"] and figure.dims["institution"]:
            rows.setdefault((figure.dims["pilot"], figure.dims["institution"]), {})[figure.kpi.id] = figure
    records = [record(pilot, code, row) for (pilot, code), row in rows.items() if against.known(row, PER_CASE)]
    records.sort(key=lambda each: (each["分组"] != "试点", -each["次均费用（元）"]))
    return {head: [each[head] for each in records] for head in records[0]} if records else {}


def record(pilot: str, code: str, row: dict) -> dict:
    def value(kpi):
        return float(row[kpi].value) if against.known(row, kpi) else None

    change = row[PER_CASE].change
    return {
        "编码": code,
        "机构": shared.named("institution", code),
        "分组": shared.named("pilot", pilot),
        "住院人次": value(CASES),
        "次均费用（元）": value(PER_CASE),
        "次均同比": None if change is None else float(change),
        "床日费用（元）": value(PER_DAY),
        "住院日（天）": value("alos"),
        "实际补偿比": value(RATIO),
        "15日再住院率": value(BACK),
    }


def show(table: dict[str, list]) -> None:
    look.section(
        "两组机构",
        f"先试点后非试点，各按次均费用从高到低；点表头可重排{who.told('institutions', '，勾选一行看该机构')}",
    )
    shown = {head: values for head, values in table.items() if head != "编码"}
    row = look.table(shown, COLUMNS, key="groups", rows_shown=26, alt="试点与非试点机构的住院费用")
    if row is not None:
        st.switch_page(shared.link("institutions"), query_params=shared.carry(inst=table["编码"][row]))
