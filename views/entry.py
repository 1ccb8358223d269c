"""What Streamlit runs for every visit and click: navigation, the shared pickers, the style sheet."""

import streamlit as st

from views import (
    audit,
    balance,
    benefits,
    collection,
    costs,
    dictionary,
    enrolment,
    first_start,
    institutions,
    look,
    overview,
    payment,
    rows,
    shared,
    states,
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


def pages() -> dict:
    """Every page by its address; 明细 is reached by links only."""
    found = {
        path: st.Page(module.page, title=title, url_path=path, default=path == "overview")
        for module, path, title in PAGES
    }
    return found | {"rows": st.Page(rows.page, title="明细", url_path="rows", visibility="hidden")}


def main() -> None:
    try:
        show()
    except Exception as problem:
        states.failed(problem)


def show() -> None:
    if shared.nothing_loaded():
        st.navigation([st.Page(first_start.page, title="首次启动")]).run()
        return
    st.session_state["pages"] = pages()
    current = st.navigation(list(st.session_state["pages"].values()))
    shared.pickers()
    current.run()


main()
