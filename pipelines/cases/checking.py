"""What is wrong with a draft or a step, field by field, in Chinese."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from pipelines.answers.county import County
from pipelines.cases.assembling import MONEY
from pipelines.cases.doubles import punished_before
from pipelines.cases.drafts import FEN, Draft, Moved, Step
from pipelines.cases.model import NOTHING, WITHDRAWN, Case
from pipelines.cases.taxonomy import handlings, violation
from pipelines.clues import became, rules
from pipelines.contracts import code_lists, common, zh
from pipelines.periods import Period, PeriodError

PLACES = ("institution", "pharmacy")
YEARS_BACK = 10  # a case found earlier has its year mistyped: the calendar would go back to it
LONGEST = 500  # characters of a text
TOO_MUCH, TENTHOUSANDTH = Decimal(10) ** 12, Decimal("0.0001")
Check = Callable[[], str]
CODES = {"activity": "发现途径", "subject_type": "对象类型", "insutype": "险种", "status": "状态"}
LISTS = {"status": "case_status"}


def of_draft(county: County | None, draft: Draft, case_no: str = "") -> dict[str, str]:
    """Field of the draft -> one sentence. county: None before the first upload, when there is no roster either.

    case_no: of the case that the draft corrects, which is not penalised twice by itself.
    """
    checks: dict[str, Check] = {
        "found_on": lambda: day(draft.found_on, "发现日期"),
        "activity": lambda: code("activity", draft.activity),
        "subject_type": lambda: code("subject_type", draft.subject_type),
        "violation": lambda: violation_of(draft),
        "institution": lambda: institution(county, draft),
        "subject_name": lambda: subject_name(draft),
        "insutype": lambda: code("insutype", draft.insutype) if draft.insutype else "",
        "description": lambda: personal(draft.description, "违规事实"),
        "transferred_to": lambda: personal(draft.transferred_to, "移送部门"),
        "persons": lambda: counted(draft.persons, "涉及人数"),
        "records": lambda: counted(draft.records, "涉及份数"),
        "base_amount_yuan": lambda: amount(draft.base_amount_yuan, "违规金额"),
        "multiple": lambda: multiple(draft),
        "demands": lambda: demands(draft),
        "decision_no": lambda: personal(draft.decision_no, "决定文号"),
        "decision_on": lambda: decision(draft),
        "suspend_to": lambda: suspension(draft),
        "setl_ids": lambda: doubled(county, draft, case_no),
        "clue_keys": lambda: clues(county, draft),
        "status": lambda: first_status(draft),
    }
    return {field: said for field, check in checks.items() if (said := check())}


def of_step(case: Case, step: Step, locked: bool) -> dict[str, str]:
    """Field of the step -> one sentence. locked: the month in which the case was found is locked."""
    checks: dict[str, Check] = {
        "moved_on": lambda: step_day(case, step),
        "moved": lambda: moved(case, step, locked) or ("" if says_something(step) else "这一步什么都没有写"),
        "status": lambda: withdrawing(case, step, locked) or closing(case, step),
        "review_result": lambda: review(step),
        "document_no": lambda: personal(step.document_no, "文书号"),
        "note": lambda: personal(step.note, "办理情况"),
    }
    return {field: said for field, check in checks.items() if (said := check())}


# ---------------------------------------------------------------- cells
def day(value: date | None, name: str) -> str:
    if value is None:
        return f"{name}没有填"
    if value.year < date.today().year - YEARS_BACK:
        return f"{name}早于 {YEARS_BACK} 年前，填的是 {value}；请核对年份"
    return f"{name}不能晚于今天，填的是 {value}" if value > date.today() else ""


def code(field: str, value: str) -> str:
    known = code_lists()[LISTS.get(field, field)]
    if value in known:
        return ""
    return f"{CODES[field]}“{value}”不在代码表里" if value else f"{CODES[field]}没有选"


def amount(value: Decimal | None, name: str) -> str:
    if value is None:
        return ""
    if value < 0:
        return f"{name}不能是负数，填的是 {value}"
    return f"{name}太大，填的是 {value}" if value >= TOO_MUCH else exact(value, name)


def exact(value: Decimal, name: str) -> str:
    return f"{name}最多两位小数，填的是 {value}" if value != value.quantize(FEN) else ""


def counted(value: int | None, name: str) -> str:
    return f"{name}不能是负数，填的是 {value}" if value is not None and value < 0 else ""


def personal(text: str, name: str) -> str:
    if len(text) > LONGEST:
        return f"{name}有 {len(text):,} 个字，最多 {LONGEST} 个字"
    found = any(re.search(pattern, text) for pattern in common().forbidden_text)
    return f"{name}里有{common().forbidden_text_meaning}，请删去" if found else ""


# ---------------------------------------------------------------- a draft
def violation_of(draft: Draft) -> str:
    known = violation(draft.violation)
    if known is None:
        return f"违规类型“{draft.violation}”不在违规分类里" if draft.violation else "违规类型没有选"
    if draft.subject_type in code_lists()["subject_type"] and draft.subject_type not in known.subjects:
        return f"“{known.name}”不适用于{zh('subject_type', draft.subject_type)}"
    return ""


def institution(county: County | None, draft: Draft) -> str:
    if draft.subject_type not in PLACES:
        return "对象不是机构，不填机构编码" if draft.institution else ""
    if not draft.institution:
        return "对象是机构时要填机构编码"
    roster = county.names if county else {}
    return f"名册里没有机构 {draft.institution}" if roster and draft.institution not in roster else ""


def subject_name(draft: Draft) -> str:
    if draft.subject_type == "insured_person" and draft.subject_name:
        return "参保人不填姓名"
    if draft.subject_type in ("employer", "insurer") and not draft.subject_name.strip():
        return f"{zh('subject_type', draft.subject_type)}要填名称"
    return personal(draft.subject_name, "对象名称")


def multiple(draft: Draft) -> str:
    if draft.multiple is None:
        return ""
    if draft.multiple <= 0:
        return f"违约金倍数应大于 0，填的是 {draft.multiple}"
    if draft.multiple != draft.multiple.quantize(TENTHOUSANDTH):
        return f"违约金倍数最多四位小数，填的是 {draft.multiple}"
    if draft.base_amount_yuan is None:
        return "填了违约金倍数，还要填违规金额"
    asked = any(demand.handling == "damages" for demand in draft.demands)
    return "" if asked else "填了违约金倍数，处理方式里要有违约金"


def demands(draft: Draft) -> str:
    named = [demand.handling for demand in draft.demands]
    if twice := next((each for each in named if named.count(each) > 1), None):
        return f"“{zh('handling', twice)}”写了两次，请并成一项"
    return next((said for each in draft.demands if (said := demand_of(draft, each))), "")


def demand_of(draft: Draft, demand) -> str:
    if demand.handling not in handlings():
        return f"没有处理方式“{demand.handling}”"
    name, due = zh("handling", demand.handling), draft.due_yuan(demand)
    if not handlings()[demand.handling].money:
        return f"“{name}”不带金额" if demand.due_yuan else ""
    if due is None or due <= 0:
        return f"“{name}”要填大于 0 的金额"
    if demand.handling == "damages" and draft.damages_yuan not in (None, due):
        return f"违约金 {due} 元不等于违规金额 × 倍数 = {draft.damages_yuan} 元"
    return amount(due, name)


def decision(draft: Draft) -> str:
    if draft.decision_on is None:
        return "填了决定文号，还要填决定日期" if draft.decision_no else ""
    if draft.found_on and draft.decision_on < draft.found_on:
        return f"决定日期 {draft.decision_on} 早于发现日期 {draft.found_on}"
    return day(draft.decision_on, "决定日期")


def suspension(draft: Draft) -> str:
    begins, ends = draft.suspend_from, draft.suspend_to
    return f"中止截止日期 {ends} 早于起始日期 {begins}" if begins and ends and ends < begins else ""


def doubled(county: County | None, draft: Draft, case_no: str) -> str:
    """No record is penalised twice: a settlement that another case of the institution has money for is refused."""
    if county is None or not draft.institution or not any(draft.due_yuan(d) for d in draft.demands):
        return ""
    found = punished_before(county, draft.institution, draft.setl_ids, case_no)
    setl_id, other = next(iter(found.items()), ("", ""))
    return f"结算 {setl_id} 已在案件 {other} 中处理过，不能重复处罚" if found else ""


def clues(county: County | None, draft: Draft) -> str:
    """A clue becomes one case only, and must be one of a rule."""
    if wrong := [key for key in draft.clue_keys if key.partition("/")[0] not in rules()]:
        return f"“{wrong[0]}”不是线索编号"
    made = became(county, draft.clue_keys) if county and draft.clue_keys else {}
    return f"线索已经立案：{next(iter(made.values()))}" if made else ""


def first_status(draft: Draft) -> str:
    owes = any(draft.due_yuan(demand) for demand in draft.demands)
    if draft.status == "closed" and owes:
        return "还有应收应扣的款，不能一立案就结案"
    if draft.status == WITHDRAWN:
        return "不能一立案就撤案"
    return code("status", draft.status)


# ---------------------------------------------------------------- a step
def step_day(case: Case, step: Step) -> str:
    if step.moved_on and step.moved_on < case.found_on:
        return f"办理日期 {step.moved_on} 早于案件的发现日期 {case.found_on}"
    return day(step.moved_on, "办理日期")


def says_something(step: Step) -> bool:
    return bool(step.moved or step.status or step.document_no or step.note.strip() or step.review_result)


def moved(case: Case, step: Step, locked: bool) -> str:
    named = [each.handling for each in step.moved]
    if twice := next((each for each in named if named.count(each) > 1), None):
        return f"“{zh('handling', twice)}”写了两次，请并成一项"
    return next((said for each in step.moved if (said := moved_one(case, step, each, locked))), "")


def moved_one(case: Case, step: Step, each: Moved, locked: bool) -> str:
    if each.handling not in MONEY:
        return f"“{zh('handling', each.handling)}”不带金额" if each.handling else "有金额的要选处理方式"
    name, paid_in = zh("handling", each.handling), handlings()[each.handling].paid_in
    if paid_in and each.deducted_yuan:
        return f"{name}是收来的，填“已到账”，不填“已扣减”"
    if not paid_in and each.received_yuan:
        return f"{name}从结算款中扣下，填“已扣减”，不填“已到账”"
    if each.deducted_yuan and not is_month(each.settled_month):
        return f"{name}已扣减的要填抵扣月份，如 2026-05"
    wrong = next(filter(None, (exact(value, name) for value in (each.due_yuan, each.done_yuan))), "")
    return wrong or asked_anew(case, step, each, locked) or within_due(case, each, name)


def asked_anew(case: Case, step: Step, each: Moved, locked: bool) -> str:
    """What may not be asked for in addition, or let off, just so."""
    if not each.due_yuan:
        return ""
    if locked:
        return f"{case.found_on:%Y-%m} 已经锁定，新增或减免的应收会改变它的数字；请写明更正原因，或先解锁，或只登记到账"
    reviewed = step.review_result or case.review_result
    if each.handling == "damages" and case.multiple is not None and reviewed not in ("changed", "revoked"):
        return "违约金由违规金额 × 倍数得出，要变动请填复审结果（变更或撤销）"
    return ""


def within_due(case: Case, each: Moved, name: str) -> str:
    due, done = after(case, each)
    if done < 0 or due < 0:
        return f"{name}会成为负数：应收应扣 {due} 元，已收已扣 {done} 元"
    return f"{name}已收已扣 {done} 元，会超过应收应扣 {due} 元" if done > due else ""


def after(case: Case, each: Moved) -> tuple[Decimal, Decimal]:
    """(due, done) of a handling once the step is taken."""
    before = next((h for h in case.handlings if h.handling == each.handling), None)
    due, done = (before.due_yuan, before.done_yuan) if before else (NOTHING, NOTHING)
    return due + each.due_yuan, done + each.done_yuan


def withdrawing(case: Case, step: Step, locked: bool) -> str:
    """What a case that is withdrawn, or taken up again, must not have; both change the numbers of its month."""
    if not case.withdrawn and step.status != WITHDRAWN:
        return ""
    if case.withdrawn and step.status in ("", WITHDRAWN):
        return "案件已撤案；要恢复办理，先选一个状态"
    if locked:
        return f"{case.found_on:%Y-%m} 已经锁定，撤案或恢复会改变它的数字；请写明更正原因，或先解锁"
    if step.status != WITHDRAWN:
        return ""
    if step.moved or any(h.receipts or h.withheld for h in case.handlings):
        return "案件已有到账或扣减，不能撤案；录错的可以更正，减免的记复审结果"
    return "" if step.note.strip() else "撤案要写明原因"


def closing(case: Case, step: Step) -> str:
    if step.status != "closed":
        return code("status", step.status) if step.status else ""
    owed = case.owed_yuan + sum((each.due_yuan - each.done_yuan for each in step.moved), NOTHING)
    return f"还有 {owed} 元没有收到或扣下，不能结案；不再收的，在应收应扣里填负数减免" if owed > 0 else ""


def review(step: Step) -> str:
    if step.review_result and step.review_result not in code_lists()["review_result"]:
        return f"没有复审结果“{step.review_result}”"
    if said := exact(step.review_amount_yuan or NOTHING, "复审调整金额"):
        return said
    return "填了复审调整金额，还要填复审结果" if step.review_amount_yuan is not None and not step.review_result else ""


def is_month(text: str) -> bool:
    try:
        return Period(text, text).first == text
    except PeriodError:
        return False
