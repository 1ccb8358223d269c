"""Figures that were typed, not computed: last year's printed values where no rows exist, counts nobody uploads."""

from decimal import Decimal

from pipelines.county import County
from pipelines.periods import Period
from pipelines.registry import Kpi


def value(county: County, kpi: Kpi, period: Period, filters: dict[str, list[str]]) -> Decimal | None:
    """The typed value of exactly this KPI, period, scheme and place; None if there is none."""
    if set(filters) - {"scheme", "place"} or any(len(codes) != 1 for codes in filters.values()):
        return None
    rows = county.fetch(
        "select value from fct_history where kpi = ? and first_month = ? and last_month = ? "
        "and scheme is not distinct from ? and place is not distinct from ?",
        [
            kpi.id,
            period.first_day,
            period.last_day.replace(day=1),
            filters.get("scheme", [None])[0],
            filters.get("place", [None])[0],
        ],
    )
    return rows[0][0] if len(rows) == 1 else None
