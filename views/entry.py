"""What Streamlit runs for every visit and click: navigation, the shared pickers, the style sheet."""

import streamlit as st

from views import (
    audit,
    balance,
    benefits,
    collection,
    costs,
    data_calendar,
    dictionary,
    enrolment,
    first_start,
    institutions,
    journal,
    look,
    overview,
    payment,
    rows,
    shared,
    states,
    uploads,
)

st.set_page_config(page_title="医保基金监管", page_icon="views/icon.svg", layout="wide", initial_sidebar_state=240)
st.logo("views/logo.svg", size="large")
st.html(look.STYLE)

PAGES = (
    (overview, "overview", "总览"),
    (enrolment, "enrolment", "参保"),
    (collection, "collection", "筹资"),
    (balance, "balance", "支出与结余"),
    (benefits, "benefits", "待遇"),
    (costs, "costs", "费用控制"),
    (institutions, "institutions", "两定机构"),
    (audit, "audit", "稽核处罚"),
    (payment, "payment", "支付方式改革"),
    (dictionary, "dictionary", "指标字典"),
)
DATA = ((uploads, "uploads", "数据上传"), (data_calendar, "calendar", "数据日历"), (journal, "journal", "操作记录"))


def figures() -> dict:
    """Every page of figures by its address; 明细 is reached by links only."""
    found = {
        path: st.Page(module.page, title=title, url_path=path, default=path == "overview")
        for module, path, title in PAGES
    }
    return found | {"rows": st.Page(rows.page, title="明细", url_path="rows", visibility="hidden")}


def beginning() -> dict:
    """What there is to see while no figures can be shown."""
    return {"start": st.Page(first_start.page, title="开始", url_path="start", default=True)}


def main() -> None:
    try:
        show()
    except Exception as problem:
        states.failed(problem)


def show() -> None:
    shown = beginning() if shared.nothing_loaded() else figures()
    data = {path: st.Page(module.page, title=title, url_path=path) for module, path, title in DATA}
    st.session_state["pages"] = shown | data
    current = st.navigation({"": list(shown.values()), "数据": list(data.values())}, expanded=True)
    if "overview" in shown and current.url_path not in data:
        shared.pickers()
    current.run()


main()
