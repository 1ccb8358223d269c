"""What is read for 门诊一般诊疗费总额: the year's limits by township, and by month what was used of them.

The township is that in which the institution lies. What a month used is the measure of the KPI consultation_fee.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from decimal import Decimal

from pipelines.answers.county import County
from pipelines.answers.gaps import OUTSIDE
from pipelines.answers.small_cells import SMALL
from pipelines.consultation import veil
from pipelines.consultation.outlook import LATELY
from pipelines.errors import WarehouseError
from pipelines.periods import Period
from pipelines.registry import measures

SCHEME = "resident"
FEE = "consultation_fee_yuan"


class ConsultationError(WarehouseError):
    """Limits that can't be told or moved so; the message is a Chinese sentence."""


@dataclass(frozen=True)
class Ledger:
    """A year's limits and what was used of them. months: those with settlements from January on, up to the first gap.

    limits: township -> yuan; used, visits: township -> month -> yuan, visits; fees: kind of institution -> yuan of a
    visit; missing: the months of the year that lack settlements before the last that has some. What is hidden from a
    caller who may see no persons: hidden, townships; by_month, lately: those of which single months, the last are.
    """

    year: int
    months: tuple[str, ...]
    limits: dict[str, Decimal]
    used: dict[str, dict[str, Decimal]]
    visits: dict[str, dict[str, int]]
    fees: dict[str, Decimal]
    missing: tuple[str, ...] = field(default=())
    hidden: frozenset[str] = frozenset()
    by_month: frozenset[str] = frozenset()
    lately: frozenset[str] = frozenset()

    @property
    def unlimited(self) -> dict[str, Decimal]:
        """What was used where no limit is set: townships without one, '' for institutions without a township."""
        return {town: sum(used.values()) for town, used in self.used.items() if town not in self.limits}


def read(county: County, year: int, last: str = "") -> Ledger:
    """The ledger of a year up to the month `last`, '' for all that is loaded.

    Raises ConsultationError where a part of the county can't tell, or limits, fees or settlements are missing.
    """
    refuse_part(county)
    limits, fees = limits_of(county, year), fees_of(county, year)
    if not limits:
        raise ConsultationError(f"未上传：预算与总额里{year}年的一般诊疗费限额（要分到乡镇）")
    if not fees:
        raise ConsultationError(f"未上传：预算与总额里{year}年的一般诊疗费标准（按机构类别，每人次基金补助几元）")
    months, missing = unbroken(county, year, last or f"{year}-12")
    if not months:
        raise ConsultationError(f"未上传：结算明细 {year}年1月，一般诊疗费的使用从1月算起")
    used, visits = used_by_month(county, Period(months[0], months[-1]))
    return veiled(county, Ledger(year, months, limits, used, visits, fees, missing))


def veiled(county: County, ledger: Ledger) -> Ledger:
    """The ledger as the caller may see it: without the townships whose year so far would give few persons away."""
    if county.persons:
        return ledger
    months = ledger.months
    so_far, last = Period(months[0], months[-1]), Period(months[-LATELY:][0], months[-1])
    single = [Period(month, month) for month in months]
    gone = frozenset(veil.hidden(county, SCHEME, [so_far]))
    limits, used, visits = (
        {town: value for town, value in told.items() if town not in gone}
        for told in (ledger.limits, ledger.used, ledger.visits)
    )
    if not limits:
        raise ConsultationError(f"各乡镇的门诊都因{SMALL}")
    apart = {
        name: frozenset(veil.hidden(county, SCHEME, of)) for name, of in (("by_month", single), ("lately", [last]))
    }
    return replace(ledger, limits=limits, used=used, visits=visits, hidden=gone, **apart)


def refuse_part(county: County) -> None:
    """A township's or an institution's rows are those of its own insured or patients: of others' nothing is known."""
    scope = county.scope
    if scope is not None and not scope.counties:
        why = "本乡镇的机构也看外乡镇的参保人" if scope.towns else "限额是全乡镇各机构合用的"
        raise ConsultationError(f"{OUTSIDE}：{why}，用了多少要由全县的结算明细算")


def limits_of(county: County, year: int) -> dict[str, Decimal]:
    """Township -> the year's limit in yuan, in the townships' order; of a township's account its own."""
    query = "select town, limit_yuan from fct_consultation_limit where year = ? and scheme = ? order by town"
    return dict(county.fetch(query, [year, SCHEME]))


def fees_of(county: County, year: int) -> dict[str, Decimal]:
    """Kind of institution -> what the fund adds to a visit, in yuan."""
    query = "select kind, fee_yuan from fct_consultation_fee where year = ? and scheme = ? order by kind"
    return dict(county.fetch(query, [year, SCHEME]))


def unbroken(county: County, year: int, last: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(The months from January on that have settlements without a gap, the months that lack them before the last)."""
    loaded = [m for m in county.months("settlements") if m[:4] == str(year) and m <= last]
    whole = {month for month in loaded if county.complete("settlements", month)}
    if not whole:
        return (), ()
    every = Period(f"{year}-01", max(whole)).months
    missing = tuple(month for month in every if month not in whole)
    return tuple(month for month in every if not missing or month < missing[0]), missing


def used_by_month(county: County, period: Period) -> tuple[dict, dict]:
    """(township -> month -> yuan, township -> month -> visits) of a period, by the institution's township.

    Visits of a kind of institution that has no fee in that year count as visits and use nothing.
    """
    measure = measures()[FEE]
    query = (
        f"with seen as (select f.institution, f.month, {measure.sql} as yuan, sum(visits) as visits "
        f"from cut_institution f where {measure.where} and scheme = ? and f.month between ? and ? group by all) "
        "select coalesce(d.town, ''), strftime(s.month, '%Y-%m'), coalesce(sum(s.yuan), 0), sum(s.visits) "
        "from seen s left join dim_institution d on d.institution = s.institution group by all order by all"
    )
    used: dict[str, dict[str, Decimal]] = {}
    visits: dict[str, dict[str, int]] = {}
    for town, month, yuan, number in county.fetch(query, [SCHEME, period.first_day, period.last_day]):
        used.setdefault(town, {})[month] = Decimal(yuan)
        visits.setdefault(town, {})[month] = int(number)
    return used, visits


def totals(by_town: dict[str, dict], towns: Collection[str] | None = None) -> dict[str, Decimal]:
    """Month -> sum over the townships (all by default)."""
    found: dict[str, Decimal] = {}
    for town, months in by_town.items():
        for month, value in months.items() if towns is None or town in towns else ():
            found[month] = found.get(month, 0) + value
    return dict(sorted(found.items()))
