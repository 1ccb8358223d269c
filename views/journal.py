"""操作记录: everything that ever happened to the data, by whom and why. Nothing edits it."""

import streamlit as st

from pipelines import Period
from pipelines.clues import seen_events
from pipelines.store.history import ACTIONS, events
from views import (
    audit_words,
    clues_words,
    look,
    scenario_words,
    sharing_words,
    signing_words,
    upload_words,
    wording_words,
)
from views.place import warehouse

HEADS = ("序号", "时间", "操作人", "操作", "表", "期间", "文件或对象", "原因或说明", "批次")
COLUMNS = {
    "序号": st.column_config.NumberColumn(width=60, format="%d"),
    "时间": st.column_config.TextColumn(width=140),
    "操作人": st.column_config.TextColumn(width=90),
    "操作": st.column_config.TextColumn(width=105),
    "表": st.column_config.TextColumn(width=100),
    "期间": st.column_config.TextColumn(width=150),
    "文件或对象": st.column_config.TextColumn(width=260),
    "原因或说明": st.column_config.TextColumn(width=260),
    "批次": st.column_config.TextColumn(width=230),
}


def page() -> None:
    every = seen_events(warehouse(), events(warehouse()))[::-1]
    with look.header("操作记录"):
        look.scope("只增不改：每次装入、撤销、锁定和处置都在这里，谁也不能改或删")
        look.takeaway({"全部记录": look.File("操作记录", HEADS, lambda: map(record, every))})
    if not every:
        look.empty("还没有任何操作", "第一次装入文件后，这里会有记录。")
        return
    look.answer(answer(every))
    kept = filtered(every)
    if not kept:
        look.empty("没有这样的记录", "换一个条件，或清空查找框。")
        return
    rows = [record(event) for event in kept]
    columns = {head: [row[place] for row in rows] for place, head in enumerate(HEADS)}
    at = look.table(columns, COLUMNS, "journal", 18, "操作记录")
    look.caption(f"共 {len(kept):,} 条，最近的在前；勾选一行看全文")
    if at is not None and at < len(kept):
        whole(kept[at])


def answer(every: list) -> str:
    """How often what was done, and what came last."""
    counts = {name: sum(event.action == code for event in every) for code, name in ACTIONS.items()}
    said = "，".join(f"{name} **{number}** 次" for name, number in counts.items() if number)
    last = every[0]
    return f"{said}；最近一次是 {upload_words.moment(last.at)} {look.safe(last.by)}{last.action_zh}{what(last)}。"


def what(event) -> str:
    """结算明细 2026年6月; the month of a lock; empty where a line is about neither."""
    table = upload_words.table_name(event.table) if event.table else ""
    return "".join(f" {words}" for words in (table, when(event)) if words)


def when(event) -> str:
    return upload_words.periods_name(event.periods) if event.periods else ""


def record(event) -> tuple:
    table = upload_words.table_name(event.table) if event.table else ""
    told = (event.number, upload_words.moment(event.at), event.by, event.action_zh, table, when(event))
    subject, decided = worded(event)
    about = f"{event.file}（{subject}）" if event.file and subject else event.file or subject
    return *told, about, "。".join(filter(None, (decided, event.why))), event.batch


def worded(event) -> tuple[str, str]:
    """(what a decision is about, what was decided)."""
    if event.action == "wording":
        return wording_words.journalled(event.subject, event.values)
    county = st.session_state.get("county")
    names = county.names if county else {}
    line = event.action, event.subject, event.values
    if event.action == "reply":
        return names.get(event.subject, event.subject), Period(event.values["first"], event.values["last"]).label
    if event.action == "scenario":
        return event.subject, scenario_words.decided(event.subject, event.values)
    if event.action == "terms":
        return sharing_words.decided(event.subject, event.values)
    if event.action in audit_words.KINDS:
        return audit_words.decided(*line, names)
    if event.action in signing_words.JOURNAL:
        return signing_words.decided(*line)
    return clues_words.decided(*line)


def filtered(every: list) -> list:
    """Those of the chosen action, table and person whose words hold all that was typed."""
    tables = {"": "全部表"} | {event.table: upload_words.table_name(event.table) for event in every if event.table}
    people = {"": "全部人"} | {event.by: event.by for event in every}
    done = {"": "全部操作"} | {code: name for code, name in ACTIONS.items() if any(e.action == code for e in every)}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        action = look.pick("操作", done, "action", label_visibility="collapsed", width=150)
        table = look.pick("表", tables, "table", label_visibility="collapsed", width=180)
        person = look.pick("操作人", people, "who", label_visibility="collapsed", width=150)
        typed = look.sought("jq", "查找文件、对象、原因")
    words = typed.lower().split()
    return [
        event
        for event in every
        if action in ("", event.action)
        and table in ("", event.table)
        and person in ("", event.by)
        and all(word in " ".join(map(str, record(event))).lower() for word in words)
    ]


def whole(event) -> None:
    """One line of the journal, nothing cut off."""
    rows = [(head, look.safe(value)) for head, value in zip(HEADS, record(event), strict=True) if value]
    with st.container(border=True, key="event"):
        look.markdown(look.grid(("项", "内容"), "ll", rows))
