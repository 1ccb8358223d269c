"""Figures that were typed, not computed: last year's printed values where no rows exist, counts nobody uploads."""

from decimal import Decimal
from functools import lru_cache

from pipelines.answers.county import County
from pipelines.periods import Period
from pipelines.registry import Kpi


@lru_cache(maxsize=4)
def typed(county: County) -> dict[tuple, Decimal]:
    """(kpi, first day, first day of the last month, scheme, place) -> value, for every typed figure.

    Two codes of 险种 may be one scheme, and two of 范围 one place: of figures typed for both, none is theirs together.
    """
    keys = "kpi, first_month, last_month, scheme, place"
    rows = county.fetch(f"select {keys}, max(value) from fct_history group by {keys} having count(*) = 1")
    return {tuple(row[:5]): row[5] for row in rows}


def value(county: County, kpi: Kpi, period: Period, filters: dict[str, list[str]]) -> Decimal | None:
    """The typed value of exactly this KPI, period, scheme and place; None if there is none."""
    if set(filters) - {"scheme", "place"} or any(len(codes) != 1 for codes in filters.values()):
        return None
    scheme, place = (filters.get(dim, [None])[0] for dim in ("scheme", "place"))
    return typed(county).get((kpi.id, period.first_day, period.last_day.replace(day=1), scheme, place))
