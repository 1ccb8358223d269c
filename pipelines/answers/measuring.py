"""Measures of a question, summed by the engine: one statement per fact and way of meeting time."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import groupby

from pipelines.answers import persons, small_cells
from pipelines.answers.county import County
from pipelines.answers.gaps import gap
from pipelines.engine import name
from pipelines.periods import Period
from pipelines.registry import COUNTY, DIMENSIONS, Measure
from pipelines.store.marts import CUTS

TABLE_OF = {
    "settlement": "mart_settlement",
    "stay": "mart_stay",
    "bed_day": "mart_bed_day",
    "enrolment": "fct_enrolment",
    "collection": "fct_collection",
    "opening_balance": "fct_opening_balance",
    "institution": "dim_institution",
    "penalty": "fct_penalty",
    "audit_work": "fct_audit_work",
    "budget": "fct_budget",
    "consultation_limit": "fct_consultation_limit",
    "assessment": "fct_assessment",
    "staff": "fct_staff",
}
MEETS = {
    "sum": "f.{month} between s.first_month and s.last_month",
    "stock": "f.{month} = s.last_month",
    "ytd": "f.{month} between s.year_start and s.last_month",
    "year": "f.year = s.span_year",
    "snapshot": "true",
}


SPANS = (
    "s(span_label, first_month, last_month, first_day, last_day, year_start, span_year) as (select unnest(?), "
    + "unnest(?::date[]), " * 5
    + "unnest(?::integer[]))"
)


@dataclass(frozen=True)
class Span:
    """A labelled stretch of months."""

    label: str
    period: Period

    @cached_property
    def built_in(self) -> dict[str, int]:
        """The names that every formula knows."""
        return {"months": len(self.period.months), "ytd_months": self.period.ytd_months}

    def of(self, measure: Measure) -> Period:
        """The months a measure reads for this span: its own, or those a year earlier."""
        return self.period.year_ago() if measure.shift == "year_ago" else self.period


@dataclass(frozen=True)
class Question:
    """What every measure of a question shares. dims: grouped by; filters: dimension -> allowed codes."""

    spans: tuple[Span, ...]
    dims: tuple[str, ...]
    filters: dict[str, list[str]]


@dataclass
class Results:
    """measure -> span label -> group -> sum. A measure that ignores a dimension has it left out of its groups.

    gaps: (measure, span label) -> why it can't be computed there, '' if it can; of_counties: (measure, span label,
    county) -> why not for a county, where the groups are of several and not all of them can; closed: (measure, span
    label) -> the groups that the caller is not shown.
    """

    dims: tuple[str, ...]
    gaps: dict[tuple[str, str], str]
    of_counties: dict[tuple[str, str, str], str]
    closed: dict[tuple[str, str], frozenset[tuple]]
    ignored: dict[str, tuple[int, ...]] = field(default_factory=dict)
    sums: dict[str, dict[str, dict[tuple, Decimal | None]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(dict))
    )

    def keys(self, measure: str, label: str) -> set[tuple]:
        return {*self.sums[measure][label], *self.closed[measure, label]}

    def value(self, measure: str, label: str, key: tuple) -> Decimal | None:
        """The sum of a group: 0 if it has no rows (that its months are there is checked before), None if it has rows
        and none of them holds a value."""
        return self.sums[measure][label].get(self.own(measure, key), Decimal(0))

    def gap(self, measure: str, label: str, key: tuple) -> str:
        """Why a measure can't be computed for a group, '' if it can."""
        whole = self.gaps[measure, label]
        code = key[self.dims.index(COUNTY)] if whole and key and COUNTY in self.dims else None
        return self.of_counties.get((measure, label, code), whole)

    def hides(self, measure: str, label: str, key: tuple) -> bool:
        """Whether the caller is not shown a group."""
        return self.own(measure, key) in self.closed[measure, label]

    def own(self, measure: str, key: tuple) -> tuple:
        """The part of a group's key that a measure knows."""
        left_out = self.ignored.get(measure)
        return tuple(part for i, part in enumerate(key) if i not in left_out) if left_out else key


