"""What the outlook goes by, month by month: what each scheme's fund paid by kind of care, what came in by source."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipelines.answers.county import County
from pipelines.answers.covered import CLEARED
from pipelines.answers.settlement_rows import settlement_rows
from pipelines.outlook.income import Collected
from pipelines.outlook.settling import MOST_LAG, Settling, settling
from pipelines.periods import months_between, shifted

KINDS = {
    "inpatient_in": "县内住院",
    "inpatient_out": "县外住院",
    "outpatient": "普通门诊、药店",
    "chronic": "门诊慢特病",
    "other": "其他",
    "all": "全部就医",
}
INPATIENT = ("inpatient_in", "inpatient_out")
FEWEST = 10  # visits in each month that a kind of care must have to be told by itself
FEWEST_YUAN = 1.0  # likewise: what it pays
KIND = """case when care = 'inpatient' and place = 'out_of_county' then 'inpatient_out'
    when care = 'inpatient' then 'inpatient_in'
    when care in ('outpatient', 'pharmacy') then 'outpatient'
    when care = 'chronic_outpatient' then 'chronic'
    else 'other' end"""
SCHEMES = ("resident", "employee", "maternity")


@dataclass(frozen=True)
class Care:
    """A kind of care, by month of settlement. late_visits, late_paid: for each lag from 1 on, the part of a month's
    that is of discharges so many months before; year_cost: of the last twelve months, with what patients paid."""

    kind: str
    visits: tuple[float, ...]
    paid: tuple[float, ...]
    late_visits: tuple[tuple[float, ...], ...]
    late_paid: tuple[tuple[float, ...], ...]
    year_cost: float = 0.0

    def until(self, count: int) -> "Care":
        """As it was known at the end of the month in that place."""
        late = [tuple(lag[:count] for lag in each) for each in (self.late_visits, self.late_paid)]
        return Care(self.kind, self.visits[:count], self.paid[:count], *late, self.year_cost)

    @property
    def by_discharge(self) -> tuple[Settling, Settling]:
        """Visits and yuan by month of discharge, completed."""
        return settling(self.visits, self.late_visits), settling(self.paid, self.late_paid)


@dataclass(frozen=True)
class History:
    """A scheme's months, one after another without a gap, up to the last one. cares: none where there are months in
    which nothing was paid; flows: source -> month -> what came; paid: yuan by month of settlement, of all care."""

    scheme: str
    months: tuple[str, ...]
    cares: tuple[Care, ...]
    flows: Mapping[str, Mapping[str, Collected]]
    paid: tuple[float, ...]

    @property
    def now(self) -> str:
        return self.months[-1]

    @property
    def received(self) -> list[float]:
        """Yuan that came into the pooled fund, by month; 0 where a month is not uploaded."""
        return [sum(pooled(flow.get(month)) for flow in self.flows.values()) for month in self.months]

    def until(self, count: int) -> "History":
        """The history as it was known at the end of its month in that place."""
        cares = tuple(care.until(count) for care in self.cares)
        return History(self.scheme, self.months[:count], cares, self.flows, self.paid[:count])


def paid_of(cells: Mapping[str, Mapping[str, "Cell"]], months: list[str]) -> tuple[float, ...]:
    return tuple(sum(of_kind.get(month, (0.0, 0.0))[1] for of_kind in cells.values()) for month in months)


def pooled(told: Collected | None) -> float:
    return told.month - told.accounts if told else 0.0


def months_known(county: County, now: str) -> list[str]:
    """The months with settlements of all counties, one after another without a gap up to that one."""
    found: list[str] = []
    while county.complete("settlements", now):
        found.insert(0, now)
        now = shifted(now, -1)
    return found


def histories(county: County, now: str) -> dict[str, History]:
    """Scheme -> its history up to a month; {} where that month has no settlements."""
    months = months_known(county, now)
    if not months:
        return {}
    paid, late, flows = settled(county, months), late_settled(county, months), collected(county, now)
    found = {}
    for scheme in SCHEMES:
        if scheme in paid:
            cares = cares_of(paid[scheme], late.get(scheme, {}), months)
            found[scheme] = History(scheme, tuple(months), cares, flows.get(scheme, {}), paid_of(paid[scheme], months))
    return found


Cell = tuple[float, float, float]  # visits, yuan of the fund, yuan of costs


def settled(county: County, months: list[str]) -> dict[str, dict[str, dict[str, Cell]]]:
    """Scheme -> kind of care -> month -> what was settled."""
    query = f"""select scheme, {KIND} as kind, strftime(month, '%Y-%m'), sum(visits), sum(fund_paid_yuan),
        sum(total_cost_yuan) from cut_county
        where month between cast(? as date) and cast(? as date) and scheme is not null group by all"""
    rows = county.fetch(query, [f"{months[0]}-01", f"{months[-1]}-01"])
    found: dict[str, dict[str, dict[str, Cell]]] = defaultdict(lambda: defaultdict(dict))
    for scheme, kind, month, *amounts in rows:
        found[scheme][kind][month] = tuple(float(each or 0) for each in amounts)
    return found


def late_settled(county: County, months: list[str]) -> dict[str, dict[str, list[tuple[int, str, float, float]]]]:
    """Scheme -> kind of care -> (lag in months, month of settlement, visits, yuan) of stays settled in a later month
    than that of discharge. Refunds are none: they take back what was settled. Months whose rows were cleared tell none.
    """
    told = [month for month in months if county.coverage["settlements", month].layout != CLEARED]
    if not told:
        return {}
    lag = "date_diff('month', date_trunc('month', discharged_on), month)"
    query = f"""select scheme, {KIND} as kind, least({lag}, {MOST_LAG}), strftime(month, '%Y-%m'), sum(visits),
        sum(fund_paid_yuan) from ({settlement_rows(county, told)})
        where care = 'inpatient' and visits > 0 and {lag} > 0 group by all"""
    rows = county.fetch(query)
    found: dict[str, dict[str, list]] = defaultdict(lambda: defaultdict(list))
    for scheme, kind, months_later, month, visits, yuan in rows:
        found[scheme][kind].append((int(months_later), month, float(visits), float(yuan)))
    return found


def cares_of(paid: Mapping, late: Mapping, months: list[str]) -> tuple[Care, ...]:
    """A scheme's kinds of care; those with too few visits or yuan in any month are one, or all are."""
    made = [care_of(kind, paid[kind], late.get(kind, ()), months) for kind in KINDS if kind in paid]
    made = [care for care in made if any(care.paid)]  # what personal accounts pay alone is none of the fund's
    large = [care for care in made if large_enough(care)]
    small = [care for care in made if not large_enough(care)]
    if not small:
        return tuple(large)
    rest = merged("other" if large else "all", small)
    if large_enough(rest):
        return (*large, rest)
    whole = merged("all", made)
    if large and sum(rest.paid) <= 0.1 * sum(whole.paid):  # it would not show: told with the largest of the others
        largest = max(large, key=lambda care: sum(care.paid))
        kept = [care for care in large if care is not largest]
        return (*kept, merged(largest.kind, [largest, rest]))
    return (whole,) if min(whole.visits) > 0 and min(whole.paid) > 0 else ()


