"""The temporary tables that rules read, made once per run on a cursor of the county's locked, read-only connection."""

import re
from collections.abc import Mapping
from datetime import date

from pipelines.answers.county import County
from pipelines.answers.settlement_rows import months_with_rows, with_facts
from pipelines.clues.rules import named, table_query
from pipelines.contracts import contracts
from pipelines.keys import bound
from pipelines.periods import Period, months_between, shifted
from pipelines.store.facts import model, staged_rows
from pipelines.store.warehouse import batch_folder
from pipelines.uploads.values import sql_type

STAYS_BEFORE_MONTHS = 14  # the quarter that ends in January is set against that of the year before
STAYS_AFTER_MONTHS = 2  # who is still in hospital when the year ends is settled later
REFUNDS_LATER_MONTHS = 6  # a settlement may be taken back so many months after the year
VISITS_BEFORE_MONTHS = 3  # a visit during a stay is found when the stay is settled
SHARED = ("clue_share", "clue_day", "clue_span", "clue_visit_month")  # what several rules count alike


def months_read(county: County, year: str) -> list[str]:
    """The months of settlements that a screening of the year reads, of those that are loaded."""
    wanted = months_between(shifted(f"{year}-01", -STAYS_BEFORE_MONTHS), shifted(f"{year}-12", REFUNDS_LATER_MONTHS))
    loaded = set(months_with_rows(county))
    return [month for month in wanted if month in loaded]


def given(county: County, year: str) -> dict[str, object]:
    """The parameters that every rule may name: the year, its first month and its last loaded one."""
    last = max((m for m in county.months("settlements") if m[:4] == year), default=f"{year}-12")
    return {
        "year": year,
        "first_month": date(int(year), 1, 1),
        "last_month": first_day(last),
        "last_day": Period(last, last).last_day,
    }


def first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def rows_given(county: County, year: str) -> dict[str, date]:
    """The parameters of clue_row: the last month of the year, and how far before and after it rows are read."""
    last = given(county, year)["last_month"]
    return {
        "last_month": last,
        "stays_until": first_day(shifted(f"{last:%Y-%m}", STAYS_AFTER_MONTHS)),
        "visits_from": first_day(shifted(f"{year}-01", -VISITS_BEFORE_MONTHS)),
    }


def make_tables(cursor, county: County, year: str, months: list[str] | None = None) -> None:
    """clue_row, clue_stay and clue_visit of a year, on this cursor: nobody else sees them, and they go with it.

    months: whose settlements are read, those of months_read() unless told otherwise.

    They are made in a transaction that nobody ends but by closing the cursor: a commit would have the engine compress
    what is read a few times and dropped, which takes as long as reading it.
    """
    cursor.execute("begin transaction")
    read = months_read(county, year) if months is None else months
    rows = f"create temp table clue_row as {with_facts(county, read)} {table_query('clue_row')}"
    cursor.execute(rows, rows_given(county, year))
    if bound(county.warehouse):  # its build names no persons
        cursor.execute(f"create temp table fct_cover_end as {cover_ends(county)}")
    derive_tables(cursor)


def cover_ends(county: County) -> str:
    """SELECT of the ends of cover, from the batch that stands."""
    covered = county.coverage.get(("cover_ends", "all"))
    batches = covered.batches if covered else ()
    sources = [(batch_folder(county.warehouse, batch) / "rows.parquet", None) for batch in batches]
    columns = ", ".join(f"cast(null as {sql_type(c)}) as {c.key}" for c in contracts()["cover_ends"].columns.values())
    return (
        f"with empty_cover_ends as (select {columns}, cast(null as bigint) as row_id where false), "
        f"stg_cover_ends as ({staged_rows(county.con, 'cover_ends', sources)}) {model('fct_cover_end')}"
    )


def derive_tables(cursor) -> None:
    """Rid clue_row of refunds and of what they take back; make the stays and the visits of it."""
    cursor.execute(f"create temp table clue_refunded as {table_query('clue_refunded')}")
    cursor.execute("delete from clue_row where setl_id in (select setl_id from clue_refunded)")
    cursor.execute(f"create temp table clue_stay as {table_query('clue_stay')}")
    cursor.execute(f"create temp view clue_visit as {table_query('clue_visit')}")


def shared_by(sql: str) -> list[str]:
    """The tables of SHARED that SQL reads."""
    return sorted(set(SHARED) & set(re.findall(r"\bclue_[a-z_]+", sql)))


def make_shared(cursor, sql: str, known: Mapping[str, object]) -> None:
    """The tables of SHARED that a rule's SQL reads, unless an earlier rule had them made; known: what given() says."""
    for name in shared_by(sql):
        query = table_query(name)
        cursor.execute(f"create temp table if not exists {name} as {query}", {p: known[p] for p in named(query)})
