"""Penalty cases as a list: which of them wait for somebody, the filters, the table that leads to one case."""

from datetime import date

import streamlit as st

from pipelines.cases import TRACKS, Case, overdue
from views import look, shared
from views.case_words import fact, handled, subject, violation_name

LISTS = {"all": "全部", "owed": "未到账", "late": "逾期", "open": "未结案", "withdrawn": "已撤案"}
YUAN = ("应收应扣（元）", "未到账（元）")
LATE = "逾期（天）"
WHY = "撤案原因"
COLUMNS = {
    "案件": st.column_config.TextColumn(width=105),
    "发现日期": st.column_config.DateColumn(format="YYYY-MM-DD", width=95),
    "发现途径": st.column_config.TextColumn(width=75),
    "对象": st.column_config.TextColumn(width=160),
    "违规事实": st.column_config.TextColumn(width=140),
    "处理": st.column_config.TextColumn(width=140),
    LATE: st.column_config.NumberColumn(format="%d", width=75),
    "状态": st.column_config.TextColumn(width=65),
    WHY: st.column_config.TextColumn(width=260),
} | {head: st.column_config.NumberColumn(format="%,.2f", width=110) for head in YUAN}
ONLY_IN_THE_FILE = (
    "已扣减（元）",
    "已到账（元）",
    "机构编码",
    "违规代码",
    "违规类型",
    "险种",
    "决定文号",
    "决定日期",
    "涉及结算编号",
)


def late_days(cases: list[Case], on: date) -> dict[str, int]:
    """Case number -> days by which the latest of its money is overdue."""
    found: dict[str, int] = {}
    for owed in overdue(cases, on):
        number = owed.case.case_no
        found[number] = max(found.get(number, 0), owed.late_days)
    return found


def members(cases: list[Case], on: date) -> dict[str, list[Case]]:
    """{list: its cases}: the lists a clerk works through; withdrawn cases are only in the last."""
    late, standing = late_days(cases, on), [case for case in cases if not case.withdrawn]
    return {
        "all": standing,
        "owed": [case for case in standing if case.owed_yuan > 0],
        "late": sorted((c for c in standing if c.case_no in late), key=lambda c: -late[c.case_no]),
        "open": [case for case in standing if case.status != "closed"],
        "withdrawn": [case for case in cases if case.withdrawn],
    }


def pick(groups: dict[str, list[Case]]) -> list[Case]:
    """The list in the address (c=late), with how many cases each has."""
    names = {code: f"{words} {len(groups[code])}" for code, words in LISTS.items()}
    chosen = look.pick("名单", names, "c", widget=st.segmented_control, required=True, label_visibility="collapsed")
    return groups[chosen]


def table(cases: list[Case], on: date) -> dict[str, list]:
    """{head: values} of the cases, in their order; some columns are for the file only."""
    late = late_days(cases, on)
    records = [record(case, late.get(case.case_no)) for case in cases]
    return {head: [each[head] for each in records] for head in records[0]} if records else {}


def record(case: Case, late: int | None) -> dict:
    return {
        "案件": case.case_no,
        "发现日期": case.found_on,
        "发现途径": shared.named("activity", case.activity),
        "对象": subject(case),
        "违规事实": fact(case),
        "处理": handled(case),
        "应收应扣（元）": float(case.due_yuan),
        "已扣减（元）": float(case.deducted_yuan),
        "已到账（元）": float(case.received_yuan),
        "未到账（元）": float(case.owed_yuan),
        LATE: late,
        "状态": shared.named("case_status", case.status),
        "机构编码": case.institution or "",
        "违规代码": case.violation,
        "违规类型": violation_name(case.violation).removeprefix(f"{case.violation} "),
        "险种": shared.named("scheme", case.scheme) if case.scheme else "",
        "决定文号": case.decision_no,
        "决定日期": case.decision_on,
        "涉及结算编号": "、".join(case.setl_ids),
        WHY: case.withdrawn_why,
    }


def money(cases: list[Case]) -> dict[str, list]:
    """{head: values} with a row for every handling of every case, for the file."""
    rows = [(case, h) for case in cases for h in case.handlings]
    if not rows:
        return {}
    return {
        "案件": [case.case_no for case, _ in rows],
        "对象": [subject(case) for case, _ in rows],
        "处理": [shared.named("handling", h.handling) for _, h in rows],
        "性质": [TRACKS.get(h.track, "") for _, h in rows],
        "应收应扣（元）": [h.due_yuan for _, h in rows],
        "已扣减（元）": [h.deducted_yuan for _, h in rows],
        "已到账（元）": [h.received_yuan for _, h in rows],
        "未到账（元）": [h.owed_yuan for _, h in rows],
        "起算日期": [h.due_on for _, h in rows],
        "最近到账": [h.last_received_on for _, h in rows],
        "抵扣月份": ["、".join(month for month, _ in h.withheld) for _, h in rows],
    }


def show(cases: list[Case], on: date, key: str) -> None:
    """The table; a ticked row opens the case."""
    hidden = {*ONLY_IN_THE_FILE, *((*YUAN, LATE) if cases[0].withdrawn else (WHY,))}
    shown = {head: values for head, values in table(cases, on).items() if head not in hidden}
    row = look.table(shown, COLUMNS, key=key, rows_shown=16, alt="稽核处罚案件")
    if row is not None and row < len(cases):
        st.switch_page(shared.link("cases"), query_params=shared.carry(case=cases[row].case_no))


def link(case_no: str, label: str = "") -> None:
    """A link to one case."""
    words = look.safe(label or case_no)
    shared.page_link("cases", label=words, query_params=shared.carry(case=case_no))
