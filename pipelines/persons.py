"""Distinct persons, exactly, never added up: by month, scheme and care from bitmaps; by institution from rows."""

from decimal import Decimal

from pipelines.county import County
from pipelines.engine import name
from pipelines.settlement_rows import settlement_rows

BITMAP_DIMS = {"scheme", "care"}


def count_into(results, county: County, measures, question) -> None:
    """Count the persons of each measure into results; one statement for all spans."""
    for measure in measures:
        bitmaps = set(question.dims) | set(question.filters) <= BITMAP_DIMS
        query, parameters = (from_bitmaps if bitmaps else from_rows)(county, measure, question)
        for label, *row in county.fetch(query, parameters):
            results.sums[measure.id][label][tuple(row[:-1])] = Decimal(row[-1])


def from_bitmaps(county: County, measure, question) -> tuple[str, list]:
    """Bit by bit: whoever was seen in any of the months counts once."""
    parameters = [v for s in question.spans for v in (s.label, s.period.first_day, s.period.last_day)]
    spans = ", ".join(["(?, cast(? as date), cast(? as date))"] * len(question.spans))
    conditions, codes = filtered(question.filters)
    selected = ", ".join(["s.span_label", *(f"b.{name(d)}" for d in question.dims)])
    query = (
        f"with s(span_label, first_day, last_day) as (values {spans}) "
        f"select {selected}, bit_count(bit_or(b.bits)) from s inner join person_bits b "
        f"on b.month between s.first_day and s.last_day and ({measure.where}) {conditions} group by {selected}"
    )
    return query, parameters + codes


def from_rows(county: County, measure, question) -> tuple[str, list]:
    """From the settlements themselves, for dimensions that the bitmaps don't know (institution)."""
    months = sorted({m for s in question.spans for m in s.period.months})
    parameters = [v for s in question.spans for v in (s.label, s.period.first_day, s.period.last_day)]
    spans = ", ".join(["(?, cast(? as date), cast(? as date))"] * len(question.spans))
    conditions, codes = filtered(question.filters)
    selected = ", ".join(["s.span_label", *(f"b.{name(d)}" for d in question.dims)])
    query = (
        f"with s(span_label, first_day, last_day) as (values {spans}) "
        f"select {selected}, count(distinct b.person) from s inner join ({settlement_rows(county, months)}) b "
        f"on b.month between s.first_day and s.last_day and ({measure.where}) {conditions} group by {selected}"
    )
    return query, parameters + codes


def filtered(filters: dict[str, list[str]]) -> tuple[str, list[str]]:
    text = "".join(f" and b.{name(d)} in ({', '.join('?' * len(codes))})" for d, codes in filters.items())
    return text, [code for codes in filters.values() for code in codes]
