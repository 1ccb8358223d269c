"""The files of a clearing: rows go, persons.parquet and the roll-up stay, with random numbers for who is gone.

Everything can be repeated: a person who was renumbered is renumbered no more.
"""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

import duckdb

from pipelines.engine import comparing, literal, name, scan, workbench
from pipelines.keys.finding import encrypted, located, material_of
from pipelines.store.disk import publish
from pipelines.store.parquet import keep_query, link_found, put_beside
from pipelines.store.places import Parts, sources
from pipelines.store.purged import MARK, ROLLUP_PARTS, cleared
from pipelines.store.rollups import make_rollup, write_rollup
from pipelines.store.warehouse import batch_folder, live, workroom

STAYS = "agg_stay"
OTHER_NUMBERS = {"mart_stay": ["person_no"]}  # columns by which a build differs once persons were renumbered


def clear(warehouse: Path, pending: Path, batches: Iterable) -> None:
    """Clear these batches (Expired), and renumber who is gone in those that were cleared before."""
    batches = list(batches)
    new = {each.batch for each in batches}
    for each in batches:
        clear_one(warehouse, pending, each)
    for place in sorted((warehouse / "batches").glob(f"*/{MARK}")):
        if place.parent.name not in new:
            renumber(warehouse, pending, place.parent, place.parent)
            forget_rollups(warehouse, place.parent.name)


def clear_one(warehouse: Path, pending: Path, each) -> None:
    place = batch_folder(warehouse, each.batch)
    if not cleared(warehouse, each.batch):
        counting = sources(live(warehouse), each.table).get(each.batch, {})
        with workroom(warehouse, "kept") as aside:
            parts = what_stays(warehouse, each, counting, aside) if each.table == "settlements" else place
            renumber(warehouse, pending, parts, place)
            for part in (part for part in ROLLUP_PARTS if part != STAYS and parts != place):
                link_found(parts / f"{part}.parquet", place)
        with workroom(warehouse, "mark") as aside:
            told = {"table": each.table, "periods": each.periods, "places": each.places, "persons": each.persons}
            told["counties"] = {month: counties for month, counties in counting.items() if counties}
            (aside / MARK).write_text(json.dumps(told, ensure_ascii=False), "utf-8")
            publish(aside / MARK, place / MARK)
    forget_file(place / "rows.parquet")
    forget_rollups(warehouse, each.batch)


def what_stays(warehouse: Path, each, counting: Parts, aside: Path) -> Path:
    """The roll-up of a batch, of the counties alone for which it counts still: it doesn't tell them apart."""
    if not any(counting.values()):
        return make_rollup(warehouse, each.batch)
    with workbench(aside) as con:
        write_rollup(con, warehouse, each.batch, aside / "parts", parts=counting)
    return aside / "parts"


def renumber(warehouse: Path, pending: Path, parts: Path, place: Path) -> None:
    """Put the persons and the stays of a roll-up into a batch's folder, with the surrogates of who is gone."""
    with workroom(warehouse, "clearing") as aside, workbench(aside) as con:
        con.execute(f"create temp table mapping as from {scan(con, pending / 'mapping.parquet')}")
        replaced(con, warehouse, place / "persons.parquet", place, aside)
        if located(parts / f"{STAYS}.parquet").exists():
            replaced(con, warehouse, parts / f"{STAYS}.parquet", place, aside)


def replaced(con, warehouse: Path, source: Path, place: Path, aside: Path) -> None:
    """Write one file anew, persons by their surrogates where they have one, and put it in place of the former."""
    query = (
        f"select s.* replace (coalesce(m.surrogate, s.person) as person) from {scan(con, source)} s "
        "left join mapping m on s.person = m.person"
    )
    (room := aside / source.stem).mkdir()
    keep_query(con, warehouse, query, room / source.name)
    made = next(path.name for path in room.iterdir() if path.suffix == ".parquet")
    put_beside(room, place)
    forget_file(place / source.name, but=made)


def forget_file(path: Path, but: str = "") -> None:
    """Take away every file that stands for path, but the one of this name."""
    for each in (each for each in (path, *encrypted(path)) if each.name != but):
        each.unlink(missing_ok=True)
        material_of(each).unlink(missing_ok=True)


def forget_rollups(warehouse: Path, batch: str) -> None:
    """Take away the roll-ups of all definitions, and what another engine began of them: the one in the batch's folder
    is carried to where it is looked for.
    """
    for place in [*warehouse.glob(f"rollups/*/{batch}"), *warehouse.glob(f"scale/*/{batch}")]:
        shutil.rmtree(place)


def same_tables(one: Path, other: Path) -> list[str]:
    """The tables in which two builds differ, but for the numbers of persons."""
    with comparing(other.parent) as con:
        con.execute(f"attach {literal(one)} as one (read_only)")
        con.execute(f"attach {literal(other)} as other (read_only)")
        query = "select distinct table_name from duckdb_tables() where database_name in ('one', 'other') order by 1"
        return [table for (table,) in con.execute(query).fetchall() if differs(con, table)]


def differs(con, table: str) -> bool:
    hidden = OTHER_NUMBERS.get(table, [])
    columns = "*" + (f" exclude ({', '.join(map(name, hidden))})" if hidden else "")
    one, other = (f"select {columns} from {database}.{name(table)}" for database in ("one", "other"))
    query = f"select count(*) from (({one} except all {other}) union all ({other} except all {one}))"
    try:
        return con.execute(query).fetchall() != [(0,)]
    except duckdb.Error:  # only one of them has it, or with other columns
        return True
