"""Readings of changes: this year's figure, last year's, how far apart, by how many per cent or percentage points."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from reports.checking.readings import Reading, reading
from reports.checking.roles import sign_of
from reports.checking.said import Said, before
from reports.checking.tokens import Figure

RATIOS = ("percent", "")


@dataclass
class Change:
    """A value with what it is compared with and by how much it changed, as far as the text says.

    loose: the text does not say that the two are compared, they only stand side by side.
    """

    now: Said
    ago: Said | None = None
    changes: list[Said] = field(default_factory=list)
    loose: bool = False


def changes_of(said: list[Said]) -> list[Change]:
    """Every comparison of the text; a value compared with two others makes two."""
    found: list[Change] = []
    for claim in said:
        if claim.role == "value" and claim.against is not None:
            found.append(Change(claim, said[claim.against]))
        elif claim.of is not None and claim.role in ("year_ago", "base"):
            found.append(Change(said[claim.of], claim))
        elif claim.of is not None and claim.role in ("difference", "growth", "points"):
            current = next((c for c in found[:-6:-1] if claim.of in (c.now.place, c.loose and c.ago.place)), None)
            if current is None:
                found.append(current := beside(said[claim.of], said))
            current.changes.append(claim)
    return found


def beside(value: Said, said: list[Said]) -> Change:
    """A change of a value without an earlier one: against the like of it just before, 试点453元，非试点797元."""
    for other in reversed(said[max(0, value.place - 3) : value.place]):
        same = other.mention.sentence == value.mention.sentence and other.quantity == value.quantity
        if same and other.role == "value" and value.quantity and other.where != value.where:
            return Change(other, value, loose=True)
    return Change(value)


def compared(said: list[Said]) -> Iterator[Reading]:
    """The readings of every difference, growth and change in percentage points."""
    for change in changes_of(said):
        for claim in change.changes:
            yield from filter(None, readings_of(change, claim))
    yield from filter(None, loose_growth(said))
    yield from filter(None, loose_difference(said))


def readings_of(change: Change, claim: Said) -> Iterator[Reading | None]:
    now, ago = change.now.figure, change.ago.figure if change.ago else None
    if ago is not None and not alike(now.family, ago.family):
        return
    if claim.role == "growth":
        yield from growths(change, claim, now, ago)
    elif ago is None:
        return
    elif claim.role == "points" and now.family in RATIOS:
        yield apart("points", claim, now, ago, near(change))
    elif claim.role == "difference" and claim.figure.family == now.family:
        yield apart("difference", claim, now, ago, near(change))


def near(change: Change) -> bool:
    """Whether both values stand in one sentence; otherwise it is less sure that they belong together."""
    if change.loose:
        return False
    return change.ago is None or change.now.mention.sentence == change.ago.mention.sentence


def alike(one: str, other: str) -> bool:
    return one == other or {one, other} <= set(RATIOS)


def apart(kind: str, claim: Said, now: Figure, ago: Figure, firm: bool) -> Reading | None:
    more = now.base >= ago.base
    return reading(kind, claim.figure, "a-b" if more else "b-a", {"a": now, "b": ago}, firm)


def growths(change: Change, claim: Said, now, ago) -> Iterator[Reading | None]:
    """By how many per cent: from both values, from the difference and the earlier value, or from the later one."""
    percentages = now.family in RATIOS
    kind = "points" if percentages else "growth"
    if ago is not None:
        formula, words = grown(now.base >= ago.base)
        note = "比率之差以百分点计" if percentages else ""
        yield reading(kind, claim.figure, formula, {"a": now, "b": ago}, near(change), note=note, words=words)
    differences = [c.figure for c in change.changes if c.role == "difference" and c.figure.family == now.family]
    for difference in differences[:1]:
        if ago is not None:
            yield reading("growth", claim.figure, "100*d/b", {"d": difference, "b": ago})
        elif not percentages:
            yield by_difference(claim, difference, now)


def grown(more: bool) -> tuple[str, str]:
    """The formula of a growth in which each figure stands once, and how people write it."""
    return ("100*(a/b-1)", "(a-b)/b") if more else ("100*(1-a/b)", "(b-a)/b")


def by_difference(claim: Said, difference: Figure, now: Figure) -> Reading | None:
    """A growth by the difference and this year's value: what was there before is the one less the other."""
    formula, words = ("100/(a/d-1)", "d/(a-d)") if sign_of(claim.verb) > 0 else ("100/(a/d+1)", "d/(a+d)")
    return reading("growth", claim.figure, formula, {"d": difference, "a": now}, firm=False, words=words)


def loose_difference(said: list[Said]) -> Iterator[Reading | None]:
    """与去年同期的364,018人相比，居民增加317人: of a value that stands before, of the same scheme."""
    for base, difference in pairwise(said):
        beside = base.mention.sentence == difference.mention.sentence and base.role in ("base", "year_ago")
        if not beside or difference.role != "difference" or base.figure.family != difference.figure.family:
            continue
        for value in said[max(0, base.place - 12) : base.place]:
            same = value.figure.family == base.figure.family and value.scheme in (base.scheme, difference.scheme)
            if value.role == "value" and same and value.additive and value.mention.sentence < base.mention.sentence:
                yield apart("difference", difference, value.figure, base.figure, False)


def compares(said: list[Said], growth: Said) -> bool:
    """Whether the text gives the earlier value of a growth."""
    return growth.of is not None and any(
        c.of == growth.of and c.role in ("year_ago", "base") for c in before(growth, said)
    )


def loose_growth(said: list[Said]) -> Iterator[Reading | None]:
    """职工净增1018人，增长2.97%: of a value that stands in a sentence before, of the same scheme."""
    for difference, growth in pairwise(said):
        if (difference.role, growth.role) != ("difference", "growth") or compares(said, growth):
            continue
        for value in said[max(0, difference.place - 12) : difference.place]:
            same = value.figure.family == difference.figure.family and value.scheme == difference.scheme
            if value.role == "value" and same and value.additive:
                yield by_difference(growth, difference.figure, value.figure)
