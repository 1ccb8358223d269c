"""Excess yuan: what an institution's rate beyond that of its peers adds up to. For a ranking, never for a claim.

As PEPPER and the NHS do it: (own rate - peer rate) x volume, with the interval that chance alone explains, and only for
those with enough cases and peers. The mix of illnesses is not adjusted for.
"""

from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

from pipelines.formulas import EXACT, rounded
from pipelines.peers.limits import INNER, Peer, Spread


@dataclass(frozen=True)
class Excess:
    """One institution's excess on a measure, in yuan: negative below its peers. rate, peer_rate: in the measure's unit.

    low_yuan, high_yuan: the 95 % interval from the institution's own chance variation; None without two months.
    fund_yuan: the part of it that the fund bears, at the institution's own reimbursement; None if unknown.
    """

    peer: Peer
    rate: Decimal
    peer_rate: Decimal
    volume: Decimal
    yuan: Decimal
    low_yuan: Decimal | None
    high_yuan: Decimal | None
    fund_yuan: Decimal | None

    @property
    def certain(self) -> bool:
        """Whether even the low end of the interval is above the peers."""
        return self.low_yuan is not None and self.low_yuan > 0


def excess(
    peer: Peer, sums: tuple[Decimal, Decimal], peer_rate: Decimal, price: Decimal, spread: Spread, fund: Decimal | None
) -> Excess:
    """sums: numerator and denominator of the institution's rate; peer_rate: the rate of its like, as a plain quotient.

    price: yuan per unit of the numerator (1 where it is money); fund: the share of cost that the fund bears.
    """
    top, bottom = sums
    yuan = price * (top - peer_rate * bottom)
    half = None
    if spread.per_case:
        half = Decimal(INNER * spread.per_case / sqrt(peer.cases)) * price * peer_rate * bottom
    return Excess(
        peer,
        EXACT.divide(top, bottom),
        peer_rate,
        bottom,
        rounded(yuan, 2),
        None if half is None else rounded(yuan - half, 2),
        None if half is None else rounded(yuan + half, 2),
        None if fund is None else rounded(yuan * fund, 2),
    )
