"""Groups of fewer than five persons: not shown to callers who may see no persons, nor to be had by subtraction."""

from datetime import date
from itertools import chain, combinations, product

import duckdb
import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import access, ask, audit_work, open_county, rows
from pipelines.access import Caller, acting
from pipelines.agreements import check_agreements
from pipelines.answers.crowds import FEWEST, Crowd, conditions_of
from pipelines.answers.settlement_rows import settlement_rows
from pipelines.answers.small_cells import SMALL, closed_groups
from pipelines.errors import NotAllowed
from pipelines.registry import measures

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


def crowd_of(seen: dict[int, list[tuple]]) -> Crowd:
    """The crowd of persons seen at places in March."""
    people: dict[tuple, list[int]] = {}
    for person, places in seen.items():
        for place in places:
            people.setdefault((*place, *MARCH), []).append(person)
    return crowd(DIMS, people, stock=True)


def crowd(dims: tuple[str, ...], people: dict[tuple, list[int]], stock: bool) -> Crowd:
    """people: the persons by the codes of the dimensions and the month."""
    con = duckdb.connect(":memory:")
    told = ", ".join(f"{dim} varchar" for dim in dims)
    con.execute(f"create table crowd ({told}, month date, size bigint, people bigint[])")
    marks = ", ".join("?" * (len(dims) + 3))
    listed = [[*at, len(who), who if len(who) < FEWEST else None] for at, who in people.items() if who]
    con.executemany(f"insert into crowd values ({marks})", listed)
    return Crowd(con, stock)


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


TOWNS = CODES["town"]
MONTHS = [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
SPANS = [frozenset(MONTHS[first : last + 1]) for first in range(5) for last in range(first, 5)]
SEEN = list(product(TOWNS, MONTHS))


@settings(max_examples=40, deadline=None)
@given(st.tuples(*(st.sampled_from((0, 1, 2, 4, 6, 9)) for _ in SEEN)).filter(any), st.sampled_from((0, 9)))
def test_whoever_takes_periods_from_one_another_learns_no_town_with_few_persons(counts, apart):
    people = {
        (town, month): [1000 * TOWNS.index(town) + apart * MONTHS.index(month) + number for number in range(count)]
        for (town, month), count in zip(SEEN, counts, strict=True)
    }
    towns = crowd(("town",), people, stock=False)
    known = [
        [(not key or town == key[0]) and month in span for town, month in SEEN]
        for span in SPANS
        for by, keys in ((("town",), [(town,) for town in TOWNS]), ((), [()]))
        for key in keys
        if key not in closed_groups(towns, by, (), span)
    ]
    rank = numpy.linalg.matrix_rank(numpy.array(known, dtype=float)) if known else 0
    for town, span in product(TOWNS, SPANS):
        if 0 < len({person for month in span for person in people[town, month]}) < FEWEST:
            told = [[where == town and month in span for where, month in SEEN]]
            assert numpy.linalg.matrix_rank(numpy.array(known + told, dtype=float)) > rank, (town, span)


def test_where_no_group_is_small_nothing_is_hidden():
    crowd = crowd_of({number: [PLACES[number % len(PLACES)]] for number in range(FEWEST * len(PLACES))})
    assert not any(closed_groups(crowd, by, (), MARCH) for by in subsets(DIMS))


@pytest.fixture(scope="module")
def seen_by_director(sample_warehouse):
    with acting(Caller("甲", "director", access.roles()["director"].rights)):
        return open_county(sample_warehouse)


def few(county, dims: str, where: str = "true") -> set[tuple]:
    """The groups of one to four persons in the default period, from the rows."""
    months = settlement_rows(county, county.default_period.months)
    return set(
        county.fetch(
            f"select {dims} from ({months}) where {where} group by all having count(distinct person) between 1 and 4"
        )
    )


@pytest.mark.parametrize(
    ("kpi", "dims", "condition"),
    [
        ("fund_expenditure", ("scheme", "town"), "true"),
        ("cost_per_case", ("institution", "category"), "care = 'inpatient'"),
        ("cases_per_head", ("institution", "scheme"), "care = 'inpatient'"),
    ],
)
def test_figures_of_few_persons_are_not_shown_without_the_right_and_all_others_as_they_are(
    sample_county, seen_by_director, kpi, dims, condition
):
    everything = ask(sample_county, [kpi], sample_county.default_period, dims, trend=3)
    shown = ask(seen_by_director, [kpi], sample_county.default_period, dims, trend=3)
    hidden = {tuple(f.dims.values()) for f in shown if f.missing == SMALL}
    small = few(sample_county, ", ".join(dims), condition)
    assert small and small <= hidden
    assert len(hidden) < len(shown)
    for figure in shown:
        if figure.missing == SMALL:
            assert {figure.value, figure.exact, figure.numerator, figure.denominator, figure.change} == {None}
    others = {tuple(f.dims.values()): f.value for f in everything}
    assert all(f.value == others[tuple(f.dims.values())] for f in shown if f.missing != SMALL)
    assert SMALL not in {f.missing for f in everything}


def test_registers_of_few_persons_are_not_shown_without_the_right(sample_county, seen_by_director):
    asked = (["insured_persons"], sample_county.default_period, ("town", "category", "residence"))
    small = {tuple(f.dims.values()) for f in ask(sample_county, *asked) if 0 < f.value < FEWEST}
    assert small <= {tuple(f.dims.values()) for f in ask(seen_by_director, *asked) if f.missing == SMALL}
    with acting(Caller("甲", "director", access.roles()["director"].rights)), pytest.raises(NotAllowed):
        rows(seen_by_director, "insured_persons", sample_county.default_period)


def test_what_institutions_with_few_persons_were_paid_is_told_nowhere_else(sample_county, seen_by_director):
    period = sample_county.default_period
    open_, shown = (
        [each.fund_yuan for each in audit_work.touched(county, period)] for county in (sample_county, seen_by_director)
    )
    assert [yuan for yuan in shown if yuan is not None] and None not in open_
    for each in check_agreements(seen_by_director, period).findings:
        assert (each.fund_yuan is None) == (each.visits is None) == (SMALL in each.why)


def test_a_measure_that_looks_at_some_care_alone_is_a_question_about_that_care():
    assert conditions_of(measures()["visiting_visits"]) == {"care": ["outpatient", "chronic_outpatient"]}
    assert conditions_of(measures()["out_of_county_visits"]) == {"care": ["inpatient"], "place": ["out_of_county"]}
    assert conditions_of(measures()["stays"]) == {"care": ["inpatient"]}
    assert conditions_of(measures()["fund_paid_yuan"]) == {}


def test_the_conditions_of_all_measures_of_persons_are_understood():
    """Those that are none of codes, as of a scheme with a budget, are of whole schemes."""
    for measure in measures().values():
        if measure.fact in ("settlement", "stay", "person", "enrolment"):
            told = " ".join(conditions_of(measure))
            unread = [dim for dim in ("care", "place", "pilot", "category") if f"{dim} " in measure.where]
            assert all(dim in told for dim in unread), measure.id
