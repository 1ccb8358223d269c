"""One case out of its rows: its handlings with their money, and its history, up to a day."""

import re
from dataclasses import replace
from datetime import date

from pipelines.cases.model import ASSOCIATION, NOTHING, WITHDRAWN, Case, Handling, Progress
from pipelines.cases.taxonomy import handlings

# handling -> the columns of its due and of its done part
MONEY = {
    "deduct": ("deducted_yuan", "deducted_done_yuan"),
    "assessment_deduct": ("assessment_deducted_yuan", "assessment_done_yuan"),
    "recover": ("recover_due_yuan", "recover_received_yuan"),
    "damages": ("damages_due_yuan", "damages_received_yuan"),
    "fine": ("fine_due_yuan", "fine_received_yuan"),
}


def case_of(rows: list[dict], as_of: date) -> Case:
    """A case from the rows of its ledger, the first of which is the case itself; what is dated later is left out.

    All but that it was withdrawn: as in the KPIs, it then counts on no day.
    """
    found = as_written(rows, as_of)
    if rows[0]["status"] != WITHDRAWN:
        return found
    why = next((row["note"] for row in reversed(rows) if row["entry_status"] == WITHDRAWN and row["note"]), "")
    bare = tuple(Handling(h.handling, h.track) for h in found.handlings)
    return replace(found, status=WITHDRAWN, handlings=bare, withdrawn_why=why)


def as_written(rows: list[dict], as_of: date) -> Case:
    """A case with its money, whether it was withdrawn or not."""
    first, steps = rows[0], [row for row in rows[1:] if row["entered_on"] <= as_of]
    known = [first, *steps]
    documents = [row for row in steps if row["document_no"] and not any(row[done] for _, done in MONEY.values())]
    told = (documents[0]["document_no"], documents[0]["entered_on"]) if documents else ("", None)
    review = first if first["review_result"] else {}
    return Case(
        case_no=first["case_no"],
        found_on=first["found_on"],
        activity=first["activity"],
        subject_type=first["subject_type"],
        institution=first["institution"],
        subject_name=first["institution_name"] or first["subject_name"] or "",
        violation=first["violation"] or "",
        description=first["description"] or "",
        scheme=first["scheme"],
        persons=first["persons"],
        records=first["records"],
        base_amount_yuan=first["base_amount_yuan"],
        multiple=first["damages_multiple"],
        handlings=handled(known, as_of),
        decision_no=first["decision_no"] or told[0],
        decision_on=first["decision_date"] or told[1],
        suspend_from=first["suspend_from"],
        suspend_to=first["suspend_to"],
        review_result=review.get("review_result"),
        review_amount_yuan=review.get("review_amount_yuan"),
        transferred_to=first["transferred_to"] or "",
        status=next((row["entry_status"] for row in reversed(known) if row["entry_status"]), first["entry_status"]),
        setl_ids=split_ids(first["setl_ids"]),
        history=tuple(step for row in known for step in progress(row, as_of)),
    )


def handled(rows: list[dict], as_of: date) -> tuple[Handling, ...]:
    """Every handling of a case, in the order of codes.toml: those named and those that move money."""
    named = {code for row in rows for code in (row["handling"] or "").split(";") if code}
    moved = {code for row in rows for code, columns in MONEY.items() if any(row[c] for c in columns)}
    return tuple(handling(code, rows, as_of) for code in handlings() if code in named | moved)


def handling(code: str, rows: list[dict], as_of: date) -> Handling:
    rule, first = handlings()[code], rows[0]
    track = ASSOCIATION if first["subject_type"] == "insurer" and rule.money else rule.track
    if code not in MONEY:
        return Handling(code, track)
    due, done = MONEY[code]
    came = [row for row in rows if row[done] and day_of(row, rule.paid_in) <= as_of]
    sums = sum((row[done] for row in came), NOTHING)
    dues = [row for row in rows if row[due]]
    asked = dues[0] if dues else first
    return Handling(
        code,
        track,
        sum((row[due] for row in dues), NOTHING),
        NOTHING if rule.paid_in else sums,
        sums if rule.paid_in else NOTHING,
        (first["decision_date"] or first["found_on"]) if asked is first else asked["entered_on"],
        () if rule.paid_in else tuple((month_of(row), row[done]) for row in came),
        tuple((day_of(row, True), row[done]) for row in came) if rule.paid_in else (),
    )


def day_of(row: dict, paid_in: bool) -> date:
    """When money was paid in, or from which month's settlement it was withheld; else when it was written down."""
    return (row["received_on"] if paid_in else row["settled_month"]) or row["entered_on"]


def month_of(row: dict) -> str:
    """The month of settlement a deduction stands for; a closed case that doesn't say has that of its finding."""
    return f"{row['settled_month'] or row['entered_on']:%Y-%m}"


def progress(row: dict, as_of: date) -> list[Progress]:
    """A row as entries of the history: one for each handling that it moves money of, one without if there is none."""
    told = dict(
        number=row["progress_no"] or "",
        on=row["entered_on"],
        settled_month=f"{row['settled_month']:%Y-%m}" if row["settled_month"] else "",
        status=row["entry_status"] or "",
        document_no=row["document_no"] or "",
        note=row["note"] or "",
    )
    found = []
    for code, (due, done) in MONEY.items():
        paid_in = handlings()[code].paid_in
        came = row[done] if row[done] and day_of(row, paid_in) <= as_of else NOTHING
        if row[due] or came:
            money = {"received_yuan" if paid_in else "deducted_yuan": came}
            found.append(Progress(handling=code, due_yuan=row[due], **money, **told))
    return found or [Progress(handling=(row["handling"] or "").split(";")[0] if row["progress_no"] else "", **told)]


def split_ids(text: str | None) -> tuple[str, ...]:
    """The settlement ids of a cell, in which 、；，and spaces part them."""
    return tuple(filter(None, re.split(r"[;；,，、\s]+", text or "")))
