"""答复函件: what an institution answers to its letters, as lines of the journal. Nothing takes an answer back."""

from dataclasses import dataclass
from pathlib import Path

from pipelines.access import caller
from pipelines.periods import Period
from pipelines.store.decisions import Decision, decide, decisions
from pipelines.store.warehouse import WarehouseError
from pipelines.uploads.privacy import masked

KIND = "reply"
LONGEST = 2000  # characters


@dataclass(frozen=True)
class Reply:
    """An answer of an institution (its code) to the letter about a period. number: its line of the journal."""

    number: int
    at: str
    by: str
    institution: str
    period: Period
    text: str


def reply(warehouse: Path, institution: str, period: Period, text: str, by: str) -> Reply:
    """Write an answer down. Raises NotAllowed for an institution that isn't the caller's own, WarehouseError for an
    empty or overlong text, and for one with an ID or telephone number.
    """
    said = " ".join(text.split())
    if not said:
        raise WarehouseError("答复还没有写")
    if len(said) > LONGEST:
        raise WarehouseError(f"答复有 {len(said):,} 字；应不超过 {LONGEST:,} 字")
    if masked(said) != said:
        raise WarehouseError("答复里有身份证号或手机号；请去掉后再交，患者用结算编号说明")
    values = {"first": period.first, "last": period.last}
    return told(*decide(warehouse, KIND, {institution: values}, by, said))


def replies(warehouse: Path, institution: str = "") -> list[Reply]:
    """The answers, of one institution or of all, oldest first; of those with a part of the county only their own."""
    scope = caller(warehouse).scope
    every = map(told, decisions(warehouse, KIND))
    return [
        each
        for each in every
        if institution in ("", each.institution) and (scope is None or each.institution in scope.institutions)
    ]


def told(made: Decision) -> Reply:
    period = Period(made.values["first"], made.values["last"])
    return Reply(made.number, made.at, made.by, made.subject, period, made.why)
