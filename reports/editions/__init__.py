"""The composed documents: the month's bulletin, the reports of a quarter, a half-year, a year or a span.

edition    build, kind, period, terms -> Document;  half_year, bulletin, quarter, year: the same by name
"""

from pipelines import County, Period
from pipelines.side_by_side import Progress, quiet
from reports.document import Document
from reports.editions.composing import NotOfficial, composed
from reports.editions.terms import NAMES, Terms, kind_for, offered, title

__all__ = [
    "NAMES",
    "NotOfficial",
    "Terms",
    "bulletin",
    "edition",
    "half_year",
    "kind_for",
    "offered",
    "quarter",
    "title",
    "year",
]


def edition(county: County, kind: str, period: Period, terms: Terms, progress: Progress = quiet) -> Document:
    """The composed document. kind: one of NAMES. Raises QuestionError for months that can't be asked."""
    return composed(county, kind, period, terms, progress)


def half_year(county: County, period: Period, terms: Terms) -> Document:
    """The half-year report 半年报告."""
    return edition(county, "half_year", period, terms)


def bulletin(county: County, month: str, terms: Terms) -> Document:
    """The bulletin 月报 of a month, as in 2026-06."""
    return edition(county, "bulletin", Period(month, month), terms)


def quarter(county: County, period: Period, terms: Terms) -> Document:
    """The report of a quarter 季报."""
    return edition(county, "quarter", period, terms)


def year(county: County, period: Period, terms: Terms) -> Document:
    """The report of a year 年度报告."""
    return edition(county, "year", period, terms)
