"""办理进展: the next step of a case: a decision, money withheld or paid in, the result of a review, the end."""

from datetime import date

import streamlit as st

from pipelines import WarehouseError, receipt_text
from pipelines.cases import WITHDRAWN, Case, CaseError, Moved, Step, move_on, step_problems
from pipelines.cases.taxonomy import handlings
from pipelines.contracts import code_lists
from pipelines.periods import months_between, shifted
from pipelines.store.history import events
from views import case_words, look, restating, shared, who
from views.case_fields import Typed
from views.place import warehouse
from views.upload_load import printable

KINDS = {
    "receive": "收到款项",
    "withhold": "从结算款扣减",
    "decide": "下达决定",
    "review": "复审结果",
    "status": "状态或结案",
}
UNLOCK = "填的都还在：勾选“按更正处理”，或解锁那个月后再按一次；日期写错的，改成没有锁定的月份。"


# ---------------------------------------------------------------- what became of the last one
def tell(number: str, text: str) -> None:
    """Say on the case's page that something was written down, with the number of its receipt."""
    last = next((e for e in reversed(events(warehouse())) if e.action == "commit" and e.subject == number), None)
    st.session_state["case_told"] = {"text": text, "receipt": last.number if last else 0}


def told() -> None:
    """The message that waits, and its receipt."""
    message = st.session_state.pop("case_told", None)
    if not message:
        return
    number = message.get("receipt")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.success(look.safe(message["text"] + (f"，回执第 {number} 号" if number else "")), icon=":material/check:")
        if number:
            name = f"装入回执 {number}.txt"
            look.downloads({"回执": (name, printable(receipt_text(warehouse(), number)))})


def refuse(form: str, problem: WarehouseError) -> None:
    """Keep why nothing was written, and run again with all that was typed."""
    st.session_state[f"{form}-refused"] = str(problem)
    st.rerun()


def refused(form: str) -> None:
    """Why nothing was written, and what to do."""
    problem = st.session_state.pop(f"{form}-refused", "")
    if problem:
        locked = restating.LOCKED in problem
        st.error(look.safe(f"没有记下：{problem}。{UNLOCK if locked else ''}"), icon=":material/error:")
        if locked:
            restating.met(form)
            shared.page_link("calendar", label="到数据日历解锁", icon=":material/lock_open:")


# ---------------------------------------------------------------- the form
def show(case: Case, on: date) -> None:
    look.section("办理进展", "每一步记在自己的日期；立案的月份不变，锁定了也不动")
    kinds = ["status"] if case.withdrawn else list(KINDS)
    if case.withdrawn:
        st.caption("案件已撤案；撤错的，选一个状态恢复办理，款项照立案时的重新计入。")
    kind = st.segmented_control(
        "这一步", kinds, format_func=KINDS.get, default=likely(case), required=True, key=f"step-{case.case_no}"
    )
    typed = begun(case, kind)
    if typed.once.written:
        written_down(typed, case)
    step = read(typed, case, kind)
    tried = f"{typed.form}-tried" in st.session_state
    check(typed, case, step, tried)
    with st.container(border=True):
        fields(typed, case, kind)
        finish(typed, case, step)


def likely(case: Case) -> str:
    """The step that comes next: money to be withheld or paid in, else the decision, else the end."""
    if case.withdrawn:
        return "status"
    if case_words.to_withhold([case]) > 0:
        return "withhold"
    if case_words.unpaid([case]) > 0:
        return "receive"
    return "status" if case.decision_on or case.due_yuan else "decide"


def begun(case: Case, kind: str) -> Typed:
    texts = ("document_no", "note", "why", "review_amount_yuan", *(f"yuan-{code}" for code in moneyed()))
    chosen = {"moved_on": date.today(), "status": "", "review_result": None, "settled_month": None}
    by = {"by": who.by()}
    return Typed(f"step-{case.case_no}-{kind}", dict.fromkeys(texts, "") | chosen | by)


def moneyed() -> list[str]:
    return [code for code, rule in handlings().items() if rule.money]


def concerned(case: Case, kind: str) -> list[str]:
    """The handlings whose money a step of this kind moves: what is owed, or what may be asked for or let off."""
    if kind in ("decide", "review"):
        return [code for code in moneyed() if code != "assessment_deduct" or case.activity == "assessment"]
    if kind in ("receive", "withhold"):
        wanted = kind == "receive"
        return [h.handling for h in case.handlings if h.due_yuan and case_words.paid_in(h) == wanted]
    return []


def read(typed: Typed, case: Case, kind: str) -> Step | None:
    """The step as it is typed so far."""
    moved = [moved_of(typed, code, kind) for code in concerned(case, kind)]
    return Step(
        moved_on=typed["moved_on"],
        moved=tuple(filter(None, moved)),
        status=typed["status"] or "",
        document_no=typed["document_no"],
        note=typed["note"],
        review_result=(typed["review_result"] or "") if kind == "review" else "",
        review_amount_yuan=typed.decimal("review_amount_yuan", "复审调整金额") if kind == "review" else None,
    )


def moved_of(typed: Typed, code: str, kind: str) -> Moved | None:
    value = typed.decimal(f"yuan-{code}", shared.named("handling", code))
    if not value:
        return None
    if kind == "receive":
        return Moved(code, received_yuan=value)
    if kind == "withhold":
        return Moved(code, deducted_yuan=value, settled_month=typed["settled_month"] or "")
    return Moved(code, due_yuan=value)


