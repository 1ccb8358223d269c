"""How many files to draw: the size for a wanted precision, and its shares of the strata."""

from collections.abc import Mapping
from decimal import Decimal
from heapq import heapify, heappop, heappush
from math import ceil, sqrt

from pipelines.sampling.exact import normal_quantile

LEAST = 2  # files of a stratum: the spread within it can't be seen from one


def size_for(
    whole: int, margin: Decimal, confidence: Decimal = Decimal("0.95"), expected: Decimal = Decimal("0.5")
) -> int:
    """Files that estimate a rate to within +-margin (0.05 for five points), of a whole of so many, rounded up.

    expected: the rate that is expected; 0.5 is the safe choice. n0 = z^2 p (1 - p) / e^2, with the finite-population
    correction n = n0 / (1 + (n0 - 1) / N) (Cochran, Sampling Techniques, 4.4).
    """
    if whole <= 0:
        return 0
    z, e, p = normal_quantile(float(1 + confidence) / 2), float(margin), float(expected)
    endless = z * z * p * (1 - p) / (e * e)
    return min(whole, max(1, ceil(endless / (1 + (endless - 1) / whole))))


def margin_of(
    whole: int, size: int, confidence: Decimal = Decimal("0.95"), expected: Decimal = Decimal("0.5")
) -> float:
    """The half width that so many files give: what size_for() turns round."""
    if size >= whole:
        return 0.0
    z, p = normal_quantile(float(1 + confidence) / 2), float(expected)
    return z * sqrt(p * (1 - p) / size * (whole - size) / (whole - 1))


def shared_out(size: int, weights: Mapping[str, float], sizes: Mapping[str, int]) -> dict[str, int]:
    """So many files shared out among strata; LEAST of each, never more than there are.

    weights: the strata's sizes for equal shares, size times spread for more where amounts differ more. One file after
    the other to where it takes most of the variance away (Wright, 2012: Neyman's shares in whole numbers).
    """
    shares = {name: min(LEAST, whole) for name, whole in sizes.items()}
    open_ones = [(-gain(weights[name], n), name) for name, n in shares.items() if n < sizes[name]]
    heapify(open_ones)
    for _ in range(size - sum(shares.values())):
        if not open_ones:
            break
        _, name = heappop(open_ones)
        shares[name] += 1
        if shares[name] < sizes[name]:
            heappush(open_ones, (-gain(weights[name], shares[name]), name))
    return shares


def gain(weight: float, n: int) -> float:
    """The root of the variance that one more file takes away from a stratum with n of them."""
    return weight / sqrt(n * (n + 1)) if n else float("inf")
