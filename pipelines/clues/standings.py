"""What became of the hits: new, continuing or resolved in a month, and what staff decided on each.

A rule of events stays open from the month it was found in until it is decided on, for twelve months. A rule of patterns
is judged month by month: an institution that is found in two months running continues, one that is no more is resolved.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pipelines.answers.county import County
from pipelines.clues.hits import Hit
from pipelines.clues.rules import rules
from pipelines.clues.screening import screen
from pipelines.periods import shifted
from pipelines.side_by_side import Progress, quiet
from pipelines.store.commits import said
from pipelines.store.decisions import Decision, decide, latest
from pipelines.store.warehouse import WarehouseError

VERDICTS = {"set_aside": "排除", "review": "转复核", "case": "立案", "open": "重新打开"}
STATES = {"new": "新增", "continuing": "持续", "resolved": "已了结"}
DECIDED = ("set_aside", "case")
OPEN_MONTHS = 12


@dataclass(frozen=True)
class Standing:
    """A hit in a month. state: new, continuing or resolved; decision: the last one; case_no: of the case it became.

    A hit that was sent to review stays open until it is set aside or becomes a case.
    """

    hit: Hit
    state: str
    decision: Decision | None = None
    case_no: str | None = None

    @property
    def verdict(self) -> str:
        """set_aside, review, case, or '' while nothing is decided."""
        told = self.decision.values.get("verdict", "") if self.decision else ""
        return "" if told == "open" else told


def standing(county: County, month: str, progress: Progress = quiet) -> list[Standing]:
    """Every hit that is open in the month or was resolved, in the order of screen()."""
    first = shifted(month, 1 - OPEN_MONTHS)
    hits = [hit for year in years_of(month) for hit in screen(county, year, progress=progress)]
    decided = decisions_in_force(county)
    now, before = patterns(hits, month), patterns(hits, shifted(month, -1))
    found = []
    for hit in hits:
        if rules()[hit.rule].shape == "event":
            state = event_state(hit, month) if first <= hit.month <= month else ""
        else:
            state = pattern_state(hit, month, now, before)
        if state:
            found.append(stands(hit, state, decided.get(hit.key)))
    return found


def decisions_in_force(county: County) -> dict[str, Decision]:
    """Key -> the last decision on it. One that led to a case which the ledger doesn't hold any more is none."""
    known = {number for (number,) in county.fetch("select distinct case_no from fct_penalty")}
    made = latest(county.warehouse, "clue")
    return {key: each for key, each in made.items() if each.values.get("case_no") in known | {None}}


def became(county: County, keys: Iterable[str]) -> dict[str, str]:
    """Key -> the case of the ledger that it became, of those that became one."""
    decided = decisions_in_force(county)
    told = {key: decided[key].values.get("case_no") for key in keys if key in decided}
    return {key: number for key, number in told.items() if number}


def years_of(month: str) -> list[str]:
    """The calendar years that have to be screened for the standing of a month."""
    return sorted({shifted(month, 1 - OPEN_MONTHS)[:4], month[:4]})


def patterns(hits: list[Hit], month: str) -> set[tuple[str, str]]:
    return {(hit.rule, hit.institution) for hit in hits if hit.month == month}


def event_state(hit: Hit, month: str) -> str:
    return "new" if hit.month == month else "continuing"


def pattern_state(hit: Hit, month: str, now: set, before: set) -> str:
    """'' for a hit of another month, and for one of the last month that goes on in this."""
    found = hit.rule, hit.institution
    if hit.month == month:
        return "continuing" if found in before else "new"
    return "resolved" if hit.month == shifted(month, -1) and found not in now else ""


def stands(hit: Hit, state: str, decision: Decision | None) -> Standing:
    values = decision.values if decision else {}
    closed = values.get("verdict") in DECIDED
    return Standing(hit, "resolved" if closed else state, decision, values.get("case_no"))


def by_institution(county: County, month: str) -> dict[str, tuple[int, Decimal]]:
    """Institution -> (hits open in the month, their yuan at stake); a row that two rules point at counts in both."""
    found: dict[str, tuple[int, Decimal]] = {}
    for each in standing(county, month):
        if each.state != "resolved":
            hits, yuan = found.get(each.hit.institution, (0, Decimal(0)))
            found[each.hit.institution] = hits + 1, yuan + each.hit.at_stake_yuan
    return found


def set_aside(warehouse: Path, keys: Iterable[str], by: str, why: str) -> list[Decision]:
    """Take hits off the list, with the reason. Raises WarehouseError without one, and for a key that is none."""
    return decided_on(
        warehouse, keys, {"verdict": "set_aside"}, by, said(why, "排除线索要写明原因，如“两次住院病种不同”")
    )


def to_review(warehouse: Path, keys: Iterable[str], by: str, why: str = "") -> list[Decision]:
    """Send hits to be looked into (records, visits). They stay open."""
    return decided_on(warehouse, keys, {"verdict": "review"}, by, why)


def reopen(warehouse: Path, keys: Iterable[str], by: str, why: str) -> list[Decision]:
    """Take back what was decided on hits, with the reason; the journal keeps both."""
    return decided_on(warehouse, keys, {"verdict": "open"}, by, said(why, "重新打开线索要写明原因"))


def link_case(warehouse: Path, keys: Iterable[str], case_no: str, by: str, why: str = "") -> list[Decision]:
    """Write down that hits became a case of the ledger; they are resolved by it."""
    if not case_no.strip():
        raise WarehouseError("立案要有案件编号")
    return decided_on(warehouse, keys, {"verdict": "case", "case_no": case_no.strip()}, by, why)


def decided_on(warehouse: Path, keys: Iterable[str], values: Mapping[str, str], by: str, why: str) -> list[Decision]:
    """One decision on each key. A key begins with a rule: anything else is a mistake, and is not written down."""
    made = dict.fromkeys(keys, values)
    if wrong := [key for key in made if key.partition("/")[0] not in rules()]:
        raise WarehouseError(f"“{wrong[0]}”不是线索编号；应如 split_stay/3f9a01/H99010100001/2026-03-05")
    return decide(warehouse, "clue", made, by, why)
