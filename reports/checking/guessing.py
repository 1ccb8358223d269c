"""Readings that only digits prove: of a change, share or multiple that has exactly one pair of figures to be made of.

Nothing says that it is of this pair; so a mismatch counts only where the printed digits are a slip of the right ones.
"""

from collections.abc import Iterator
from itertools import combinations

from reports.checking.comparing import grown
from reports.checking.readings import Reading, reading, verdict
from reports.checking.roles import sign_of
from reports.checking.said import Said, here

MADE = ("value", "whole", "base", "year_ago", "target")
FEW = 3
ROLES = ("difference", "growth", "points", "share", "multiple")


def guessed(said: list[Said]) -> Iterator[Reading]:
    """The readings of every figure of a sentence that is told of two others, in whatever order."""
    for claim in said:
        if claim.role in ROLES or claim.figure.family in ("percent", "times"):
            pairs = pairs_of(claim, said)
            if len(pairs) == 1:
                yield from filter(worth, readings_of(claim, *pairs[0]))


def worth(found: Reading | None) -> bool:
    """Whether it says something: that two digits agree may be chance, and would outweigh what the text says."""
    return found is not None and (verdict(found) == "impossible" or len(str(found.target.value)) > FEW)


def pairs_of(claim: Said, said: list[Said]) -> list[tuple[Said, Said]]:
    """The pairs of its sentence that it may be made of: of one kind, and of its own where it is an amount or points."""
    others = [c for c in here(claim, said) if c.place != claim.place and c.role in MADE]
    wanted = {"points": ("percent",), "percent": None, "times": None}.get(claim.figure.family, (claim.figure.family,))
    found = [c for c in others if fits(c, wanted)]
    return [(a, b) for a, b in combinations(found, 2) if a.figure.family == b.figure.family]


def fits(other: Said, wanted: tuple[str, ...] | None) -> bool:
    if wanted is None:
        return other.figure.family not in ("percent", "points", "times", "")
    return other.figure.family in wanted


def readings_of(claim: Said, one: Said, other: Said) -> Iterator[Reading | None]:
    less, more = sorted((one.figure, other.figure), key=lambda figure: figure.base)
    inputs = {"a": more, "b": less}
    if claim.role == "growth":
        formula, words = grown(sign_of(claim.verb) >= 0)
        names = inputs if sign_of(claim.verb) >= 0 else {"a": less, "b": more}
        yield reading("growth", claim.figure, formula, names, firm=False, words=words)
    elif claim.figure.family == "times":
        yield reading("share", claim.figure, "a/b", inputs, firm=False)
    elif claim.figure.family == "percent":
        yield reading("share", claim.figure, "100*b/a", inputs, firm=False)
    else:
        kind = "points" if claim.figure.family == "points" else "difference"
        yield reading(kind, claim.figure, "a-b", inputs, firm=False)
