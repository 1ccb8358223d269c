"""A year screened by another engine: its rows become hits here, and the kept screening, as if found here."""

from pathlib import Path

import pyarrow.parquet as pq

from pipelines.access import need, needed
from pipelines.answers.county import County, open_county
from pipelines.answers.settlement_rows import standing_batches
from pipelines.clues import Hit, kept, parameters, rules
from pipelines.clues.gaps import runs
from pipelines.clues.hits import hits_of
from pipelines.clues.screening import Asked as Rules
from pipelines.clues.screening import frozen, of_year, with_months
from pipelines.clues.tables import months_read
from pipelines.engine import literal, workbench
from pipelines.errors import NotAllowed, WarehouseError
from pipelines.refusals import in_words
from pipelines.scale.clues import INPUTS, MONTHS, Screening, input_of, row_statements, rule_statements, screening_of
from pipelines.scale.engines import Engine, engine
from pipelines.scale.running import Asked, Place, alone, refuse_encrypted, rows_of
from pipelines.side_by_side import Progress, quiet
from pipelines.store.warehouse import batch_folder, workroom

STAGED = "scale/clues"
COMPUTED = 0.9  # of the time goes into the engine's work


def screen_on(warehouse: Path, asked: Asked, year: str, progress: Progress = quiet) -> list[Hit]:
    """Every hit of a year's rules under the parameters in force, found by another engine, kept as screen() keeps them.

    What is kept already is not found again. Raises WarehouseError for what the engine can't do, and for a year without
    settlements that could be screened.
    """
    need(warehouse, needed("commands", "scale"))
    with in_words(), alone(warehouse):
        refuse_encrypted(warehouse)
        county, told = open_county(warehouse), frozen(parameters(warehouse))
        if county.scope is not None:
            raise NotAllowed("疑点线索按全县筛查，不属于本账号的数据范围")
        key = kept.fingerprint(county, year, told)
        found = kept.kept(warehouse, key)
        if found is None:
            screening = screening_of(county, year, values_of(county, year, told))
            found = found_on(county, asked, screening, f"{STAGED}/{key}", progress)
            kept.keep(warehouse, year, key, found)
        return found


def values_of(county: County, year: str, told: Rules) -> dict[str, dict]:
    """The rules that have what they need for the year, with their parameters."""
    found = {id: dict(pairs) for id, pairs in told if runs(county, rules()[id], year)}
    if not found:
        raise WarehouseError(f"{year}年没有可以逐笔筛查的结算明细")
    return found


def found_on(county: County, asked: Asked, screening: Screening, staged: str, progress: Progress) -> list[Hit]:
    """What an engine finds; what it wrote on the way is removed."""
    where = asked.place or str(county.warehouse)
    with (
        workroom(county.warehouse, "screening") as folder,
        engine(asked.engine, where, asked.master, asked.options) as running,
    ):
        try:
            run_rules(county, running, screening, staged, folder, progress)
            progress(COMPUTED, "取回线索")
            return hits_in(county, running.place, screening, staged, folder)
        finally:
            running.place.remove(staged)


def run_rules(
    county: County, running: Engine, screening: Screening, staged: str, folder: Path, progress: Progress
) -> None:
    """Have the engine write what the rules give below staged. folder: room for what it is given on the way."""
    place = running.place
    place.remove(staged)
    give_rows(county, place, screening.year)
    give_inputs(county, place, staged, folder)
    rows = row_statements(county, screening.year, place.uri)
    statements = [*rows, *rule_statements(screening, place.uri(staged))]
    for number, statement in enumerate(statements):
        progress(COMPUTED * number / len(statements), f"{running.name} 筛查 {screening.year} 年")
        running.run(statement.sql)


def give_rows(county: County, place: Place, year: str) -> None:
    """Take the rows of the batches that are read to where the engine reads, unless they lie there."""
    for batch in standing_batches(county, months_read(county, year)):
        if not place.exists(rows_of(batch)):
            place.put(batch_folder(county.warehouse, batch) / "rows.parquet", rows_of(batch))


def give_inputs(county: County, place: Place, staged: str, folder: Path) -> None:
    """Give the engine the small tables of the build that rules read."""
    for table in INPUTS:
        path = folder / f"{table}.parquet"
        with county.con.cursor() as cursor:
            pq.write_table(cursor.sql(f"from main.{table}").to_arrow_table(), path)
        place.put(path, f"{input_of(staged, table)}/{path.name}")


def hits_in(county: County, place: Place, screening: Screening, staged: str, folder: Path) -> list[Hit]:
    """The hits in the rows that an engine wrote below staged, by rule and key."""
    con, found = workbench(folder), []
    try:
        for rule in screening.rules:
            rows = of_year(rows_in(con, place.fetch(f"{staged}/rule_{rule.id}", folder / "parts")), screening.year)
            found += hits_of(rule, rows, screening.values[rule.id], county.names)
        months = rows_in(con, place.fetch(f"{staged}/{MONTHS}", folder / "parts"))
        return with_months(found, ((row["setl_id"], f"{row['month']:%Y-%m}") for row in months))
    finally:
        con.close()


def rows_in(con, part: Path) -> list[dict]:
    """The rows of a part, each by column name; of no rows an engine may write no file."""
    if not any(part.glob("*.parquet")):
        return []
    asked = con.execute(f"from read_parquet({literal(part / '*.parquet')})")
    columns = [column[0] for column in asked.description]
    return [dict(zip(columns, row, strict=True)) for row in asked.fetchall()]
