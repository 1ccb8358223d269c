"""Where a batch counts: a table, a period, and a county where several counties share a warehouse.

A list of counties (the table counties) makes a warehouse one of several: only then a file takes the place of its own
counties' rows alone, in the tables whose rows tell the county. Without the list a file takes its period's place whole.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import NamedTuple, Protocol

from pipelines.contracts import contracts

LIST = "counties"
Parts = Mapping[str, tuple[str, ...]]  # period -> the counties whose rows are meant in it, () for all of them


class Place(NamedTuple):
    """county: '' where the rows of a table don't tell it, and where one county has the warehouse alone."""

    table: str
    period: str
    county: str = ""


class Held(Protocol):
    """What a batch and a staged file both tell: their table, the periods in it, and each county's of these periods."""

    table: str
    periods: tuple[str, ...]
    counties: Mapping[str, tuple[str, ...]]


@cache
def county_column(table: str) -> str:
    """The column that says which county a row of a table is of; '' for a table of the whole warehouse."""
    if table == LIST:
        return ""
    return next((column.key for column in contracts()[table].columns.values() if column.type == "county"), "")


def several(held: Iterable[Held]) -> bool:
    """Whether a list of counties is among batches that stand, or files that come to."""
    return any(each.table == LIST for each in held)


def counties_in(held: Held, period: str) -> tuple[str, ...]:
    """The counties with rows in a period of a batch; ('',) where its rows don't tell them."""
    found = tuple(sorted(code for code, periods in held.counties.items() if period in periods))
    return found if found and county_column(held.table) else ("",)


def stands_for(held: Held, together: bool) -> list[Place]:
    """The places that a batch or a staged file takes. together: a list of counties stands with it."""
    return [
        Place(held.table, period, county)
        for period in held.periods
        for county in (counties_in(held, period) if together else ("",))
    ]


def by_county(stands: Mapping[Place, Held]) -> dict[Place, Held]:
    """What stands, each county's rows at a place of their own also where no list keeps them apart."""
    return {
        Place(place.table, place.period, county): held
        for place, held in stands.items()
        for county in ((place.county,) if place.county else counties_in(held, place.period))
    }


def sources(
    standing: Mapping[Place, Held],
    table: str,
    periods: Collection[str] | None = None,
    counties: Collection[str] | None = None,
) -> dict[str, Parts]:
    """Batch id -> what of its rows counts, of a table; in some periods only, of some counties only."""
    found: dict[str, dict[str, list[str]]] = {}
    for place, batch in standing.items():
        asked = counties is None or place.county in ("", *counties)
        if place.table == table and asked and (periods is None or place.period in periods):
            found.setdefault(batch.id, {}).setdefault(place.period, []).append(place.county)
    held = {batch.id: batch for batch in standing.values()}
    return {id: {p: part(held[id], p, listed) for p, listed in told.items()} for id, told in found.items()}


def part(batch: Held, period: str, listed: list[str]) -> tuple[str, ...]:
    """The counties whose rows are meant; () if these are all that a batch has in the period."""
    return () if {*listed} >= {*counties_in(batch, period)} or listed == [""] else tuple(listed)


def whole(periods: Iterable[str]) -> Parts:
    """All rows of these periods."""
    return dict.fromkeys(periods, ())


def by_counties(parts: Parts) -> dict[tuple[str, ...], list[str]]:
    """The same, told the other way: counties -> the periods in which their rows are meant."""
    found: dict[tuple[str, ...], list[str]] = {}
    for period, counties in parts.items():
        found.setdefault(counties, []).append(period)
    return found
