"""A build: one DuckDB file with every dimension, fact and mart of the live batches. Written aside, checked, then named.

build_id = hash(live batches and their periods + definitions): the same uploads give the same id on any machine.
"""

import contextlib
import hashlib
import json
from pathlib import Path

import duckdb

from pipelines import facts
from pipelines.contracts import contracts
from pipelines.engine import OFFLINE, literal, name
from pipelines.rollups import CODES, PARTS, make_rollup
from pipelines.warehouse import Batch, WarehouseError, batch_folder, live, publish, workroom

KEPT_BUILDS = 10
# Coarser cuts of mart_settlement, smallest first: a question is answered from the first that knows its dimensions.
CUTS = {
    "cut_county": ("month", "scheme", "care", "place", "level", "kind", "pilot"),
    "cut_person_group": ("month", "scheme", "care", "place", "level", "kind", "pilot", "town", "category"),
    "cut_institution": ("month", "scheme", "care", "place", "level", "kind", "pilot", "institution"),
}


def current(warehouse: Path) -> str | None:
    """The id of the build in force, None before the first upload."""
    path = warehouse / "CURRENT"
    return path.read_text().strip() or None if path.exists() else None


def build_path(warehouse: Path, build_id: str) -> Path:
    return warehouse / "builds" / f"{build_id}.duckdb"


def prepare_build(warehouse: Path, standing: dict[tuple[str, str], Batch]) -> str:
    """Write the build of these live batches, unless it is there already. Returns its id. The caller holds the lock."""
    build_id = id_of(standing)
    target = build_path(warehouse, build_id)
    if not target.exists():
        for batch in sorted({b.id for (table, _), b in standing.items() if table == "settlements"}):
            make_rollup(warehouse, batch)
        with workroom(warehouse, "build") as folder:
            write_build(warehouse, standing, build_id, folder)
            publish(folder / "build.duckdb", target)
    return build_id


def put_in_force(warehouse: Path, build_id: str) -> None:
    """Point CURRENT at a finished build, atomically: readers see the old one or the new one."""
    with workroom(warehouse, "current") as folder:
        (folder / "CURRENT").write_text(build_id + "\n")
        publish(folder / "CURRENT", warehouse / "CURRENT")
    forget_old(warehouse, build_id)


def forget_old(warehouse: Path, build_id: str) -> None:
    """Keep the newest builds only: any other can be made again from its batches, to the same id and figures."""
    files = sorted((warehouse / "builds").glob("*.duckdb"), key=lambda p: p.stat().st_mtime, reverse=True)
    for path in files[KEPT_BUILDS:]:
        if path.stem != build_id:
            with contextlib.suppress(PermissionError):  # Windows: a dashboard still reads it; the next load tries again
                path.unlink()


def catch_up(warehouse: Path) -> None:
    """Finish what a killed writer had committed but not yet built. The caller holds the lock."""
    standing, in_force = live(warehouse), current(warehouse)
    wanted = id_of(standing)
    if (standing or in_force) and (in_force != wanted or not build_path(warehouse, wanted).exists()):
        put_in_force(warehouse, prepare_build(warehouse, standing))


def id_of(standing: dict[tuple[str, str], Batch]) -> str:
    told = [[table, period, batch.id] for (table, period), batch in standing.items()]
    text = json.dumps([facts.definitions_id(), told])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def write_build(warehouse: Path, standing: dict, build_id: str, folder: Path) -> None:
    con = duckdb.connect(str(folder / "build.duckdb"), config=OFFLINE | {"temp_directory": str(folder)})
    try:
        stage(con, warehouse, standing)
        for model in models_in_order():
            con.execute(f"create table {model} as {facts.model(model)}")
        for cut, dims in CUTS.items():
            con.execute(f"create table {cut} as {cut_query(con, dims)}")
        record(con, standing, build_id)
        check(con)
        con.execute("checkpoint")
    finally:
        con.close()


def models_in_order() -> list[str]:
    """The roster first, then facts, then the marts that merge roll-ups; the settlement rows stay in their batches."""
    return ["dim_institution", *(m for m in facts.models("fct_") if m != "fct_settlement"), *facts.models("mart_")]


def stage(con, warehouse: Path, standing: dict) -> None:
    """Temporary views over the live batches: stg_ tables, the roll-ups, the persons' bitmaps."""
    for table in contracts():
        if table == "settlements":
            continue
        con.execute(facts.stage_table(table))
        sources = [(batch_folder(warehouse, b) / "rows.parquet", p) for b, p in periods_of(standing, table).items()]
        con.execute(f"create temp view {name('stg_' + table)} as {facts.staged_rows(table, sources)}")
    facts.create_maps(con, codes_used(warehouse, standing))
    for part in PARTS:
        con.execute(f"create temp view {part} as {merged(con, warehouse, standing, part)}")
    con.execute(f"create table person_bits as {padded(con)}")


