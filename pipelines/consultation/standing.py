"""A year's limits as they stand: each township by the rules, how far its limit lasts, and all of them together."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from pipelines.answers.county import County
from pipelines.consultation.outlook import READINGS, Outlook, looked_back, outlook, paths
from pipelines.consultation.reading import Ledger, read, totals, unbroken, used_by_month
from pipelines.consultation.rules import ZERO, Month, applied
from pipelines.formulas import rounded
from pipelines.periods import Period


@dataclass(frozen=True)
class Township:
    """One township's limit: what each month used and was paid, and how far the limit lasts.

    monthly: whether the caller may see its single months.
    """

    town: str
    months: tuple[Month, ...]
    visits: int
    outlook: Outlook
    monthly: bool = True

    @property
    def limit_yuan(self) -> Decimal:
        return self.outlook.limit_yuan

    @property
    def used_yuan(self) -> Decimal:
        return self.months[-1].so_far_yuan

    @property
    def paid_yuan(self) -> Decimal:
        return sum((month.paid_yuan for month in self.months), ZERO)

    @property
    def borne_yuan(self) -> Decimal:
        return self.used_yuan - self.paid_yuan

    @property
    def share(self) -> Decimal | None:
        """Used, in % of the limit."""
        return rounded(100 * self.used_yuan / self.limit_yuan, 2) if self.limit_yuan else None


@dataclass(frozen=True)
class Standing:
    """All townships of a year, in their order. season: last year's use of all townships by month, {} where not whole;
    off: how far the readings were off a year ago, in %.
    """

    ledger: Ledger
    townships: tuple[Township, ...]
    season: dict[str, Decimal]
    off: dict[str, Decimal]

    @property
    def months(self) -> tuple[str, ...]:
        return self.ledger.months

    @property
    def limit_yuan(self) -> Decimal:
        return sum((each.limit_yuan for each in self.townships), ZERO)

    @property
    def used_yuan(self) -> Decimal:
        return sum((each.used_yuan for each in self.townships), ZERO)

    @property
    def paid_yuan(self) -> Decimal:
        return sum((each.paid_yuan for each in self.townships), ZERO)

    @property
    def borne_yuan(self) -> Decimal:
        return self.used_yuan - self.paid_yuan

    @property
    def time_share(self) -> Decimal:
        """How much of the year has passed, in %."""
        return rounded(Decimal(100 * len(self.months)) / 12, 2)

    def range_of(self, told) -> tuple[Decimal, Decimal] | None:
        """(least, most) over the readings of what `told` (a Township, a reading) makes in yuan; None: not known."""
        if not all(each.outlook.known for each in self.townships):
            return None
        sums = [sum((told(each, name) for each in self.townships), ZERO) for name in self.readings]
        return min(sums), max(sums)

    @property
    def readings(self) -> list[str]:
        """The readings that all townships have."""
        first, *others = (each.outlook.whole_yuan for each in self.townships)
        return [name for name in first if all(name in other for other in others)]

    @property
    def whole_yuan(self) -> tuple[Decimal, Decimal] | None:
        """What all townships are expected to use in the year."""
        return self.range_of(lambda each, name: each.outlook.whole_yuan[name])

    @property
    def over_yuan(self) -> tuple[Decimal, Decimal] | None:
        """What institutions are expected to bear in the year."""
        return self.range_of(lambda each, name: max(each.outlook.whole_yuan[name] - each.limit_yuan, ZERO))

    @property
    def courses(self) -> dict[str, list[Decimal]]:
        """Reading -> what all townships used by the end of each of the year's months, in yuan; {} if not known."""
        if self.range_of(lambda each, name: ZERO) is None:
            return {}
        used = totals(self.ledger.used, self.ledger.limits)
        found = paths(used, self.months, self.season)
        return {
            name: [rounded(Decimal(yuan.numerator) / yuan.denominator, 2) for yuan in accumulate(path.values())]
            for name, path in found.items()
            if name in self.readings
        }

    @property
    def running_out(self) -> list[Township]:
        """Those whose limit is spent or is going to be by every reading, the earliest first."""
        found = [each for each in self.townships if each.outlook.runs_out]
        return sorted(found, key=lambda each: (each.outlook.first, each.outlook.last, each.town))

    @property
    def doubtful(self) -> list[Township]:
        """Those whose limit may be spent, by one reading at least and not by all."""
        found = [each for each in self.townships if each.outlook.runs_out is None and each.outlook.first]
        return sorted(found, key=lambda each: (each.outlook.first, each.town))

    @property
    def ordered(self) -> list[Township]:
        """Those that run out, those that may, then the others by how much of the limit is used."""
        first = [*self.running_out, *self.doubtful]
        rest = [each for each in self.townships if each not in first]
        return [*first, *sorted(rest, key=lambda each: (-(each.share or ZERO), each.town))]


def standing(county: County, year: int, last: str = "") -> Standing:
    """The limits of a year as they stand at the end of the month `last` ('' for all that is loaded).

    Raises ConsultationError as read() does.
    """
    ledger = read(county, year, last)
    before = last_year_of(county, year)
    limits = ledger.limits
    season = totals(before)
    townships = tuple(township(ledger, town, season) for town in limits)
    return Standing(ledger, townships, season, looked_back(season, len(ledger.months)))


def last_year_of(county: County, year: int) -> Mapping[str, Mapping[str, Decimal]]:
    """Township -> month -> visits of the year before, {} if it is not whole: its fees may be others, or not known."""
    months, missing = unbroken(county, year - 1, f"{year - 1}-12")
    if missing or len(months) < 12:
        return {}
    visits = used_by_month(county, Period(months[0], months[-1]))[1]
    return {town: {month: Decimal(number) for month, number in of.items()} for town, of in visits.items()}


def township(ledger: Ledger, town: str, season: Mapping[str, Decimal]) -> Township:
    used = ledger.used.get(town, {})
    months = tuple(applied(ledger.limits[town], used, ledger.months))
    visits = sum(ledger.visits.get(town, {}).values())
    told = [name for name in READINGS if name != "lately" or town not in ledger.lately]
    ahead = outlook(ledger.limits[town], used, ledger.months, season, told)
    return Township(town, months, visits, ahead, town not in ledger.by_month)
