"""审计日志: who logged in, saw which rows, took what away, changed what; and whether the log is whole."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

import streamlit as st

from pipelines import audit_log
from pipelines.audit_log import EVENTS, GROUPS, Asked, Line, State
from views import look, upload_words
from views.place import warehouse

SHOWN, MOST, LISTED = 300, 100_000, 20  # lines on the page; lines in a file; faults that are listed
DAYS = {"1": "今天", "7": "近 7 天", "31": "近 31 天", "366": "近一年", "all": "全部时间"}
HEADS = ("序号", "时间", "谁", "角色", "以谁的身份", "事件", "对象", "行数", "参数", "会话", "来自", "散列")
COLUMNS = {
    "序号": st.column_config.NumberColumn(width=65, format="%d"),
    "时间": st.column_config.TextColumn(width=150),
    "谁": st.column_config.TextColumn(width=150),
    "角色": st.column_config.TextColumn(width=80),
    "事件": st.column_config.TextColumn(width=120),
    "对象": st.column_config.TextColumn(width=200),
    "行数": st.column_config.NumberColumn(width=80, format="%,d"),
    "参数": st.column_config.TextColumn(width=420),
    "以谁的身份": st.column_config.TextColumn(width=105),
    "会话": st.column_config.TextColumn(width=80),
    "来自": st.column_config.TextColumn(width=110),
    "散列": st.column_config.TextColumn(width=130),
}


def page() -> None:
    chosen: list[Asked] = []  # by the filters below; the file is made after the page
    with look.header("审计日志"):
        look.scope("只增不改：每一行和上一行由散列相连，改一行、少一行都查得出")
        look.takeaway({f"查到的行（至多 {MOST:,} 行）": look.File("审计日志", HEADS, lambda: every(chosen[0]))})
    chain()
    chosen.append(filters())
    found = list(islice(audit_log.search(warehouse(), chosen[0]), SHOWN + 1))
    if not found:
        look.empty("没有这样的记录", "换一段时间、一类事件，或清空查找框。")
        return
    look.caption(answer(found))
    listing(found[:SHOWN], len(found) > SHOWN)


def filters() -> Asked:
    """What is looked for: a time, a kind of event, somebody, a text."""
    events = {"": "全部事件"} | {group: f"{group}（全部）" for group in GROUPS} | EVENTS
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        days = look.pick("时间", DAYS, "ld", label_visibility="collapsed", width=130)
        event = look.pick("事件", events, "le", label_visibility="collapsed", width=190)
        person = look.sought("lw", "谁", width=140)
        text = look.sought("lq", "查找对象、参数、地址", width=240)
    first = "" if days == "all" else str(date.today() - timedelta(days=int(days) - 1))
    chosen = tuple(GROUPS.get(event, (event,))) if event else ()
    return Asked(first, "", person.strip(), chosen, text.strip())


def answer(found: list[Line]) -> str:
    """How many lines of which kind."""
    of_event = {event: group for group, events in GROUPS.items() for event in events}
    counts = Counter(of_event.get(line.event, line.event) for line in found[:SHOWN])
    said = "，".join(f"{group} {number}" for group, number in counts.most_common())
    return f"{f'最近 {SHOWN} 条' if len(found) > SHOWN else f'查到 {len(found)} 条'}：{said}。"


def chain() -> None:
    """Whether the log is whole: its end at every look, all of it when asked for."""
    broken, (count, _) = audit_log.glance(warehouse()), audit_log.head(warehouse())
    look.answer(f"审计日志共 **{count:,} 条**，" + ("**不完整**。" if broken else "末尾完整。"))
    for told in broken:
        look.warning(f"{look.safe(told)}。请核验整条链，并与备份里的日志对照。")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button("核验整条链", icon=":material/verified_user:", type="tertiary"):
            with st.spinner("正在逐行核对散列…"):
                st.session_state["log_verified"] = audit_log.verify(warehouse())
        state = st.session_state.get("log_verified")
        look.caption(verified(state))
    for told in state.problems[:LISTED] if state else ():
        look.warning(look.safe(told), icon=":material/gpp_bad:")


def verified(state: State | None) -> str:
    """What reading every line found, the last time that this visitor asked."""
    if state is None:
        return "逐行核对散列和序号，也可用命令 verify-log"
    sealed = f"其中 {state.keyed:,} 条用密钥封签" if state.keyed else "没有密钥文件夹，散列未用密钥封签"
    found = f"有 {len(state.problems)} 处不符" if state.problems else "没有改动，没有缺行"
    return f"已逐行核对 {state.count:,} 条：{found}；{sealed}。末行散列 {state.head[:16]}…"


def listing(found: list[Line], more: bool) -> None:
    rows = [record(line) for line in found]
    table = {head: [row[place] for row in rows] for place, head in enumerate(HEADS)}
    at = look.table(table, COLUMNS, "log", 16, "审计日志")
    part = f"最近 {SHOWN} 条；更早的在下载里，或缩小条件" if more else f"共 {len(found):,} 条"
    look.caption(f"{part}，最近的在前；勾选一行看全文")
    if at is not None and at < len(found):
        whole(found[at])


def record(line: Line) -> tuple:
    told = "；".join(f"{name} {value}" for name, value in line.details.items())
    when, event = upload_words.moment(line.at), EVENTS.get(line.event, line.event)
    head = (line.number, f"{when}{line.at[16:19]}", line.who or "未登录", line.role, line.seen_as)
    return (*head, event, line.subject, line.rows, told, line.session, line.address, line.hash)


def every(asked: Asked) -> Iterator[tuple]:
    return map(record, islice(audit_log.search(warehouse(), asked), MOST))


def whole(line: Line) -> None:
    """One line of the log, nothing cut off."""
    told = dict(zip(HEADS, record(line), strict=True)) | {"参数": ""}
    rows = [(name, look.safe(str(value))) for name, value in (*told.items(), *line.details.items()) if value]
    with st.container(border=True, key="log-line"):
        look.details(("项", "内容"), rows)
