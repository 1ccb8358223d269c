"""Which groups are not shown to callers who may see no persons: those of few, and those that would give them away.

For one period, over all dimensions at once (docs/decisions/0023-small-cells.md): a group of one to four persons is
shown together with others only. Each of its codes gets partners, the fewest that make it five persons; a question is
closed if it takes some of these codes and not the others, in every dimension that makes the group small. What is
answered would then be the same if an amount moved within them, so no adding and subtracting of answers tells the
group's own.
"""

from collections.abc import Iterator
from datetime import date
from itertools import combinations, product
from typing import NamedTuple

from pipelines.answers.county import County
from pipelines.answers.crowds import (
    Cell,
    Crowd,
    cells,
    conditions_of,
    crowd_behind,
    doubtful,
    kinds,
    lines,
    places,
    remembered,
    together,
)
from pipelines.registry import Measure

SMALL = "人数不足5人，不显示"


class Codes(NamedTuple):
    """Codes of one dimension in a pattern. parted: partners, a question that takes some of them is closed; else the
    one code at which the pattern lies.
    """

    codes: frozenset
    parted: bool

    def hit(self, taken: set | None) -> bool:
        """Whether a question that takes these codes (None: all) touches the pattern here."""
        if taken is None:
            return not self.parted
        return bool(self.codes & taken) and not (self.parted and self.codes <= taken)


class Months(NamedTuple):
    """From one month to another, by their first days."""

    first: date
    last: date

    def __contains__(self, month: date) -> bool:
        return self.first <= month <= self.last


def closed(county: County, measure: Measure, question, period) -> frozenset[tuple]:
    """The groups of a question that a measure is not shown for, in one period; those without rows are among them
    where their emptiness would tell the others' amounts.
    """
    crowd = None if county.persons else crowd_behind(county, measure)
    if crowd is None:
        return frozenset()
    by = tuple(d for d in question.dims if d not in measure.ignores)
    filters = {d: frozenset(codes) for d, codes in question.filters.items() if d not in measure.ignores}
    for dim, codes in conditions_of(measure).items():
        filters[dim] = filters.get(dim, frozenset(codes)) & frozenset(codes)
    return closed_groups(crowd, by, tuple(sorted(filters.items())), months_of(measure, period))


def months_of(measure: Measure, period) -> Months:
    first = {"stock": period.last_day, "ytd": period.year_start}.get(measure.kind, period.first_day)
    return Months(first.replace(day=1), period.last_day.replace(day=1))


@remembered
def closed_groups(crowd: Crowd, by: tuple[str, ...], filters: tuple, months: Months) -> frozenset[tuple]:
    """The groups of these dimensions, under these conditions, that are not shown."""
    taken = dict(filters)
    dims = tuple(sorted({*by, *taken}))
    found: set[tuple] = set()
    for pattern in patterns(crowd, dims, months):
        at = dict(zip(dims, pattern, strict=True))
        if all(at[dim].hit(codes) for dim, codes in filters if dim not in by):
            found.update(product(*(at[d].codes & taken.get(d, at[d].codes) for d in by)))
    return frozenset(found)


@remembered
def patterns(crowd: Crowd, dims: tuple[str, ...], months: Months) -> list[tuple[Codes, ...]]:
    """Every pattern over these dimensions, one Codes for each of them: of the small groups of any of the dimensions
    that lie in no small group of fewer dimensions, at each place where they have rows.
    """
    found: dict[tuple, None] = {}
    for size in range(len(dims) + 1):
        for part in combinations(dims, size):
            for key in least(crowd, part, months):
                parted = {d: partners(crowd, part, key, i, months) for i, d in enumerate(part)}
                found |= dict.fromkeys(placed(crowd, dims, part, key, parted, months))
    return list(found)


@remembered
def least(crowd: Crowd, dims: tuple[str, ...], months: Months) -> list[tuple]:
    """The small groups of these dimensions that are in no small group of fewer of them."""
    wider = [small(crowd, dims[:i] + dims[i + 1 :], months) for i in range(len(dims))]
    inside = small(crowd, dims, months)
    return [key for key in inside if not any(key[:i] + key[i + 1 :] in found for i, found in enumerate(wider))]


@remembered
def small(crowd: Crowd, dims: tuple[str, ...], months: Months) -> set[tuple]:
    """The groups of one to four persons, and those whose months are not whole blocks: the rest of a block is few."""
    known = cells(crowd, dims)
    return {key for key in doubtful(crowd, dims) if sensitive(known[key], months, crowd.stock)}


def sensitive(cell: Cell, months: Months, stock: bool) -> bool:
    if not seen(cell, months):
        return False
    if cell.people(*months) is not None:
        return True
    return not stock and any({m in months for m in block} == {True, False} for block in blocks(cell))


def seen(cell: Cell, months: Months) -> bool:
    return any(month in months for month, _ in cell.months)


def placed(crowd: Crowd, dims, part, small_key: tuple, parted: dict, months: Months) -> Iterator[tuple[Codes, ...]]:
    """The pattern of a small group at each combination of the dimensions at which it has rows."""
    known = cells(crowd, dims)
    for key in places(crowd, dims, part)[small_key]:
        if seen(known[key], months):
            yield tuple(parted.get(d) or Codes(frozenset([code]), False) for d, code in zip(dims, key, strict=True))


def partners(crowd: Crowd, dims: tuple[str, ...], key: tuple, at: int, months: Months) -> Codes:
    """The code and its partners in one dimension: the like first, then those with fewest rows, until they are five."""
    known, like = cells(crowd, dims), kinds(crowd, dims[at])
    line = lines(crowd, dims, at)[key[:at] + key[at + 1 :]]
    codes, people = {key[at]}, known[key].people(*months)
    for other in sorted(line, key=lambda other: like.get(other[at]) != like.get(key[at])):
        if people is None and len(codes) > 1:
            break
        if other != key and seen(known[other], months):
            codes.add(other[at])
            people = together(people, known[other].people(*months))
    return Codes(frozenset(codes), len(codes) > 1)


def blocks(cell: Cell) -> list[list[date]]:
    """The months of a cell in stretches of five persons and more, each within its year where that is possible."""
    found: list[list[date]] = []
    open_: list[date] = []
    people = frozenset()
    for month, more in cell.months:
        if open_ and found and found[-1][-1].year == open_[-1].year < month.year:
            found[-1] += open_
            open_, people = [], frozenset()
        open_, people = [*open_, month], together(people, more)
        if people is None:
            found.append(open_)
            open_, people = [], frozenset()
    if open_ and found:
        found[-1] += open_
    return found or [open_]
