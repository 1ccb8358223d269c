"""What Streamlit runs for every visit and click: navigation, the shared pickers, the style sheet."""

from pathlib import Path

import streamlit as st

import pipelines
from pipelines.errors import NotAllowed
from views import (
    accounts,
    assessment,
    attribution,
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
    groups,
    institutions,
    journal,
    look,
    matrix,
    outlook,
    overview,
    own,
    payment,
    renewal,
    rows,
    sampling,
    seeing,
    shared,
    sharing,
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
AHEAD = (
    (outlook, "outlook", "基金运行预测"),
    (attribution, "attribution", "增长归因"),
    (sharing, "sharing", "风险分担"),
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
OWN = ((own, "own", "本机构"),)
SYSTEM = ((accounts, "accounts", "账号管理"), (matrix, "access", "权限说明"), (seeing, "seeing", "以他人身份查看"))
HIDDEN = ((rows, "rows", "明细"),)  # reached by links only
HOMES = ("start", "overview", "own", "accounts", "access")  # where somebody arrives: the first that they may see
# pages that show one county of several; the others show all that share the warehouse
BY_COUNTY = {*(path for _, path, _ in (*PAGES, *AHEAD, *HIDDEN)), "audit", "documents"} - {"sharing"}
UNDATED = {"start", *(path for _, path, _ in (*DATA, *SYSTEM))}  # pages without the pickers of period and scheme


def groups_of(empty: bool) -> dict[str, tuple]:
    """The pages by the heading they stand under. empty: there are no figures to show."""
    system = SYSTEM if who.known() else ()
    if empty:
        return {"": ((first_start, "start", "开始"),), "文件": WITHOUT_DATA, "数据": DATA, "系统": system}
    own_page = OWN if who.institutions() else ()
    return {
        "": own_page + PAGES + HIDDEN,
        "测算": AHEAD,
        "监管": SUPERVISION,
        "文件": FILES,
        "数据": DATA,
        "系统": system,
    }


def pages(empty: bool) -> dict[str, dict]:
    """{heading: {address: page}}; a page that isn't theirs is there, to say so to whoever follows a link to it."""
    headed = groups_of(empty)
    titles = {path: title for group in headed.values() for _, path, title in group}
    home = next((path for path in HOMES if path in titles and who.opens(path)), "")
    found = {
        name: {path: made(*each, path == home) for each in group if who.opens(path := each[1])}
        for name, group in headed.items()
    }
    shut = {path: made(states, path, title, False) for path, title in titles.items() if not who.opens(path)}
    return found | {"": found[""] | shut}


def made(module, path: str, title: str, home: bool):
    """A page, or in its place that it isn't theirs."""
    mine = who.opens(path)
    seen = mine and path not in {path for _, path, _ in HIDDEN}
    shows = module.page if mine else states.refusing(title)
    address = "" if home else path  # the first page stands at the root; its own address is a door to it
    return st.Page(shows, title=title, url_path=address, default=home, visibility="visible" if seen else "hidden")


def doors(known: dict) -> list:
    """Addresses of first pages that aren't theirs at present, or are the root: else they would be called unknown."""
    shown = {page.url_path for page in known.values()}
    return [st.Page(main, title=path, url_path=path, visibility="hidden") for path in HOMES if path not in shown]


def main() -> None:
    try:
        signed_in.shown()
        with seeing.eyes():
            show()
    except NotAllowed as problem:
        states.refused(str(problem))
    except Exception as problem:
        states.failed(problem)


def show() -> None:
    outdated = pipelines.outdated(shared.warehouse())
    empty = not outdated and shared.nothing_loaded()
    headed = pages(empty)
    known = st.session_state["pages"] = {path: page for each in headed.values() for path, page in each.items()}
    listed = {name: list(each.values()) for name, each in headed.items()}
    current = st.navigation(listed | {"": listed[""] + doors(known)}, expanded=True)
    wanted = st.session_state.pop(sheet.WANTED, "")
    if wanted in known:
        st.switch_page(shared.link(wanted), query_params=st.query_params.to_dict())
    address = next((path for path, page in known.items() if page == current), "")
    if not address:
        st.switch_page(
            next(page for page in known.values() if not page.url_path), query_params=st.query_params.to_dict()
        )
    sheet.begin(address)
    seeing.banner()
    if outdated:
        st.session_state.pop("county", None)  # of an earlier run: nothing may be shown of it before it is renewed
        renewal.page()
        return
    figures = not empty and address not in UNDATED and who.opens(address)
    if figures and groups.waits():
        groups.page()
        return
    if figures:
        shared.pickers(address in BY_COUNTY)
    current.run()


main()
