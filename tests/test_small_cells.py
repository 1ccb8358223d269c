"""Groups of fewer than five persons: not shown to callers who may see no persons, nor to be had by subtraction."""

from datetime import date
from itertools import chain, combinations, product

import duckdb
import numpy
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines import Period, access, ask, audit_work, bed_days, open_county, rows
from pipelines.access import Caller, acting
from pipelines.agreements import check_agreements
from pipelines.answers.crowds import FEWEST, Crowd, conditions_of
from pipelines.answers.settlement_rows import bed_day_rows, settlement_rows
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


def crowd(dims: tuple[str, ...], people: dict[tuple, set[int]], stock: bool) -> Crowd:
    """people: the persons by the codes of the dimensions and the month."""
    con = duckdb.connect(":memory:")
    columns = ", ".join(f"{dim} varchar" for dim in dims)
    con.execute(f"create table crowd ({columns}, month date, size bigint, people bigint[])")
    marks = ", ".join("?" * (len(dims) + 3))
    listed = [[*at, len(who), list(who) if len(who) < FEWEST else None] for at, who in people.items() if who]
    con.executemany(f"insert into crowd values ({marks})", listed)
    return Crowd(con, stock)


def subsets(of) -> list[tuple]:
    return list(chain.from_iterable(combinations(of, n) for n in range(len(of) + 1)))


def within(dims: tuple[str, ...], place: tuple, taken: dict) -> bool:
    return all(code in taken.get(dim, (code,)) for dim, code in zip(dims, place, strict=True))


def answers(crowd: Crowd, dims: tuple[str, ...], months: frozenset[date]) -> list[dict]:
    """The codes that each answered question takes: all questions, by any dimensions, filtered by any codes."""
    found = []
    for by in subsets(dims):
        rest = [dim for dim in dims if dim not in by]
        for filters in product(*(subsets(CODES[dim]) for dim in rest)):
            taken = {dim: codes for dim, codes in zip(rest, filters, strict=True) if codes}
            hidden = closed_groups(crowd, by, tuple((d, frozenset(c)) for d, c in taken.items()), months)
            for key in product(*(CODES[dim] for dim in by)):
                if key not in hidden:
                    found.append(taken | {dim: (code,) for dim, code in zip(by, key, strict=True)} | {"month": months})
    return found


def groups(dims: tuple[str, ...]) -> list[dict]:
    """Every group that is named by a code of some of the dimensions."""
    named = [dict(zip(by, key, strict=True)) for by in subsets(dims) for key in product(*(CODES[d] for d in by))]
    return [{dim: (code,) for dim, code in each.items()} for each in named]


def told(dims: tuple[str, ...], people: dict[tuple, set[int]], known: list[dict], asked: list[dict]) -> list[dict]:
    """The groups of one to four persons whose sum follows from the answers that are known, by linear algebra. Where
    a cell without anybody is answered, the attacker knows that it is empty.
    """
    empty = {place for place in people if not people[place] and each_code(dims, place) in known}
    places = [place for place in people if place not in empty]
    rows = [[within(dims, place, taken) for place in places] for taken in known]
    rank = numpy.linalg.matrix_rank(numpy.array(rows, dtype=float)) if rows else 0
    small = [group for group in asked if 0 < len(persons_of(dims, people, group)) < FEWEST]
    return [
        group
        for group in small
        if numpy.linalg.matrix_rank(numpy.array([*rows, [within(dims, p, group) for p in places]], dtype=float)) == rank
    ]


def each_code(dims: tuple[str, ...], place: tuple) -> dict:
    return {d: frozenset([code]) if d == "month" else (code,) for d, code in zip(dims, place, strict=True)}


def persons_of(dims: tuple[str, ...], people: dict[tuple, set[int]], taken: dict) -> set[int]:
    return set().union(*(who for place, who in people.items() if within(dims, place, taken)))


@settings(max_examples=25, deadline=None)
@given(COUNTIES)
@example(((1, 1, 9) + (0, 0, 9) * 3, 0))  # two towns that are less than five persons together
def test_whoever_adds_and_subtracts_all_answers_of_a_month_learns_no_small_group(county):
    counts, shared = county
    people = {
        (*place, *MARCH): {(10 - shared) * nth + number for number in range(count)}
        for nth, (place, count) in enumerate(zip(PLACES, counts, strict=True))
    }
    dims = (*DIMS, "month")
    known = answers(crowd(DIMS, people, stock=True), DIMS, MARCH)
    assert not any(0 < len(persons_of(dims, people, taken)) < FEWEST for taken in known)
    several = [{dim: codes} for dim in DIMS for codes in subsets(CODES[dim]) if len(codes) > 1]
    assert not told(dims, people, known, [*groups(DIMS), *several])