def measure_all(county: County, measures: list[Measure], question: Question) -> Results:
    """Sum every measure of a question."""
    asked = tuple(question.filters.get(COUNTY, ()))
    gaps = {(m.id, s.label): lacking(county, m, question, s, asked) for m in measures for s in question.spans}
    of_counties = {
        (m.id, s.label, code): lacking(county, m, question, s, (code,))
        for m in measures
        for s in question.spans
        for code in (asked or county.counties if COUNTY in question.dims and gaps[m.id, s.label] else ())
    }
    closed = {
        (m.id, s.label): small_cells.closed(county, m, question, s.of(m)) for m in measures for s in question.spans
    }
    results = Results(question.dims, gaps, of_counties, closed)
    ordered = sorted(measures, key=batch_key)
    for (fact, *_), group in groupby(ordered, key=batch_key):
        together = list(group)
        if fact == "person" or persons.in_bitmaps(county, together[0], question):
            persons.count_into(results, county, together, question)
        else:
            sum_into(results, county, together, question)
    return results


def lacking(county: County, measure: Measure, question: Question, span: Span, counties: tuple[str, ...]) -> str:
    """Why a measure can't be computed in a span, for these counties or for all that may be seen; '' if it can."""
    return gap(county, measure, span.of(measure), counties) or persons.cleared_gap(county, measure, question, span)


def batch_key(measure: Measure) -> tuple:
    shift, of_persons = measure.shift or "", persons.counts_persons(measure)
    return measure.fact, measure.kind, measure.month, shift, measure.ignores, of_persons


def sum_into(results: Results, county: County, measures: list[Measure], question: Question) -> None:
    first = measures[0]
    dims = [d for d in question.dims if d not in first.ignores]
    left_out = tuple(i for i, d in enumerate(question.dims) if d in first.ignores)
    filters = own(county, first) | {d: codes for d, codes in question.filters.items() if d not in first.ignores}
    query, parameters = statement(measures, dims, filters, question.spans)
    for measure in measures:
        results.ignored[measure.id] = left_out
    wheres = conditions_in(measures)
    first_count = 1 + len(dims)
    found = [(row[0], row[1:first_count], row) for row in county.fetch(query, parameters)]
    for place, measure in enumerate(measures, first_count + len(wheres)):
        sums, count = results.sums[measure.id], first_count + wheres.index(measure.where)
        for label, key, row in found:
            if row[count]:
                sums[label][key] = None if row[place] is None else Decimal(row[place])


def own(county: County, measure: Measure) -> dict[str, list[str]]:
    """The filter on institutions for whoever sees counties of their own: others' are known to them, as their insured
    go there, but are none of theirs.
    """
    counties = county.scope.counties if county.scope else ()
    return {COUNTY: list(counties)} if counties and measure.fact == "institution" else {}


def statement(measures: list[Measure], dims: list[str], filters: dict, spans: tuple[Span, ...]) -> tuple[str, list]:
    """SQL and parameters: label, dimensions, how many rows meet each condition, each measure's sum."""
    first = measures[0]
    parameters = span_columns(first, spans)
    selected = ["s.span_label", *(f"f.{name(d)}" for d in dims)]
    counts = [f"count(*) filter (where {where})" for where in conditions_in(measures)]
    sums = [*counts, *(f"{m.sql} filter (where {m.where})" for m in measures)]
    conditions = [MEETS[first.kind].format(month=first.month)]
    for dim, codes in filters.items():
        conditions.append(f"f.{name(dim)} in ({', '.join('?' * len(codes))})")
        parameters += codes
    table = table_for(first.fact, [*dims, *filters], measures)
    query = (
        f"with {SPANS} "
        f"select {', '.join([*selected, *sums])} from s inner join {table} f on {' and '.join(conditions)} "
        f"group by {', '.join(selected)}"
    )
    return query, parameters


def conditions_in(measures: list[Measure]) -> list[str]:
    """The conditions that measures count under, each once."""
    return list(dict.fromkeys(m.where for m in measures))


def span_columns(measure: Measure, spans: tuple[Span, ...]) -> list[list]:
    """The parameters of SPANS: one list per column, however many spans there are."""
    periods = [span.of(measure) for span in spans]
    first, last = [p.first_day for p in periods], [p.last_day for p in periods]
    last_month = [day.replace(day=1) for day in last]
    years = [day.year for day in last]
    return [[s.label for s in spans], first, last_month, first, last, [p.year_start for p in periods], years]


def table_for(fact: str, dims: list[str], measures: list[Measure]) -> str:
    """The table of a fact: the smallest cut that knows every dimension in use; persons are in no cut."""
    mart = TABLE_OF[fact]
    if any(persons.counts_persons(m) for m in measures):
        return mart
    words = {w for m in measures for w in re.findall(r"[a-z_]+", f"{m.sql} {m.where}")}
    used = {*dims, *(set(DIMENSIONS[fact]) & words)}
    return next((cut for cut, known in CUTS.get(mart, {}).items() if used <= set(known)), mart)
