"""办理经过: each step of a case, and what the journal tells of it; taking back what was entered by hand."""

import streamlit as st

from pipelines import WarehouseError, undo
from pipelines.cases import CORRECTION, Case, Progress
from pipelines.store.history import Event, events
from views import case_words, look, shared, upload_words, who
from views.case_fields import Once
from views.case_words import yuan
from views.place import warehouse

HEADS = ("日期", "进展", "处理", "应收应扣", "已扣减", "已到账", "抵扣月份", "状态", "文书号", "办理情况")
AGAIN = "立案的事实录错了，点上面的“更正”；进展记错了，先撤销后面的录入，或再记一笔。"


def show(case: Case) -> None:
    look.section("办理经过", "立案和以后的每一步，元；录入和撤销都在操作记录里，谁也不能改或删")
    with st.container(key="wrapped-history"):
        look.markdown(look.grid(HEADS, "lllrrrllll", map(cells, case.history)))
    trail(case)


def cells(step: Progress) -> tuple[str, ...]:
    money = map(yuan, (step.due_yuan, step.deducted_yuan, step.received_yuan))
    texts = (named("case_status", step.status), look.safe(step.document_no), look.safe(step.note))
    month = shared.dotted(step.settled_month) if step.settled_month and step.deducted_yuan else ""
    return (
        case_words.day(step.on),
        look.safe(step.number) or "立案",
        named("handling", step.handling),
        *money,
        month,
        *texts,
    )


def named(dim: str, code: str) -> str:
    return shared.named(dim, code) if code else ""


def table(case: Case) -> dict[str, list]:
    """{head: values} of the history, for the file."""
    rows = [record(step) for step in case.history]
    return {head: [row[place] for row in rows] for place, head in enumerate(HEADS)}


def record(step: Progress) -> tuple:
    money = (step.due_yuan, step.deducted_yuan, step.received_yuan)
    texts = (named("case_status", step.status), step.document_no, step.note)
    return step.on, step.number or "立案", named("handling", step.handling), *money, step.settled_month, *texts


def trail(case: Case) -> None:
    """The lines of the journal about this case, the latest first; the last entry by hand can be taken back."""
    lines = about(case)
    heads = ("序号", "时间", "操作人", "操作", "表", "期间", "原因或说明")
    look.subheader("操作记录")
    look.markdown(look.grid(heads, "rllllll", map(line_cells, lines)))
    own = [line for line in lines if line.action == "commit" and line.subject == case.case_no]
    standing = [line for line in own if counts(line)]
    if standing and who.acts("cases"):
        undone = {line.batch for line in lines if line.action == "undo"}
        since = [line for line in own if line.number > standing[0].number and line.batch not in undone]
        take_back(case, standing[0], any(line.table != "penalties" for line in since))
    elif own and who.acts("cases"):
        st.caption(f"这件案件的录入之后，同月又有别的录入，不能单独撤销；{AGAIN}")


def about(case: Case) -> list[Event]:
    """Entries by hand and decisions that name the case, what took them back, and the upload it came with."""
    every = events(warehouse())
    by_hand = [e for e in every if e.action == "commit" and e.subject == case.case_no]
    own = {e.batch for e in by_hand}
    if not any(e.table == "penalties" and not corrects(e) for e in by_hand):
        own |= {e.batch for e in every if brought(e, f"{case.found_on:%Y-%m}")}
    return [e for e in reversed(every) if names(e, case.case_no) or e.batch in own]


def brought(event: Event, month: str) -> bool:
    """Whether it is an upload of the month's ledger. Entries by hand make its batch anew: they are other cases'."""
    return event.action == "commit" and event.table == "penalties" and not event.subject and month in event.periods


def corrects(event: Event) -> bool:
    """Whether an entry by hand replaced the facts of a case that was there."""
    return event.table == "penalties" and event.why.startswith(CORRECTION)


def names(event: Event, number: str) -> bool:
    return event.subject == number or number in event.values.values()


def line_cells(event: Event) -> tuple[str, ...]:
    kind = f"录入（{event.subject}）" if event.action == "commit" and event.subject else event.action_zh
    file = f"文件 {event.file}" if event.action == "commit" and not event.subject else ""
    told = upload_words.table_name(event.table) if event.table else ""
    when = upload_words.periods_name(event.periods) if event.periods else ""
    texts = (event.by, kind, told, when, "。".join(filter(None, (event.why, file))))
    return str(event.number), upload_words.moment(event.at), *map(look.safe, texts)


def counts(event: Event) -> bool:
    """Whether the batch of an entry still stands for all its months: nothing was entered there since."""
    stands = [shared.county().coverage.get((event.table, period)) for period in event.periods]
    return all(each is not None and event.batch in each.batches for each in stands)


def take_back(case: Case, line: Event, moved_since: bool) -> None:
    """The last entry that can be: of the facts only while no step stands upon them."""
    steps = len({step.number for step in case.history}) > 1
    if line.table == "penalties" and steps and (moved_since or not corrects(line)):
        what = "更正" if corrects(line) else "立案"
        st.caption(f"{what}的录入（第 {line.number} 号）之后已有进展；要撤销{what}，先撤销它们。")
        return
    words = f"撤销第 {line.number} 号录入"
    with st.popover(words, icon=":material/undo:"), st.form(f"undo-{line.number}", border=False):
        st.markdown(f"{look.safe(line.why)}；撤销后，这一步不再计入，记录不会删除。")
        by = who.signs("操作人")
        why = st.text_input("原因（必填，记入操作记录）").strip()
        if st.form_submit_button(f"确认{words}", type="primary"):
            undone(case, line, by, why)


def undone(case: Case, line: Event, by: str, why: str) -> None:
    if not by or not why:
        st.error("操作人和原因都要写。", icon=":material/error:")
        return
    once, place = st.session_state.setdefault(f"undo-{line.number}-once", Once()), warehouse()
    try:
        with st.spinner("正在撤销…"):
            once.write(lambda: [undo(place, line.batch, by, why).id])
    except WarehouseError as problem:
        st.error(look.safe(problem), icon=":material/error:")
        return
    st.session_state["by"] = by
    st.session_state["case_told"] = {"text": f"第 {line.number} 号录入已撤销（{case.case_no}）。"}
    st.rerun()
