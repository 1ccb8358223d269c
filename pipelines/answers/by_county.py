"""KPIs of several counties that share a warehouse: each county's, and that of all of them together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pipelines.answers.county import County
from pipelines.answers.query import Figure, ask
from pipelines.periods import Period
from pipelines.registry import COUNTY

ALL = "all"  # stands where a county's code does, for the counties together
CITY, OWN = "全市", "所辖区县"


def together(county: County) -> str:
    """What the counties that a caller sees are together: the city, or those of their own."""
    return CITY if county.scope is None else OWN


def county_name(county: County, code: str | None) -> str:
    """The name of a county's code; of ALL; of rows of none, as of an institution that no county's roster has."""
    if code is None:
        return "不属于名录里的区县"
    return together(county) if code == ALL else county.counties.get(code, code)


def ask_by_county(
    county: County,
    kpi_ids: Iterable[str],
    period: Period,
    by: Sequence[str] = (),
    where: Mapping[str, str | Sequence[str]] | None = None,
) -> list[Figure]:
    """As ask by county and by the other dimensions; after a KPI's counties come all of them together, as ALL.

    That is computed from their rows, as a ratio or a number of distinct persons is no sum of theirs. It is left out
    where a caller sees one county, or one is asked for. Raises QuestionError as ask does.
    """
    kpi_ids, others, where = list(dict.fromkeys(kpi_ids)), [dim for dim in by if dim != COUNTY], where or {}
    found = ask(county, kpi_ids, period, [COUNTY, *others], where)
    if not others:
        found += without_rows(county, kpi_ids, period, where, found)
    if len(county.counties) > 1 and COUNTY not in where:
        found += [told_of(figure, ALL) for figure in ask(county, kpi_ids, period, others, where)]
    order = {code: place for place, code in enumerate((*county.counties, None, ALL))}
    return sorted(found, key=lambda figure: (kpi_ids.index(figure.kpi.id), order[figure.dims[COUNTY]]))


def without_rows(
    county: County, kpi_ids: list[str], period: Period, where: Mapping, found: list[Figure]
) -> list[Figure]:
    """The figures of counties that a KPI has no rows of: 0, or why there is none, as of one that has not uploaded."""
    asked, seen = where.get(COUNTY, county.counties), {(f.kpi.id, f.dims[COUNTY]) for f in found}
    more = []
    for code in [asked] if isinstance(asked, str) else asked:
        lacking = [kpi for kpi in kpi_ids if (kpi, code) not in seen]
        own = ask(county, lacking, period, where={**where, COUNTY: code}) if lacking else []
        more += [told_of(figure, code) for figure in own]
    return more


def told_of(figure: Figure, code: str) -> Figure:
    return replace(figure, dims={COUNTY: code} | figure.dims)
