"""Why a product of factors changed: the part of each factor by its Shapley value, exact, so that the parts add up."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from math import factorial, prod


def shapley(before: Sequence[Fraction], after: Sequence[Fraction]) -> list[Fraction]:
    """The part of each factor in the change of their product, in its unit; they add up to it exactly.

    The mean, over all orders in which the factors could have changed one after another, of what each changed: no order
    is preferred, and no factor is left over. (Shapley 1953: of two factors each gets half of what both did together.)
    """
    count = len(before)
    return [
        (after[n] - before[n]) * sum(weight * product for weight, product in beside(n, count, before, after))
        for n in range(count)
    ]


def beside(
    factor: int, count: int, before: Sequence[Fraction], after: Sequence[Fraction]
) -> Iterator[tuple[Fraction, Fraction]]:
    """For each set of others that have changed before this factor: its weight, and the product of the others."""
    others = [n for n in range(count) if n != factor]
    for size in range(count):
        weight = Fraction(factorial(size) * factorial(count - size - 1), factorial(count))
        for changed in combinations(others, size):
            yield weight, prod((after[n] if n in changed else before[n] for n in others), start=Fraction(1))
