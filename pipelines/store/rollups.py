"""What is computed once per settlements batch: its additive roll-up, its stays, names, and who was seen when.

Distinct persons can't be added up, so each batch keeps bitmaps: one for every block of running numbers in which it saw
anybody, bit n of block b standing for the person whose number is b * BLOCK + n. The numbers are given out when a batch
is loaded and stay: persons.parquet of each batch holds those it brought.

What is kept grows with everybody ever seen, so it is read as it comes and only held against the persons of the batch:
the hash tables are as large as what was uploaded, whatever the history.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from pipelines.engine import literal, scan, workbench
from pipelines.errors import WarehouseError
from pipelines.keys import all_of, located
from pipelines.store import facts
from pipelines.store.parquet import FORM, keep_query, link_found
from pipelines.store.places import Parts
from pipelines.store.purged import ROLLUP_PARTS, cleared
from pipelines.store.warehouse import batch_folder, publish, workroom

BLOCK = 65536
CODES = "codes_used.parquet"
# what is computed by SQL of definitions/2_facts
MODELS = ("agg_settlement", "agg_stay", "agg_bed_day", "agg_institution_name")
BED_DAYS = "agg_bed_day"
OF_PERSONS = (
    "agg_stay",
    "agg_bed_day",
    "person_bits",
)  # what is encrypted: single stays, though unnamed, are somebody's
# which block of bitmaps p.number is in, and the bitmap of a group's numbers in it
IN_BLOCK = f"cast(p.number // {BLOCK} as integer) as block"
BITS = f"{IN_BLOCK}, cast(bitstring_agg(p.number % {BLOCK}, 0, {BLOCK - 1}) as blob) as bits"


def rollup_folder(warehouse: Path, batch: str) -> Path:
    """Where a batch's roll-up lies for the definitions in force; the folder exists once it is complete."""
    return warehouse / "rollups" / facts.definitions_id() / batch


def number_persons(con, warehouse: Path, rows: Path, target: Path, all_of_them: Path) -> None:
    """Write the persons of rows that no batch has brought yet, numbered on from the last; and, apart, those of all rows
    with their numbers, so that the roll-up needn't look for them once more.
    """
    con.execute(f"create temp table seen as select distinct psn_no as person from {scan(con, rows)}")
    con.execute(f"create temp table brought as {numbers_of(con, warehouse, 'seen')}")
    con.execute(
        f"create temp table new_person as select person, "
        f"cast((select coalesce(max(number), -1) from ({known_persons(con, warehouse)})) "
        f"+ row_number() over (order by person) as integer) as number "
        f"from seen where person is not null and person not in (select person from brought)"
    )
    keep_query(con, warehouse, "from new_person order by person", target)
    keep_query(con, warehouse, "from brought union all from new_person", all_of_them)


def known_persons(con, warehouse: Path) -> str:
    """SELECT person, number over every batch ever loaded, undone ones too: numbers are never given out twice."""
    files = all_of(warehouse / "batches", "persons.parquet")
    if not files:
        return "select cast(null as bigint) as person, cast(null as integer) as number where false"
    if all(path.exists() for path in files):
        return f"select person, number from read_parquet([{', '.join(map(literal, files))}])"
    return " union all ".join(f"select person, number from {scan(con, path)}" for path in files)


def make_rollup(warehouse: Path, batch: str, numbers: Path | None = None) -> Path:
    """Compute a batch's roll-up unless it is there; returns its folder. numbers: its persons with theirs, if they lie
    ready.
    """
    made = partial(write_rollup, numbers=numbers)
    return put_rollup(warehouse, batch, carry_rollup if cleared(warehouse, batch) else made)


def put_rollup(warehouse: Path, batch: str, write: Callable[..., None]) -> Path:
    """Publish a batch's roll-up, whole or not at all, unless it is there; returns its folder.

    write(con, warehouse, batch, folder): what makes the folder with the parts.
    """
    target = rollup_folder(warehouse, batch)
    if target.exists():
        return target
    with workroom(warehouse, f"rollup-{batch}") as folder:
        with workbench(folder) as con:
            write(con, warehouse, batch, folder / "parts")
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
    parts = [part for part in ROLLUP_PARTS if part != BED_DAYS or located(kept / f"{BED_DAYS}.parquet").exists()]
    for part in (part for part in MODELS if part in parts):
        wanted = columns_of(con, facts.model(part))
        if lacking := sorted(wanted - columns_of(con, f"from {scan(con, kept / f'{part}.parquet')}")):
            raise WarehouseError(
                f"批次 {batch} 的明细已按保留期限清除，现行口径要的“{lacking[0][0]}”不能由留下的汇总得出；"
                "请恢复原来的口径定义，没有改变什么"
            )
    folder.mkdir()
    for part in parts:
        link_found(kept / f"{part}.parquet", folder)
    if BED_DAYS not in parts:
        without_illness(con, warehouse, kept / "agg_settlement.parquet", folder)
    if ("block", "INTEGER") not in columns_of(con, f"from {scan(con, kept / 'person_bits.parquet')}"):
        cut_bitmaps(con, warehouse, kept / "person_bits.parquet", folder)


