"""Parquet files of the warehouse: written as they are, or encrypted where the warehouse is."""

import os
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.engine import literal
from pipelines.keys import encrypting, located, material_of

FORM = "format parquet, compression zstd, compression_level 1"


def keep_query(con, warehouse: Path, query: str, target: Path) -> None:
    """Write the rows of a query, in their order, to what then stands for target."""
    if not encrypting(warehouse):
        con.execute(f"copy ({query}) to {literal(target)} ({FORM})")
        return
    from pipelines.keys import sealing

    with con.sql(query).to_arrow_reader(sealing.GROUP_ROWS) as rows:
        sealing.seal(sealing.tables_of(rows), rows.schema, target)


def keep_file(warehouse: Path, source: Path, target: Path) -> None:
    """Have what then stands for target hold the rows of a Parquet file."""
    if encrypting(warehouse):
        from pipelines.keys import sealing

        sealing.seal_file(source, target)
    else:
        link_or_copy(source, target)


def link_or_copy(source: Path, target: Path) -> None:
    """The same file under another name; a copy where the disk knows no hard links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def link_found(path: Path, folder: Path) -> None:
    """The file that stands for path, with its wrapped key if it has one, in another folder too."""
    found = located(path)
    for each in (material_of(found), found):
        if each.exists() and not (folder / each.name).exists():
            link_or_copy(each, folder / each.name)


def keep_table(warehouse: Path, table: pa.Table, target: Path) -> None:
    """Have what then stands for target hold the rows of a table."""
    if encrypting(warehouse):
        from pipelines.keys import sealing

        sealing.seal([table], table.schema, target)
    else:
        pq.write_table(table, target)


def parquet_file(path: Path) -> pq.ParquetFile:
    """The Parquet file that stands for path; the caller closes it. It is opened as one file: read_table() would load
    pandas, for half a second. Raises WarehouseError if its key is not there.
    """
    if not material_of(located(path)).exists():
        return pq.ParquetFile(path)
    from pipelines.keys import sealing

    return sealing.opened(path)


def put_beside(aside: Path, folder: Path) -> None:
    """Move the files of a finished folder into another, wrapped keys first: what they open is whole at any moment."""
    for path in sorted(aside.iterdir(), key=lambda each: each.suffix != ".json"):
        os.replace(path, folder / path.name)
