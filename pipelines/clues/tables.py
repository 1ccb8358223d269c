"""The temporary tables that rules read, made once per run on a cursor of the county's locked, read-only connection."""

import re
from collections.abc import Mapping
from datetime import date
from itertools import pairwise

import pyarrow as pa

from pipelines import limits
from pipelines.answers.county import County
from pipelines.answers.settlement_rows import months_with_rows, with_facts
from pipelines.clues.rules import named, table_query
from pipelines.contracts import contracts
from pipelines.keys import bound
from pipelines.periods import Period, months_between, shifted
from pipelines.store.facts import model, staged_rows
from pipelines.store.warehouse import batch_folder
from pipelines.uploads.values import PERSON_BITS, sql_type

STAYS_BEFORE_MONTHS = 14  # the quarter that ends in January is set against that of the year before
STAYS_AFTER_MONTHS = 2  # who is still in hospital when the year ends is settled later
REFUNDS_LATER_MONTHS = 6  # a settlement may be taken back so many months after the year
VISITS_BEFORE_MONTHS = 3  # a visit during a stay is found when the stay is settled
VISIT_MONTH = "clue_visit_month"
SHARED = ("clue_share", "clue_day", "clue_span", VISIT_MONTH)  # what several rules count alike
EVERYBODY, STAYS = "true", "care = 'inpatient'"  # conditions on settlements: which are read at a time
ROW_BYTES = 300  # that a settlement takes while rules read it
VISITS_ADDED = """
select
    institution,
    month,
    care,
    max(kind) as kind,
    cast(sum(visits) as bigint) as visits,
    cast(sum(total_cost_yuan) as decimal(38, 2)) as total_cost_yuan
from visits_counted
group by institution, month, care
"""


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
    """The parameters of clue_row and clue_stay: the first month that is read, the last of the year, and how far before
    and after the year rows count."""
    known = given(county, year)
    first = min((first_day(month) for month in months_read(county, year)), default=known["first_month"])
    return {
        "rows_from": first,
        "last_month": (last := known["last_month"]),
        "stays_until": first_day(shifted(f"{last:%Y-%m}", STAYS_AFTER_MONTHS)),
        "visits_from": first_day(shifted(f"{year}-01", -VISITS_BEFORE_MONTHS)),
    }


def parts(county: County, year: str) -> list[str]:
    """Conditions on settlements, one after another: everybody's, or those of as many persons as memory has room for.

    The parts are ranges of pseudonyms, which are spread evenly: of a range the engine reads no more than it must.
    """
    many = int(rows_expected(county, year) * ROW_BYTES // (limits.memory_bytes() * limits.READING)) + 1
    bounds = [(number << PERSON_BITS) // many for number in range(many + 1)]
    ranges = [f"person >= {low} and person < {high}" for low, high in pairwise(bounds)]
    return ranges if many > 1 else [EVERYBODY]


def rows_expected(county: County, year: str) -> int:
    """About how many settlements clue_row has for everybody: what refunds take back is not there."""
    span = rows_given(county, year)
    months = [first_day(month) for month in months_read(county, year)]
    ((visits,),) = county.fetch(
        "select sum(visits) from cut_county where month in (select unnest(?::date[])) "
        "and (care = 'inpatient' or month between ? and ?)",
        [months, span["visits_from"], span["last_month"]],
    )
    return int(visits or 0)


def make_tables(cursor, county: County, year: str, months: list[str] | None = None, rows: str = EVERYBODY) -> None:
    """clue_row, clue_stay and clue_visit of a year, on this cursor: nobody else sees them, and they go with it.

    months: whose settlements are read, those of months_read() unless told otherwise; rows: one of parts(), or STAYS.

    They are made in a transaction that nobody ends but by closing the cursor: a commit would have the engine compress
    what is read a few times and dropped, which takes as long as reading it.
    """
    cursor.execute("begin transaction")
    read = months_read(county, year) if months is None else months
    span, query = rows_given(county, year), table_query("clue_row")
    kept = f"with fct_settlement as (select * from fct_settlement where {rows}) {query}"
    made = f"create temp table clue_row as {with_facts(county, read)} select * from ({kept})"
    cursor.execute(made, of_query(span, query))
    if bound(county.warehouse):  # its build names no persons
        cursor.execute(f"create temp table fct_cover_end as {cover_ends(county)}")
    derive_tables(cursor, span)


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


def derive_tables(cursor, span: Mapping[str, object]) -> None:
    """Rid clue_row of refunds and of what they take back; make the stays and the visits of it. span: rows_given()."""
    cursor.execute(f"create temp table clue_refunded as {table_query('clue_refunded')}")
    cursor.execute("delete from clue_row where setl_id in (select setl_id from clue_refunded)")
    stays = table_query("clue_stay")
    cursor.execute(f"create temp table clue_stay as {stays}", of_query(span, stays))
    cursor.execute(f"create temp view clue_visit as {table_query('clue_visit')}")


def of_query(values: Mapping[str, object], sql: str) -> dict[str, object]:
    """The values that SQL names."""
    return {name: values[name] for name in named(sql)}


def tables_of(sql: str) -> set[str]:
    """The tables of a screening that SQL reads."""
    return set(re.findall(r"\bclue_[a-z_]+", sql))


def shared_by(sql: str) -> list[str]:
    """The tables of SHARED that SQL reads."""
    return sorted(set(SHARED) & tables_of(sql))


def make_shared(cursor, sql: str, known: Mapping[str, object]) -> None:
    """The tables of SHARED that a rule's SQL reads, unless an earlier rule had them made; known: what given() says."""
    for name in shared_by(sql):
        query = table_query(name)
        cursor.execute(f"create temp table if not exists {name} as {query}", of_query(known, query))


def add_up_visits(cursor, counted: list[pa.Table]) -> None:
    """Make VISIT_MONTH of what was counted part by part."""
    if counted:
        cursor.register("visits_counted", pa.concat_tables(counted))
        cursor.execute(f"create temp table {VISIT_MONTH} as {VISITS_ADDED}")
        cursor.unregister("visits_counted")
