"""What payment by the day may set going: longer stays, split stays, lighter cases, stays that end where a rate falls.

Each is told of pilots and of those comparable to them, month by month, before and after the pilot began, with the
difference in differences and the natural movement (XmR) of the months before. A suspicion, never a finding.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from pipelines.answers.county import County
from pipelines.answers.query import ask
from pipelines.bed_days.alike import where
from pipelines.bed_days.stays import pilots_of, tariffs_of
from pipelines.peers import Xmr, xmr
from pipelines.periods import Period, months_between, shifted

MONTHS = 24
ENOUGH = 2  # months beyond the limits of before that make a signal
FEWEST = 5  # cases of a month that is told
Parts = dict[tuple[str, str], tuple[Decimal, Decimal]]  # (month, pilot 'yes' or 'no') -> above, below


@dataclass(frozen=True)
class Watched:
    """What is watched. worse: +1 where more is suspicious, -1 where less is; per: 100 for shares."""

    id: str
    name: str
    unit: str
    worse: int
    per: int
    why: str
    digits: int = 2


WATCHED = (
    Watched("alos", "平均住院日", "天", +1, 1, "按天付费，多住一天多收一天"),
    Watched("readmission", "15日再住院率", "%", +1, 100, "一次住院拆成两次，前几日的高标准收两遍"),
    Watched("lighter", "轻症占比", "%", +1, 100, "同样的床日标准，病越轻越划算"),
    Watched("case_mix", "病例组合指数", "", -1, 100, "各病种按两组平均费用加权，100 为两组平均"),
    Watched("border", "住满一段就出院的占比", "%", +1, 100, "标准从下一日起降低，住到前一日最划算"),
)


@dataclass(frozen=True)
class Span:
    """Both groups over some months."""

    period: Period
    pilot: Decimal
    other: Decimal

    @property
    def gap(self) -> Decimal:
        return self.pilot - self.other


@dataclass(frozen=True)
class Signal:
    """months: (month, pilots, comparable ones), None where few or none; before, after: the pilot began; limits: of the
    gap in the months before, beyond: the months after that lie beyond them on the suspicious side.
    """

    watched: Watched
    months: tuple[tuple[str, Decimal | None, Decimal | None], ...]
    before: Span | None
    after: Span | None
    limits: Xmr | None
    beyond: tuple[str, ...]

    @property
    def difference(self) -> Decimal | None:
        """The difference in differences: how much more the gap is after than before."""
        return None if self.before is None or self.after is None else self.after.gap - self.before.gap

    @property
    def alarming(self) -> bool:
        worse = self.difference is not None and self.difference * self.watched.worse > 0
        return worse and len(self.beyond) >= ENOUGH


def began(county: County) -> str | None:
    """The first month of the first year that there are rates of pilots for; None without any."""
    pilots = pilots_of(county)
    years = [tariff.year for tariff in tariffs_of(county) if tariff.institution in pilots]
    return f"{min(years)}-01" if years else None


def radar(county: County, last: str, scheme: str = "all", counties: Collection[str] = ()) -> tuple[Signal, ...]:
    """Every signal up to a month; () where no pilot has begun by then."""
    start = began(county)
    if start is None or start > last:
        return ()
    first = max(shifted(last, 1 - MONTHS), county.first_month)
    period = Period(first, last)
    told = {
        "alos": stays_by(county, period, scheme, counties, lambda row, _: (row.days, row.visits)),
        "readmission": readmitted(county, period, scheme, counties),
        "lighter": stays_by(county, period, scheme, counties, lambda row, mean: (lighter(row, mean), row.visits)),
        "case_mix": stays_by(
            county, period, scheme, counties, lambda row, mean: (row.visits * row.weight, row.visits * mean)
        ),
        "border": at_borders(county, period, scheme, counties),
    }
    return tuple(signal(watched, told[watched.id], period, start) for watched in WATCHED if told[watched.id])


def signal(watched: Watched, parts: Parts, period: Period, start: str) -> Signal:
    value = partial(ratio, parts, watched.per)
    months = tuple((month, value([month], "yes"), value([month], "no")) for month in period.months)
    after = months_between(max(start, period.first), period.last)
    before = [month for month in (shifted(month, -12) for month in after) if period.first <= month < start]
    gaps = [(month, None if None in pair else pair[0] - pair[1]) for month, *pair in months]
    limits = xmr([each for each in gaps if each[0] < start])
    beyond = tuple(month for month, gap in gaps if month >= start and outside(gap, limits, watched.worse))
    return Signal(watched, months, span(value, before), span(value, after), limits, beyond)


def outside(gap: Decimal | None, limits: Xmr | None, worse: int) -> bool:
    """Whether the gap of a month lies beyond the limits on the suspicious side."""
    if gap is None or limits is None or limits.upper is None:
        return False
    return gap > limits.upper if worse > 0 else gap < limits.lower


def span(value: Callable, months: list[str]) -> Span | None:
    """Both groups over these months: ratios of sums."""
    sides = [value(months, pilot) for pilot in ("yes", "no")] if months else [None]
    return None if None in sides else Span(Period(months[0], months[-1]), *sides)


def ratio(parts: Parts, per: int, months: list[str], pilot: str) -> Decimal | None:
    told = [parts[month, pilot] for month in months if (month, pilot) in parts]
    below = sum((below for _, below in told), Decimal(0))
    return per * sum((above for above, _ in told), Decimal(0)) / below if below > 0 else None


@dataclass(frozen=True)
class Row:
    """The cases of an illness in a month and group. weight: what a case of it costs in both groups over all months."""

    month: str
    pilot: str
    visits: Decimal
    days: Decimal
    weight: Decimal


def stays_by(county: County, period: Period, scheme: str, counties: Collection[str], of: Callable) -> Parts:
    """of: (row, mean weight) -> what is above and below the line. Months of few cases are left out."""
    rows = list(illnesses(county, period, scheme, counties))
    visits = sum((row.visits for row in rows), Decimal(0))
    if visits <= 0:
        return {}
    mean = sum((row.visits * row.weight for row in rows), Decimal(0)) / visits
    return added((row.month, row.pilot, row.visits, *of(row, mean)) for row in rows)


def lighter(row: Row, mean: Decimal) -> Decimal:
    """The cases of an illness that costs less than the mean."""
    return row.visits if row.weight < mean else Decimal(0)


def illnesses(county: County, period: Period, scheme: str, counties: Collection[str]) -> Iterator[Row]:
    condition, parameters = where(period, scheme, counties)
    found = county.fetch(
        "select strftime(month, '%Y-%m'), pilot, coalesce(disease_code, ''), sum(visits), sum(bed_days), "
        f"sum(total_cost_yuan) from mart_illness where {condition} group by all order by all",
        parameters,
    )
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for *_, code, visits, _, cost in found:
        sums[code][0] += visits
        sums[code][1] += cost
    for month, pilot, code, visits, days, _ in found:
        cases, cost = sums[code]
        yield Row(month, pilot, Decimal(visits), Decimal(days or 0), cost / cases if cases > 0 else Decimal(0))


def added(rows) -> Parts:
    """(month, pilot, cases, above, below) added up; months of few cases left out."""
    sums: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for month, pilot, *amounts in rows:
        sums[month, pilot] = [one + two for one, two in zip(sums[month, pilot], amounts, strict=True)]
    return {key: (above, below) for key, (cases, above, below) in sums.items() if cases >= FEWEST}


def readmitted(county: County, period: Period, scheme: str, counties: Collection[str]) -> Parts:
    filters = ({"scheme": scheme} if scheme != "all" else {}) | ({"county": list(counties)} if counties else {})
    found = ask(county, ["readmission_rate_15d"], period, ("month", "pilot"), filters)
    return {
        (figure.dims["month"], figure.dims["pilot"]): (figure.numerator, figure.denominator)
        for figure in found
        if figure.value is not None and figure.dims["pilot"] and figure.denominator >= FEWEST
    }


def at_borders(county: County, period: Period, scheme: str, counties: Collection[str]) -> Parts:
    """Stays as long as a segment behind which a lower rate begins, of those in an institution and class that has one;
    the borders are those of the first year that there are rates for.
    """
    borders: dict[tuple[str, str], list[int]] = {}
    tariffs = tariffs_of(county)
    for tariff in sorted(tariffs, reverse=True):
        days = zip(tariffs[tariff], tariffs[tariff][1:], strict=False)
        borders[tariff.institution, tariff.disease_class] = [a.day_to for a, b in days if b.rate_yuan < a.rate_yuan]
    told = [(*key, days) for key, days in borders.items() if days]
    if not told:
        return {}
    condition, parameters = where(period, scheme, counties)
    rows = county.fetch(
        "with borders as (select unnest(?) as institution, unnest(?) as disease_class, unnest(?) as days) "
        "select strftime(m.month, '%Y-%m'), m.pilot, sum(m.visits), "
        "coalesce(sum(m.visits) filter (where list_contains(b.days, m.stay_days)), 0), sum(m.visits) "
        "from mart_bed_day m inner join borders b on b.institution = m.institution "
        f"and b.disease_class = m.disease_class where {condition} and stay_days is not null group by all order by all",
        [*map(list, zip(*told, strict=True)), *parameters],
    )
    return added((month, pilot, *map(Decimal, amounts)) for month, pilot, *amounts in rows)
