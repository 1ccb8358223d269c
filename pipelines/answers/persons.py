"""Distinct persons, exactly, never added up: by month, scheme and care from bitmaps; by institution from rows."""

from dataclasses import replace
from decimal import Decimal

from pipelines.answers.county import County
from pipelines.answers.gaps import uncounted
from pipelines.answers.settlement_rows import settlement_rows
from pipelines.engine import name
from pipelines.registry import COUNTY
from pipelines.store.bitmaps import BITMAPS

SPANS = "s(span_label, first_day, last_day) as (select unnest(?), unnest(?::date[]), unnest(?::date[]))"
TABLES = {"person": "person_bits", "stay": "stay_bits"}


def count_into(results, county: County, measures, question) -> None:
    """Count the persons of each measure into results."""
    for measure in measures:
        counted = from_bitmaps if in_bitmaps(county, measure, question) else from_rows
        spans = tuple(span for span in question.spans if not cleared_gap(county, measure, question, span))
        for label, *key, persons in counted(county, measure, replace(question, spans=spans)) if spans else ():
            results.sums[measure.id][label][tuple(key)] = Decimal(persons)


def cleared_gap(county: County, measure, question, span) -> str:
    """Why a measure can't tell persons apart in a span of which rows were cleared; '' if it can, or counts none."""
    if measure.fact != "person" and not counts_persons(measure):
        return ""
    by_rows = measure.fact == "person" and not in_bitmaps(county, measure, question)
    return uncounted(county, span.period, by_rows)


def counts_persons(measure) -> bool:
    return measure.fact in TABLES and measure.sql.startswith("count(distinct person_no")


def in_bitmaps(county: County, measure, question) -> bool:
    """Whether a measure counts persons, and there are bitmaps that know every dimension of the question.

    They hold the whole county's persons: a scope is counted from its rows.
    """
    if county.scope:
        return False
    asked = {*question.dims, *question.filters}
    return counts_persons(measure) and measure.where == "true" and asked <= {*BITMAPS[TABLES[measure.fact]]}


def from_bitmaps(county: County, measure, question) -> list[tuple]:
    """Label, group, persons: bit by bit, whoever was seen in any of the months counts once.

    The engine reads no months but those asked, and brings the bitmaps of a month together before any of its spans does.
    """
    dims = [name(d) for d in question.dims]
    months = sorted({f"{m}-01" for s in question.spans for m in s.period.months})
    conditions, codes = filtered(question.filters)
    query = (
        f"with {SPANS}, b as (select month, {', '.join([*dims, 'block'])}, bit_or(cast(bits as bit)) as bits "
        f"from {TABLES[measure.fact]} b where month in (select unnest(?::date[])) {conditions} group by all), "
        f"seen as (select {', '.join(['s.span_label', *dims, 'block'])}, bit_count(bit_or(b.bits)) as persons "
        f"from s inner join b on b.month between s.first_day and s.last_day group by all) "
        f"select {', '.join(['span_label', *dims])}, sum(persons) from seen group by all"
    )
    return county.fetch(query, [*span_columns(question.spans), months, *codes])


def from_rows(county: County, measure, question) -> list[tuple]:
    """Label, group, persons: from the settlements, where the bitmaps don't know a dimension (institution)."""
    months = sorted({m for s in question.spans for m in s.period.months})
    conditions, codes = filtered(question.filters)
    selected = ", ".join(["s.span_label", *(f"b.{name(d)}" for d in question.dims)])
    rows = settlement_rows(county, months, question.filters.get(COUNTY, ()))
    query = (
        f"with {SPANS} select {selected}, count(distinct b.person) from s inner join ({rows}) b "
        f"on b.month between s.first_day and s.last_day and ({measure.where}) {conditions} group by {selected}"
    )
    return county.fetch(query, span_columns(question.spans) + codes)


def span_columns(spans) -> list[list]:
    """The parameters of SPANS."""
    return [[s.label for s in spans], [s.period.first_day for s in spans], [s.period.last_day for s in spans]]


def filtered(filters: dict[str, list[str]]) -> tuple[str, list[str]]:
    text = "".join(f" and b.{name(d)} in ({', '.join('?' * len(codes))})" for d, codes in filters.items())
    return text, [code for codes in filters.values() for code in codes]
