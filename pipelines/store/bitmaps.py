"""The bitmaps of persons in a build: who was seen, and who had a stay, month by month.

Distinct persons can't be added up: there is a bitmap for each combination of the dimensions and each block of running
numbers. Each month's have a table of their own, and a view brings them together: in one table, the engine would
compress those of all months again whenever a month is added.
"""

from pathlib import Path

from pipelines.keys import bound
from pipelines.store.rollups import BITS, numbers_of

BITMAPS = {"person_bits": ("month", "scheme", "care"), "stay_bits": ("month", "scheme", "place")}
TABLES = "a table of each month"  # another text when a build holds them in another way


def remake_bits(con, bits: str, query: str, months: list[str]) -> None:
    """Replace the bitmaps of these months by those of a query."""
    con.execute(f"create or replace temp table bits_made as {query}")
    for month in months:
        con.execute(f"drop table if exists {bits}_{month.replace('-', '')}")
    for (month,) in con.execute("select distinct strftime(month, '%Y%m') from bits_made order by 1").fetchall():
        con.execute(f"create table {bits}_{month} as from bits_made where strftime(month, '%Y%m') = '{month}'")
    kept = con.execute(
        "select table_name from duckdb_tables() where not temporary and starts_with(table_name, ?) order by 1",
        [f"{bits}_"],
    ).fetchall()
    columns = ", ".join(
        f"cast(null as {kind}) as {column}" for column, kind, *_ in con.execute("describe bits_made").fetchall()
    )
    parts = [f"select {columns} where false", *(f"from {part}" for (part,) in kept)]
    con.execute(f"create or replace view {bits} as {' union all '.join(parts)}")


def stay_bits(con, warehouse: Path, stale: str) -> str:
    """SELECT of the bitmaps of who had a stay in the months that are stale."""
    dims = ", ".join(f"s.{dim}" for dim in BITMAPS["stay_bits"])
    stays = f"(from mart_stay where {stale})"
    numbers = f"select person_no as person, person_no as number from {stays}"
    if not bound(warehouse):
        con.execute(f"create or replace temp table stay_person as select distinct person_no as person from {stays}")
        numbers = numbers_of(con, warehouse, "stay_person")
    return (
        f"select {dims}, {BITS} from {stays} s inner join (select distinct * from ({numbers})) p "
        f"on p.person = s.person_no group by {dims}, block"
    )
