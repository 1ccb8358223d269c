"""A cell of the calendar: the batch that counts there, its receipt, taking it back, locking its month."""

from decimal import Decimal

import streamlit as st

from pipelines.build import lock, undo, unlock
from pipelines.contracts import contracts
from pipelines.store.calendar import Calendar, Cell
from pipelines.store.receipts import receipt_text
from pipelines.store.warehouse import Entry, journal, locked_months, read_batch
from views import look, shared, upload_words, who
from views.calendar_words import word
from views.jobs import Job, followed
from views.place import warehouse
from views.upload_load import printable

RESTATED = ":orange-badge[更正] 会改动已锁定的月份：原因记为更正原因，已出的正式文件里变了的数字会列进更正清单。"
COUNTS = {"rows": "行数", "persons": "人数"}


def show(found: Calendar, table: str, period: str) -> None:
    working()
    if not table:
        more = "；也可撤销或锁定" if who.acts("upload") else ""
        st.caption(f"点一格，看这个月这张表的文件、行数、合计，谁在什么时候装的{more}。")
        return
    cell = found.cells[table, period]
    with st.container(border=True, key="cell"):
        code, cell = of_county(cell)
        title = f"{upload_words.table_name(table)} {upload_words.period_name(period)}{code and f' {named(code)}'}"
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            look.subheader(f"{title}：{word(cell)}", width="stretch")
            actions(cell, period, contracts()[table].grain)
        if cell.batch is None:
            look.markdown("这个月还没有装入这张表。")
            shared.page_link("uploads", label="去上传", icon=":material/upload:")
            return
        details(cell)


def of_county(cell: Cell) -> tuple[str, Cell]:
    """The county that is picked and its own cell, where several share the warehouse: one that lacks it comes first."""
    if not cell.counties:
        return "", cell
    order = sorted(cell.counties, key=lambda code: cell.counties[code].batch is not None)
    code = look.pick("区县", {code: shared.named("county", code) for code in order}, "of", width=240)
    return code, cell.counties[code]


def named(code: str) -> str:
    return look.safe(shared.named("county", code))


def working() -> None:
    """An undo, a lock or an unlock under way, or what became of it. The calendar was read before it ended."""
    followed("cell")


def details(cell: Cell) -> None:
    batch = cell.batch
    rows = [
        ("文件", look.safe(batch.file + (f"（工作表 {batch.sheet}）" if batch.sheet else ""))),
        ("批次", look.safe(batch.id)),
        ("SHA-256", look.safe(batch.sha256)),
        ("编码", look.safe(batch.encoding)),
        ("装入", look.safe(when_and_who(batch.id))),
        ("期间", upload_words.periods_name(batch.periods)),
        ("行数", f"本期 {cell.rows:,} 行" + (f"，没有装入的问题行 {cell.left_out:,} 行" if cell.left_out else "")),
    ]
    rows += [("区县", "、".join(map(named, batch.counties)))] if shared.several() and batch.counties else []
    rows += [("顶替了", former(id)) for id in reversed(cell.replaced)]
    left, right = st.columns([3, 2], gap="medium")
    left.markdown(look.grid(("项", "内容"), "ll", rows))
    with right:
        first, more = totals(batch)
        look.markdown(look.grid(("合计（整个文件）", "数"), "lr", first))
        if more:
            with st.expander(f"其他 {len(more)} 项合计"):
                look.markdown(look.grid(("项", "数"), "lr", more))


def former(id: str) -> str:
    batch = read_batch(warehouse(), id)
    return look.safe(f"{batch.file}（{when_and_who(id)}）")


def last_load(batch: str) -> tuple[int, Entry]:
    """Number and line of the batch's last commit: it may have been undone and loaded again, by somebody else."""
    commits = (told for told in enumerate(journal(warehouse()), start=1) if told[1].action == "commit")
    return next(told for told in reversed(list(commits)) if told[1].batch == batch)


def when_and_who(batch: str) -> str:
    _, entry = last_load(batch)
    return f"{upload_words.moment(entry.at)}，{entry.by}"


def totals(batch) -> tuple[list, list]:
    """The totals of the whole file, (name, number): those that a dry run shows, and all others. Money in yuan."""
    contract, first, more = contracts()[batch.table], [], []
    for key, text in batch.totals.items():
        column = contract.columns.get(key)
        money = column is not None and column.type == "money"
        name = COUNTS.get(key) or (column.header if column else key)
        place = first if key in (*COUNTS, *contract.controls) else more
        place.append((look.safe(name) + ("（元）" if money else ""), look.number(Decimal(text), 2 if money else 0)))
    return first, more


def actions(cell: Cell, period: str, grain: str) -> None:
    if cell.batch is not None:
        receipt(cell.batch)
        if who.acts("upload"):
            by_reason("撤销", ":material/undo:", why_undo(cell), lambda by, why: undone(cell, by, why))
    if grain == "month" and who.acts("lock"):
        if cell.locked:
            words = f"解锁后，{upload_words.period_name(period)}的表又可以装入和撤销。"
            by_reason("解锁本月", ":material/lock_open:", words, lambda by, why: changed(unlock, period, by, why))
        elif cell.batch is not None:
            words = (
                f"锁定后，{upload_words.period_name(period)}按月的各表要写明更正原因才能再装入、替换或撤销，直到解锁。"
            )
            by_reason("锁定本月", ":material/lock:", words, lambda by, why: changed(lock, period, by, why))


def why_undo(cell: Cell) -> str:
    batch = cell.batch
    after = "以前的批次重新生效" if cell.replaced else "这些期间就没有数据"
    told = f"撤销整个文件（{upload_words.periods_name(batch.periods)}）；撤销后{after}。记录不会删除。"
    return told + (f"  \n{RESTATED}" if restates(batch) else "")


def receipt(batch) -> None:
    """The receipt of the batch's last commit."""
    number, _ = last_load(batch.id)
    look.downloads({"回执": (f"装入回执 {number}.txt", printable(receipt_text(warehouse(), number)))})


def by_reason(words: str, icon: str, explained: str, act) -> None:
    """A button that asks for who and why before anything happens."""
    with st.popover(words, icon=icon, key=f"do-{words}"), st.form(f"form-{words}", border=False):
        st.markdown(explained)
        by = who.signs("操作人", key=f"by-{words}")
        why = st.text_input("原因（必填，记入操作记录）", key=f"why-{words}").strip()
        if st.form_submit_button(f"确认{words}", type="primary"):
            if not by or not why:
                st.error("操作人和原因都要写。", icon=":material/error:")
                return
            st.session_state["by"], st.session_state["cell_job"] = by, act(by, why)
            st.rerun()


def restates(batch) -> bool:
    """Whether taking it back may change a locked month: one of its own, or that of a case it moves on."""
    locked = set(locked_months(journal(warehouse())))
    return bool(locked & set(batch.periods)) or bool(locked and batch.table == "case_progress")


def undone(cell: Cell, by: str, why: str) -> Job:
    """Where it changes a locked month, the reason is that of the restatement too."""
    place, batch, restating = warehouse(), cell.batch.id, why if restates(cell.batch) else ""

    def work(tell) -> str:
        taken = undo(place, batch, by, why, tell, restating)
        return f"已撤销 {taken.file}（{upload_words.periods_name(taken.periods)}）"

    return Job(work)


def changed(act, period: str, by: str, why: str) -> Job:
    place = warehouse()

    def work(tell) -> str:
        act(place, period, by, why)
        return f"{upload_words.period_name(period)}已{'锁定' if act is lock else '解锁'}"

    return Job(work)
