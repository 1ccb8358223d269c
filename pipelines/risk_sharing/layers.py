"""A year's losses run through the layers of the terms: who pays what.

In this order: the deductible of each case; the co-insurance pool up to its annual limit, of which proportional
reinsurers carry their part; excess-of-loss reinsurers above the pool, one after another; the special reserve; then
nobody. What nobody carries lowers what everybody is paid (赔付回调), or is left to the public purse, as the terms say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pipelines.risk_sharing.splitting import FEN, HALF, split
from pipelines.risk_sharing.terms import ZERO, Terms, Treaty

LAYERS = {
    "deductible": "免赔额",
    "pool": "共保体",
    "ceded": "比例分保",
    "excess": "超额赔款分保",
    "reserve": "专项准备金",
    "unpaid": "赔付回调",
    "public": "财政兜底",
}


@dataclass(frozen=True)
class Loss:
    """One case of a year. sum_insured_yuan: what it is insured for, which a surplus treaty goes by."""

    yuan: Decimal
    sum_insured_yuan: Decimal | None = None


@dataclass(frozen=True)
class Payment:
    """What somebody bears in a layer (of LAYERS)."""

    layer: str
    payer: str
    yuan: Decimal


@dataclass(frozen=True)
class Shared:
    """A year's losses, who bears them, and which share of what is owed is paid. The payments add up to the losses."""

    losses_yuan: Decimal
    payments: tuple[Payment, ...]
    payout_ratio: Fraction

    def of(self, layer: str) -> Decimal:
        """What a layer bears, in yuan."""
        return sum((each.yuan for each in self.payments if each.layer == layer), ZERO)


def share(losses: Sequence[Loss], terms: Terms) -> Shared:
    """Who bears a year's losses (yuan, to the fen) on these terms.

    Raises ValueError for a loss that is negative or has parts of a fen, and for one without its sum insured where a
    surplus treaty asks for it.
    """
    borne = sum((min(loss.yuan, terms.deductible_yuan) for loss in losses), ZERO)
    total = sum((loss.yuan for loss in losses), ZERO)
    rest = owed = total - borne
    found = [Payment("deductible", "被保险人", borne)]
    for payments in (of_pool, of_excess, of_reserve):
        taken = payments(rest, losses, terms)
        found += taken
        rest -= sum((each.yuan for each in taken), ZERO)
    found.append(Payment("unpaid", "被保险人", rest) if terms.called_back else Payment("public", "财政", rest))
    paid = owed - rest if terms.called_back else owed
    return Shared(total, tuple(found), Fraction(paid) / Fraction(owed) if owed else Fraction(1))


def of_pool(rest: Decimal, losses: Sequence[Loss], terms: Terms) -> list[Payment]:
    """What the pool answers for: its proportional reinsurers first, the others of it by their shares."""
    kept, found = min(rest, terms.pool_limit_yuan), []
    for treaty in binding(terms, proportional=True):
        ceded = at_most(part(kept, ceded_share(treaty, losses, terms)), treaty.limit_yuan)
        found.append(Payment("ceded", treaty.reinsurer, ceded))
        kept -= ceded
    amounts = split(kept, [insurer.share for insurer in terms.insurers])
    return [*(Payment("pool", i.name, yuan) for i, yuan in zip(terms.insurers, amounts, strict=True)), *found]


def of_excess(rest: Decimal, losses: Sequence[Loss], terms: Terms) -> list[Payment]:
    """What the excess-of-loss reinsurers take of what the pool leaves, each up to its limit."""
    found = []
    for treaty in binding(terms, proportional=False):
        found.append(Payment("excess", treaty.reinsurer, at_most(rest, treaty.limit_yuan)))
        rest -= found[-1].yuan
    return found


def of_reserve(rest: Decimal, losses: Sequence[Loss], terms: Terms) -> list[Payment]:
    """What the special reserve pays of what is left."""
    return [Payment("reserve", LAYERS["reserve"], min(rest, terms.reserve_yuan))]


def binding(terms: Terms, proportional: bool) -> Iterable[Treaty]:
    """The treaties of a kind that hold: an offer that is not accepted does not."""
    return [each for each in terms.treaties if each.accepted and (each.form != "excess") == proportional]


def at_most(yuan: Decimal, limit_yuan: Decimal | None) -> Decimal:
    return yuan if limit_yuan is None else min(yuan, limit_yuan)


def part(yuan: Decimal, of_it: Fraction) -> Decimal:
    """A part of an amount, rounded HALF_UP to the fen."""
    return int(Fraction(yuan) * of_it / Fraction(FEN) + HALF) * FEN


def ceded_share(treaty: Treaty, losses: Sequence[Loss], terms: Terms) -> Fraction:
    """The share of the pool's losses that a proportional treaty carries: of each case the share of its sum insured."""
    if treaty.form == "quota":
        return Fraction(treaty.share)
    above = [(Fraction(max(loss.yuan - terms.deductible_yuan, ZERO)), loss) for loss in losses]
    whole = sum(weight for weight, _ in above)
    return sum(weight * ceded_of(treaty, loss) for weight, loss in above) / whole if whole else Fraction(0)


def ceded_of(treaty: Treaty, loss: Loss) -> Fraction:
    """The share of a case's sum insured that a surplus takes: what lies above the line, so many lines at most; and a
    quota of the rest of the line where the treaty is of both kinds."""
    if loss.sum_insured_yuan is None:
        raise ValueError(f"{treaty.reinsurer}: a surplus treaty needs the sum insured of every case")
    insured, line = Fraction(loss.sum_insured_yuan), Fraction(treaty.line_yuan)
    taken = min(max(insured - line, Fraction(0)), line * Fraction(treaty.lines))
    if treaty.form == "quota_surplus":
        taken += min(insured, line) * Fraction(treaty.share)
    return taken / insured if insured else Fraction(0)
