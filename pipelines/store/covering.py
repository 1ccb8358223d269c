"""What a build was made of: which batch stands for which table, period and county, as its table coverage tells."""

from pipelines.store.places import sources

COVERAGE = (
    "upload varchar, period varchar, county varchar, batch varchar, layout varchar, columns varchar[], "
    "loaded_at varchar, sha256 varchar, whole boolean"
)


def covered_before(con) -> set[tuple[str, str, str, str]]:
    """(upload, period, county, batch) of the build that this one begins as."""
    con.execute(f"create table if not exists coverage ({COVERAGE})")
    return set(con.execute("select upload, period, county, batch from coverage").fetchall())


def covered_now(standing: dict) -> set[tuple[str, str, str, str]]:
    return {(place.table, place.period, place.county, batch.id) for place, batch in standing.items()}


def record(con, standing: dict) -> None:
    """coverage: which batch stands for which table, period and county."""
    con.execute(f"create or replace table coverage ({COVERAGE})")
    told = {table: sources(standing, table) for table in {place.table for place in standing}}
    rows = [
        [*p, b.id, b.layout, list(b.columns), b.loaded_at, b.sha256, not told[p.table][b.id][p.period]]
        for p, b in standing.items()
    ]
    columns = [list(column) for column in zip(*rows, strict=True)]
    if rows:
        con.execute(f"insert into coverage select {', '.join(['unnest(?)'] * len(columns))}", columns)
