"""报告与文件: make the month's documents, and see which were made."""

from dataclasses import replace
from datetime import datetime
from functools import partial

import streamlit as st

from pipelines import Period, signing
from reports import editions, filing, marking, register
from views import look, shared, who
from views.handing import handed
from views.jobs import Job, ended

COLUMNS = {
    "文件": st.column_config.TextColumn(width=330),
    "格式": st.column_config.TextColumn(width=60),
    "性质": st.column_config.TextColumn(width=60),
    "制作人": st.column_config.TextColumn(width=90),
    "制作时间": st.column_config.TextColumn(width=140),
    "数据": st.column_config.TextColumn(width=110),
    "验真编号": st.column_config.TextColumn(width=280),
}
REPORT, ALL = "report", "all"  # the composed editions, and documents of every kind
SHELVES = {REPORT: "报告", "page": "快照", "letter": "一院一函", "workbook": "工作簿", ALL: "全部"}


def page() -> None:
    offers = {f"{kind}:{p.first}..{p.last}": (kind, p) for kind, p in editions.offered(shared.period())}
    with look.header("报告与文件"):
        shared.scope("文件包含全部险种")
    look.answer(answer(signing.state(shared.told(), shared.period()), register.listed(shared.warehouse())))
    names = {code: editions.title(*offer, shared.told().only) for code, offer in offers.items()}
    left, right = st.columns([11, 9], gap="large")
    with left:
        look.section("做一份文件", "图、表、正文和附录都由现在的数据生成")
        kind, period = offers[look.pick("文件", names, "d", width="stretch")]
        signed = signing.state(shared.told(), period)
        ask(kind, period, signed)
    with right:
        standing(period, signed)
    made()
    listed()


def answer(signed, kept: list) -> str:
    """Can the months be told officially, and what was made so far?"""
    can = "可以出**正式件**" if signed.official else "现在只能出**草稿**"
    official = sum(each.official for each in kept)
    told = f"登记在册的文件 {len(kept)} 份，其中正式件 {official} 份" if kept else "还没有做过文件"
    return f"{shared.period().label}{can}；{told}。"


def ask(kind: str, period: Period, signed) -> None:
    """Who makes it and how it is to look; a button for each form."""
    if not who.acts("documents"):
        look.empty("这里只能看", "以他人身份查看时不出文件。")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        by = who.signs("制作人", key="doc_by", width=150)
        name = st.text_input("水印上的名字", key="doc_name", width=190, placeholder=unnamed(), max_chars=20)
    official = st.toggle("正式件", key="doc_official", disabled=not signed.official, help="封账并核对后才能出正式件")
    terms = editions.Terms(by, datetime.now(), official=official and signed.official, watermark=name.strip())
    with st.container(horizontal=True, gap="small"):
        for place, (form, told) in enumerate(filing.FORMS.items()):
            kept = terms if form == "pdf" else replace(terms, watermark="")
            if st.button(told.name, key=f"make-{form}", type="secondary" if place else "primary", disabled=not by):
                begin(kind, period, kept, form)
    if who.acts("letters"):
        batch(replace(terms, scheme="all"), period)
    look.caption("PDF 附有全部表格（CSV）和数字；Word 和文本供修改、转发；工作簿含全部指标和表格，水印只印在 PDF 上。")
    follow()


def unnamed() -> str:
    """What is printed across a file when no name is typed."""
    bearer = marking.bearer(shared.warehouse())
    return f"印有{bearer}和时间" if bearer else "不写则没有水印"


def begin(kind: str, period: Period, terms, form: str) -> None:
    """Make it beside the page."""
    county = shared.told()
    st.session_state["by"] = terms.by
    st.session_state["document_job"] = Job(lambda tell: filing.filed(county, kind, period, terms, form, tell))


