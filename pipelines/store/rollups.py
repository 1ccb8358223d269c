"""What is computed once per settlements batch: its additive roll-up, its stays, names, and who was seen when.

Distinct persons can't be added up, so each batch keeps bitmaps: bit n stands for the person whose running number is n.
The numbers are given out when a batch is loaded and stay: persons.parquet of each batch holds those it brought.
"""

from collections.abc import Callable
from pathlib import Path

from pipelines.engine import literal, scan, workbench
from pipelines.errors import WarehouseError
from pipelines.keys import all_of
from pipelines.store import facts
from pipelines.store.parquet import FORM, keep_query, link_found
from pipelines.store.purged import ROLLUP_PARTS, cleared
from pipelines.store.warehouse import batch_folder, publish, workroom

ROOM = 65536
CODES = "codes_used.parquet"
MODELS = ("agg_settlement", "agg_stay", "agg_institution_name")  # what is computed by SQL of definitions/2_facts
OF_PERSONS = ("agg_stay", "person_bits")


def rollup_folder(warehouse: Path, batch: str) -> Path:
    """Where a batch's roll-up lies for the definitions in force; the folder exists once it is complete."""
    return warehouse / "rollups" / facts.definitions_id() / batch


def number_persons(con, warehouse: Path, rows: Path, target: Path) -> None:
    """Write the persons of rows that no batch has brought yet, numbered on from the last."""
    known = known_persons(con, warehouse)
    keep_query(
        con,
        warehouse,
        f"with known as ({known}), new as ("
        f"select distinct psn_no as person from {scan(con, rows)} where psn_no is not null "
        f"and psn_no not in (select person from known)) "
        f"select person, cast((select coalesce(max(number), -1) from known) "
        f"+ row_number() over (order by person) as integer) as number "
        f"from new",
        target,
    )


def known_persons(con, warehouse: Path) -> str:
    """SELECT person, number over every batch ever loaded, undone ones too: numbers are never given out twice."""
    files = all_of(warehouse / "batches", "persons.parquet")
    if not files:
        return "select cast(null as bigint) as person, cast(null as integer) as number where false"
    if all(path.exists() for path in files):
        return f"select person, number from read_parquet([{', '.join(map(literal, files))}])"
    return " union all ".join(f"select person, number from {scan(con, path)}" for path in files)


def make_rollup(warehouse: Path, batch: str) -> Path:
    """Compute a batch's roll-up unless it is there; returns its folder."""
    return put_rollup(warehouse, batch, carry_rollup if cleared(warehouse, batch) else write_rollup)


def put_rollup(warehouse: Path, batch: str, write: Callable[..., None]) -> Path:
    """Publish a batch's roll-up, whole or not at all, unless it is there; returns its folder.

    write(con, warehouse, batch, folder): what makes the folder with the parts.
    """
    target = rollup_folder(warehouse, batch)
    if target.exists():
        return target
    with workroom(warehouse, f"rollup-{batch}") as folder:
        con = workbench(folder)
        try:
            write(con, warehouse, batch, folder / "parts")
        finally:
            con.close()
        try:
            publish(folder / "parts", target)
        except OSError:  # another thread has just made the same one
            if not target.exists():
                raise
    return target


def carry_rollup(con, warehouse: Path, batch: str, folder: Path) -> None:
    """The roll-up of a batch whose rows are gone, as it was made while there were rows.

    Raises WarehouseError where today's definitions ask for other columns than it has: nothing could make those.
    """
    kept = batch_folder(warehouse, batch)
    con.execute(facts.stage_table("settlements"))
    con.execute("create temp view stg_settlements as select * from empty_settlements")
    facts.create_maps(con, f"from {scan(con, kept / CODES)}")
    con.execute(f"create temp view fct_settlement as {facts.model('fct_settlement')}")
    for part in MODELS:
        wanted = columns_of(con, facts.model(part))
        if lacking := sorted(wanted - columns_of(con, f"from {scan(con, kept / f'{part}.parquet')}")):
            raise WarehouseError(
                f"批次 {batch} 的明细已按保留期限清除，现行口径要的“{lacking[0][0]}”不能由留下的汇总得出；"
                "请恢复原来的口径定义，没有改变什么"
            )
    folder.mkdir()
    for part in ROLLUP_PARTS:
        link_found(kept / f"{part}.parquet", folder)


def columns_of(con, query: str) -> set[tuple[str, str]]:
    """(name, type) of the columns of a query."""
    return set(con.execute(f"select column_name, column_type from (describe {query})").fetchall())


def write_rollup(con, warehouse: Path, batch: str, folder: Path) -> None:
    """The roll-up of a batch from its rows."""
    rows = batch_folder(warehouse, batch) / "rows.parquet"
    con.execute(facts.stage_table("settlements"))
    con.execute(f"create temp view stg_settlements as {facts.staged_rows(con, 'settlements', [(rows, None)])}")
    folder.mkdir()
    con.execute(f"copy ({facts.codes_used('stg_settlements')}) to {literal(folder / CODES)} ({FORM})")
    facts.create_maps(con, f"from read_parquet({literal(folder / CODES)})")
    con.execute(f"create temp view fct_settlement as {facts.model('fct_settlement')}")
    write_parts(con, warehouse, {part: facts.model(part) for part in MODELS}, folder)


def write_parts(con, warehouse: Path, queries: dict[str, str], folder: Path) -> None:
    """Write each of MODELS from its query, and the bitmaps of the persons in fct_settlement."""
    for part, query in queries.items():
        if part in OF_PERSONS:
            keep_query(con, warehouse, query, folder / f"{part}.parquet")
        else:
            con.execute(f"copy ({query}) to {literal(folder / f'{part}.parquet')} ({FORM})")
    keep_query(con, warehouse, person_bits(con, warehouse), folder / "person_bits.parquet")


def person_bits(con, warehouse: Path) -> str:
    """SELECT month, scheme, care, bits: one bitmap of the persons seen, as wide as there are numbers so far."""
    return (
        f"select f.month, f.scheme, f.care, {bitmap(con, known_persons(con, warehouse))} as bits "
        f"from fct_settlement f inner join person_number p on p.person = f.person group by f.month, f.scheme, f.care"
    )


def bitmap(con, known: str) -> str:
    """The aggregate that makes a bitmap of p.number, p being person_number: a temporary table of the persons known."""
    con.execute(f"create or replace temp table person_number as {known}")
    ((last,),) = con.execute("select coalesce(max(number), 0) from person_number").fetchall()  # to its end
    return f"cast(bitstring_agg(p.number, 0, {(last // ROOM + 1) * ROOM - 1}) as blob)"
