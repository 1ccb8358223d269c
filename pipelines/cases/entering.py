"""Cases written down and moved on by hand: checked, then rows of the uploads in one commit of the journal."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from pipelines.answers.county import County, NothingLoaded, open_county
from pipelines.build import Receipt, amend
from pipelines.cases import checking
from pipelines.cases.assembling import MONEY
from pipelines.cases.doubles import punished_before
from pipelines.cases.drafts import CaseError, Draft, Moved, Step
from pipelines.cases.model import Case
from pipelines.cases.reading import case as case_at
from pipelines.clues import link_case
from pipelines.contracts import contracts
from pipelines.store.warehouse import WarehouseError, journal, locked_months

CASES, STEPS = "penalties", "case_progress"
DUE = {handling: columns[0].removesuffix("_yuan") for handling, columns in MONEY.items()}  # columns of the upload


def draft_problems(warehouse: Path, draft: Draft) -> dict[str, str]:
    """Field of the draft -> what is wrong with it, in Chinese; empty if it can be entered."""
    return checking.of_draft(county_of(warehouse), draft)


def step_problems(warehouse: Path, case_no: str, step: Step, restating: str = "") -> dict[str, str]:
    """Field of the step -> what is wrong with it, in Chinese; empty if the case can be moved on so. restating: why the
    month in which it was found may be changed although it is locked."""
    county = county_of(warehouse)
    case = known_case(county, case_no)
    locked = not restating.strip() and f"{case.found_on:%Y-%m}" in locked_months(journal(warehouse))
    return taken_up_twice(county, case, step) | checking.of_step(case, step, locked)


def taken_up_twice(county: County, case: Case, step: Step) -> dict[str, str]:
    """A withdrawn case is not taken up again once another one asks for money because of the same settlement."""
    if not case.withdrawn or not step.status or not case.institution or not any(p.due_yuan for p in case.history):
        return {}
    found = punished_before(county, case.institution, case.setl_ids, case.case_no)
    setl_id, other = next(iter(found.items()), ("", ""))
    return {"status": f"结算 {setl_id} 已在案件 {other} 中处理过"} if found else {}


def enter(warehouse: Path, draft: Draft, by: str, why: str = "", restating: str = "") -> str:
    """Write a new case down; gives its number, CF2026-0012, the next free one of the year in which it was found.

    Its clues are linked to it. restating: why it may change a locked month. Raises CaseError with the fields that are
    wrong, WarehouseError if its month is locked, the upload refuses it, or (told so) only the clues weren't linked.
    """
    made: list[str] = []

    def rows() -> list[dict[str, str]]:
        county = county_of(warehouse)
        if wrong := checking.of_draft(county, draft):
            raise CaseError(wrong)
        made.append(next_number(taken(county, "case_no") | given(warehouse), "CF", draft.found_on))
        return [case_row(made[0], draft)]

    accepted(amend(warehouse, CASES, rows, by, why.strip() or "立案", subject=lambda: made[0], restating=restating))
    if draft.clue_keys:
        linked(warehouse, draft, made[0], by, why.strip() or draft.description)
    return made[0]


def move_on(warehouse: Path, case_no: str, step: Step, by: str, why: str = "", restating: str = "") -> tuple[str, ...]:
    """Move a case on; gives the numbers of its new progress rows. The month in which it was found stays as it is.

    restating: why it may change a locked month. Raises CaseError with the fields that are wrong, WarehouseError if the
    step's month is locked.
    """
    made: list[str] = []

    def rows() -> list[dict[str, str]]:
        if wrong := step_problems(warehouse, case_no, step, restating):
            raise CaseError(wrong)
        listed = step_rows(case_no, step, taken(county_of(warehouse), "progress_no"))
        made.extend(row["progress_no"] for row in listed)
        return listed

    reason = why.strip() or f"案件 {case_no} 进展"
    accepted(amend(warehouse, STEPS, rows, by, reason, subject=case_no, restating=restating))
    return tuple(made)


def linked(warehouse: Path, draft: Draft, case_no: str, by: str, why: str) -> None:
    """The clues of a draft are resolved by the case that was made from them."""
    try:
        link_case(warehouse, draft.clue_keys, case_no, by, why)
    except WarehouseError as error:
        raise WarehouseError(f"案件 {case_no} 已录入，但线索没有连上：{error}") from error


def accepted(receipt: Receipt) -> None:
    """WarehouseError with what the upload's contract, or a lock, has against the row."""
    if receipt.status == "refused":
        raise WarehouseError("；".join(p.text if p.line else p.wanted for p in receipt.problems))


