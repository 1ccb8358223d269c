"""The townships that a county knows, and whether it knows the institutions or townships of an account."""

from pathlib import Path

from pipelines.access import Scope
from pipelines.answers.county import County, NothingLoaded, open_county
from pipelines.errors import WarehouseError

SHOWN = 12


def towns(county: County) -> list[str]:
    """Every township that the roster or the enrolment names, in their order."""
    query = "select town from dim_institution union select town from fct_enrolment"
    return sorted(town for (town,) in county.fetch(query) if town)


def refuse_unknown(warehouse: Path, scope: Scope | None) -> None:
    """Raises WarehouseError, with those that there are, for an institution or township that the county doesn't have.

    Before anything is loaded nobody can tell, and any name will do.
    """
    if scope is None:
        return
    try:
        county = open_county(warehouse)
    except NothingLoaded:
        return
    known = list(county.names) if scope.institutions else towns(county)
    if unknown := [code for code in scope.codes if code not in known]:
        what, some = "机构编码" if scope.institutions else "乡镇", "、".join(known[:SHOWN])
        raise WarehouseError(f"本县没有{what}“{unknown[0]}”；可以是：{some}{'……' if len(known) > SHOWN else ''}")
