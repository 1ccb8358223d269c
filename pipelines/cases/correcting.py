"""Cases corrected and withdrawn: the facts of a case replaced, its steps kept; a case entered by mistake taken off."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from pipelines.answers.county import County
from pipelines.build import amend
from pipelines.cases import checking
from pipelines.cases.assembling import MONEY, as_written, split_ids
from pipelines.cases.drafts import CaseError, Demand, Draft, Step
from pipelines.cases.entering import CASES, DUE, accepted, case_row, county_of, known_case, move_on, step_problems
from pipelines.cases.model import NOTHING, WITHDRAWN, Case
from pipelines.cases.reading import entries
from pipelines.cases.taxonomy import handlings
from pipelines.contracts import Column, contracts, zh
from pipelines.store.by_hand import written
from pipelines.store.commits import said
from pipelines.store.warehouse import WarehouseError, journal, locked_months

CORRECTION, WITHDRAWAL = "更正", "撤案"  # how the reasons of such lines of the journal begin
# what the ledger says of a case and a draft doesn't: money that came with an upload, and its review
KEPT = ("recover_received", "damages_received", "fine_received", "received_date", "settled_month")
KEPT += ("review_result", "review_amount")
GROUPED = ("activity", "subject_type", "fixmedins_code", "insutype", "violation_code")  # what received money is told by
FIELDS = {"fixmedins_code": "institution", "violation_code": "violation"}  # column -> field of the draft
LONG = 24  # characters above which the journal names what was changed without both values


@dataclass(frozen=True)
class Change:
    """A cell of a case's row before and after a correction, in Chinese; '' where nothing stands."""

    column: str
    title: str
    before: str
    after: str

    @property
    def told(self) -> str:
        """违规金额 978.35→987.35; of long texts the title alone."""
        short = max(len(self.before), len(self.after)) <= LONG
        return f"{self.title} {self.before or '空'}→{self.after or '空'}" if short else self.title


# ---------------------------------------------------------------- reading a case as it was typed
def draft_of(warehouse: Path, case_no: str) -> Draft:
    """The facts of a case as its row of the ledger says them, without its steps. WarehouseError for no such case."""
    row = row_of(warehouse, case_no)
    draft = Draft(
        found_on=on(row["found_date"]),
        activity=row["activity"],
        subject_type=row["subject_type"],
        violation=row["violation_code"],
        description=row["description"],
        institution=row["fixmedins_code"],
        subject_name="" if row["fixmedins_code"] else row["fixmedins_name"],
        insutype=row["insutype"],
        persons=int(row["persons"]) if row["persons"] else None,
        records=int(row["records"]) if row["records"] else None,
        base_amount_yuan=yuan(row["base_amount"]),
        multiple=yuan(row["damages_multiple"]),
        demands=demands_of(row),
        decision_no=row["decision_no"],
        decision_on=on(row["decision_date"]),
        suspend_from=on(row["suspend_from"]),
        suspend_to=on(row["suspend_to"]),
        transferred_to=row["transferred_to"],
        status=row["status"],
        setl_ids=split_ids(row["setl_ids"]),
    )
    return replace(draft, demands=tuple(as_typed(draft, demand) for demand in draft.demands))


def as_typed(draft: Draft, demand: Demand) -> Demand:
    """Damages that are base x multiple are not typed: they follow when one of these is corrected."""
    follows = demand.handling == "damages" and demand.due_yuan == draft.damages_yuan
    return Demand("damages") if follows else demand


def row_of(warehouse: Path, case_no: str) -> dict[str, str]:
    county = county_of(warehouse)
    row = row_in(warehouse, county.build_id, case_no) if county else None
    if row is None:
        raise WarehouseError(f"台账里没有案件 {case_no}")
    return dict(row)


@lru_cache(maxsize=64)
def row_in(warehouse: Path, build_id: str, case_no: str) -> dict[str, str] | None:
    """Read once per build: the form asks for it with every key that is pressed."""
    return written(warehouse, CASES, case_no)


def demands_of(row: dict[str, str]) -> tuple[Demand, ...]:
    """Its handlings with what each asks for; also one with an amount that the ledger doesn't name."""
    named = [code for code in row["handling"].split(";") if code]
    unnamed = [code for code, column in DUE.items() if code not in named and yuan(row[column])]
    return tuple(Demand(code, yuan(row[DUE[code]]) if code in DUE else None) for code in (*named, *unnamed))