def county_of(warehouse: Path) -> County | None:
    try:
        return open_county(warehouse)
    except NothingLoaded:
        return None


def known_case(county: County | None, case_no: str) -> Case:
    """A case with all that is known of it. Raises WarehouseError for a number that no ledger has."""
    found = case_at(county, case_no, date.max) if county else None
    if found is None:
        raise WarehouseError(f"台账里没有案件 {case_no}")
    return found


def taken(county: County | None, column: str) -> set[str]:
    """The numbers that are given already."""
    rows = county.fetch("select case_no, progress_no from fct_case") if county else []
    place = ("case_no", "progress_no").index(column)
    return {row[place] for row in rows if row[place]}


def given(warehouse: Path) -> set[str]:
    """What entries by hand were about, also those taken back: letters that went out name the number for good."""
    return {entry.subject for entry in journal(warehouse) if entry.action == "commit" and entry.subject}


def next_number(numbers: set[str], letters: str, on: date, skip: int = 0) -> str:
    """CF2026-0012: one more than the highest of its letters and year."""
    form = re.compile(rf"{letters}{on.year}-(\d+)")
    highest = max((int(found[1]) for number in numbers if (found := form.fullmatch(number))), default=0)
    return f"{letters}{on.year}-{highest + 1 + skip:04d}"


def case_row(case_no: str, draft: Draft) -> dict[str, str]:
    """The row of the upload: every column, so that the month's file has them all."""
    dues = {DUE[d.handling]: text(draft.due_yuan(d)) for d in draft.demands if d.handling in DUE}
    filled = {
        "case_no": case_no,
        "found_date": text(draft.found_on),
        "activity": draft.activity,
        "subject_type": draft.subject_type,
        "fixmedins_code": draft.institution,
        "fixmedins_name": draft.subject_name.strip(),
        "violation_code": draft.violation,
        "description": draft.description.strip(),
        "insutype": draft.insutype,
        "persons": text(draft.persons),
        "records": text(draft.records),
        "base_amount": text(draft.base_amount_yuan),
        "damages_multiple": text(draft.multiple),
        "handling": ";".join(demand.handling for demand in draft.demands),
        "suspend_from": text(draft.suspend_from),
        "suspend_to": text(draft.suspend_to),
        "decision_no": draft.decision_no.strip(),
        "decision_date": text(draft.decision_on),
        "transferred_to": draft.transferred_to.strip(),
        "status": draft.status,
        "setl_ids": "、".join(draft.setl_ids),
    }
    return dict.fromkeys(contracts()[CASES].columns, "") | filled | dues


def step_rows(case_no: str, step: Step, numbers: set[str]) -> list[dict[str, str]]:
    """One row per handling that money moves of; the state and the review stand on the last."""
    rows = [step_row(case_no, step, moved) for moved in step.moved or (None,)]
    for skip, row in enumerate(rows):
        row["progress_no"] = next_number(numbers, "JZ", step.moved_on, skip)
    rows[-1] |= {
        "status": step.status,
        "review_result": step.review_result,
        "review_amount": text(step.review_amount_yuan),
    }
    return rows


def step_row(case_no: str, step: Step, moved: Moved | None) -> dict[str, str]:
    told = {"case_no": case_no, "moved_on": text(step.moved_on)}
    told |= {"document_no": step.document_no.strip(), "note": step.note.strip()}
    if moved:
        told |= {"handling": moved.handling, "settled_month": moved.settled_month}
        told |= {"due": text(moved.due_yuan), "deducted": text(moved.deducted_yuan)}
        told |= {"received": text(moved.received_yuan)}
    return dict.fromkeys(contracts()[STEPS].columns, "") | told


def text(value: Decimal | int | date | None) -> str:
    """As a cell of the upload: 1000.00, never 1E+3."""
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)
