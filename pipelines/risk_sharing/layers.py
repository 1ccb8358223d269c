"""A year's losses run through the layers of the terms: who pays what.

In this order: the deductible of each case; what case-excess reinsurers take of a large case; the co-insurance pool up
to its annual limit, of which proportional reinsurers carry their part; excess-of-loss reinsurers above the pool, one
after another; the special reserve; then nobody. What nobody carries lowers what everybody is paid (赔付回调), or is
left to the public purse, as the terms say. Cases count in the order they came: what earlier ones spent is spent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pipelines.errors import WarehouseError
from pipelines.risk_sharing.terms import BY_SUM_INSURED, PROPORTIONAL, ZERO, Terms, Treaty
from pipelines.splitting import FEN, split

LAYERS = {
    "deductible": "免赔额",
    "case_excess": "险位超赔分保",
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

    Raises ValueError for a loss that is negative or has parts of a fen, WarehouseError for one without its sum insured
    where a surplus treaty asks for it.
    """
    if any(loss.yuan < 0 or loss.yuan % FEN for loss in losses):
        raise ValueError("a loss is negative or has parts of a fen")
    total = sum((loss.yuan for loss in losses), ZERO)
    rests = [max(loss.yuan - terms.deductible_yuan, ZERO) for loss in losses]
    owed = sum(rests, ZERO)
    found = [Payment("deductible", "被保险人", total - owed), *of_large_cases(rests, terms)]
    found += of_pool(rests, losses, terms)
    rest = total - sum((each.yuan for each in found), ZERO)
    for payer, layer, limit in above_the_pool(terms):
        found.append(Payment(layer, payer, min(rest, limit)))
        rest -= found[-1].yuan
    found.append(Payment("unpaid", "被保险人", rest) if terms.called_back else Payment("public", "财政", rest))
    paid = owed - rest if terms.called_back else owed
    return Shared(total, tuple(found), Fraction(paid) / Fraction(owed) if owed else Fraction(1))


def of_large_cases(rests: list[Decimal], terms: Terms) -> list[Payment]:
    """What case-excess reinsurers take of each case above their line; it is taken off the rests."""
    found, owed = [], [*rests]
    for treaty in terms.binding("case_excess"):
        taken = ZERO
        for place, yuan in enumerate(owed):
            part = at_most(max(yuan - treaty.line_yuan, ZERO), treaty.case_limit_yuan)
            part = at_most(part, None if treaty.limit_yuan is None else treaty.limit_yuan - taken)
            rests[place] -= part
            taken += part
        found.append(Payment("case_excess", treaty.reinsurer, taken))
    return found


def of_pool(rests: Sequence[Decimal], losses: Sequence[Loss], terms: Terms) -> list[Payment]:
    """What the pool answers for: its proportional reinsurers up to their limits, the others of it by their shares.

    Where a sum insured decides, each case is divided; otherwise the year's sum.
    """
    treaties, takes, left = terms.binding(*PROPORTIONAL), [], terms.pool_limit_yuan
    for yuan in rests:
        takes.append(min(yuan, left))
        left -= takes[-1]
    parted = zip(takes, losses, strict=True) if needs_sums(terms) else [(sum(takes, ZERO), Loss(ZERO))]
    ceded, kept = [ZERO] * len(treaties), ZERO
    for take, loss in parted:
        *parts, own = split(take, weights(treaties, loss, terms))
        for place, (treaty, part) in enumerate(zip(treaties, parts, strict=True)):
            carried = at_most(part, None if treaty.limit_yuan is None else treaty.limit_yuan - ceded[place])
            ceded[place] += carried
            own += part - carried
        kept += own
    amounts = split(kept, [insurer.share for insurer in terms.insurers])
    own_parts = [Payment("pool", i.name, yuan) for i, yuan in zip(terms.insurers, amounts, strict=True)]
    return [*own_parts, *(Payment("ceded", t.reinsurer, yuan) for t, yuan in zip(treaties, ceded, strict=True))]


def above_the_pool(terms: Terms) -> list[tuple[str, str, Decimal]]:
    """(payer, layer, the most of a year in yuan) of what pays after the pool, in order."""
    found = [(treaty.reinsurer, "excess", treaty.limit_yuan) for treaty in terms.binding("excess")]
    return [*found, (LAYERS["reserve"], "reserve", terms.reserve_yuan)]


def spent_at(terms: Terms) -> list[tuple[str, str, Decimal]]:
    """(layer, payer, yuan): at which sum owed above deductibles and case-excess each layer has paid all it does."""
    reached, found = terms.pool_limit_yuan, [("pool", LAYERS["pool"], terms.pool_limit_yuan)]
    for payer, layer, limit in above_the_pool(terms):
        reached += limit
        found.append((layer, payer, reached))
    return found


def needs_sums(terms: Terms) -> bool:
    """Whether a treaty goes by the sum insured of each case."""
    return bool(terms.binding(*BY_SUM_INSURED))


def at_most(yuan: Decimal, limit_yuan: Decimal | None) -> Decimal:
    return yuan if limit_yuan is None else min(yuan, limit_yuan)


def weights(treaties: Sequence[Treaty], loss: Loss, terms: Terms) -> list[Fraction]:
    """The share of a case that each proportional treaty carries, and what is left to the pool: together 1."""
    found, left = [], Fraction(1)
    for treaty in treaties:
        found.append(min(ceded_of(treaty, loss, terms), left))
        left -= found[-1]
    return [*found, left]


def ceded_of(treaty: Treaty, loss: Loss, terms: Terms) -> Fraction:
    """A quota as agreed; of a surplus the share of the sum insured that lies above the line, so many lines at most, and
    a quota of the line where the treaty is of both kinds."""
    if treaty.form == "quota":
        return Fraction(treaty.share)
    told = terms.sum_insured_yuan if loss.sum_insured_yuan is None else loss.sum_insured_yuan
    if told is None:
        raise WarehouseError(
            f"{treaty.reinsurer}的溢额分保要知道每例的保险金额；请在条款里写每例保险金额，或随损失写明"
        )
    insured, line = Fraction(told), Fraction(treaty.line_yuan)
    taken = min(max(insured - line, Fraction(0)), line * Fraction(treaty.lines))
    if treaty.form == "quota_surplus":
        taken += min(insured, line) * Fraction(treaty.share)
    return taken / insured if insured else Fraction(0)
