"""Quantiles and exact tails intervals are made of: normal, Student's t, hypergeometric; without SciPy: ADR 0012."""

from functools import lru_cache
from math import exp, lgamma, sqrt
from statistics import NormalDist


def normal_quantile(probability: float) -> float:
    """z of a probability between 0 and 1: 1.96 for 0.975."""
    return NormalDist().inv_cdf(probability)


def t_quantile(probability: float, freedom: float) -> float:
    """Student's t of a probability and of degrees of freedom, to 0.001 from 8 of them on.

    The Cornish-Fisher expansion: Abramowitz and Stegun, 26.7.5.
    """
    z = normal_quantile(probability)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, 1))


def tail_up_to(found: int, whole: int, marked: int, drawn: int) -> float:
    """P(X <= found): so many marked ones at most among drawn of whole, of which marked are marked; no replacement."""
    first, last = max(0, drawn - (whole - marked)), min(marked, drawn)
    if not first <= found < last:
        return float(found >= last)
    # Summed away from the middle, where terms only fall: a first term that is too small for a float is then no loss.
    if found * (whole + 2) < (marked + 1) * (drawn + 1):
        return min(1.0, falling(found, first, -1, whole, marked, drawn))
    return max(0.0, 1.0 - falling(found + 1, last, 1, whole, marked, drawn))


def falling(start: int, end: int, step: int, whole: int, marked: int, drawn: int) -> float:
    """P(X = start) + ... + P(X = end), each from the one before."""
    term, total = exp(log_chance(start, whole, marked, drawn)), 0.0
    for k in range(start, end + step, step):
        total += term
        up = (marked - k) * (drawn - k), (k + 1) * (whole - marked - drawn + k + 1)
        down = k * (whole - marked - drawn + k), (marked - k + 1) * (drawn - k + 1)
        over, under = up if step > 0 else down
        term *= over / under if under else 0.0
    return total


def log_chance(found: int, whole: int, marked: int, drawn: int) -> float:
    """Logarithm of P(X = found) of the same draw."""
    return log_choose(marked, found) + log_choose(whole - marked, drawn - found) - log_choose(whole, drawn)


def log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


@lru_cache(maxsize=4096)
def marked_between(found: int, drawn: int, whole: int, tail: float) -> tuple[int, int]:
    """The least and the most marked ones in the whole under which `found` of `drawn` is no rarer than tail, each side.

    An interval of confidence 1 - 2 * tail at least, whatever the true number is (Clopper and Pearson, 1934, for draws
    without replacement).
    """
    surely, at_most = found, whole - (drawn - found)
    low = first_where(surely, at_most, lambda marked: 1 - tail_up_to(found - 1, whole, marked, drawn) > tail)
    high = first_where(surely, at_most + 1, lambda marked: tail_up_to(found, whole, marked, drawn) <= tail) - 1
    return low, high


def first_where(low: int, high: int, holds) -> int:
    """The first number from low on for which it holds, high if for none before; it must hold for all beyond one."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def wilson(rate: float, effective: float, tail: float) -> tuple[float, float]:
    """Wilson's score interval of a rate from an effective number of draws; (rate, rate) where chance plays no part."""
    if effective == float("inf"):
        return rate, rate
    z = normal_quantile(1 - tail)
    shrink = 1 + z * z / effective
    centre = (rate + z * z / (2 * effective)) / shrink
    half = z / shrink * sqrt(rate * (1 - rate) / effective + z * z / (4 * effective * effective))
    return max(0.0, centre - half), min(1.0, centre + half)
