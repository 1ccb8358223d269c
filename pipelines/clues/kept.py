"""Where a screening is kept: warehouse/clues/<year>-<hash>.parquet. It can be removed at any time and is made again."""

import contextlib
import hashlib
import shutil
import uuid
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from pipelines.answers.county import County
from pipelines.clues.hits import Hit
from pipelines.clues.rules import rules_id
from pipelines.clues.tables import months_read
from pipelines.keys import material_of
from pipelines.store.facts import definitions_id
from pipelines.store.parquet import keep_table, parquet_file, put_beside

KEPT_PER_YEAR = 3
VERSION = 2  # of the Python that makes hits out of rows
SCHEMA = pa.schema(
    [
        ("rule", pa.string()),
        ("key", pa.string()),
        ("institution", pa.string()),
        ("person", pa.int64()),
        ("month", pa.string()),
        ("first_day", pa.date32()),
        ("last_day", pa.date32()),
        ("reason", pa.string()),
        ("measured", pa.decimal128(18, 4)),
        ("bound", pa.decimal128(18, 4)),
        ("at_stake_yuan", pa.decimal128(18, 2)),
        ("cases", pa.int64()),
        ("setl_ids", pa.list_(pa.string())),
        ("fund_paid_yuan", pa.decimal128(18, 2)),
        ("beside_ids", pa.list_(pa.string())),
        ("months", pa.list_(pa.string())),
    ]
)
AMOUNTS = ("measured", "bound")


def fingerprint(county: County, year: str, values: tuple) -> str:
    """What a screening follows from: the batches it reads, the roster, the definitions, the parameters."""
    read = {("settlements", month) for month in months_read(county, year)}
    covered = sorted(
        f"{upload} {period} {[*told.batches.items()]}"
        for (upload, period), told in county.coverage.items()
        if (upload, period) in read or upload in ("institutions", "cover_ends")
    )
    told = (VERSION, year, covered, definitions_id(), rules_id(), values)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def is_there(warehouse: Path, key: str) -> bool:
    """Whether a screening was kept."""
    return next(found(warehouse, key), None) is not None


def kept(warehouse: Path, key: str) -> list[Hit] | None:
    """The hits of a screening that was kept; None if it was not, or the file is damaged."""
    path = next(found(warehouse, key), None)
    try:
        return None if path is None else rows_of(path)
    except (OSError, pa.ArrowException):
        return None


def found(warehouse: Path, key: str) -> Iterator[Path]:
    """The files that hold a screening: encrypted ones have an id in their name too."""
    yield from folder(warehouse).glob(f"*-{key}.parquet")
    yield from (path for path in folder(warehouse).glob(f"*-{key}.*.parquet") if material_of(path).exists())


def rows_of(path: Path) -> list[Hit]:
    """The hits in a file. It is opened as one file: read_table() would load pandas, for half a second."""
    with parquet_file(path) as file:
        return [read(row) for row in file.read().to_pylist()]


def keep(warehouse: Path, year: str, key: str, hits: list[Hit]) -> None:
    """Write a screening aside and name it once it is whole; where the folder can't be written it is only remembered."""
    columns = {name: [getattr(hit, name) for hit in hits] for name in SCHEMA.names}
    target = folder(warehouse) / f"{year}-{key}.parquet"
    aside = target.with_name(f"{key}.{uuid.uuid4().hex[:8]}.tmp")
    with contextlib.suppress(OSError):
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside.mkdir(mode=0o700)
        keep_table(warehouse, pa.table(columns, schema=SCHEMA), aside / target.name)
        put_beside(aside, target.parent)
        sweep(target.parent, year)
    shutil.rmtree(aside, ignore_errors=True)


def sweep(place: Path, year: str) -> None:
    """Keep the last few screenings of a year."""
    files = sorted(place.glob(f"{year}-*.parquet"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[KEPT_PER_YEAR:]:
        path.unlink(missing_ok=True)
        material_of(path).unlink(missing_ok=True)


def read(row: dict) -> Hit:
    told = row | {name: plain(row[name]) for name in AMOUNTS}
    return Hit(**told | {name: tuple(row[name]) for name in ("setl_ids", "beside_ids", "months")})


def plain(value: Decimal) -> Decimal:
    """A stored amount without the zeros that storing added."""
    short = value.normalize()
    return short if short.as_tuple().exponent <= 0 else short.quantize(Decimal(1))


def folder(warehouse: Path) -> Path:
    return warehouse / "clues"
