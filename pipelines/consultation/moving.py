"""What if money moves between townships: typed moves, or from what some leave to where others run out.

The total of all limits stays; nobody is asked for more than is expected to be left at the highest reading.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from pipelines.consultation.reading import ConsultationError
from pipelines.consultation.rules import ZERO
from pipelines.consultation.standing import Standing
from pipelines.splitting import FEN, split


class Move(NamedTuple):
    """So many yuan from one township's limit to another's."""

    giver: str
    taker: str
    yuan: Decimal


class Moved(NamedTuple):
    """A township before and after. short_*: what the highest reading lies above the limit, 0 if nothing."""

    town: str
    before_yuan: Decimal
    after_yuan: Decimal
    short_before_yuan: Decimal
    short_after_yuan: Decimal

    @property
    def change_yuan(self) -> Decimal:
        return self.after_yuan - self.before_yuan


def moved(limits: Mapping[str, Decimal], moves: Sequence[Move]) -> dict[str, Decimal]:
    """The limits after these moves, one after the other; their sum is what it was.

    Raises ConsultationError for a township without a limit, an amount that is none, and more than a township has.
    """
    found = dict(limits)
    for giver, taker, yuan in moves:
        if unknown := [town for town in (giver, taker) if town not in found]:
            raise ConsultationError(f"没有乡镇“{unknown[0]}”的限额；可以是：{'、'.join(list(found)[:12])}……")
        if giver == taker or yuan <= 0 or yuan % FEN:
            raise ConsultationError(f"从{giver}调到{taker} {yuan} 元不成立；要两个乡镇、一个到分的正数")
        if yuan > found[giver]:
            raise ConsultationError(f"{giver}只有 {found[giver]:,.2f} 元，调不出 {yuan:,.2f} 元")
        found[giver] -= yuan
        found[taker] += yuan
    return found


def balanced(found: Standing) -> dict[str, Decimal]:
    """The limits after what some leave went to those who may run out, both by their highest reading; same sum.

    Where too little is left, every taker gets in proportion to what it lacks; where too much, every giver gives in
    proportion to what it leaves. Raises ConsultationError where nothing is known of the rest of the year.
    """
    if not all(each.outlook.known for each in found.townships):
        raise ConsultationError(f"推不出全年，不能自动调剂：{found.townships[0].outlook.why}")
    gaps = {each.town: each.outlook.high_yuan - each.limit_yuan for each in found.townships}
    spare = {town: -gap for town, gap in gaps.items() if gap < 0}
    lacking = {town: gap for town, gap in gaps.items() if gap > 0}
    amount = min(sum(spare.values(), ZERO), sum(lacking.values(), ZERO))
    given, got = parts(amount, spare), parts(amount, lacking)
    return {
        each.town: each.limit_yuan - given.get(each.town, ZERO) + got.get(each.town, ZERO) for each in found.townships
    }


def parts(amount: Decimal, shares: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The amount by these shares, to the fen; nothing of nothing."""
    return dict(zip(shares, split(amount, list(shares.values())), strict=True)) if amount else {}


def compared(found: Standing, after: Mapping[str, Decimal]) -> list[Moved]:
    """Every township before and after, those who gain first."""
    rows = []
    for each in found.townships:
        high = each.outlook.high_yuan or each.used_yuan
        limits = each.limit_yuan, after[each.town]
        rows.append(Moved(each.town, *limits, *(max(high - limit, ZERO) for limit in limits)))
    return sorted(rows, key=lambda row: (-row.change_yuan, row.town))
