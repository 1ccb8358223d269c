"""What Streamlit runs for every visit and click: navigation, the shared pickers, the style sheet."""

from pathlib import Path

import streamlit as st

import pipelines
from pipelines.access import needed
from views import (
    assessment,
    audit,
    audit_trail,
    balance,
    benefits,
    cases,
    checking,
    clues,
    collection,
    costs,
    data_calendar,
    dictionary,
    documents,
    enrolment,
    first_start,
    institutions,
    journal,
    look,
    overview,
    payment,
    renewal,
    rows,
    sampling,
    shared,
    sheet,
    signed_in,
    signing,
    states,
    uploads,
    verifying,
    who,
    wording,
    work,
)

HERE = Path(__file__).parent

st.set_page_config(page_title="医保基金监管", page_icon=HERE / "icon.svg", layout="wide", initial_sidebar_state=240)
st.logo(HERE / "logo.svg", size="large")
st.html(look.STYLE)

PAGES = (
    (overview, "overview", "总览"),
    (enrolment, "enrolment", "参保"),
    (collection, "collection", "筹资"),
    (balance, "balance", "支出与结余"),
    (benefits, "benefits", "待遇"),
    (costs, "costs", "费用控制"),
    (payment, "payment", "支付方式改革"),
    (dictionary, "dictionary", "指标字典"),
)
SUPERVISION = (
    (institutions, "institutions", "两定机构"),
    (clues, "clues", "疑点线索"),
    (audit, "audit", "稽核处罚"),
    (cases, "cases", "案件办理"),
    (assessment, "assessment", "指标考核"),
    (work, "work", "稽核工作"),
    (sampling, "sampling", "稽核抽样"),
)
FILES = (
    (documents, "documents", "报告与文件"),
    (wording, "wording", "报告正文"),
    (checking, "checking", "报告核对"),
    (verifying, "verifying", "文件验真"),
    (signing, "signing", "封账"),
)
WITHOUT_DATA = ((checking, "checking", "报告核对"),)  # a report's figures can be set against each other at any time
DATA = (
    (uploads, "uploads", "数据上传"),
    (data_calendar, "calendar", "数据日历"),
    (journal, "journal", "操作记录"),
    (audit_trail, "log", "审计日志"),
)


def allowed(group: tuple) -> tuple:
    """The pages of a group that whoever looks may see."""
    return tuple(each for each in group if who.may(needed("pages", each[1])))


def figures() -> dict:
    """Every page of figures by its address; 明细 is reached by links only."""
    found = pages_of(PAGES)
    return found | {"rows": st.Page(rows.page, title="明细", url_path="rows", visibility="hidden")}


def pages_of(group: tuple) -> dict:
    """{address: page} of (module, address, title)."""
    return {
        path: st.Page(module.page, title=title, url_path=path, default=path == "overview")
        for module, path, title in allowed(group)
    }


def beginning() -> dict:
    """What there is to see while no figures can be shown."""
    return {"start": st.Page(first_start.page, title="开始", url_path="start", default=True)}


def main() -> None:
    try:
        signed_in.shown()
        show()
    except Exception as problem:
        states.failed(problem)


def show() -> None:
    outdated = pipelines.outdated(shared.warehouse())
    empty = not outdated and shared.nothing_loaded()
    groups = {"": beginning()} if empty else {"": figures(), "监管": pages_of(SUPERVISION)}
    groups["文件"] = pages_of(WITHOUT_DATA if empty else FILES)
    data = pages_of(DATA)
    groups["数据"] = data
    st.session_state["pages"] = {path: page for pages in groups.values() for path, page in pages.items()}
    current = st.navigation({name: list(pages.values()) for name, pages in groups.items()}, expanded=True)
    wanted = st.session_state.pop(sheet.WANTED, "")
    if wanted in st.session_state["pages"]:
        st.switch_page(shared.link(wanted), query_params=st.query_params.to_dict())
    sheet.begin(current.url_path or "overview")
    if outdated:
        st.session_state.pop("county", None)  # of an earlier run: nothing may be shown of it before it is renewed
        renewal.page()
        return
    if not empty and current.url_path not in data:
        shared.pickers()
    current.run()


main()