def large_enough(care: Care) -> bool:
    return min(care.visits) >= FEWEST and min(care.paid) >= FEWEST_YUAN


def care_of(kind: str, cells: Mapping[str, Cell], late, months: list[str]) -> Care:
    visits, yuan, cost = (tuple(cells.get(month, (0.0,) * 3)[at] for month in months) for at in range(3))
    places = {month: place for place, month in enumerate(months)}
    late_visits, late_yuan = ([[0.0] * len(months) for _ in range(MOST_LAG)] for _ in range(2))
    for lag, month, stays, paid in late:
        late_visits[lag - 1][places[month]] += stays
        late_yuan[lag - 1][places[month]] += paid
    return Care(kind, visits, yuan, tuple(map(tuple, late_visits)), tuple(map(tuple, late_yuan)), sum(cost[-12:]))


def merged(kind: str, cares: list[Care]) -> Care:
    visits, paid = added([care.visits for care in cares]), added([care.paid for care in cares])
    late_visits = tuple(map(added, zip(*(care.late_visits for care in cares), strict=True)))
    late_paid = tuple(map(added, zip(*(care.late_paid for care in cares), strict=True)))
    return Care(kind, visits, paid, late_visits, late_paid, sum(care.year_cost for care in cares))


def added(series: Iterable[Sequence[float]]) -> tuple[float, ...]:
    """Month by month the sum of several series."""
    return tuple(map(sum, zip(*series, strict=True)))


def collected(county: County, now: str) -> dict[str, dict[str, dict[str, Collected]]]:
    """Scheme -> source -> month -> what came in, up to a month."""
    rows = county.fetch(
        "select scheme, source, strftime(month, '%Y-%m'), sum(collected_month_yuan), "
        "sum(coalesce(account_part_yuan, 0)), sum(collected_ytd_yuan), sum(coalesce(due_year_yuan, plan_year_yuan)) "
        "from fct_collection where month <= cast(? as date) group by all",
        [f"{now}-01"],
    )
    found: dict[str, dict[str, dict[str, Collected]]] = defaultdict(lambda: defaultdict(dict))
    for scheme, source, month, *amounts, base in rows:
        found[scheme][source][month] = Collected(*map(float, amounts), None if base is None else float(base))
    return found


def missing_income(county: County, now: str) -> list[str]:
    """The months of the year up to that one without uploaded income."""
    return [m for m in months_between(f"{now[:4]}-01", now) if not county.complete("fund_collection", m)]