def check(typed: Typed, case: Case, step: Step, tried: bool) -> None:
    """What is wrong with what is typed; of what is missing once somebody tried to write it down."""
    found = step_problems(warehouse(), case.case_no, step, restating.reason(typed))
    if tried:
        found |= {name: said for name, said in MISSING.items() if not typed[name]}
    for name, said in found.items():
        if tried or (step.moved if name == "moved" else typed[name]):
            typed.problems.setdefault(name, said)


MISSING = {"by": "操作人没有填", "why": "原因没有填，如“收到违约金第一笔”"}


def fields(typed: Typed, case: Case, kind: str) -> None:
    columns = st.columns(5, gap="small")
    with columns[0]:
        typed.draw(st.date_input, "办理日期", "moved_on", format="YYYY-MM-DD")
    with columns[1]:
        typed.draw(st.text_input, DOCUMENTS.get(kind, "文书号"), "document_no")
    if kind == "withhold":
        with columns[2]:
            month(typed, case)
    if kind == "review":
        with columns[2]:
            review(typed)
        with columns[3]:
            typed.draw(st.text_input, "复审调整金额（元）", "review_amount_yuan")
    with columns[4]:
        status(typed)
    amounts(typed, case, kind)
    typed.tell("moved")


DOCUMENTS = {"receive": "票据号", "decide": "决定文号", "review": "复审文号"}
AMOUNTS = {
    "receive": "这次收到的，可分几次；空着的不动",
    "withhold": "这次扣下的，可分几个月；空着的不动",
    "decide": "决定新增的应收应扣；已经在台账里的不要再填",
    "review": "复审后增加的填正数，减免的填负数；维持的不填",
}


def amounts(typed: Typed, case: Case, kind: str) -> None:
    codes = concerned(case, kind)
    if not codes:
        if kind in AMOUNTS:
            st.caption("这件案件没有" + ("要收的款项。" if kind == "receive" else "要从结算款扣减的款项。"))
        return
    st.caption(AMOUNTS[kind])
    owed = {h.handling: h.owed_yuan for h in case.handlings}
    for column, code in zip(st.columns(5, gap="small"), codes, strict=False):
        with column:
            rest = owed.get(code)
            hint = f"未到账 {look.number(rest)}" if rest and kind in ("receive", "withhold") else ""
            typed.draw(st.text_input, f"{shared.named('handling', code)}（元）", f"yuan-{code}", placeholder=hint)


def month(typed: Typed, case: Case) -> None:
    """From a year before the finding's month to the month after the data: the settlements that are not yet paid."""
    last = shifted(max(shared.county().last_month, f"{date.today():%Y-%m}"), 1)
    months = months_between(f"{case.found_on:%Y-%m}", last)[::-1]
    typed.draw(
        st.selectbox,
        "抵扣月份",
        "settled_month",
        options=months,
        format_func=shared.dotted,
        index=None,
        placeholder="从哪个月的结算款扣",
    )


def review(typed: Typed) -> None:
    names = {code: shared.named("review_result", code) for code in code_lists()["review_result"]}
    typed.draw(
        st.selectbox,
        "复审结果",
        "review_result",
        options=list(names),
        format_func=names.get,
        index=None,
        placeholder="请选择",
    )


def status(typed: Typed) -> None:
    codes = [code for code in code_lists()["case_status"] if code != WITHDRAWN]  # that has its own button
    names = {"": "状态不变"} | {code: shared.named("case_status", code) for code in codes}
    typed.draw(st.selectbox, "状态", "status", options=list(names), format_func=names.get)


def finish(typed: Typed, case: Case, step: Step) -> None:
    left, note, why, right = st.columns([3, 5, 5, 2], gap="small")
    with left:
        typed.draw(st.text_input, "操作人", "by", disabled=who.known())
    with note:
        typed.draw(st.text_input, "办理情况", "note", placeholder="简述；不写姓名和证件号码")
    with why:
        typed.draw(st.text_input, "原因（必填，记入操作记录）", "why", placeholder="为什么记这一步")
    with right:
        st.space("small")
        pressed = st.button("记下", type="primary", icon=":material/save:", key=f"{typed.form}-save", width="stretch")
    refused(typed.form)
    restating.offer(typed)
    if pressed:
        save(typed, case, step)


def save(typed: Typed, case: Case, step: Step) -> None:
    st.session_state[f"{typed.form}-tried"] = True
    check(typed, case, step, True)
    if typed.problems:
        st.rerun()
    once, told = typed.once, (warehouse(), case.case_no, step, typed["by"], typed["why"], restating.reason(typed))
    try:
        with st.spinner("正在记录…"):
            once.write(lambda: move_on(*told))
    except CaseError:
        st.rerun()
    except WarehouseError as problem:
        refuse(typed.form, problem)
    written_down(typed, case)


def written_down(typed: Typed, case: Case) -> None:
    """Empty the form and show the case as it stands now."""
    by, numbers = typed["by"], typed.once.written
    typed.forget()
    st.session_state["by"] = by
    tell(case.case_no, f"案件 {case.case_no} 的进展已记下（{'、'.join(numbers)}）")
    st.rerun()