BOTH = ("scheme", "town")
MONTHS = [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
SPANS = [frozenset(MONTHS[first : last + 1]) for first in range(4) for last in range(first, 4)]
SEEN = list(product(CODES["scheme"], CODES["town"], MONTHS))


@settings(max_examples=25, deadline=None)
@given(st.tuples(*(st.sampled_from((0, 0, 1, 2, 4, 6, 9)) for _ in SEEN)).filter(any), st.sampled_from((0, 2, 9)))
def test_whoever_also_takes_periods_from_one_another_learns_no_small_group(counts, apart):
    """apart: how many of a month's persons are not those of the month before."""
    people = {
        (scheme, town, month): {
            1000 * PLACES.index(("adult", scheme, town)) + apart * MONTHS.index(month) + number
            for number in range(count)
        }
        for (scheme, town, month), count in zip(SEEN, counts, strict=True)
    }
    asked = crowd(BOTH, people, stock=False)
    known = [taken for span in SPANS for taken in answers(asked, BOTH, span)]
    assert not told((*BOTH, "month"), people, known, [g | {"month": span} for g in groups(BOTH) for span in SPANS])


def test_where_no_group_is_small_nothing_is_hidden():
    people = {(*place, *MARCH): set(range(FEWEST * nth, FEWEST * (nth + 1))) for nth, place in enumerate(PLACES)}
    assert not any(closed_groups(crowd(DIMS, people, stock=True), by, (), MARCH) for by in subsets(DIMS))


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


def test_classes_of_illness_of_few_persons_are_not_shown_nor_what_leaves_few_without_a_class_out(
    sample_county, seen_by_director
):
    period, rows_ = sample_county.default_period, bed_day_rows(sample_county, sample_county.default_period.months)
    few_persons = "group by all having count(distinct person) between 1 and 4"
    for by, columns, where in (
        (("institution", "disease_class"), "institution, disease_class", "true"),
        (("institution",), "institution", "disease_class = 'unclassified'"),
    ):
        small = set(sample_county.fetch(f"select {columns} from ({rows_}) where {where} {few_persons}"))
        shown = ask(seen_by_director, ["bed_day_fund_paid"], period, by)
        hidden = {tuple(f.dims.values()) for f in shown if f.missing == SMALL}
        assert small and small <= hidden and len(hidden) < len(shown)


def test_what_is_tried_out_leaves_the_same_groups_of_few_persons_out(sample_county, seen_by_director):
    period, by = sample_county.default_period, ("institution", "disease_class")
    figures = ask(seen_by_director, ["bed_day_package"], period, by)
    hidden = {tuple(f.dims.values()) for f in figures if f.missing == SMALL}
    everything, seen = (set(bed_days.settled(bed_days.basis(c, period))) for c in (sample_county, seen_by_director))
    assert everything & hidden and seen == everything - hidden


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


@pytest.fixture(scope="module")
def city_seen_by_director(city_warehouse):
    with acting(Caller("甲", "director", access.roles()["director"].rights)):
        return open_county(city_warehouse)


SPRING = (date(2026, 5, 1), date(2026, 6, 1))


def seen_in(county, dims: tuple[str, ...]) -> dict[tuple, set[int]]:
    """The persons by the codes of the dimensions and the month, from the rows; of a cell without rows nobody."""
    found: dict[tuple, set[int]] = {}
    query = settlement_rows(county, ["2026-05", "2026-06"])
    for *key, month, person in county.fetch(f"select {', '.join(dims)}, month, person from ({query})"):
        found.setdefault((*key, month), set()).add(person)
    codes = [sorted({key[i] for key in found}) for i in range(len(dims))]
    return {key: found.get(key, set()) for key in product(*codes, SPRING)}


def told_of_city(county, kpi: str, dims: tuple[str, ...], people: dict) -> tuple[list[dict], list[dict]]:
    """(the codes that each answered question takes, and each one that is not answered): of each county and of the city,
    by and filtered by the other dimension, of each month and of both."""
    codes = {dim: sorted({key[i] for key in people}) for i, dim in enumerate(dims)}
    shown, hidden = [], []
    for span, by in product((SPRING[:1], SPRING[1:], SPRING), subsets(dims)):
        rest = [dim for dim in dims if dim not in by]
        period = Period(f"{span[0]:%Y-%m}", f"{span[-1]:%Y-%m}")
        for filters in product(*([None, *codes[dim]] for dim in rest)):
            where = {dim: code for dim, code in zip(rest, filters, strict=True) if code}
            found = {tuple(f.dims[d] for d in by): f.missing for f in ask(county, [kpi], period, by, where)}
            for key in product(*(codes[dim] for dim in by)):
                taken = {dim: (code,) for dim, code in [*where.items(), *zip(by, key, strict=True)]}
                (hidden if found.get(key) == SMALL else shown).append(taken | {"month": frozenset(span)})
    return shown, hidden


def test_of_a_small_county_nothing_follows_from_the_citys_figures_and_the_other_counties(city, city_seen_by_director):
    dims = ("care", "county")
    people = seen_in(city, dims)
    shown, hidden = told_of_city(city_seen_by_director, "fund_expenditure", dims, people)
    small = [taken for taken in [*shown, *hidden] if 0 < len(persons_of((*dims, "month"), people, taken)) < FEWEST]
    assert small and all(taken in hidden for taken in small)
    assert not told((*dims, "month"), people, shown, small)
    assert sum("county" in taken for taken in shown) > 20  # the counties are not simply hidden
    naive = [taken for taken in [*shown, *hidden] if taken not in small]
    assert told((*dims, "month"), people, naive, small)  # subtracting would tell, were only the small hidden
