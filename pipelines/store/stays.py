"""The stays of a build. A stay that follows a discharge may follow one that was settled in any month, so what a month's
batch tells reaches into others: but only to its own persons, and only to stays that begin within 30 days of its own.

Rows of other months stay as they are but for that mark: what else they tell follows from their own batch.
"""

from collections.abc import Iterator
from pathlib import Path

from pipelines.engine import literal
from pipelines.keys import bound
from pipelines.store import facts
from pipelines.store.rollups import known_persons, numbers_of

REACH_DAYS = 30  # the longest that a readmission follows a discharge by, as mart_stay.sql asks
PART_ROWS = 1_000_000  # stays that are looked at together: what follows what is worked out person by person
MARKS = ("readmitted_15d", "readmitted_30d")


def remake_stays(con, warehouse: Path, now: str, others: str, stale: str) -> list[str]:
    """Replace the stays of the months that a condition names, and mark anew those of other months that they reach.

    now, others: SELECT of the stays of those months, and of all others. Returns the months of which a row may differ.
    """
    con.execute(f"create or replace temp table agg_stay as from ({others}) limit 0")
    con.execute(f"create table if not exists mart_stay as from ({facts.model('mart_stay')}) limit 0")
    con.execute(f"create or replace temp table touched as {touched(con, warehouse, now, stale)}")
    first, last = days_of(con, now, stale)
    con.execute(f"delete from mart_stay where {stale}")
    found: set[str] = set()
    for part in parts(con, now, around(others, first, last)):
        con.execute(f"create or replace temp table agg_stay as {numbered(con, warehouse, part)}")
        con.execute(f"create or replace temp table stay_made as {facts.model('mart_stay')}")
        con.execute(f"insert into mart_stay from stay_made where {stale} order by month")
        con.execute(marking(f"not ({stale}) and admitted_on between {first} and {last} + {REACH_DAYS}"))
        found |= {m for (m,) in con.execute("select distinct strftime(month, '%Y-%m') from stay_made").fetchall()}
    return sorted(found)


def touched(con, warehouse: Path, now: str, stale: str) -> str:
    """SELECT of the persons who have a stay in the months that are stale, or had one, by their pseudonyms."""
    before = f"select person_no from mart_stay where {stale}"
    if bound(warehouse):
        before = f"select person from ({known_persons(con, warehouse)}) where number in ({before})"
    return f"select person from ({now}) union {before}"


def days_of(con, now: str, stale: str) -> tuple[str, str]:
    """The first and the last day of the stays that change, as SQL; null if none of them has a day."""
    days = "least(admitted_on, discharged_on) as first_day, greatest(admitted_on, discharged_on) as last_day"
    query = (
        f"select cast(min(first_day) as varchar), cast(max(last_day) as varchar) "
        f"from (select {days} from ({now}) union all select {days} from mart_stay where {stale})"
    )
    (found,) = con.execute(query).fetchall()
    return tuple(f"cast({literal(day) if day else 'null'} as date)" for day in found)


def around(others: str, first: str, last: str) -> str:
    """SELECT of the other stays of whoever is touched that begin or end where those of these days reach.

    In two halves, each a range of one column: files without such days are not read.
    """
    ends = f"discharged_on between {first} - {REACH_DAYS} and {last} + {REACH_DAYS}"
    begins = f"admitted_on between {first} and {last} + {REACH_DAYS}"
    of_them = "person in (from touched)"
    return (
        f"select * from ({others}) where {ends} and {of_them} union all "
        f"select * from ({others}) where {begins} and ({ends}) is not true and {of_them}"
    )


def parts(con, now: str, others: str) -> Iterator[str]:
    """SELECTs of the stays, so many persons at a time that their stays have room in memory."""
    ((rows,),) = con.execute(f"select count(*) from ({now})").fetchall()
    many = rows // PART_ROWS + 1
    for number in range(many):
        mine = f"where abs(person) % {many} = {number}" if many > 1 else ""
        yield f"select * from ({now}) {mine} union all by name select * from ({others}) {mine}"


def numbered(con, warehouse: Path, stays: str) -> str:
    """SELECT of stays as a build holds them: of an encrypted warehouse by the running numbers of the persons. A build
    is not encrypted; who a number is stands in persons.parquet, which is.
    """
    if not bound(warehouse):
        return stays
    con.execute(f"create or replace temp table stay_person as {numbers_of(con, warehouse, 'touched')}")
    return (
        f"select s.* replace (cast(p.number as bigint) as person) from ({stays}) s "
        f"left join stay_person p on p.person = s.person"
    )


def marking(reached: str) -> str:
    """UPDATE of the stays that a condition reaches, if they follow another discharge than before."""
    keys = " and ".join(f"m.{key} is not distinct from a.{key}" for key in facts.grain("mart_stay").split(", "))
    marks = ", ".join(f"{mark} = a.{mark}" for mark in MARKS)
    others = " or ".join(f"m.{mark} <> a.{mark}" for mark in MARKS)
    return f"update mart_stay m set {marks} from (from stay_made where {reached}) a where {keys} and ({others})"
