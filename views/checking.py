"""报告核对: a report that people wrote, pasted or uploaded; its text with marks, and the list of what was found."""

import streamlit as st

from reports import checking
from reports.checking import VERDICTS, Checked
from views import checking_marks, checking_words, inbox, look, shared, sheet
from views.jobs import Job, ended

PASTED, UPLOADED = "粘贴文字", "上传文件"
LONGEST = 200_000  # letters pasted: a report has five to twenty thousand
PANE = 640  # pixels


def page() -> None:
    with look.header("报告核对"):
        look.scope(against())
        if "checked" in st.session_state:
            takeaway(*st.session_state["checked"])
    follow()
    if "checked" in st.session_state:
        shown(*st.session_state["checked"])
    else:
        asked()


def county():
    """The county of this run, None while nothing is loaded: a report's figures can be set against each other then."""
    return st.session_state.get("county")


def against() -> str:
    """What the report is set against, and what it is taken to be about where it does not say so."""
    if county() is None:
        return "还没有装入数据，只核对报告自身"
    end = look.month_end(county().last_month)
    return f"本系统数据截至 {end} · 报告没有写明期间的，按左边选的 {shared.period().label}"


def asked() -> None:
    """Where the report comes from, and the button that begins."""
    look.answer("把写好的报告粘贴或传上来：核对其中的数字彼此是否对得上、与本系统是否一致，文字有没有差错。")
    source = st.segmented_control(
        "报告从哪里来", (PASTED, UPLOADED), default=PASTED, required=True, key="report_source"
    )
    text, file = pasted() if source == PASTED else "", uploaded() if source == UPLOADED else None
    loaded = county() is not None
    with_county = st.checkbox("同时与本系统的数据核对", value=loaded, disabled=not loaded, key="report_with_county")
    if st.button("核对", type="primary", icon=":material/fact_check:", disabled=not (text.strip() or file)):
        begin(text, file, with_county)


def pasted() -> str:
    return st.text_area(
        "报告全文", height=320, max_chars=LONGEST, key="report_text", placeholder="从 Word 或网页里复制全文，粘贴到这里"
    )


def uploaded():
    with st.container(key="drop"):
        file = st.file_uploader("报告文件", key="report_file", label_visibility="collapsed")
    look.caption("txt、docx、带文字的 pdf。文件只在核对时读一遍，不保存。")
    return file


def begin(text: str, file, with_county: bool) -> None:
    """Check beside the page; the report is not kept."""
    name, one = file.name if file else "粘贴的报告", county() if with_county else None
    period = shared.period() if county() else None
    path, why = inbox.received(file.name, file.getvalue) if file else (None, "")
    if why:
        st.error(look.safe(why), icon=":material/error:")
        return
    st.session_state["checking_job"] = Job(lambda tell: (name, checked(text, path, one, period, tell)))
    st.rerun()


def checked(text: str, path, one, period, tell) -> Checked:
    """Read and check; a file goes as soon as it is read."""
    if path:
        tell(0.1, "读文件")
        try:
            text = checking.read(path)
        finally:
            inbox.remove(inbox.token_of(path) or "")
    tell(0.4, "找数字，核对算术" + ("和本系统的数据" if one else ""))
    return checking.check(text, one, period)


def follow() -> None:
    """Watch a check that is under way; then show what it came to."""
    if job := ended("checking"):
        st.session_state["checked"] = job.result
        st.session_state.pop("report_verdicts", None)  # another report has other verdicts to show first
        st.rerun()


def shown(name: str, found: Checked) -> None:
    look.answer(f"{look.safe(name)}：{checking_words.answer(found)}")
    with st.container(horizontal=True, vertical_alignment="center"):
        verdicts = picked(checking_words.tally(found))
        st.button("改了再核对", icon=":material/edit:", on_click=again, args=(found.text,))
        st.button("核对另一份", icon=":material/restart_alt:", on_click=again)
    st.caption("点原文里的编号，到清单里那一条；点清单里的一条，到原文里那一处。")
    sheet.shows(look.listed, checking_words.columns(found, verdicts), {}, "核对结果")
    panes(found, checking_words.numbered(found, verdicts))
    taken_for(found)


def panes(found: Checked, findings: list[checking_marks.Numbered]) -> None:
    """The text and the list side by side."""
    text, found_there = st.columns([3, 2])
    with text, st.container(height=PANE, border=True):
        st.html(checking_marks.text_html(found.text, findings))
    with found_there, st.container(height=PANE, border=False):
        if findings:
            st.html(checking_marks.list_html(findings))
        else:
            st.caption("没有要列的。")


def taken_for(found: Checked) -> None:
    """What each figure was taken for: where a comparison looks odd, this says why."""
    if found.claims and st.toggle(f"看认出的 {len(found.claims)} 个数字各指什么", key="report_claims"):
        look.dataframe(checking_words.claims(found), {}, alt="认出的数字")


def picked(found: dict[str, int]) -> list[str]:
    """The verdicts that the reader wants to see."""
    first = [verdict for verdict in found if verdict in checking_words.SHOWN_FIRST]
    words = {verdict: f"{VERDICTS[verdict]} {number}" for verdict, number in found.items()}
    return st.pills(
        "显示",
        list(found),
        selection_mode="multi",
        default=first,
        format_func=words.get,
        key="report_verdicts",
        label_visibility="collapsed",
    )


def again(text: str = "") -> None:
    """Back to the form, with this text in it."""
    st.session_state.pop("checked", None)
    st.session_state["report_source"], st.session_state["report_text"] = PASTED, text


def takeaway(name: str, found: Checked) -> None:
    everything = checking_words.columns(found, VERDICTS)
    look.takeaway({"核对结果": look.File.of(f"核对结果 {name}", everything)} if found.findings else {})
