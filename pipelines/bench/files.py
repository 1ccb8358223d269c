"""Settlement files to measure with: made-up rows in the template's columns, as UTF-8 and as an older system writes."""

from pathlib import Path

import duckdb

from pipelines.bench.places import make_pools
from pipelines.bench.settlements import Settlements, as_written
from pipelines.engine import literal

CHUNK = 1 << 16


def write_settlements(target: Path, asked: Settlements, roster: Path) -> Path:
    """Write the rows as UTF-8, month after month. roster: the sample county's institutions.csv, for codes."""
    with duckdb.connect() as con:
        con.execute("set enable_progress_bar = false")
        towns = make_pools(con, roster, asked.counties)
        con.execute(f"copy ({as_written(asked, towns)}) to {literal(target)} (header, delimiter ',')")
    return target


def as_gb18030(source: Path, target: Path) -> Path:
    """The same file as an older system exports it."""
    with source.open(encoding="utf-8", newline="") as text, target.open("w", encoding="gb18030", newline="") as old:
        while chunk := text.read(CHUNK):
            old.write(chunk)
    return target
