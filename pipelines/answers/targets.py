"""Targets of KPIs: what the year's assessment upload says, else what the definition says."""

from decimal import Decimal
from functools import lru_cache

from pipelines.answers.county import County
from pipelines.contracts import zh
from pipelines.formulas import rounded
from pipelines.periods import Period
from pipelines.registry import Kpi

WHOLE_COUNTY = (None, "全县")


@lru_cache(maxsize=64)
def uploaded(county: County, year: int) -> dict[tuple, Decimal]:
    """(indicator, institution, group, scheme) -> target of a year, where it is one."""
    keys = "indicator, institution, institution_group, scheme"
    rows = county.fetch(
        f"select {keys}, max(target) from fct_assessment where year = ? "
        f"group by {keys} having count(distinct target) = 1",
        [year],
    )
    return {tuple(row[:4]): row[4] for row in rows}


@lru_cache(maxsize=64)
def indicators(county: County, year: int) -> frozenset[str]:
    """Those of which a year has any target: of the others nothing is looked up for each of thousands of figures."""
    return frozenset(indicator for indicator, *_ in uploaded(county, year))


def target(county: County, kpi: Kpi, period: Period, dims: dict, filters: dict[str, list[str]]) -> Decimal | None:
    """The closest target: of the institution, of its kind, of the county; for the scheme asked, else for all schemes.

    A county-wide target is not held against a part of the county (a level, a township); the definition's own is.
    """
    told = uploaded(county, int(period.last[:4]))
    if kpi.id not in indicators(county, int(period.last[:4])):
        return kpi.target
    asked = {d: one(codes) for d, codes in filters.items()} | dims
    scopes = scopes_of(asked)
    for code, group in scopes:
        for scheme in (asked.get("scheme"), None):
            if (kpi.id, code, group, scheme) in told:
                return tidy(told[kpi.id, code, group, scheme], kpi.digits)
    return kpi.target


def tidy(value: Decimal, digits: int) -> Decimal:
    """95.0000 as 95.00: the decimals of the KPI, more only where the target has them."""
    short = rounded(value, digits)
    return short if short == value else value


def scopes_of(asked: dict[str, str | None]) -> list[tuple[str | None, str | None]]:
    """(institution, group) pairs to look up, the closest first."""
    own = [(asked["institution"], None)] if asked.get("institution") else []
    kind = [(None, zh("kind", asked["kind"]))] if asked.get("kind") else []
    if own or kind:
        return own + kind
    return [(None, group) for group in WHOLE_COUNTY] if set(asked) <= {"month", "scheme", "place"} else []


def one(codes: list[str] | None) -> str | None:
    return codes[0] if codes and len(codes) == 1 else None
