"""The premiums of shared cover: who pays them, what goes to reinsurers, what the special reserve gets."""

from decimal import Decimal

from pipelines.formulas import rounded
from pipelines.risk_sharing.layers import Shared
from pipelines.risk_sharing.splitting import split
from pipelines.risk_sharing.terms import ZERO, Terms, Treaty


def premium_parts(terms: Terms) -> dict[str, Decimal]:
    """Payer -> yuan of the premium, by financial strength as agreed (6:4, 5:5, 3:7)."""
    if not terms.payers:
        return {}
    amounts = split(terms.premium_yuan, [payer.share for payer in terms.payers])
    return {payer.name: yuan for payer, yuan in zip(terms.payers, amounts, strict=True)}


def ceded_premium(treaty: Treaty, terms: Terms) -> Decimal:
    """Yuan of the premium that go over with the risk."""
    return rounded(terms.premium_yuan * treaty.premium_share, 2) if treaty.accepted else ZERO


def commission(treaty: Treaty, terms: Terms) -> Decimal:
    """Yuan that the reinsurer gives back for what the business costs: on the gross premium, or on it less costs."""
    base = ceded_premium(treaty, terms)
    net = base if treaty.commission_on == "gross" else base * (1 - terms.cost_rate)
    return rounded(net * treaty.commission, 2)


def to_reserve(shared: Shared, terms: Terms) -> Decimal:
    """Yuan that a year leaves for the special reserve: the premium after costs, profit, what was ceded and paid.

    Never less than nothing: a year with a loss takes nothing out of the reserve here; what the reserve pays is a layer.
    """
    ceded = sum((ceded_premium(t, terms) - commission(t, terms) for t in terms.treaties), ZERO)
    kept = terms.premium_yuan * (1 - terms.cost_rate - terms.profit_rate)
    return max(rounded(kept - ceded - shared.of("pool"), 2), ZERO)
