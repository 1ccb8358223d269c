"""Notes (批注) on a figure, an institution or a month: written by name, withdrawn by name, printed in documents."""

from dataclasses import dataclass
from pathlib import Path

from pipelines.periods import Period
from pipelines.store.commits import said
from pipelines.store.decisions import Decision, decide, decisions
from pipelines.store.warehouse import WarehouseError

KINDS = {"figure": "数字", "institution": "机构", "month": "月份"}
LONGEST = 500  # characters


@dataclass(frozen=True)
class Note:
    """A note that stands. about: the figure's key, the institution's code, or the month; number: its journal line.

    period: the months that it is about; documents of any of them print it.
    """

    number: int
    kind: str
    about: str
    period: Period
    text: str
    by: str
    at: str


def note(warehouse: Path, kind: str, about: str, period: Period, text: str, by: str) -> Note:
    """Write a note down. Raises WarehouseError without a text or a name, for one that is too long, or of no such kind,
    and for one with an ID or telephone number in it."""
    told = said(text, "批注没有内容")
    said(by, "批注要由本人署名")
    if kind not in KINDS or not about:
        raise WarehouseError(f"批注只能写在{'、'.join(KINDS.values())}上")
    if len(told) > LONGEST:
        raise WarehouseError(f"批注有 {len(told)} 字，最多 {LONGEST} 字")
    values = {"first": period.first, "last": period.last}
    (made,) = decide(warehouse, "note", {f"{kind}:{about}": values}, by, told)
    return read(made)


def withdraw_note(warehouse: Path, number: int, by: str, why: str) -> Note:
    """Take a note back; its line and the reason stay in the journal. Raises WarehouseError if no such note stands."""
    reason = said(why, "撤回批注要写明原因")
    standing = next((each for each in notes(warehouse) if each.number == number), None)
    if standing is None:
        raise WarehouseError(f"没有第 {number} 号批注，或已经撤回，没有改变什么")
    subject = f"{standing.kind}:{standing.about}"
    decide(warehouse, "note", {subject: {"withdraws": str(number)}}, by, reason)
    return standing


def notes(warehouse: Path, period: Period | None = None, kind: str = "", about: str = "") -> list[Note]:
    """The notes that stand, oldest first: those about any month of the period, of this kind, about this subject."""
    made = decisions(warehouse, "note")
    withdrawn = {each.values["withdraws"] for each in made if "withdraws" in each.values}
    found = [read(each) for each in made if "first" in each.values and str(each.number) not in withdrawn]
    return [
        each
        for each in found
        if (period is None or (each.period.first <= period.last and period.first <= each.period.last))
        and kind in ("", each.kind)
        and about in ("", each.about)
    ]


def read(made: Decision) -> Note:
    kind, _, about = made.subject.partition(":")
    period = Period(made.values["first"], made.values["last"])
    return Note(made.number, kind, about, period, made.why, made.by, made.at)
