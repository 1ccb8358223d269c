"""处理记录 of one institution: its penalty cases as they stood at the end of the period."""

from views import case_words, casebook, ledger, look, shared

NO_CASES = ("台账上没有它的案件", "没有发现、扣减、追回或违约金记录。")
NO_LEDGER = ("处罚台账还没有上传", "上传稽核处罚台账后，这里列出它的案件、金额和到账。")
SHOWN = 10


def cases_of(institution: str) -> list:
    """Every case of it found up to the end of the period, the latest first, without the association's own ledger."""
    return ledger.cases(ledger.up_to_now(), institution=institution)


def in_a_sentence(cases: list) -> str:
    if not cases:
        return "台账上没有它的案件" if ledger.has_cases() else "处罚台账还没有上传"
    owed = case_words.unpaid(cases)
    due = any(case_words.paid_in(h) for case in cases for h in case.handlings if h.due_yuan)
    text = f"台账上有 **{len(cases)} 件**，处理金额 {look.number(sum(case.due_yuan for case in cases))} 元"
    return text + (f"，**{look.number(owed)} 元未到账**" if owed else "，应收的都已到账" if due else "")


def section(institution: str, cases: list) -> None:
    look.section("处理记录", f"台账全部月份至{look.month_words(shared.period().last)}，不分险种")
    if not cases:
        look.empty(*NO_CASES) if ledger.has_cases() else shared.not_uploaded(*NO_LEDGER)
        return
    heads = ("日期", "案件", "发现途径", "事实", "处理", "金额（元）", "到账")
    look.markdown(look.grid(heads, "lllllrl", map(cells, cases[:SHOWN])))
    text = f"全部 {len(cases)} 件" if len(cases) > SHOWN else "办理这些案件"
    casebook.follow(text, shared.carry(ci=institution, cf="all", cb="fund", c="all"))


def cells(case) -> tuple[str, ...]:
    day, activity = case_words.day(case.found_on), shared.named("activity", case.activity)
    fact, done = look.safe(case_words.fact(case)) or "—", case_words.handled(case) or "—"
    return day, look.safe(case.case_no), activity, fact, done, look.number(case.due_yuan), case_words.standing(case)
