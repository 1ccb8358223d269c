"""The townships that a county knows, and whether it knows the institutions, townships or counties of an account."""

from pathlib import Path

from pipelines.access import Scope
from pipelines.answers.county import County, NothingLoaded, open_county
from pipelines.errors import WarehouseError

SHOWN = 12
WHAT = {"institutions": "机构编码", "towns": "乡镇", "counties": "区县代码"}


def towns(county: County) -> list[str]:
    """Every township that the roster or the enrolment names, in their order."""
    query = "select town from dim_institution union select town from fct_enrolment"
    return sorted(town for (town,) in county.fetch(query) if town)


def refuse_unknown(warehouse: Path, scope: Scope | None) -> None:
    """Raises WarehouseError, with those that there are, for an institution, township or county that it doesn't have.

    Before anything is loaded nobody can tell, and any name will do.
    """
    if scope is None:
        return
    try:
        county = open_county(warehouse)
    except NothingLoaded:
        return
    known = {"institutions": list(county.names), "towns": towns(county), "counties": list(county.counties)}[scope.part]
    if unknown := [code for code in scope.codes if code not in known]:
        what, some = WHAT[scope.part], "、".join(known[:SHOWN]) or "没有（还没有装入区县名录）"
        raise WarehouseError(f"本县没有{what}“{unknown[0]}”；可以是：{some}{'……' if len(known) > SHOWN else ''}")
