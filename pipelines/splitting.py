"""An amount divided by shares so that the parts add up to it to the fen, and none falls when the amount grows."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

FEN = Decimal("0.01")
HALF = Fraction(1, 2)


def split(amount_yuan: Decimal, shares: Sequence[Decimal]) -> list[Decimal]:
    """W = G x D / S for each share D of their sum S, in whole fen: yuan in the order of the shares.

    Each part is rounded HALF_UP; fen that are then too many or too few are taken or given where rounding weighs most on
    the share (Webster's method: nobody gets less of more). Raises ValueError for a negative amount or share, parts of
    a fen, and shares that are all zero.
    """
    weights = [Fraction(share) for share in shares]
    if amount_yuan < 0 or amount_yuan % FEN or min(weights, default=0) < 0 or not sum(weights):
        raise ValueError(f"{amount_yuan} can't be divided by {shares}")
    fen = int(amount_yuan / FEN)
    parts = [int(fen * weight / sum(weights) + HALF) for weight in weights]
    while (missing := fen - sum(parts)) != 0:
        parts[(most_short if missing > 0 else most_over)(parts, weights)] += 1 if missing > 0 else -1
    return [part * FEN for part in parts]


def most_short(parts: Sequence[int], weights: Sequence[Fraction]) -> int:
    """Who is next to get a fen."""
    return max(range(len(parts)), key=lambda n: weights[n] / (parts[n] + HALF))


def most_over(parts: Sequence[int], weights: Sequence[Fraction]) -> int:
    """Who was last to get one; of who would be equal the later one, so that the order is that of giving backwards."""
    return min((n for n in range(len(parts)) if parts[n]), key=lambda n: (weights[n] / (parts[n] - HALF), -n))
