"""A year screened by another engine: its rows become hits here, and the kept screening, as if found here."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow.parquet as pq

from pipelines.access import need, needed
from pipelines.answers.county import County, open_county
from pipelines.clues import Hit, kept, parameters, rules
from pipelines.clues.gaps import runs
from pipelines.clues.hits import hits_of
from pipelines.clues.screening import Asked as Rules
from pipelines.clues.screening import frozen
from pipelines.clues.searching import of_year, with_months
from pipelines.engine import literal, workbench
from pipelines.errors import NotAllowed, WarehouseError
from pipelines.refusals import in_words
from pipelines.scale.clues import (
    INPUTS,
    MONTHS,
    Screening,
    batches_read,
    control_statement,
    input_of,
    row_statements,
    rule_statements,
    screening_of,
)
from pipelines.scale.engines import Engine, engine
from pipelines.scale.places import LocalPlace
from pipelines.scale.running import Asked, Place, alone, reached, refuse_encrypted, rows_of
from pipelines.scale.statements import CONTROLS, Statement
from pipelines.scale.taking import RECORDED, recorded, refuse_unlike
from pipelines.side_by_side import Progress, quiet
from pipelines.store.warehouse import batch_folder, workroom

STAGED = "scale/clues"
NOTHING_READ = dict.fromkeys(RECORDED)
COMPUTED = 0.9  # of the time goes into the engine's work


def screen_on(warehouse: Path, asked: Asked, year: str, progress: Progress = quiet) -> list[Hit]:
    """Every hit of a year's rules under the parameters in force, found by another engine, kept as screen() keeps them.

    What is kept already is not found again. Raises WarehouseError for what the engine can't do, and for a year without
    settlements that could be screened.
    """
    with in_words(), alone(warehouse):
        county, key = planned(warehouse, year)
        found = kept.kept(warehouse, key)
        if found is None:
            found = found_on(county, asked, screening_now(county, year), staged(year, key), progress)
            kept.keep(warehouse, year, key, found)
        return found


def take_clues(warehouse: Path, asked: Asked, year: str) -> list[Hit]:
    """Take over what spark-sql has found by the file of emit_clues, kept as screen() keeps it.

    Raises WarehouseError if it is not finished, or if data, definitions or parameters have changed since.
    """
    with in_words(), alone(warehouse), reached(warehouse, asked) as place:
        county, key = planned(warehouse, year)
        if not is_whole(place, f"{staged(year, key)}/{CONTROLS}"):
            raise WarehouseError(
                f"{place.uri(staged(year, key))} 里没有算完的{year}年筛查，没有改变什么；"
                "写出以后数据、规则或参数有改变的，要重新写出、重新计算"
            )
        with workroom(warehouse, "screening") as folder:
            found = hits_in(county, place, screening_now(county, year), staged(year, key), folder)
        kept.keep(warehouse, year, key, found)
        sweep(place, year)
        return found


def planned(warehouse: Path, year: str) -> tuple[County, str]:
    """The county that is screened, and what its screening is kept under.

    Raises WarehouseError where another engine may not screen: persons in the open leave no encrypted warehouse.
    """
    need(warehouse, needed("commands", "scale"))
    refuse_encrypted(warehouse)
    county = open_county(warehouse)
    if county.scope is not None:
        raise NotAllowed("疑点线索按全县筛查，不属于本账号的数据范围")
    return county, kept.fingerprint(county, year, frozen(parameters(warehouse)))


def screening_now(county: County, year: str) -> Screening:
    return screening_of(county, year, values_of(county, year, frozen(parameters(county.warehouse))))


def staged(year: str, key: str) -> str:
    """Where an engine writes a screening, below the place."""
    return f"{STAGED}/{year}/{key}"


def sweep(place: Place, year: str) -> None:
    """Remove what engines wrote of the year, also what a run that was killed left: persons stand in it."""
    place.remove(f"{STAGED}/{year}")


def is_whole(place: Place, part: str) -> bool:
    """Whether a part was written to its end: Hadoop says so by a file of its own."""
    if isinstance(place, LocalPlace):
        return any((place.root / part).glob("*.parquet"))
    return place.exists(f"{part}/_SUCCESS")


def values_of(county: County, year: str, told: Rules) -> dict[str, dict]:
    """The rules that have what they need for the year, with their parameters."""
    found = {id: dict(pairs) for id, pairs in told if runs(county, rules()[id], year)}
    if not found:
        raise WarehouseError(f"{year}年没有可以逐笔筛查的结算明细")
    return found


def found_on(county: County, asked: Asked, screening: Screening, target: str, progress: Progress) -> list[Hit]:
    """What an engine finds; what it wrote on the way is removed."""
    where = asked.place or str(county.warehouse)
    with (
        workroom(county.warehouse, "screening") as folder,
        engine(asked.engine, where, asked.master, asked.options) as running,
    ):
        try:
            run_rules(county, running, screening, target, folder, progress)
            progress(COMPUTED, "取回线索")
            return hits_in(county, running.place, screening, target, folder)
        finally:
            sweep(running.place, screening.year)


def run_rules(
    county: County, running: Engine, screening: Screening, target: str, folder: Path, progress: Progress
) -> None:
    """Have the engine write what the rules give below target. folder: room for what it is given on the way."""
    place = running.place
    sweep(place, screening.year)
    give_rows(county, place, screening.year)
    give_inputs(county, place, target, folder)
    statements = statements_of(county, screening, place.uri, target)
    for number, statement in enumerate(statements):
        progress(COMPUTED * number / len(statements), f"{running.name} 筛查 {screening.year} 年")
        running.run(statement.sql)


def statements_of(county: County, screening: Screening, uri: Callable[[str], str], target: str) -> list[Statement]:
    """All statements of a screening. uri: of a path below the place."""
    year, there = screening.year, uri(target)
    return [
        *row_statements(county, year, uri),
        *rule_statements(screening, there),
        control_statement(county, year, there),
    ]


def give_rows(county: County, place: Place, year: str) -> None:
    """Take the rows of the batches that are read to where the engine reads, unless they lie there."""
    for batch in batches_read(county, year):
        if not place.exists(rows_of(batch)):
            place.put(batch_folder(county.warehouse, batch) / "rows.parquet", rows_of(batch))


def give_inputs(county: County, place: Place, target: str, folder: Path) -> None:
    """Give the engine the small tables of the build that rules read."""
    for path in write_inputs(county, folder):
        place.put(path, f"{input_of(target, path.stem)}/{path.name}")


def write_inputs(county: County, folder: Path) -> list[Path]:
    """Each of INPUTS as a Parquet file."""
    for table in INPUTS:
        with county.con.cursor() as cursor:
            pq.write_table(cursor.sql(f"from main.{table}").to_arrow_table(), folder / f"{table}.parquet")
    return [folder / f"{table}.parquet" for table in INPUTS]


def hits_in(county: County, place: Place, screening: Screening, target: str, folder: Path) -> list[Hit]:
    """The hits in the rows that an engine wrote below target, by rule and key."""
    found: list[Hit] = []
    with workbench(folder) as con:
        told = rows_in(con, place.fetch(f"{target}/{CONTROLS}", folder / "parts"))
        check_read(county, screening.year, {row["batch"]: row for row in told})
        for rule in screening.rules:
            rows = of_year(rows_in(con, place.fetch(f"{target}/rule_{rule.id}", folder / "parts")), screening.year)
            found += hits_of(rule, rows, screening.values[rule.id], county.names)
        months = rows_in(con, place.fetch(f"{target}/{MONTHS}", folder / "parts"))
        return with_months(found, ((row["setl_id"], f"{row['month']:%Y-%m}") for row in months))


def check_read(county: County, year: str, told: Mapping[str, Mapping]) -> None:
    """Raises WarehouseError unless the engine has read every row of every batch. told: batch -> its control sums."""
    for batch in batches_read(county, year):
        refuse_unlike(batch, told.get(batch, NOTHING_READ), recorded(county.warehouse, batch))


def rows_in(con, part: Path) -> list[dict]:
    """The rows of a part, each by column name; of no rows an engine may write no file."""
    if not any(part.glob("*.parquet")):
        return []
    asked = con.execute(f"from read_parquet({literal(part / '*.parquet')})")
    columns = [column[0] for column in asked.description]
    return [dict(zip(columns, row, strict=True)) for row in asked.fetchall()]