def batch(terms, period: Period) -> None:
    """The letters to all institutions about the same months."""
    county, named = shared.told(), {"pdf": "一院一函（一个 PDF）", "zip": "一院一函（压缩包，一家一个）"}
    with st.container(horizontal=True, gap="small"):
        for form, words in named.items():
            if st.button(words, key=f"letters-{form}", icon=":material/mail:", disabled=not terms.by):
                st.session_state["by"] = terms.by
                st.session_state["document_job"] = Job(partial(letters, county, period, terms, form))


def letters(county, period: Period, terms, form: str, tell):
    from reports.letters import batch as every  # the engines of type and charts, which only a PDF needs

    return every(county, period, terms, form, tell)


def follow() -> None:
    """Show how far it is; when it is done, keep it to be taken away."""
    if job := ended("document"):
        st.session_state["documents_made"] = [job.result, *st.session_state.get("documents_made", [])][:4]


def made() -> None:
    """What this visitor made, to be taken away; it is nowhere else."""
    for place, file in enumerate(st.session_state.get("documents_made", [])):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"made-{place}"):
            st.download_button(
                f"下载 {file.name}（{size(len(file.data))}）",
                handed(file.name, file.data.__bytes__),
                file.name,
                file.mime,
                on_click="ignore",
                type="secondary" if place else "primary",
                icon=":material/download:",
                key=f"take-{place}",
            )
            st.caption("草稿" if file.draft else "正式件" if file.id else "数据")


def size(count: int) -> str:
    """2.3 MB; 180 KB."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(count // 1000, 1)} KB"


def standing(period: Period, signed) -> None:
    """Whether it may be official, and what is missing."""
    title = "可以出正式件" if signed.official else "现在只能出草稿"
    look.section(title, period.label)
    if signed.official:
        look.markdown(f"{len(signed.months)} 个月都已封账，勾稽关系成立或已说明。")
        return
    look.markdown("\n".join(f"- {look.safe(reason)}" for reason in signed.why_draft[:8]))
    if len(signed.why_draft) > 8:
        look.caption(f"还有 {len(signed.why_draft) - 8} 条")
    shared.page_link("signing", label="去封账", icon=":material/lock:", query_params=shared.carry())


def listed() -> None:
    """The documents of the register of a kind, the newest first; all letters of a month would bury the others."""
    every = register.listed(shared.county().warehouse)  # anew: one may have been made since the page began
    look.section("做过的文件", "文件本身不保存在系统里，这里留有它印出的全部数字，凭文件可以验真")
    if not every:
        look.empty("还没有做过文件", "做成的文件会登记在这里，包括从各页面下载的 PDF。")
        return
    kept = of_kind(sorted(every, key=lambda each: each.at, reverse=True))
    if not kept:
        look.empty("还没有做过这一类文件", "做过的其他文件在上面别的种类里。")
        return
    now = shared.county().build_id
    look.dataframe(
        {
            "文件": [each.title for each in kept],
            "格式": [each.suffix for each in kept],
            "性质": [each.state for each in kept],
            "制作人": [each.by for each in kept],
            "制作时间": [each.at.replace("T", " ")[:16] for each in kept],
            "数据": ["没有变过" if each.build_id == now else "之后变过" for each in kept],
            "验真编号": [each.id for each in kept],
        },
        COLUMNS,
        alt="做过的文件",
    )
    shared.page_link("verifying", label="验一份文件", icon=":material/verified:", query_params=shared.carry())


def of_kind(kept: list[register.Kept]) -> list[register.Kept]:
    """Those of the kind that the reader picks."""
    found = {code: [each for each in kept if code in (shelf(each), ALL)] for code in SHELVES}
    names = {code: f"{name} {len(found[code]):,}" for code, name in SHELVES.items()}
    return found[
        look.pick("种类", names, "dk", widget=st.segmented_control, required=True, label_visibility="collapsed")
    ]


def shelf(each: register.Kept) -> str:
    return each.kind if each.kind in SHELVES else REPORT
