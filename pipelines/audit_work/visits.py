"""Visits of staff to institutions: arranged, made or dropped, each a decision in the journal. Staff are numbers."""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from pipelines.answers.county import County
from pipelines.contracts import code_lists, zh
from pipelines.formulas import EXACT
from pipelines.periods import Period, PeriodError
from pipelines.store.decisions import decide, decisions
from pipelines.store.warehouse import WarehouseError
from pipelines.uploads.privacy import masked

PLANNED, DONE, DROPPED = "planned", "done", "dropped"
STATES = {PLANNED: "已安排", DONE: "已检查", DROPPED: "取消"}
MOST_DAYS = Decimal(60)
STAFF = re.compile(r"\d{1,3}")


@dataclass(frozen=True)
class Visit:
    """A visit. month: 'YYYY-MM' it is arranged for; staff: their numbers; days: staff-days of all together.

    on: the day it was made; note: what came of it, or why it was dropped.
    """

    id: str
    month: str
    institution: str
    activity: str
    staff: tuple[int, ...]
    days: Decimal
    state: str = PLANNED
    on: date | None = None
    note: str = ""
    by: str = ""


def arrange(
    warehouse: Path,
    county: County,
    month: str,
    institutions: Iterable[str],
    activity: str,
    staff: Iterable[int],
    days: Decimal,
    by: str,
    why: str = "",
) -> list[Visit]:
    """Arrange one visit for each institution, of these staff, with so many staff-days each.

    Raises WarehouseError, a Chinese sentence, for what can't be, and for an institution that has such a visit already.
    """
    chosen, people = list(dict.fromkeys(institutions)), tuple(sorted(set(staff)))
    standing = {(v.month, v.institution, v.activity) for v in visits(warehouse) if v.state != DROPPED}
    for institution in chosen:
        refuse(county, Visit("", month, institution, activity, people, days))
        if (month, institution, activity) in standing:
            name = county.names[institution]
            raise WarehouseError(f"{month} 已安排{name}的{zh('activity', activity)}，没有再安排")
    if not chosen:
        raise WarehouseError("没有选机构；至少选一家")
    made = [Visit(secrets.token_hex(4), month, each, activity, people, days, by=by) for each in chosen]
    decide(warehouse, "visit", {visit.id: written(visit) for visit in made}, by, why)
    return made


def refuse(county: County, visit: Visit) -> None:
    """Raise WarehouseError for a visit that can't be."""
    try:
        Period(visit.month, visit.month)
    except PeriodError as error:
        raise WarehouseError(f"月份“{visit.month}”不能用；应如 2026-07") from error
    if visit.institution not in county.names:
        raise WarehouseError(f"名册里没有机构 {visit.institution}；应为机构名册中的编码")
    if visit.activity not in code_lists()["activity"]:
        raise WarehouseError(f"没有“{visit.activity}”这种工作；应为 {'、'.join(code_lists()['activity'])}")
    most = in_post(county, visit.month)
    if not most:
        raise WarehouseError(f"没有上传 {visit.month} 以前的经办人员，不知道几人在岗，不能安排")
    if not visit.staff or any(not 1 <= number <= most for number in visit.staff):
        raise WarehouseError(f"人员 {'、'.join(map(str, visit.staff)) or '没有选'}；应为 1—{most} 号（在岗 {most} 人）")
    if not 0 < visit.days <= MOST_DAYS:
        raise WarehouseError(f"用工 {visit.days} 人日不能用；应大于 0、不超过 {MOST_DAYS}")


def report(warehouse: Path, visit_id: str, state: str, by: str, on: date | None = None, note: str = "") -> Visit:
    """Say that a visit was made (on which day) or dropped (why). Raises WarehouseError for what can't be."""
    visit = next((each for each in visits(warehouse) if each.id == visit_id), None)
    if visit is None:
        raise WarehouseError(f"没有检查安排 {visit_id}")
    if state not in (DONE, DROPPED):
        raise WarehouseError(f"没有“{state}”这种状态；应为 {DONE}、{DROPPED}")
    if state == DONE and on is None:
        raise WarehouseError("要写明哪一天检查的，如 2026-07-08")
    if state == DROPPED and not note.strip():
        raise WarehouseError("取消要写明原因，如“并入八月的检查”")
    if masked(note) != note:
        raise WarehouseError("说明里像有身份证号或电话号码；请去掉")
    changed = replace(visit, state=state, on=on if state == DONE else None, note=" ".join(note.split()), by=by)
    decide(warehouse, "visit", {visit_id: written(changed)}, by, changed.note)
    return changed


def visits(warehouse: Path) -> list[Visit]:
    """Every visit as it stands now, in the order they were arranged."""
    found = {made.subject: read(made) for made in decisions(warehouse, "visit") if "institution" in made.values}
    return list(found.values())


def written(visit: Visit) -> dict[str, str]:
    plain = {key: getattr(visit, key) for key in ("month", "institution", "activity", "state", "note")}
    on = visit.on.isoformat() if visit.on else ""
    return plain | {"staff": " ".join(map(str, visit.staff)), "days": str(visit.days), "on": on}


def read(made) -> Visit:
    values = made.values
    on = date.fromisoformat(values["on"]) if values["on"] else None
    plain = {key: values[key] for key in ("month", "institution", "activity", "state", "note")}
    staff = tuple(int(number) for number in values["staff"].split())
    return Visit(made.subject, staff=staff, days=Decimal(values["days"]), on=on, by=made.by, **plain)


def days_of_staff(found: Iterable[Visit], month: str) -> dict[int, Decimal]:
    """Staff number -> their days of the visits arranged for or made in a month; a visit's days are shared equally."""
    days: dict[int, Decimal] = {}
    for visit in found:
        if visit.month == month and visit.state != DROPPED:
            for number in visit.staff:
                days[number] = days.get(number, Decimal(0)) + EXACT.divide(visit.days, Decimal(len(visit.staff)))
    return days


def in_post(county: County, month: str) -> int:
    """Staff in post at the end of the month, else of the last month before that is known; 0 without any."""
    rows = county.fetch(
        "select in_post from fct_staff where month <= cast(? as date) order by month desc limit 1", [f"{month}-01"]
    )
    return rows[0][0] if rows else 0


def numbers(text: str) -> tuple[int, ...]:
    """Staff numbers as typed: 1、3 5. Raises WarehouseError for anything else."""
    found = [each for each in re.split(r"[\s,，、;；]+", text) if each]
    wrong = [each for each in found if not STAFF.fullmatch(each)]
    if wrong:
        raise WarehouseError(f"人员“{wrong[0]}”不是编号；应如 1、3、5")
    return tuple(map(int, found))


def decimal(text: str) -> Decimal:
    """Staff-days as typed. Raises WarehouseError for no number."""
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise WarehouseError(f"用工“{text}”不是数；应为人日，如 1.5") from error
