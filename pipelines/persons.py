"""Distinct persons, exactly, never added up: by month, scheme and care from bitmaps; by institution from rows."""

import re
from decimal import Decimal

from pipelines.county import County
from pipelines.engine import name
from pipelines.marts import BITMAPS
from pipelines.registry import DIMENSIONS
from pipelines.settlement_rows import settlement_rows

SPANS = "s(span_label, first_day, last_day) as (select unnest(?), unnest(?::date[]), unnest(?::date[]))"
WORDS = re.compile(r"[a-z_]+")
TABLES = {"person": "person_bits", "stay": "stay_bits"}


def count_into(results, county: County, measures, question) -> None:
    """Count the persons of each measure into results; one statement for all spans."""
    for measure in measures:
        query, parameters = (from_bitmaps if in_bitmaps(measure, question) else from_rows)(county, measure, question)
        for label, *row in county.fetch(query, parameters):
            results.sums[measure.id][label][tuple(row[:-1])] = Decimal(row[-1])


def in_bitmaps(measure, question) -> bool:
    """Whether a measure counts persons, and there are bitmaps that know every dimension of the question."""
    if measure.fact not in TABLES or not measure.sql.startswith("count(distinct person_no"):
        return False
    asked = {*question.dims, *question.filters, *(set(DIMENSIONS[measure.fact]) & set(WORDS.findall(measure.where)))}
    return asked <= {*BITMAPS[TABLES[measure.fact]]}


def from_bitmaps(county: County, measure, question) -> tuple[str, list]:
    """Bit by bit: whoever was seen in any of the months counts once."""
    conditions, codes = filtered(question.filters)
    selected = ", ".join(["s.span_label", *(f"b.{name(d)}" for d in question.dims)])
    query = (
        f"with {SPANS} "
        f"select {selected}, bit_count(bit_or(b.bits)) from s inner join {TABLES[measure.fact]} b "
        f"on b.month between s.first_day and s.last_day and ({measure.where}) {conditions} group by {selected}"
    )
    return query, span_columns(question.spans) + codes


def from_rows(county: County, measure, question) -> tuple[str, list]:
    """From the settlements themselves, for dimensions that the bitmaps don't know (institution)."""
    months = sorted({m for s in question.spans for m in s.period.months})
    conditions, codes = filtered(question.filters)
    selected = ", ".join(["s.span_label", *(f"b.{name(d)}" for d in question.dims)])
    query = (
        f"with {SPANS} "
        f"select {selected}, count(distinct b.person) from s inner join ({settlement_rows(county, months)}) b "
        f"on b.month between s.first_day and s.last_day and ({measure.where}) {conditions} group by {selected}"
    )
    return query, span_columns(question.spans) + codes


def span_columns(spans) -> list[list]:
    """The parameters of SPANS."""
    return [[s.label for s in spans], [s.period.first_day for s in spans], [s.period.last_day for s in spans]]


def filtered(filters: dict[str, list[str]]) -> tuple[str, list[str]]:
    text = "".join(f" and b.{name(d)} in ({', '.join('?' * len(codes))})" for d, codes in filters.items())
    return text, [code for codes in filters.values() for code in codes]