def without_illness(con, warehouse: Path, source: Path, folder: Path) -> None:
    """The stays by illness and length of a batch that was cleared when no roll-up told them: neither is known."""
    same = "month, county, scheme, institution, stated_place, town"
    amounts = "visits", "bed_days", "total_cost_yuan", "in_policy_cost_yuan", "fund_paid_yuan"
    sums = ", ".join(f"sum({column}) as {column}" for column in amounts)
    con.execute(f"create temp table told as from ({facts.model(BED_DAYS)}) limit 0")
    rows = f"select {same}, {sums} from {scan(con, source)} where care = 'inpatient' group by {same}"
    con.execute(f"insert into told by name {rows}")
    keep_query(con, warehouse, "from told", folder / f"{BED_DAYS}.parquet")


def cut_bitmaps(con, warehouse: Path, source: Path, folder: Path) -> None:
    """The bitmaps of a batch that was cleared when they were as long as all numbers then were, cut into blocks."""
    for path in (path for path in folder.iterdir() if path.name.startswith("person_bits")):
        path.unlink()  # it is the cleared batch's own file under another name
    part = f"bits[n * {BLOCK // 8} + 1:(n + 1) * {BLOCK // 8}]"
    blocks = f"unnest(range(octet_length(bits) // {BLOCK // 8}))"
    rows = f"select month, scheme, care, bits, {blocks} as n from {scan(con, source)}"
    query = f"select month, scheme, care, cast(n as integer) as block, {part} as bits from ({rows})"
    keep_query(con, warehouse, f"from ({query}) where bit_count(cast(bits as bit)) > 0", folder / source.name)


def columns_of(con, query: str) -> set[tuple[str, str]]:
    """(name, type) of the columns of a query."""
    return set(con.execute(f"select column_name, column_type from (describe {query})").fetchall())


def write_rollup(
    con, warehouse: Path, batch: str, folder: Path, numbers: Path | None = None, parts: Parts | None = None
) -> None:
    """The roll-up of a batch from its rows, or some of them. numbers: of its persons, if they lie ready."""
    rows = batch_folder(warehouse, batch) / "rows.parquet"
    con.execute(facts.stage_table("settlements"))
    con.execute(f"create temp view stg_settlements as {facts.staged_rows(con, 'settlements', [(rows, parts)])}")
    folder.mkdir()
    con.execute(f"copy ({facts.codes_used('stg_settlements')}) to {literal(folder / CODES)} ({FORM})")
    facts.create_maps(con, f"from read_parquet({literal(folder / CODES)})")
    con.execute(f"create temp view fct_settlement as {facts.model('fct_settlement')}")
    write_parts(con, warehouse, {part: facts.model(part) for part in MODELS}, folder, numbers)


def write_parts(con, warehouse: Path, queries: dict[str, str], folder: Path, numbers: Path | None = None) -> None:
    """Write each of MODELS from its query, and the bitmaps of the persons in fct_settlement."""
    for part, query in queries.items():
        if part in OF_PERSONS:
            keep_query(con, warehouse, query, folder / f"{part}.parquet")
        else:
            con.execute(f"copy ({query}) to {literal(folder / f'{part}.parquet')} ({FORM})")
    keep_query(con, warehouse, person_bits(con, warehouse, numbers), folder / "person_bits.parquet")


def person_bits(con, warehouse: Path, numbers: Path | None = None) -> str:
    """SELECT month, scheme, care, block, bits: the bitmaps of the persons seen. numbers: theirs, if they lie ready."""
    con.execute("create or replace temp table seen as select distinct person from fct_settlement")
    known = f"select person, number from {scan(con, numbers)}" if numbers else numbers_of(con, warehouse, "seen")
    con.execute(f"create or replace temp table person_number as {known}")
    return (
        f"select f.month, f.scheme, f.care, {BITS} from fct_settlement f "
        f"inner join person_number p on p.person = f.person group by f.month, f.scheme, f.care, block"
    )


def numbers_of(con, warehouse: Path, persons: str) -> str:
    """SELECT person, number of those persons of a table that have a number."""
    return (
        f"select person, number from ({known_persons(con, warehouse)}) where person in (select person from {persons})"
    )
