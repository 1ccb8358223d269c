"""Which groups are not shown to callers who may see no persons: those of few, and those that would give them away.

A group of one to four persons is shown together with others only, as docs/decisions/0025 tells. Each of its codes, and
the months in which it is small, get partners, the fewest that make it five persons; a question is closed if it takes
some of the partners and not all, in every dimension that makes the group small. What is answered would then be the
same if an amount moved within them, so no adding and subtracting of answers tells the group's own.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations, product
from typing import NamedTuple

from pipelines.answers.county import County
from pipelines.answers.crowds import (
    CLASSED,
    MISSED_MOST,
    NOBODY,
    Cell,
    Crowd,
    People,
    cells,
    conditions_of,
    crowd_behind,
    doubtful,
    gathered,
    kinds,
    lines,
    places,
    remembered,
    together,
)
from pipelines.periods import Period
from pipelines.registry import Measure

Days = tuple[date, ...]  # months, by their first days
SMALL = "人数不足5人，不显示"
CLASS, NO_CLASS = "disease_class", frozenset(["unclassified"])
PRICED = re.compile(r"\b(?:priced_\w+|package_yuan)")  # sums of stays that have a rate


class Codes(NamedTuple):
    """Codes of one dimension in a pattern. parted: partners, a question that takes some of them is closed; else the
    one code at which the pattern lies.
    """

    codes: frozenset
    parted: bool

    def hit(self, taken: frozenset) -> bool:
        """Whether a question that takes these codes touches the pattern here."""
        return bool(self.codes & taken) and not (self.parted and self.codes <= taken)


def closed(county: County, measure: Measure, question, period: Period) -> frozenset[tuple]:
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
    if measure.fact == CLASSED:
        return closed_classes(county, measure, by, filters, months_of(measure, period))
    return closed_groups(crowd, by, tuple(sorted(filters.items())), months_of(measure, period))


def closed_classes(county: County, measure: Measure, by: tuple[str, ...], filters: dict, months) -> frozenset[tuple]:
    """The groups that are closed for figures by class of illness. Whatever is closed of all inpatients is so in every
    class: the partners of a small group are then the same for both. What is summed of stays that have a rate leaves
    those out that have no class, and is not shown where these are not.
    """
    found, inpatients = set(), gathered(county, CLASSED)
    of_class = {dim: codes for dim, codes in filters.items() if dim != "care"}
    parts = [of_class]
    if PRICED.search(measure.sql):
        parts.append(of_class | {CLASS: of_class.get(CLASS, NO_CLASS) & NO_CLASS})
    for each in parts:
        found |= closed_groups(inpatients, by, tuple(sorted(each.items())), months)
    whole = tuple(dim for dim in by if dim != CLASS)
    others = tuple(sorted((dim, codes) for dim, codes in filters.items() if dim != CLASS))
    for key in closed_groups(gathered(county), whole, others, months):
        at = dict(zip(whole, key, strict=True))
        classes = [code for (code,) in cells(inpatients, (CLASS,))] if CLASS in by else [None]
        found |= {tuple((at | {CLASS: code})[dim] for dim in by) for code in classes}
    return frozenset(found)


def note(county: County) -> str:
    """What a table adds to its note for a caller who is not shown all groups; empty for everybody else."""
    return "" if county.persons else "；人数不足5人的组和能推算出它们的组不显示，也不在合计里"


def unshown(county: County, by: tuple[str, ...], months: Iterable[str]) -> frozenset[tuple]:
    """The groups of all settlements of these months that the caller is not shown."""
    if county.persons:
        return frozenset()
    return closed_groups(gathered(county, ""), by, (), days(months))


def months_of(measure: Measure, period: Period) -> frozenset[date]:
    """The months, by their first days, whose persons a measure counts for a period."""
    if measure.kind == "stock":
        period = Period(period.last, period.last)
    elif measure.kind == "ytd":
        period = Period(f"{period.last[:4]}-01", period.last)
    return days(period.months)


def days(months: Iterable[str]) -> frozenset[date]:
    return frozenset(date(int(month[:4]), int(month[5:]), 1) for month in months)


@remembered
def closed_groups(crowd: Crowd, by: tuple[str, ...], filters: tuple, months: frozenset[date]) -> frozenset[tuple]:
    """The groups of these dimensions, under these conditions, that are not shown."""
    taken = dict(filters)
    dims = tuple(sorted({*by, *taken}))
    found = few_of_several(crowd, by, taken, months)
    for stretch, *pattern in patterns(crowd, dims):
        at = dict(zip(dims, pattern, strict=True))
        if stretch.hit(months) and all(at[dim].hit(codes) for dim, codes in filters if dim not in by):
            found.update(product(*(at[d].codes & taken.get(d, at[d].codes) for d in by)))
    return frozenset(found)


def few_of_several(crowd: Crowd, by: tuple[str, ...], taken: dict, months: frozenset[date]) -> set[tuple]:
    """The groups that several codes together leave one to four persons of."""
    if all(len(codes) == 1 for dim, codes in taken.items() if dim not in by):
        return set()
    dims = tuple(sorted({*by, *taken}))
    people: dict[tuple, People] = {}
    for key, cell in cells(crowd, dims).items():
        told = dict(zip(dims, key, strict=True))
        if cell.seen(months) and all(told[dim] in codes for dim, codes in taken.items()):
            group = tuple(told[dim] for dim in by)
            people[group] = together(people.get(group, NOBODY), cell.people(months))
    return {group for group, some in people.items() if some is not None}


@remembered
def patterns(crowd: Crowd, dims: tuple[str, ...]) -> list[tuple[Codes, ...]]:
    """Every pattern over these dimensions: Codes of the months, then of each dimension. There is one for every small
    group of some of the dimensions, at each place where it has rows in the months in which it is small.
    """
    found: dict[tuple, None] = {}
    for size in range(len(dims) + 1):
        for part in combinations(dims, size):
            for key, at, months in least(crowd, part):
                parted = {dim: partners(crowd, part, key, i, at) for i, dim in enumerate(part)}
                found |= dict.fromkeys((months, *codes) for codes in placed(crowd, dims, part, key, parted, at))
    return list(found)


def placed(crowd: Crowd, dims, part, small_key: tuple, parted: dict, at: Days) -> Iterator[tuple[Codes, ...]]:
    """The Codes of a small group, at each combination of the dimensions at which it has rows in these months."""
    known = cells(crowd, dims)
    for key in places(crowd, dims, part)[small_key]:
        if known[key].seen(at):
            yield tuple(parted.get(d) or Codes(frozenset([code]), False) for d, code in zip(dims, key, strict=True))


def least(crowd: Crowd, dims: tuple[str, ...]) -> Iterator[tuple[tuple, Days, Codes]]:
    """The small groups of these dimensions that are not small with a dimension less: their codes, the months in which
    they are few, and the months that a question may take together only.
    """
    wider = [small(crowd, dims[:i] + dims[i + 1 :]) for i in range(len(dims))]
    for key, stretches in small(crowd, dims).items():
        around = {stretch for i, found in enumerate(wider) for stretch in found.get(key[:i] + key[i + 1 :], ())}
        yield from ((key, at, months) for at, months in stretches if months.parted or (at, months) not in around)


@remembered
def small(crowd: Crowd, dims: tuple[str, ...]) -> dict[tuple, list[tuple[Days, Codes]]]:
    """The groups that have months of one to four persons: those months, with those that must be asked for together.

    A stretch of months of five persons and more is shown as a whole. A group that has no five persons at all is never
    shown, nor is one that is counted at a month's end and has no five then.
    """
    known = cells(crowd, dims)
    return {key: list(stretches(known[key], crowd.stock)) for key in doubtful(crowd, dims)}


def stretches(cell: Cell, stock: bool) -> Iterator[tuple[Days, Codes]]:
    few = {month for month, people in cell.months.items() if people is not None}
    if stock or cell.people(cell.months) is not None:
        yield from (((month,), Codes(frozenset([month]), False)) for month in sorted(few))
    else:
        for block in blocks(cell):
            if few & set(block):
                yield tuple(sorted(few & set(block))), Codes(frozenset(block), True)


def partners(crowd: Crowd, dims: tuple[str, ...], key: tuple, i: int, at: Days) -> Codes:
    """The code and its partners in one dimension: the like first, then those with fewest rows, until five persons are
    together in these months.
    """
    known, like = cells(crowd, dims), kinds(crowd, dims[i])
    line = [other for other in lines(crowd, dims, i)[key[:i] + key[i + 1 :]] if other != key]
    most = MISSED_MOST.get(dims[i])
    line.sort(key=lambda o: (not known[o].seen(at), o[i] == most, like.get(o[i]) != like.get(key[i])))
    codes, people = {key[i]}, known[key].people(at)
    for other in line:
        if len(codes) > 1 and people is None:
            break
        if len(codes) == 1 or known[other].seen(at):
            codes.add(other[i])
            people = together(people, known[other].people(at))
    return Codes(frozenset(codes), len(codes) > 1)


def blocks(cell: Cell) -> list[list[date]]:
    """The months of a cell in stretches of five persons and more, each within its year where that is possible."""
    found: list[list[date]] = []
    open_: list[date] = []
    people: People = NOBODY
    for month, more in cell.months.items():
        if open_ and found and found[-1][-1].year == open_[-1].year < month.year:
            found[-1] += open_
            open_, people = [], NOBODY
        open_, people = [*open_, month], together(people, more)
        if people is None:
            found.append(open_)
            open_, people = [], NOBODY
    if open_:
        found[-1:] = [[*found[-1], *open_]] if found else [open_]
    return found
