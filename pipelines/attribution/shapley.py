"""Why a product of factors changed: the part of each factor by its Shapley value, exact, so that the parts add up."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import factorial, lcm, prod
from operator import mul


def shapley(before: Sequence[Fraction], after: Sequence[Fraction]) -> list[Fraction]:
    """The part of each factor in the change of their product, in its unit; they add up to it exactly.

    The mean, over all orders in which the factors could have changed one after another, of what each changed: no order
    is preferred, and no factor is left over. (Shapley 1953: of two factors each gets half of what both did together.)
    """
    units = [lcm(then.denominator, now.denominator) for then, now in zip(before, after, strict=True)]
    pairs = [(int(then * unit), int(now * unit)) for then, now, unit in zip(before, after, units, strict=True)]
    count = len(pairs)
    weights = [factorial(size) * factorial(count - size - 1) for size in range(count)]
    whole = prod(units) * factorial(count)
    return [
        Fraction((now - then) * sum(map(mul, weights, by_changed(pairs[:n] + pairs[n + 1 :]))), whole)
        for n, (then, now) in enumerate(pairs)
    ]


def by_changed(pairs: Iterable[tuple[int, int]]) -> list[int]:
    """How many factors have changed (the place) -> the sum of the products over all sets of so many of them."""
    sums = [1]
    for then, now in pairs:
        kept, changed = [*(each * then for each in sums), 0], [0, *(each * now for each in sums)]
        sums = [one + other for one, other in zip(kept, changed, strict=True)]
    return sums
