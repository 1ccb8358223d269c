"""The figures of tables and charts, asked in few questions: each a Quote that knows which figure it is."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

import pipelines
from pipelines import County, Figure, Period
from pipelines.answers.aims import aimed
from pipelines.contracts import code_lists
from pipelines.wording import LISTS
from reports import words
from reports.quoting import Quote, Ref, printed, quotes

SCHEMES = ("resident", "employee", "maternity")
Row = dict[str, Quote]  # {kpi: its figure}


def totals(county: County, kpis: Iterable[str], period: Period, **where: str) -> Row:
    """{kpi: its figure} of the county, or of what the conditions leave of it."""
    found = quotes(county, [Ref.of(kpi, period, **where) for kpi in kpis])
    return {quote.ref.kpi: quote for quote in found.values()}


def by_scheme(county: County, kpis: Sequence[str], period: Period, **where: str) -> dict[str, Row]:
    """{scheme: {kpi: its figure}}; a scheme that has none of them is left out."""
    refs = [Ref.of(kpi, period, scheme=scheme, **where) for kpi in kpis for scheme in SCHEMES]
    found = quotes(county, refs)
    rows = {scheme: {} for scheme in SCHEMES}
    for ref in refs:
        rows[dict(ref.where)["scheme"]][ref.kpi] = found[ref.key]
    return {scheme: row for scheme, row in rows.items() if any(each.value for each in row.values())}


def remember(county: County, period: Period) -> None:
    """Ask for every KPI of the county and of its schemes in two questions: what follows finds it known."""
    refs = [Ref.of(kpi, period) for kpi in pipelines.kpis()]
    refs += [
        Ref.of(id, period, scheme=s) for id, kpi in pipelines.kpis().items() if "scheme" in kpi.levels for s in SCHEMES
    ]
    quotes(county, refs)


@lru_cache(maxsize=64)
def asked(county: County, kpis: tuple, period: Period, dims: tuple, where: tuple) -> list[Figure]:
    """The groups of a question; a county is one build, which never changes."""
    return pipelines.ask(county, kpis, period, by=dims, where=dict(where))


def groups(county: County, kpis: Sequence[str], period: Period, dims: Sequence[str], **where: str) -> dict[tuple, Row]:
    """{codes of the dimensions: {kpi: its figure}} of every group that has rows, in the order of the code lists.

    A code that is not known is '', and its group comes last.
    """
    found: dict[tuple, Row] = {}
    for figure in asked(county, tuple(kpis), period, tuple(dims), tuple(where.items())):
        codes = tuple(figure.dims[dim] or "" for dim in dims)
        ref = Ref.of(figure.kpi.id, period, **(where | dict(zip(dims, codes, strict=True))))
        told = aimed(replace(figure, dims={}), period.last, dict(ref.where))
        found.setdefault(codes, {})[figure.kpi.id] = printed(ref, told)
    orders = [list(code_lists().get(LISTS.get(dim, dim), ())) for dim in dims]
    return dict(sorted(found.items(), key=lambda item: [at(*each) for each in zip(item[0], orders, strict=True)]))


def at(code: str, order: Sequence[str]) -> tuple[int, str]:
    """Where a code stands in its list; what is in none comes after, what is not known last."""
    return (order.index(code), "") if code in order else (len(order) + (not code), code)


def largest(found: dict[tuple, Row], kpi: str) -> dict[tuple, Row]:
    """The groups, those of the largest figure first."""
    return dict(sorted(found.items(), key=lambda item: -(item[1][kpi].value or 0) if kpi in item[1] else 0))


def aspect(quote: Quote | None, name: str) -> Quote | None:
    """Another aspect of the same figure: its year_ago, change, difference, target; None where it is missing."""
    told = None if quote is None else printed(replace(quote.ref, aspect=name), quote.figure)
    return told if known(told) else None


def change_aspect(quote: Quote) -> str:
    """How its change is told: a ratio's in points, an amount's in per cent."""
    return "difference" if quote.kpi.unit == words.RATIO else "change"


def known(*found: Quote | None) -> bool:
    """Whether all of them are there and have a value."""
    return all(each is not None and each.value is not None for each in found)


def trends(county: County, kpis: Sequence[str], period: Period, **where: str) -> dict[str, Figure]:
    """{kpi: its figure with the months of two years}, for small pictures and lines."""
    found = trended(county, tuple(kpis), period, tuple(where.items()))
    return {figure.kpi.id: aimed(figure, period.last, where) for figure in found}


@lru_cache(maxsize=64)
def trended(county: County, kpis: tuple, period: Period, where: tuple) -> list[Figure]:
    return pipelines.ask(county, kpis, period, where=dict(where), trend=24)


def elapsed(period: Period) -> Decimal:
    """The share of its year that has passed at the end of a period, in per cent."""
    return Decimal(100) * period.ytd_months / 12
