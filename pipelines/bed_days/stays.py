"""The stays that payment by the bed day is worked out for, and what a bed-day is paid where."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from pipelines.answers import small_cells
from pipelines.answers.county import County
from pipelines.answers.gaps import gap
from pipelines.answers.measuring import Question
from pipelines.periods import Period
from pipelines.registry import measures

NO_CLASS = "unclassified"
MEASURED = "bed_day_package_yuan"  # what is hidden of it, is hidden of all that follows from the same stays


class Segment(NamedTuple):
    """What a day from day_from to day_to (None: all later days) of a stay is paid, in yuan."""

    day_from: int
    day_to: int | None
    rate_yuan: Decimal


class Tariff(NamedTuple):
    """Whose rates: of a year, an institution and a class of illness."""

    year: int
    institution: str
    disease_class: str


@dataclass(frozen=True)
class Stays:
    """Stays of one length (None: not known), of an institution and a class of illness in a year. visits: refunds
    netted; cost_yuan: what they cost; fund_yuan: what the fund paid of that.
    """

    tariff: Tariff
    stay_days: int | None
    visits: int
    cost_yuan: Decimal
    fund_yuan: Decimal


@dataclass(frozen=True)
class Place:
    """An institution of the roster. pilot: 'yes', 'no' (comparable), None for neither."""

    code: str
    name: str
    kind: str | None
    level: str | None
    pilot: str | None
    beds: int | None


@dataclass(frozen=True)
class Basis:
    """What a settlement by the bed day is worked out from. hidden: groups of few persons that the caller is not shown,
    and those that would tell them: they are not among the stays.
    """

    stays: tuple[Stays, ...]
    tariffs: dict[Tariff, tuple[Segment, ...]]
    places: dict[str, Place]
    hidden: int = 0

    @property
    def pilots(self) -> frozenset[str]:
        return frozenset(code for code, place in self.places.items() if place.pilot == "yes")


def basis(county: County, period: Period, scheme: str = "all", counties: Collection[str] = ()) -> Basis:
    """The stays of a period in institutions that have rates or are of the pilot or comparable to it.

    scheme: code, or 'all'; counties: of these alone, where several share the warehouse.
    """
    filters = {"scheme": [scheme]} if scheme != "all" else {}
    filters |= {"county": list(counties)} if counties else {}
    tariffs, places = tariffs_of(county), places_of(county)
    closed = small_cells.closed(
        county, measures()[MEASURED], Question((), ("institution", "disease_class"), filters), period
    )
    found = [each for each in stays_of(county, period, filters) if concerned(each, tariffs, places)]
    shown = [each for each in found if (each.tariff.institution, each.tariff.disease_class) not in closed]
    hidden = {each.tariff[1:] for each in found} & closed
    return Basis(tuple(shown), tariffs, places, len(hidden))


def missing(county: County, period: Period, counties: Collection[str] = ()) -> str:
    """What is not there to settle by the day with, in Chinese: rates, classes, a column; '' if all is."""
    return gap(county, measures()[MEASURED], period, counties)


def concerned(stays: Stays, tariffs: dict, places: dict) -> bool:
    """Whether stays are in an institution of the pilot, comparable to it, or with a rate for them."""
    place = places.get(stays.tariff.institution)
    return stays.tariff in tariffs or (place is not None and place.pilot is not None)


def stays_of(county: County, period: Period, filters: dict[str, list[str]]) -> list[Stays]:
    conditions = "".join(f" and {dim} in (select unnest(?))" for dim in filters)
    rows = county.fetch(
        "select year(month), institution, disease_class, stay_days, sum(visits), sum(total_cost_yuan), "
        f"sum(fund_paid_yuan) from mart_bed_day where month between ? and ?{conditions} "
        "and (pilot is not null or institution in (select institution from fct_bed_day_tariff)) "
        "group by all order by all",
        [period.first_day, period.last_day, *filters.values()],
    )
    return [Stays(Tariff(*row[:3]), row[3], int(row[4]), *row[5:]) for row in rows]


def tariffs_of(county: County) -> dict[Tariff, tuple[Segment, ...]]:
    """The segments of every tariff, in the order of the days."""
    found: dict[Tariff, list[Segment]] = defaultdict(list)
    rows = county.fetch(
        "select year, institution, disease_class, day_from, day_to, rate_yuan from fct_bed_day_tariff order by all"
    )
    for year, institution, disease_class, *segment in rows:
        found[Tariff(year, institution, disease_class)].append(Segment(*segment))
    return {tariff: tuple(segments) for tariff, segments in found.items()}


def pilots_of(county: County) -> frozenset[str]:
    """The institutions of the roster that are of the pilot."""
    return frozenset(code for code, place in places_of(county).items() if place.pilot == "yes")


def places_of(county: County) -> dict[str, Place]:
    rows = county.fetch("select institution, name, kind, level, pilot, beds from dim_institution order by institution")
    return {row[0]: Place(*row) for row in rows}


def package_yuan(stay_days: int | None, segments: tuple[Segment, ...]) -> Decimal | None:
    """What a stay of so many days comes to; None without a rate for each of its days.

    The segments follow one another from the first day on (fct_bed_day_tariff): sum of rate x days in each.
    """
    last = segments[-1].day_to if segments else 0
    if not segments or not stay_days or (last is not None and stay_days > last):
        return None
    return sum((each.rate_yuan * days_in(stay_days, each) for each in segments), Decimal(0))


def days_in(stay_days: int, segment: Segment) -> int:
    """How many days of a stay lie in a segment."""
    last = stay_days if segment.day_to is None else min(stay_days, segment.day_to)
    return max(last - segment.day_from + 1, 0)
