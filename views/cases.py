"""案件办理: the penalty cases as work: what is still open, one case with its history, a new one, the next step."""

from datetime import date

import streamlit as st

from pipelines.cases import WITHDRAWN, Case
from views import case_draft, case_file, case_fix, case_list, case_words, ledger, look, shared, who

BOOKS = {"fund": "医保基金", "association": "行业自律（另账）"}
ALL, PICKED = "all", "picked"


def page() -> None:
    entering = "new" in st.query_params or "clues" in st.query_params
    if entering and who.acts("cases"):
        case_draft.page()
    elif (number := st.query_params.get("fix", "")) and who.acts("cases"):
        case_fix.page(number)
    elif number := st.query_params.get("case", ""):
        case_file.page(number)
    else:
        listing()


def listing() -> None:
    on = ledger.today()
    every = [*ledger.every_case(None, on), *ledger.every_case(None, on, status=WITHDRAWN)]
    with look.header("案件办理"):
        look.scope("全部险种", "所有月份发现的案件", f"款项和账龄算到 {case_words.spoken(on)}")
        case_draft.button()
        if every:
            tables = {"案件": case_list.table(every, on), "处理与款项": case_list.money(every)}
            files = {words: look.File.of(f"{words} {on:%Y-%m-%d}", found) for words, found in tables.items() if found}
            look.takeaway(files)
    if not every:
        nothing_yet()
        return
    look.answer(answer([case for case in every if not case.association and not case.withdrawn], on))
    work(every, on)


def nothing_yet() -> None:
    shared.not_uploaded("台账里还没有案件", "上传稽核处罚台账，或点右上角的“登记案件”，从第一件开始记。")


def answer(cases: list[Case], on: date) -> str:
    groups = case_list.members(cases, on)
    unpaid, held = case_words.unpaid(cases), case_words.to_withhold(cases)
    said = [f"台账共 **{len(cases)} 件**，**{len(groups['open'])} 件**未结案"]
    if unpaid or held:
        parts = [f"未到账 **{look.number(unpaid)} 元**" if unpaid else ""]
        parts += [f"待从结算款扣减 **{look.number(held)} 元**" if held else ""]
        said.append(f"{len(groups['owed'])} 件还有款：" + "，".join(filter(None, parts)))
    else:
        said.append("应收应扣的都已结清")
    if groups["late"]:
        worst = max(case_list.late_days(cases, on).values())
        said.append(f"**{len(groups['late'])} 件**逾期，最久 {worst} 天")
    return "；".join(said) + "。"


def work(every: list[Case], on: date) -> None:
    look.section("案件", "最近发现的在前；勾选一行打开案件，点表头可重排。未到账含待扣减")
    kept = filtered(every)
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = case_list.pick(case_list.members(kept, on))
        look.caption(f"共 {len(chosen):,} 件，应收应扣 {look.number(sum(c.due_yuan for c in chosen))} 元")
    if not chosen:
        look.empty("没有这样的案件", "换一个名单、账或月份，或清空查找框。")
        return
    case_list.show(chosen, on, "-".join(("work", *(str(st.session_state.get(k)) for k in ("c", "cb", "cf")))))


def filtered(every: list[Case]) -> list[Case]:
    """The cases of the chosen book, month, institution, channel and violation whose words hold all that was typed."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        book = look.pick("账", BOOKS, "cb", width=145, label_visibility="collapsed")
        own = [case for case in every if case.association == (book == "association")]
        kept = found_in(own)
        for label, key, told in PICKS:
            names = {ALL: f"全部{label}"} | choices(own, told)
            code = look.pick(label, names, key, width=165, label_visibility="collapsed")
            kept = [case for case in kept if code in (ALL, told(case)[0])]
        asked = look.sought("cq", "编号、对象、事实、文号")
    return [case for case in kept if all(word in sought(case) for word in asked.lower().split())]


PICKS = (
    ("对象", "ci", lambda case: (case.institution or case_words.subject(case), case_words.subject(case))),
    ("途径", "ca", lambda case: (case.activity, shared.named("activity", case.activity))),
    ("违规类型", "cv", lambda case: (case.violation, case_words.violation_name(case.violation))),
)


def choices(cases: list[Case], told) -> dict[str, str]:
    """{code: name with its number of cases}, the most first."""
    counts: dict[tuple, int] = {}
    for code in map(told, cases):
        counts[code] = counts.get(code, 0) + 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return {code: f"{name}（{count}）" for (code, name), count in ordered if code}


def found_in(cases: list[Case]) -> list[Case]:
    """Those found in the chosen month, or in the period of the sidebar."""
    months = sorted({f"{case.found_on:%Y-%m}" for case in cases}, reverse=True)
    names = {ALL: "全部月份", PICKED: f"左侧期间（{shared.period().label}）"}
    chosen = look.pick(
        "发现月份", names | {m: shared.dotted(m) for m in months}, "cf", width=185, label_visibility="collapsed"
    )
    wanted = {ALL: months, PICKED: shared.period().months}.get(chosen, [chosen])
    return [case for case in cases if f"{case.found_on:%Y-%m}" in wanted]


def sought(case: Case) -> str:
    """All that a search looks into."""
    told = (case.case_no, case_words.subject(case), case.institution or "", case_words.fact(case), case.decision_no)
    told += (case.withdrawn_why,)
    return " ".join((*told, case_words.violation_name(case.violation))).lower()
