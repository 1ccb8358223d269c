"""Targets of KPIs: what the year's assessment upload says, else what the definition says."""

from decimal import Decimal
from functools import lru_cache

from pipelines.contracts import zh
from pipelines.county import County
from pipelines.periods import Period
from pipelines.registry import Kpi

WHOLE_COUNTY = (None, "全县")


@lru_cache(maxsize=64)
def uploaded(county: County, year: int) -> dict[tuple, Decimal]:
    """(indicator, institution, group, scheme) -> target of a year."""
    rows = county.fetch("select indicator, institution, institution_group, scheme, target from fct_assessment where year = ?", [year])
    return {tuple(row[:4]): row[4] for row in rows}


def target(county: County, kpi: Kpi, period: Period, dims: dict, filters: dict[str, list[str]]) -> Decimal | None:
    """The closest target: of the institution, of its kind, of the county; for the scheme asked, else for all schemes."""
    told = uploaded(county, int(period.last[:4]))
    scheme = dims.get("scheme") or one(filters.get("scheme"))
    institution = dims.get("institution") or one(filters.get("institution"))
    kind = dims.get("kind") or one(filters.get("kind"))
    scopes = [(institution, None)] if institution else []
    scopes += [(None, zh("kind", kind))] if kind else []
    scopes += [(None, group) for group in WHOLE_COUNTY] if not (institution or kind) or not scopes else []
    for code, group in scopes:
        for who in (scheme, None):
            if (kpi.id, code, group, who) in told:
                return told[kpi.id, code, group, who]
    return kpi.target


def one(codes: list[str] | None) -> str | None:
    return codes[0] if codes and len(codes) == 1 else None
