"""A warehouse of any size without its CSV files: months of typed rows, put in as a load puts them in."""

import tempfile
from pathlib import Path

from pipelines import load
from pipelines.bench.places import make_pools, write_tables
from pipelines.bench.settlements import Settlements, as_typed
from pipelines.contracts import contracts
from pipelines.engine import literal, workbench
from pipelines.side_by_side import Progress
from pipelines.store.commits import changing, commit
from pipelines.store.hashes import file_hash
from pipelines.store.intake import put_in
from pipelines.store.warehouse import Batch, Entry, now, workroom
from pipelines.uploads.files import Upload
from pipelines.uploads.privacy import person_key
from pipelines.uploads.sorting import INSTITUTION, MANY_BYTES, PARQUET
from pipelines.uploads.staged import Staged
from pipelines.uploads.staging import counties, totals

BY = "测量"
ROW_BYTES = 310  # of a row in a file


def make_warehouse(warehouse: Path, asked: Settlements, county: Path, progress: Progress) -> None:
    """Fill an empty warehouse with the settlements, month by month, and the tables of their counties; one build.

    county: the sample county's CSVs.
    """
    with tempfile.TemporaryDirectory() as aside:
        receipts = load(warehouse, write_tables(county, Path(aside), asked.counties), BY)
    if problems := [problem.text for receipt in receipts if receipt.status != "loaded" for problem in receipt.problems]:
        raise RuntimeError("; ".join(problems))
    with changing(warehouse):
        batches = []
        for nth in range(asked.months):
            progress(0.9 * nth / asked.months, f"生成 {asked.month(nth)} 的结算明细")
            batches.append(put_month(warehouse, asked, nth, county / "institutions.csv"))
        commit(warehouse, [Entry("commit", batch.id, BY, now()) for batch in batches], progress)


def put_month(warehouse: Path, asked: Settlements, nth: int, roster: Path) -> Batch:
    """A month's batch, with its roll-up; the caller holds the writer's lock and commits it."""
    with workroom(warehouse, "month") as folder:
        rows = folder / "rows.parquet"
        with workbench(folder) as con:
            con.execute("set variable person_key = ?", [f"{person_key(warehouse)}:"])
            towns = make_pools(con, roster, asked.counties)
            con.execute(f"copy ({as_kept(asked, towns, nth)}) to {literal(rows)} ({PARQUET})")
            contract = contracts()["settlements"]
            summed = totals(con, contract, rows)
            found = counties(con, contract, contract.layouts[0].period, rows)
        name = f"settlements_{asked.month(nth)}.csv"
        return put_in(warehouse, staged(rows, name, asked.month(nth), summed, found), BY, folder)


def as_kept(asked: Settlements, towns: int, nth: int) -> str:
    """SELECT of a month's rows in the order that reading their file would keep them in."""
    first, last = asked.of_month(nth)
    query, large = as_typed(asked, towns, nth), (last - first) * ROW_BYTES > MANY_BYTES
    return f"from ({query}) order by {INSTITUTION} nulls last" if large else query


def staged(rows: Path, name: str, month: str, summed: dict, found: dict[str, tuple[str, ...]]) -> Staged:
    """What reading a file of these rows would have found."""
    return Staged(
        Upload(name, rows, rows),
        table="settlements",
        layout="record",
        encoding="UTF-8",
        sha256=file_hash(rows),
        columns=tuple(contracts()["settlements"].layouts[0].columns),
        periods=(month,),
        totals=summed,
        counties=found,
        rows=rows,
        read=summed["rows"],
        good=summed["rows"],
    )
