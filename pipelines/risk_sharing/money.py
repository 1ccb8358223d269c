"""The premiums of shared cover: who pays them, what goes to reinsurers; the special reserve, carried over the years."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from pipelines.formulas import rounded
from pipelines.risk_sharing.layers import Loss, Shared, share
from pipelines.risk_sharing.terms import ZERO, Terms, Treaty
from pipelines.risk_sharing.years import Years, below_the_reserve, limit
from pipelines.splitting import split


@dataclass(frozen=True)
class Carried:
    """The special reserve in one year, in yuan: closing = opening - used + added."""

    opening_yuan: Decimal
    used_yuan: Decimal
    added_yuan: Decimal

    @property
    def closing_yuan(self) -> Decimal:
        return self.opening_yuan - self.used_yuan + self.added_yuan


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


def kept_premium(terms: Terms) -> Decimal:
    """Yuan of the premium that the pool has for its own payments: after costs, profit, and what was ceded net."""
    ceded = sum((ceded_premium(t, terms) - commission(t, terms) for t in terms.treaties), ZERO)
    return rounded(terms.premium_yuan * (1 - terms.cost_rate - terms.profit_rate) - ceded, 2)


def to_reserve(shared: Shared, terms: Terms) -> Decimal:
    """Yuan that a year leaves for the special reserve: the premium after costs, profit, what was ceded and paid.

    Never less than nothing: a year with a loss takes nothing out of the reserve here; what the reserve pays is a layer.
    """
    return max(kept_premium(terms) - shared.of("pool"), ZERO)


def carried(years: Sequence[Sequence[Loss]], terms: Terms) -> list[Carried]:
    """The special reserve through years of cases, one after another; it begins with that of the terms."""
    found, now = [], terms.reserve_yuan
    for losses in years:
        shared = share(losses, replace(terms, reserve_yuan=now))
        found.append(Carried(now, shared.of("reserve"), to_reserve(shared, terms)))
        now = found[-1].closing_yuan
    return found


def reserves(years: Years, terms: Terms, horizon: int) -> np.ndarray:
    """Many made-up futures at once: the reserve in fen at the end of each of so many years, a row for each future."""
    found, rest = below_the_reserve(years, terms)
    futures = len(years.counts) // horizon
    left, own = (each[: futures * horizon].reshape(futures, horizon) for each in (rest, found["pool"]))
    added = np.maximum(limit(max(kept_premium(terms), ZERO)) - own, 0)
    now, closing = np.full(futures, limit(terms.reserve_yuan)), []
    for year in range(horizon):
        now = now - np.minimum(left[:, year], now) + added[:, year]
        closing.append(now)
    return np.stack(closing, axis=1)
