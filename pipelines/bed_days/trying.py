"""Other rates and other pilots tried out on the same stays: the fund's side and the institutions', before and after.

Nothing is foreseen of how an institution would change what it does.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from pipelines.bed_days.settling import Settled, by_institution, of_institutions, settled
from pipelines.bed_days.stays import Basis, Segment, Tariff
from pipelines.errors import WarehouseError
from pipelines.formulas import rounded

CHANGE = re.compile(r"(?:(?P<illness>[^=:：＝]*)(?:[:：](?P<day>\d+))?[=＝])?(?P<percent>[+\-−]?[\d.]+)[%％]?")
MOST = Decimal(1000)


class RateChange(NamedTuple):
    """Rates moved by so many per cent. disease_class, day_from: of this class, of the segment from this day; None: of
    all.
    """

    percent: Decimal
    disease_class: str | None = None
    day_from: int | None = None


@dataclass(frozen=True)
class Plan:
    """What is tried out: rates, one change after the other; institutions that join the pilot or leave it."""

    rates: tuple[RateChange, ...] = ()
    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Side:
    """One institution before or after. by_days: whether the fund pays it by the day; fund_yuan: what the fund pays it
    for the stays that have a rate; balance_yuan: what it takes in beyond the actual cost, 0 if it is paid that.
    """

    by_days: bool
    fund_yuan: Decimal
    balance_yuan: Decimal


@dataclass(frozen=True)
class Tried:
    """before, after: institution -> Side, of those that are or come to be paid by the day."""

    before: dict[str, Side]
    after: dict[str, Side]

    def fund_yuan(self, after: bool) -> Decimal:
        return sum((side.fund_yuan for side in (self.after if after else self.before).values()), Decimal(0))

    def balance_yuan(self, after: bool) -> Decimal:
        return sum((side.balance_yuan for side in (self.after if after else self.before).values()), Decimal(0))


def read_change(text: str) -> RateChange:
    """'+5%', '普通内科=+5%', '普通内科:5=-3%', ':5=-3%' as a change. Raises WarehouseError for anything else."""
    found = CHANGE.fullmatch(text.strip().replace(" ", ""))
    try:
        percent = Decimal((found["percent"] if found else "?").replace("−", "-"))
    except InvalidOperation:
        percent = None
    if percent is None or not -100 <= percent <= MOST:
        raise WarehouseError(f"标准的调整“{text}”读不懂；应如 +5%、普通内科=+5%、普通内科:5=-3%（第 5 日起的一段）")
    return RateChange(percent, found["illness"] or None, int(found["day"]) if found["day"] else None)


def tried(basis: Basis, plan: Plan) -> Tried:
    """The same stays before and after. Raises WarehouseError for an institution or rates that aren't there."""
    refuse_unknown(basis, plan)
    pilots = basis.pilots
    others = (pilots | plan.added) - plan.removed
    concerned = sorted(pilots | others)
    before = sides(by_institution(of_institutions(settled(basis), concerned)), pilots)
    moved_basis = replace(basis, tariffs=moved(basis.tariffs, plan.rates))
    after = sides(by_institution(of_institutions(settled(moved_basis), concerned)), others)
    return Tried(before, after)


def sides(found: dict[str, Settled], by_days: frozenset[str]) -> dict[str, Side]:
    return {code: side(each, code in by_days) for code, each in found.items()}


def side(each: Settled, by_days: bool) -> Side:
    if by_days:
        return Side(True, each.fund_due_yuan, each.balance_yuan)
    return Side(False, each.fund_paid_yuan, Decimal(0))


def moved(tariffs: dict[Tariff, tuple[Segment, ...]], changes: Iterable[RateChange]) -> dict:
    """The tariffs with their rates moved, each change rounded to the fen."""
    for change in changes:
        tariffs = {tariff: tuple(after(each, tariff, change) for each in rates) for tariff, rates in tariffs.items()}
    return tariffs


def after(segment: Segment, tariff: Tariff, change: RateChange) -> Segment:
    """A segment after a change of rates that may be for it."""
    of_class = change.disease_class in (None, tariff.disease_class)
    if not of_class or change.day_from not in (None, segment.day_from):
        return segment
    return segment._replace(rate_yuan=rounded(segment.rate_yuan * (100 + change.percent) / 100, 2))


def refuse_unknown(basis: Basis, plan: Plan) -> None:
    """Raises WarehouseError where a change finds no rate, or an institution can't join or leave."""
    for change in plan.rates:
        if moved(basis.tariffs, [change._replace(percent=Decimal(100))]) == basis.tariffs:
            illness, day = change.disease_class or "", f"第 {change.day_from} 日起" if change.day_from else ""
            known = "、".join(sorted({tariff.disease_class for tariff in basis.tariffs})) or "无"
            raise WarehouseError(f"没有“{illness}{day}”的床日标准；疾病分类有：{known}")
    rated = {tariff.institution for tariff in basis.tariffs}
    for code in sorted(plan.added | plan.removed):
        if code not in basis.places:
            raise WarehouseError(f"机构名册里没有“{code}”")
    for code in sorted(plan.added):
        if code not in rated:
            raise WarehouseError(f"{basis.places[code].name}没有床日标准，不能按床日结算")
    for code in sorted(plan.removed - basis.pilots):
        raise WarehouseError(f"{basis.places[code].name}不是试点，不能退出")