def codes_used(warehouse: Path, standing: dict) -> str:
    files = [literal(make_rollup(warehouse, batch) / CODES) for batch in periods_of(standing, "settlements")]
    return f"from read_parquet([{', '.join(files)}])" if files else "select '' as list, '' as code where false"


def periods_of(standing: dict, table: str) -> dict[str, list[str] | None]:
    """batch id -> the periods it stands for; None where the table has no periods."""
    found: dict[str, list[str] | None] = {}
    for (name_of, period), batch in standing.items():
        if name_of == table:
            found.setdefault(batch.id, []).append(period)
    return {b: None if contracts()[table].grain == "none" else p for b, p in found.items()}


def merged(con, warehouse: Path, standing: dict, part: str) -> str:
    """SELECT of one part of all live roll-ups, each for the months its batch still stands for."""
    parts = [
        f"select * from read_parquet({literal(make_rollup(warehouse, batch) / f'{part}.parquet')}) "
        f"where strftime(month, '%Y-%m') in ({', '.join(map(literal, months))})"
        for batch, months in periods_of(standing, "settlements").items()
    ]
    return " union all by name ".join(parts) or empty_part(con, part)


def empty_part(con, part: str) -> str:
    """A roll-up part without rows, so that the marts exist before the first settlements are loaded."""
    con.execute(facts.stage_table("settlements"))
    con.execute("create or replace temp view stg_settlements as select * from empty_settlements")
    con.execute(f"create or replace temp view fct_settlement as {facts.model('fct_settlement')}")
    if part == "person_bits":
        return "select month, scheme, care, cast(null as blob) as bits from fct_settlement where false"
    return facts.model(part)


def padded(con) -> str:
    """The bitmaps at one width: a later batch knows more persons than an earlier one."""
    widest = con.execute("select coalesce(max(bit_length(cast(bits as bit))), 0) from person_bits").fetchone()[0]
    bits = "cast(bits as bit)"
    filled = f"cast(cast({bits} as varchar) || repeat('0', {widest} - bit_length({bits})) as bit)"
    wide = f"case when bit_length({bits}) = {widest} then {bits} else {filled} end"
    return f"select month, scheme, care, {wide} as bits from person_bits"


def cut_query(con, dims: tuple[str, ...]) -> str:
    columns = con.execute("select column_name, column_type from (describe mart_settlement)").fetchall()
    amounts = [(c, t) for c, t in columns if t in ("BIGINT", "DECIMAL(18,2)")]
    sums = ", ".join(f"cast(sum({c}) as {t}) as {c}" for c, t in amounts)
    listed = ", ".join(dims)
    return f"select {listed}, {sums} from mart_settlement group by {listed}"


def record(con, standing: dict, build_id: str) -> None:
    """coverage: which batch stands for which table and period; build: what this file is."""
    con.execute(
        "create table coverage (upload varchar, period varchar, batch varchar, layout varchar, columns varchar[], "
        "loaded_at varchar, sha256 varchar)"
    )
    rows = [
        [table, period, b.id, b.layout, list(b.columns), b.loaded_at, b.sha256]
        for (table, period), b in standing.items()
    ]
    if rows:
        con.executemany("insert into coverage values (?, ?, ?, ?, ?, ?, ?)", rows)
    con.execute("create table build as select ? as build_id, ? as definitions", [build_id, facts.definitions_id()])


def check(con) -> None:
    """A build is refused if its cuts don't add up to the mart, or a fact is not what its grain says."""
    amounts = "sum(visits), sum(total_cost_yuan), sum(fund_paid_yuan), sum(bed_days)"
    whole = con.execute(f"select {amounts} from mart_settlement").fetchone()
    for cut in CUTS:
        if con.execute(f"select {amounts} from {cut}").fetchone() != whole:
            raise WarehouseError(f"构建检查未通过：{cut} 与 mart_settlement 合计不一致；原数据未变")
    for model in models_in_order():
        keys = facts.grain(model)
        repeated = con.execute(f"select count(*) from (select {keys} from {model} group by {keys} having count(*) > 1)")
        if repeated.fetchone()[0]:
            raise WarehouseError(f"构建检查未通过：{model} 的 {keys} 有重复；原数据未变")
