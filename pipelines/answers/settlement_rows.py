"""The settlement rows of the batches that stand, as SQL: what drill-downs list and what persons are counted from."""

from collections.abc import Collection

from pipelines.answers.county import County
from pipelines.answers.covered import CLEARED
from pipelines.answers.gaps import cleared_words
from pipelines.answers.scoped import ELSEWHERE, KINDS
from pipelines.contracts import contracts
from pipelines.engine import literal, name
from pipelines.errors import WarehouseError
from pipelines.store import facts
from pipelines.store.places import Parts
from pipelines.store.warehouse import batch_folder
from pipelines.uploads.values import sql_type


def months_with_rows(county: County) -> list[str]:
    """The months of settlements whose rows are there: all but those that were cleared after the years they are kept."""
    return [m for m in county.months("settlements") if county.coverage["settlements", m].layout != CLEARED]


OWN = "institution is null or institution in (select institution from main.dim_institution)"  # of a township
# the township as the marts tell it, with its county in front where several share the warehouse
TOWN = "case when starts_with(f.town, c.name) then f.town else coalesce(c.name, '') || f.town end"


def settlement_rows(county: County, months: list[str], counties: Collection[str] = ()) -> str:
    """SELECT of the settlement rows of these months, with the dimensions of the marts, from the batches that stand.

    counties: whose rows are read of several that share the warehouse, all by default.
    """
    return f"{with_facts(county, months, counties)}{kinds(county)} {told(county, facts.model('row_settlement'))}"


def bed_day_rows(county: County, months: list[str], counties: Collection[str] = ()) -> str:
    """SELECT of the inpatient rows of these months with class of illness and what their days come to."""
    rows = settlement_rows(county, months, counties)
    return f"with row_settlement as ({rows}) select * from ({facts.model('row_bed_day')})"


def with_facts(county: County, months: list[str], counties: Collection[str] = ()) -> str:
    """The WITH clause that a query of fct_settlement for these months begins with.

    Raises WarehouseError if the rows of one of them were cleared.
    """
    sources = [
        (batch_folder(county.warehouse, batch) / "rows.parquet", parts)
        for batch, parts in standing_batches(county, months, counties).items()
    ]
    return (
        f"with empty_settlements as ({empty_settlements()}), "
        f"stg_settlements as ({facts.staged_rows(county.con, 'settlements', sources)}), "
        f"fct_settlement as ({within(county, facts.model('fct_settlement'))})"
    )


def standing_batches(county: County, months: list[str], counties: Collection[str] = ()) -> dict[str, Parts]:
    """The batches whose rows count in these months and may be seen, each with the part of its rows that does; of these
    counties only, where some are named.

    Raises WarehouseError if the rows of one of them were cleared.
    """
    covered = {month: county.coverage.get(("settlements", month)) for month in months}
    asked = county.told_by("settlements", counties)
    seen = {month: own for month, each in covered.items() if each and (own := each.of(asked))}
    if gone := [month for month, own in seen.items() if own.layout == CLEARED]:
        raise WarehouseError(f"{cleared_words(gone)}，看不到明细行")
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for month, own in seen.items():
        for batch, parts in own.batches.items():
            named = tuple(code for code, part in own.parts.items() if part.batch == batch) if counties else parts
            found.setdefault(batch, {})[month] = named
    return found


def within(county: County, rows: str) -> str:
    """The rows that the caller's scope leaves of these; a township is not told which institution outside it."""
    if county.scope is None:
        return rows
    if not county.scope.towns:
        return f"select * from ({rows}) where {county.scope.condition}"
    shown = f"* replace (case when {OWN} then institution else md5(institution) end as institution)"
    named = f"select f.* replace ({TOWN} as town) from ({rows}) f left join dim_county c on c.county = f.county"
    return f"select {shown} from ({named}) where {county.scope.condition}"


def told(county: County, rows: str) -> str:
    """The rows with their institution; those outside a township have their kind, and one name for all of them."""
    if county.scope is None or not county.scope.towns:
        return rows
    shown = f"* replace (case when {OWN} then institution else {literal(ELSEWHERE)} end as institution)"
    return f"select {shown} from ({rows})"


def kinds(county: County) -> str:
    """The institutions that rows are joined with, those outside a township too."""
    if county.scope is None or not county.scope.towns:
        return ""
    columns = "institution, {name}, kind, level, pilot, county, place"
    own, outside = columns.format(name="name"), columns.format(name="null as name")
    return f", dim_institution as (select {own} from main.dim_institution union all select {outside} from {KINDS})"


def empty_settlements() -> str:
    columns = [f"cast(null as {sql_type(c)}) as {name(c.key)}" for c in contracts()["settlements"].columns.values()]
    return f"select {', '.join(columns)}, cast(null as bigint) as row_id where false"
