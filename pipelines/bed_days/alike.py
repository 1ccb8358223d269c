"""How alike pilots and those comparable to them are, who is nearest to each, and the gap at an equal mix of illness.

Standardised difference: difference of the groups' means over institutions, by the root of their mean variance; beyond
0.25 the groups are told apart by that trait (Rubin 2001, Stuart 2010).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import sqrt
from statistics import fmean, variance

from pipelines.answers.county import County
from pipelines.answers.crowds import FEWEST
from pipelines.answers.gaps import gap
from pipelines.answers.query import ask
from pipelines.bed_days.gap import Parts, parts_of_gap
from pipelines.bed_days.stays import Place, places_of
from pipelines.contracts import zh
from pipelines.periods import Period
from pipelines.registry import measures

UNLIKE = 0.25  # of a standardised difference
BEDS, CASES = "床位数", "月均住院人次"


@dataclass(frozen=True)
class Trait:
    """A trait of both groups. pilot, other: means over institutions, shares in %; difference: standardised, None where
    neither group varies; share: whether it is a share of the cases.
    """

    name: str
    pilot: float
    other: float
    difference: float | None
    share: bool

    @property
    def unlike(self) -> bool:
        return self.difference is not None and abs(self.difference) > UNLIKE


@dataclass(frozen=True)
class Pair:
    """A pilot and the comparable institution nearest to it, of its kind and level. distance: Euclidean over all traits,
    each in standard deviations.
    """

    pilot: str
    other: str
    distance: float


@dataclass(frozen=True)
class EqualMix:
    """The gap of the cost per case, pilots less comparable ones, in yuan. crude: as it is; equal: with each illness at
    its share of both groups' cases; covered: share of these cases whose illness both groups have.
    """

    crude: Fraction
    equal: Fraction
    covered: Fraction
    illnesses: int


def where(period: Period, scheme: str, counties: Collection[str]) -> tuple[str, list]:
    """A condition on the rows of a mart, and its parameters."""
    filters = ({"scheme": [scheme]} if scheme != "all" else {}) | ({"county": list(counties)} if counties else {})
    conditions = "".join(f" and {dim} in (select unnest(?))" for dim in filters)
    return f"month between ? and ? and pilot is not null{conditions}", [
        period.first_day,
        period.last_day,
        *filters.values(),
    ]


def traits_of(
    county: County, period: Period, scheme: str = "all", counties: Collection[str] = ()
) -> dict[str, dict[str, float]]:
    """institution -> {trait: value}: beds, cases a month, shares of classes of illness and of kinds of persons in %."""
    condition, parameters = where(period, scheme, counties)
    illness = county.fetch(
        f"select institution, disease_class, sum(visits) from cut_bed_day where {condition} group by all", parameters
    )
    persons = county.fetch(
        f"select institution, category, sum(visits) from mart_settlement where {condition} and care = 'inpatient' "
        "group by all",
        parameters,
    )
    places = places_of(county)
    found: dict[str, dict[str, float]] = {}
    for dim, rows in (("disease_class", illness), ("category", persons)):
        for code, name, share in shares(row for row in rows if row[0] in places):
            found.setdefault(code, {})[zh(dim, name) if name else "未填"] = share
    cases = {code: sum(visits for at, _, visits in illness if at == code) for code in found}
    beds = {BEDS: lambda code: float(places[code].beds or 0)} if all(places[c].beds for c in found) else {}
    size = {CASES: lambda code: cases[code] / len(period.months)} | beds
    return {code: {name: of(code) for name, of in size.items()} | told for code, told in sorted(found.items())}


def shares(rows: Iterable[tuple]) -> list[tuple[str, str, float]]:
    """(institution, code, share in %) of rows (institution, code, visits); none of an institution without visits."""
    rows = list(rows)
    whole: dict[str, int] = {}
    for code, _, visits in rows:
        whole[code] = whole.get(code, 0) + visits
    return [(code, name, float(100 * visits / whole[code])) for code, name, visits in rows if whole[code] > 0]


def likeness(traits: dict[str, dict[str, float]], pilots: Collection[str]) -> list[Trait]:
    """Every trait of both groups; [] unless both have institutions."""
    groups = [[told for code, told in traits.items() if (code in pilots) is side] for side in (True, False)]
    if not all(groups):
        return []
    names = dict.fromkeys(name for told in traits.values() for name in told)
    return [trait(name, *([told.get(name, 0.0) for told in group] for group in groups)) for name in names]


def trait(name: str, pilot: list[float], other: list[float]) -> Trait:
    spread = sqrt((spread_of(pilot) + spread_of(other)) / 2)
    means = fmean(pilot), fmean(other)
    return Trait(name, *means, (means[0] - means[1]) / spread if spread else None, name not in (BEDS, CASES))


def spread_of(values: list[float]) -> float:
    return variance(values) if len(values) > 1 else 0.0


def nearest(county: County, traits: dict[str, dict[str, float]], pilots: Collection[str]) -> list[Pair]:
    """Each pilot with the comparable institution nearest to it; one without any of its kind and level is left out."""
    places = places_of(county)
    names = dict.fromkeys(name for told in traits.values() for name in told)
    spreads = {name: sqrt(spread_of([told.get(name, 0.0) for told in traits.values()])) for name in names}

    def distance(one: str, two: str) -> float:
        apart = ((traits[one].get(n, 0.0) - traits[two].get(n, 0.0)) / s for n, s in spreads.items() if s)
        return sqrt(sum(each * each for each in apart))

    pairs = []
    for pilot in (code for code in traits if code in pilots):
        like = [c for c in traits if c not in pilots and kind_of(places[c]) == kind_of(places[pilot])]
        if like:
            other = min(like, key=lambda code: (distance(pilot, code), code))
            pairs.append(Pair(pilot, other, distance(pilot, other)))
    return pairs


def kind_of(place: Place) -> tuple:
    return place.kind, place.level


def without_illness(county: County, period: Period, counties: Collection[str] = ()) -> str:
    """Why illnesses are not known, in Chinese; '' if they are."""
    return gap(county, replace(measures()["bed_day_visits"], beside=()), period, counties)


def equal_mix(county: County, period: Period, scheme: str = "all", counties: Collection[str] = ()) -> EqualMix | None:
    """The gap once more with equal shares of every illness (disease code), by direct standardisation, exact.

    equal = sum over illnesses that both have of w x (pilots' cost per case - the others'), w = its cases of both / all
    of such cases. None where no illness is in both groups; a caller who may see no persons is told of illnesses with
    FEWEST cases in each.
    """
    condition, parameters = where(period, scheme, counties)
    rows = county.fetch(
        "select coalesce(disease_code, ''), pilot, sum(visits), sum(total_cost_yuan) from mart_illness "
        f"where {condition} group by all order by all",
        parameters,
    )
    groups = {pilot: {code: (n, cost) for code, at, n, cost in rows if at == pilot} for pilot in ("yes", "no")}
    least = 1 if county.persons else FEWEST
    shared = [code for code in groups["yes"] if code in groups["no"]]
    both = [code for code in shared if min(group[code][0] for group in groups.values()) >= least]
    cases = {code: groups["yes"][code][0] + groups["no"][code][0] for code in both}
    if not both or min(sum(n for n, _ in group.values()) for group in groups.values()) <= 0:
        return None
    weighted = sum((cases[code] * gap_of(groups, [code]) for code in both), Fraction(0))
    whole = sum(cases.values())
    every = sum(n for group in groups.values() for n, _ in group.values())
    crude = gap_of(groups, None)
    return EqualMix(crude, weighted / whole, Fraction(int(whole), int(every)), len(both))


def pilot_gap(
    county: County, period: Period, scheme: str = "all", counties: Collection[str] = ()
) -> tuple[Parts, EqualMix | None] | None:
    """The gap of the cost per case by price and length of stay, and at an equal mix; None unless both have stays."""
    filters = ({"scheme": scheme} if scheme != "all" else {}) | ({"county": list(counties)} if counties else {})
    found: dict[str | None, dict] = {}
    for figure in ask(county, ("cost_per_case", "cost_per_bed_day", "alos"), period, ("pilot",), filters):
        if figure.value is not None:
            found.setdefault(figure.dims["pilot"], {})[figure.kpi.id] = figure
    if any(len(found.get(pilot, ())) < 3 for pilot in ("yes", "no")):
        return None
    told = not without_illness(county, period, counties)
    return parts_of_gap(found["yes"], found["no"]), equal_mix(county, period, scheme, counties) if told else None


def gap_of(groups: dict, codes: list[str] | None) -> Fraction:
    """Cost per case of the pilots less that of the others, of these illnesses or of all."""
    means = []
    for pilot in ("yes", "no"):
        told = [each for code, each in groups[pilot].items() if codes is None or code in codes]
        cost, cases = sum((Fraction(Decimal(c)) for _, c in told), Fraction(0)), sum(int(n) for n, _ in told)
        means.append(cost / cases)
    return means[0] - means[1]
