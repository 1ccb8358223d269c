"""The copy of a build that holds what a caller with a scope may see, and nothing else.

It is a database in memory with the same tables, filled with the rows of the scope alone: no question, however it is
put, can bring out another row. Tables that don't say whose a row is stay empty.
"""

from pathlib import Path

import duckdb

from pipelines.access import Scope
from pipelines.engine import in_memory, literal, lock_down, name
from pipelines.store.bitmaps import BITMAPS
from pipelines.store.marts import CUTS, cut_query

# which batches count, what codes mean and what a visit is paid, is nobody's secret
EVERYBODY = ("build", "coverage", "fct_consultation_fee", "fct_disease_class")
ROSTER, COUNTIES, TARIFF = "dim_institution", "dim_county", "fct_bed_day_tariff"
CODES = "map_"
KINDS = "dim_elsewhere"  # of what kind the institutions outside a township are, by nothing that tells which they are
ELSEWHERE = "其他机构"  # what a township sees of the institutions outside it


def scoped_copy(build: Path, folders: list[Path], scope: Scope) -> duckdb.DuckDBPyConnection:
    """A connection that holds the rows of the scope, locked down like that of the build."""
    con = in_memory()
    con.execute(f"attach {literal(build)} as whole (read_only)")
    for table, columns in tables(con):
        if not any(table in cuts for cuts in CUTS.values()):
            rows = f"select {shown(table, columns, scope)} from whole.{name(table)} where {kept(table, columns, scope)}"
            con.execute(f"create table {name(table)} as {rows}")
    if scope.towns:
        kinds = "select md5(institution) as institution, kind, level, pilot, county, place from whole.dim_institution"
        con.execute(f"create table {KINDS} as {kinds} where not coalesce({scope.condition}, false)")
    for mart, cuts in CUTS.items():
        for cut, dims in cuts.items():
            con.execute(f"create table {cut} as {cut_query(con, mart, dims, 'true')}")
    con.execute("detach whole")
    lock_down(con, folders)
    return con


def tables(con: duckdb.DuckDBPyConnection) -> list[tuple[str, list[str]]]:
    """Every table of the build with its columns, in their order."""
    return con.execute(
        "select table_name, list(column_name order by column_index) from duckdb_columns() "
        "where database_name = 'whole' and not internal group by 1 order by 1"
    ).fetchall()


def kept(table: str, columns: list[str], scope: Scope) -> str:
    """The condition of the rows that come along: those of the scope; all of a table that is nobody's."""
    if table in EVERYBODY or table.startswith(CODES):
        return "true"
    if table in (ROSTER, TARIFF) and scope.counties:  # who is insured in a county goes to institutions of others too
        return "true"
    if table == COUNTIES and not scope.counties:
        return "true"
    if table.startswith(tuple(BITMAPS)) or scope.column not in columns:
        return "false"  # bitmaps hold the whole county's persons
    return scope.condition


def shown(table: str, columns: list[str], scope: Scope) -> str:
    """The columns that come along; a township is not told which institution outside it somebody went to. To a
    county those of the others are outside.
    """
    if table == ROSTER and scope.counties:
        return f"* replace (case when {scope.condition} then place else 'out_of_county' end as place)"
    if not scope.towns or "institution" not in columns or table == ROSTER:
        return "*"
    own = f"select institution from whole.dim_institution where {scope.condition}"
    outside = f"institution is not null and institution not in ({own})"
    return f"* replace (case when {outside} then {literal(ELSEWHERE)} else institution end as institution)"
