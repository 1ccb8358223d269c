"""Groups of fewer than five persons: not shown to callers who may see no persons, nor to be had by subtraction."""

from datetime import date
from itertools import chain, combinations, product

import duckdb
import numpy
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.answers.crowds import FEWEST, Crowd
from pipelines.answers.small_cells import closed_groups

MARCH = frozenset([date(2026, 3, 1)])
CODES = {
    "category": ("student", "adult"),
    "scheme": ("resident", "employee"),
    "town": ("甲镇", "乙镇", "丙镇"),
}
DIMS = tuple(CODES)
PLACES = list(product(*CODES.values()))
# how many persons are seen at each place; how many of them are seen at the next place too
COUNTIES = st.tuples(st.tuples(*(st.sampled_from((0, 0, 1, 2, 3, 4, 6, 9)) for _ in PLACES)), st.integers(0, 3)).filter(
    lambda county: any(county[0])
)


def persons(counts: tuple[int, ...], shared: int) -> dict[int, list[tuple]]:
    """Person -> the places where they were seen."""
    seen: dict[int, list[tuple]] = {}
    for nth, (place, count) in enumerate(zip(PLACES, counts, strict=True)):
        for number in range(count):
            seen.setdefault((10 - shared) * nth + number, []).append(place)
    return seen


def crowd_of(seen: dict[int, list[tuple]], month: date = date(2026, 3, 1)) -> Crowd:
    """The crowd of persons seen at places."""
    people: dict[tuple, list[int]] = {}
    for person, places in seen.items():
        for place in places:
            people.setdefault(place, []).append(person)
    con = duckdb.connect(":memory:")
    told = ", ".join(f"{dim} varchar" for dim in DIMS)
    con.execute(f"create table crowd ({told}, month date, size bigint, people bigint[])")
    con.executemany(
        "insert into crowd values (?, ?, ?, ?, ?, ?)",
        [[*place, month, len(who), who if len(who) < FEWEST else None] for place, who in people.items()],
    )
    return Crowd(con, True)


def subsets(of) -> list[tuple]:
    return list(chain.from_iterable(combinations(of, n) for n in range(len(of) + 1)))


def within(place: tuple, taken: dict[str, tuple]) -> bool:
    return all(code in taken.get(dim, (code,)) for dim, code in zip(DIMS, place, strict=True))


def answers(crowd: Crowd) -> list[dict[str, tuple]]:
    """The codes that each answered question takes: all questions, by any dimensions, filtered by any codes."""
    found = []
    for by in subsets(DIMS):
        rest = [dim for dim in DIMS if dim not in by]
        for filters in product(*(subsets(CODES[dim]) for dim in rest)):
            taken = {dim: codes for dim, codes in zip(rest, filters, strict=True) if codes}
            hidden = closed_groups(crowd, by, tuple((d, frozenset(c)) for d, c in taken.items()), MARCH)
            for key in product(*(CODES[dim] for dim in by)):
                if key not in hidden:
                    found.append(taken | {dim: (code,) for dim, code in zip(by, key, strict=True)})
    return found


def persons_of(seen: dict[int, list[tuple]], taken: dict[str, tuple]) -> int:
    return sum(any(within(place, taken) for place in places) for places in seen.values())


def groups() -> list[dict[str, tuple]]:
    """Every group that is named by a code of some dimensions, or by several codes of one."""
    single = [dict(zip(by, key, strict=True)) for by in subsets(DIMS) for key in product(*(CODES[d] for d in by))]
    several = [{dim: codes} for dim in DIMS for codes in subsets(CODES[dim]) if len(codes) > 1]
    return [{dim: (code,) for dim, code in named.items()} for named in single] + several


@settings(max_examples=25, deadline=None)
@given(COUNTIES)
def test_whoever_adds_and_subtracts_all_answers_of_a_month_learns_no_small_group(county):
    seen = persons(*county)
    crowd = crowd_of(seen)
    known = answers(crowd)
    assert not any(0 < persons_of(seen, taken) < FEWEST for taken in known)
    unknown = [place for place in PLACES if {dim: (c,) for dim, c in zip(DIMS, place, strict=True)} not in known]
    places = sorted({place for at in seen.values() for place in at} | set(unknown))
    rows = numpy.array([[within(place, taken) for place in places] for taken in known], dtype=float)
    rank = numpy.linalg.matrix_rank(rows) if len(rows) else 0
    for group in groups():
        told = numpy.array([[within(place, group) for place in places]], dtype=float)
        if 0 < persons_of(seen, group) < FEWEST:
            assert numpy.linalg.matrix_rank(numpy.vstack([rows.reshape(-1, len(places)), told])) > rank, group


def test_where_no_group_is_small_nothing_is_hidden():
    crowd = crowd_of({number: [PLACES[number % len(PLACES)]] for number in range(FEWEST * len(PLACES))})
    assert not any(closed_groups(crowd, by, (), MARCH) for by in subsets(DIMS))
