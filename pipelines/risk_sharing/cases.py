"""The county's own high-cost cases: what the critical-illness cover paid for persons in a period, not saying who."""

from decimal import Decimal

from pipelines.answers.county import County
from pipelines.answers.settlement_rows import settlement_rows
from pipelines.errors import WarehouseError
from pipelines.periods import Period
from pipelines.risk_sharing.layers import Loss

PAID = "coalesce(critical_illness_fund_yuan, 0) + coalesce(large_sum_fund_yuan, 0)"  # 大病保险、职工大额医疗费用补助


def high_cost_cases(county: County, period: Period, least_yuan: Decimal) -> list[Loss]:
    """What each person was paid by 大病保险 and 大额补助 in a period, of at least so many yuan, the largest first.

    Raises WarehouseError where no settlement of the period names persons, or nobody was paid so much.
    """
    query = (
        f"select sum({PAID}) as yuan from ({settlement_rows(county, period.months)}) "
        f"where person is not null group by person having sum({PAID}) >= greatest(?, 0.01) order by yuan desc"
    )
    found = [Loss(yuan.quantize(Decimal("0.01"))) for (yuan,) in county.fetch(query, [least_yuan])]
    if not found:
        raise WarehouseError(
            f"{period.label}没有一个人的大病保险、大额补助达到 {least_yuan:,.2f} 元，或明细里没有人员编号"
        )
    return found


def cases_a_year(county: County, period: Period, cases: int) -> Decimal:
    """How many cases a year brings, from how many a period brought: its months without settlements tell of none."""
    loaded = [month for month in period.months if county.complete("settlements", month)]
    return Decimal(cases) * 12 / len(loaded)