def on(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def yuan(text: str) -> Decimal | None:
    return Decimal(text) if text else None


# ---------------------------------------------------------------- what a correction changes
def changes(warehouse: Path, case_no: str, draft: Draft) -> tuple[Change, ...]:
    """What a correction would change, in the order of the ledger's columns; empty if it is the same."""
    before = row_of(warehouse, case_no)
    return changed(before, corrected(before, draft))


def corrected(before: dict[str, str], draft: Draft) -> dict[str, str]:
    """The row of a case with the facts of a draft; an institution that stays keeps the name in the ledger."""
    row = case_row(before["case_no"], draft) | {key: before[key] for key in KEPT}
    if draft.institution and draft.institution == before["fixmedins_code"]:
        row["fixmedins_name"] = before["fixmedins_name"]
    return row


def changed(before: dict[str, str], after: dict[str, str]) -> tuple[Change, ...]:
    columns = contracts()[CASES].columns.values()
    cells = [(c, shown(c, before[c.key]), shown(c, after[c.key])) for c in columns]
    return tuple(Change(c.key, c.header, one, other) for c, one, other in cells if one != other)


def shown(column: Column, text: str) -> str:
    """A cell in Chinese, one spelling for equal values: amounts to the fen, a multiple without zeros at its end."""
    if column.type == "money":
        return f"{Decimal(text):,.2f}" if text and (Decimal(text) or column.blank != "0") else ""
    if column.type == "multiple":
        return f"{Decimal(text).normalize():f}" if text else ""
    if column.list:
        return "、".join(zh(column.list, code) for code in sorted(filter(None, text.split(";"))))
    return "、".join(split_ids(text)) if column.key == "setl_ids" else text.strip()


# ---------------------------------------------------------------- whether it may
def correction_problems(warehouse: Path, case_no: str, draft: Draft, restating: str = "") -> dict[str, str]:
    """Field of the draft -> what is wrong with it as the facts of this case, in Chinese; empty if it can be corrected.

    As of a new draft, and: no step before the finding, nothing received or withheld beyond what is due, no other money
    in a locked month unless restating says why. clue_keys are not looked at: the clues stay with the case.
    """
    county = county_of(warehouse)
    now = known_case(county, case_no)
    wrong = checking.of_draft(county, replace(draft, clue_keys=(), status="open"), case_no)
    if wrong:
        return wrong
    rows, row = entries(county)[case_no], row_of(warehouse, case_no)
    after = [as_corrected(rows[0], row, draft), *rows[1:]]
    checks = {
        "found_on": finding(county, rows, draft),
        "demands": within_due(now, after) or damages_of_steps(rows, draft, after),
        "status": status(now, rows, draft),
    }
    found = {field: said_ for field, said_ in checks.items() if said_}
    if restating.strip():
        return found
    return found | locked_receipts(warehouse, rows, changed(row, corrected(row, draft)))


def as_corrected(first: dict, row: dict[str, str], draft: Draft) -> dict:
    """The first row of a case's ledger as the correction makes it, as far as its money and its state go."""
    asked = {demand.handling: draft.due_yuan(demand) or NOTHING for demand in draft.demands}
    settled = bool(row["settled_month"]) or draft.status == "closed"
    made = {due: asked.get(code, NOTHING) for code, (due, _) in MONEY.items()}
    for code, (due, done) in MONEY.items():
        if not handlings()[code].paid_in:
            made[done] = made[due] if settled else NOTHING
    told = {"entry_status": draft.status, "handling": ";".join(asked), "found_on": draft.found_on}
    return first | made | told | {"entered_on": draft.found_on, "damages_multiple": draft.multiple}


def finding(county: County, rows: list[dict], draft: Draft) -> str:
    """Not after the first step; and a month must keep a row, for nothing can stand for an empty one."""
    first = min((row["entered_on"] for row in rows[1:]), default=None)
    if first and draft.found_on > first:
        return f"发现日期 {draft.found_on} 晚于第一步进展的 {first}"
    month = f"{rows[0]['found_on']:%Y-%m}"
    here = sum(f"{each[0]['found_on']:%Y-%m}" == month for each in entries(county).values())
    if here == 1 and f"{draft.found_on:%Y-%m}" != month:
        return f"{month} 的台账只有这一件，不能改到别的月份；请撤案后重新登记"
    return ""


def within_due(now: Case, after: list[dict]) -> str:
    """What was received or withheld stays within what is due; a closed case comes to owe nothing more."""
    then = as_written(after, date.max)
    for each in then.handlings:
        if not 0 <= each.done_yuan <= each.due_yuan:
            name = zh("handling", each.handling)
            return f"{name}已收已扣 {each.done_yuan} 元，会超过更正后的应收应扣 {each.due_yuan} 元"
    if then.status == "closed" and then.owed_yuan > max(now.owed_yuan, NOTHING):
        return f"案件已结案，更正后还有 {then.owed_yuan} 元没有收到或扣下；请先在办理进展里改状态"
    return ""


def damages_of_steps(rows: list[dict], draft: Draft, after: list[dict]) -> str:
    """Damages are base x multiple, but for a review: none may have been asked for in addition."""
    added = sum((row["damages_due_yuan"] for row in rows[1:]), NOTHING)
    reviewed = after[0]["review_result"] in ("changed", "revoked")
    if added and draft.multiple is not None and not reviewed:
        return f"办理进展里另有违约金 {added} 元，违约金不再等于违规金额 × 倍数；请不填倍数"
    return ""


def status(now: Case, rows: list[dict], draft: Draft) -> str:
    """The state in the ledger, which counts while no step tells another."""
    if draft.status != WITHDRAWN or rows[0]["entry_status"] == WITHDRAWN:
        return checking.code("status", draft.status)
    if any(row["entry_status"] for row in rows[1:]):
        return "办理进展里已有状态，撤案要记成一步进展"
    if any(h.receipts or h.withheld for h in as_written(rows, date.max).handlings):
        return "案件已有到账或扣减，不能撤案；录错的可以更正，减免的记复审结果"
    return ""


def locked_receipts(warehouse: Path, rows: list[dict], made: tuple[Change, ...]) -> dict[str, str]:
    """Money received in a locked month must not come to be told of another institution, channel, scheme or kind."""
    locked = locked_months(journal(warehouse))
    paid = {f"{day:%Y-%m}" for h in as_written(rows, date.max).handlings for day, _ in h.receipts}
    if not paid & set(locked):
        return {}
    month = min(paid & set(locked))
    told = f"{month} 已经锁定，这件案件在那个月有到账，更正会改变它的数字；请写明更正原因，或先解锁"
    return {FIELDS.get(c.column, c.column): f"{c.title}：{told}" for c in made if c.column in GROUPED}


# ---------------------------------------------------------------- writing
def correct(warehouse: Path, case_no: str, draft: Draft, by: str, why: str, restating: str = "") -> tuple[Change, ...]:
    """Replace the facts of a case; its steps, its number and what came in with the ledger stay. Gives what changed.

    Raises CaseError with the fields that are wrong, WarehouseError without a reason, for an unknown case, if nothing
    would change, or if the month it stands in, or comes to stand in, is locked and restating does not say why it may.
    """
    reason, made = said(why, "更正要写明原因，如“金额录错”"), []

    def rows() -> list[dict[str, str]]:
        if wrong := correction_problems(warehouse, case_no, draft, restating):
            raise CaseError(wrong)
        before = row_of(warehouse, case_no)
        after = corrected(before, draft)
        made.extend(changed(before, after))
        if not made:
            raise WarehouseError(f"案件 {case_no} 没有改动，没有什么要更正")
        return [after]

    def told() -> str:
        return " ".join(f"{CORRECTION}{'、'.join(change.told for change in made)}：{reason}".split())

    accepted(amend(warehouse, CASES, rows, by, told, subject=case_no, restating=restating))
    return tuple(made)


def withdraw(warehouse: Path, case_no: str, by: str, why: str, restating: str = "") -> tuple[str, ...]:
    """Take a case that was entered by mistake off the books, as a step of today; gives the number of that step.

    It counts in no figure any more, of no month, and stays to be found with the reason. Raises CaseError if money was
    received or withheld or the month of its finding is locked, WarehouseError without a reason.
    """
    reason = said(why, "撤案要写明原因，如“和 CF2026-0011 是同一件”")
    return move_on(warehouse, case_no, withdrawal(reason), by, f"{WITHDRAWAL}：{reason}", restating)


def withdrawal_problem(warehouse: Path, case_no: str, restating: str = "") -> str:
    """Why a case can't be withdrawn, in Chinese; '' if it can. restating: why a locked month may be changed."""
    wrong = step_problems(warehouse, case_no, withdrawal("原因"), restating)
    return "；".join(wrong.values())


def withdrawal(reason: str) -> Step:
    return Step(date.today(), status=WITHDRAWN, note=reason)
