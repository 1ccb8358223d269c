"""The county's own high-cost cases: what the critical-illness cover paid for persons in a period, not saying who."""

from decimal import Decimal

from pipelines.answers.county import County
from pipelines.answers.gaps import OUTSIDE, UNDIVIDED
from pipelines.answers.settlement_rows import settlement_rows
from pipelines.answers.small_cells import SMALL
from pipelines.errors import WarehouseError
from pipelines.periods import Period, shifted
from pipelines.risk_sharing.layers import Loss

PAID = "coalesce(critical_illness_fund_yuan, 0) + coalesce(large_sum_fund_yuan, 0)"  # 大病保险、职工大额医疗费用补助
LEAST_PERSONS = 5  # of fewer nothing is told, not even a sum
FEW = 30  # cases below which a range says little


def high_cost_cases(county: County, period: Period, least_yuan: Decimal) -> list[Loss]:
    """What each person was paid by 大病保险 and 大额补助 in a period, of at least so many yuan, the largest first.

    Raises WarehouseError where no settlement of the period names persons, or fewer than five were paid so much; and for
    whoever sees a part of what the terms are for.
    """
    if county.scope is not None:
        raise WarehouseError(UNDIVIDED if county.scope.counties else OUTSIDE)
    query = (
        f"select sum({PAID}) as yuan from ({settlement_rows(county, period.months)}) "
        f"where person is not null group by person having sum({PAID}) >= greatest(?, 0.01) order by yuan desc"
    )
    found = [Loss(yuan.quantize(Decimal("0.01"))) for (yuan,) in county.fetch(query, [least_yuan])]
    told = f"{period.label}大病保险、大额补助赔付{f'达到 {least_yuan:,.2f} 元' if least_yuan > 1 else ''}的"
    if not found:
        raise WarehouseError(f"{told}一个人也没有，或明细里没有人员编号、没有这两项支付")
    if len(found) < LEAST_PERSONS:
        raise WarehouseError(f"{told}太少：{SMALL}")
    return found


def year_up_to(county: County, last: str) -> Period:
    """The twelve months up to one ('YYYY-MM'), without those before the first that is loaded: cases are of a year."""
    return Period(max(shifted(last, -11), min(county.first_month, last)), last)


def cases_a_year(county: County, period: Period, cases: int) -> Decimal:
    """How many cases a year brings, from how many a period brought: its months without settlements tell of none."""
    loaded = [month for month in period.months if county.complete("settlements", month)]
    return Decimal(cases) * 12 / max(len(loaded), 1)


def paid_in(county: County, period: Period) -> Decimal:
    """Yuan that 大病保险 and 大额补助 paid in a period, of all that may be seen; months not loaded count as 0."""
    between = "month between cast(? as date) and cast(? as date)"
    query = f"select coalesce(sum({PAID}), 0) from mart_settlement where {between}"
    return Decimal(county.fetch(query, [period.first_day, period.last_day])[0][0])
