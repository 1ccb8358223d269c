"""Many years of losses made from the county's own high-cost cases, and what each layer is called on in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from pipelines.risk_sharing.layers import LAYERS, Loss, Shared, share
from pipelines.risk_sharing.terms import ZERO, Terms

YEARS = 1000
RARE = Decimal("0.99")  # of a hundred years the worst


@dataclass(frozen=True)
class Call:
    """What a layer is called on, in yuan: on the mean of the years, and once in a hundred."""

    layer: str
    expected_yuan: Decimal
    rare_yuan: Decimal


def made_up_years(cases: Sequence[Loss], yearly: Decimal, years: int = YEARS, seed: int = 0) -> list[list[Loss]]:
    """Years of cases drawn with replacement, so many as Poisson has it with the mean yearly; a seed gives the same."""
    dice = np.random.default_rng(seed)
    counts = dice.poisson(float(yearly), years)
    return [[cases[n] for n in dice.integers(0, len(cases), count)] if cases else [] for count in counts]


def calls(years: Sequence[Sequence[Loss]], terms: Terms) -> list[Call]:
    """The call on every layer over these years, in the order of the layers."""
    outcomes = [share(year, terms) for year in years]
    return [call(layer, outcomes) for layer in LAYERS]


def call(layer: str, outcomes: Sequence[Shared]) -> Call:
    amounts = sorted(outcome.of(layer) for outcome in outcomes)
    if not amounts:
        return Call(layer, ZERO, ZERO)
    place = min(int(RARE * len(amounts)), len(amounts) - 1)
    return Call(layer, (sum(amounts) / len(amounts)).quantize(Decimal("0.01")), amounts[place])
