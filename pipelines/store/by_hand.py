"""Rows written by hand: the periods they fall in, made anew with them, as a file that is read like any upload."""

import csv
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from pipelines.contracts import Column, Contract, contracts
from pipelines.engine import literal, name, workbench
from pipelines.side_by_side import quiet
from pipelines.store.facts import in_parts, period_of
from pipelines.store.intake import read_all
from pipelines.store.places import Parts, Place, county_column, several, sources
from pipelines.store.warehouse import Batch, WarehouseError, batch_folder, live
from pipelines.uploads.files import Upload
from pipelines.uploads.staging import Staged

BY_HAND = "录入"  # how the files of such batches begin
PERIOD = "period of the row"
FORMS = {"date": "%Y-%m-%d", "month": "%Y-%m"}
Row = Mapping[str, str]


def by_hand(batch: Batch) -> bool:
    """Whether rows of a batch were written by hand."""
    return batch.file.startswith(BY_HAND)


def made_from(standing: Iterable[Batch], ids: Iterable[str]) -> list[Batch]:
    """Those of the standing batches that were written by hand over these, or over one made from these: they hold their
    rows still."""
    found, known = [], set(ids)
    for batch in standing:
        if by_hand(batch) and known & set(batch.supersedes):
            found.append(batch)
            known.add(batch.id)
    return found


def remade(warehouse: Path, table: str, rows: Sequence[Row], folder: Path) -> Staged:
    """Stage the periods that the rows concern, with the rows in them; rows: {column key: text}.

    A row replaces the one of its unique key, wherever that stands. Faulty rows: what is returned is the reading of the
    rows alone, with their problems. Raises WarehouseError for a table or column that can't be written by hand, and if a
    period would lose its only row: nothing can stand for an empty one.
    """
    contract = writable(table, rows)
    entered = read(warehouse, contract, rows, folder / "entered")
    if entered.state != "ready":
        return replace(entered, rows=None)
    stands = live(warehouse)
    batches, placed = parts_of(stands, table), partial(place_of, contract, several(stands.values()))
    new = texts(contract, [(entered.rows, None)], folder)
    former = texts(contract, [(batch_folder(warehouse, b.id) / "rows.parquet", p) for b, p in batches], folder)
    keys = {key_of(contract, row) for row in new}
    concerned = {placed(row) for row in (*new, *(row for row in former if key_of(contract, row) in keys))}
    kept = [row for row in former if placed(row) in concerned and key_of(contract, row) not in keys]
    stood = [stands[place] for place in concerned if place in stands]
    told = {*entered.columns, *(key for batch in stood for key in batch.columns)}
    if emptied := concerned - {placed(row) for row in (*kept, *new)}:
        period = min(emptied).period
        raise WarehouseError(f"{contract.name_zh} {period} 只有这一行，不能移到别的期间；可先撤销它的批次")
    whole = [{key: row[key] for key in contract.columns if key in told} for row in (*kept, *new)]
    return read(warehouse, contract, whole, folder / "remade")


def writable(table: str, rows: Sequence[Row]) -> Contract:
    contract = contracts().get(table)
    if contract is None or any(column.type == "person" for column in contract.columns.values()):
        raise WarehouseError(f"“{contract.name_zh if contract else table}”不能手工录入，请上传文件")
    unknown = sorted({key for row in rows for key in row} - set(contract.columns))
    if unknown or not rows:
        raise WarehouseError(f"{contract.name_zh}没有“{unknown[0]}”这一列" if unknown else "没有要录入的行")
    return contract


def read(warehouse: Path, contract: Contract, rows: Sequence[Row], folder: Path) -> Staged:
    """Write the rows as a CSV with the contract's headers, and stage it."""
    folder.mkdir(parents=True)
    path = folder / f"{BY_HAND} {contract.name_zh}.csv"
    keys = [key for key in contract.columns if any(key in row for row in rows)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([contract.columns[key].header for key in keys])
        writer.writerows([row.get(key, "") for key in keys] for row in rows)
    (staged,) = read_all(warehouse, [Upload(path.name, path, path)], folder / "staged", quiet, (0.0, 0.0))
    return staged


def parts_of(stands: Mapping[Place, Batch], table: str) -> list[tuple[Batch, Parts]]:
    """The batches that stand for a table, each with the part of its rows that counts."""
    held = {batch.id: batch for batch in stands.values()}
    return [(held[id], parts) for id, parts in sources(stands, table).items()]


def place_of(contract: Contract, together: bool, row: Row) -> Place:
    """Where a row counts. together: several counties share the warehouse."""
    county = row.get(county_column(contract.table), "") if together else ""
    return Place(contract.table, row[PERIOD], county)


def texts(contract: Contract, files: Iterable[tuple[Path, Parts | None]], folder: Path) -> list[dict[str, str]]:
    """The rows of these parts of Parquet files, every cell as text that a file would hold, and the row's period."""
    table, found = contract.table, []
    with workbench(folder) as con:
        for path, parts in files:
            there = {row[0] for row in con.execute(f"describe from {literal(path)}").fetchall()}
            cells = [cell(column, key in there) for key, column in contract.columns.items()]
            told = "true" if parts is None else in_parts(table, parts)
            query = f"select {', '.join(cells)}, {period_of(table)} from {literal(path)} where {told}"
            found += [dict(zip((*contract.columns, PERIOD), row, strict=True)) for row in con.execute(query).fetchall()]
    return found


def cell(column: Column, there: bool) -> str:
    """SQL of a typed value as text; '' where there is none."""
    if not there:
        return "''"
    form, value = FORMS.get(column.type), name(column.key)
    return f"coalesce({f'strftime({value}, {literal(form)})' if form else f'cast({value} as varchar)'}, '')"


def written(warehouse: Path, table: str, key: str) -> dict[str, str] | None:
    """The row of a unique key as text, {column key: text}; None if no batch that stands holds it."""
    contract = contracts()[table]
    files = [(batch_folder(warehouse, b.id) / "rows.parquet", p) for b, p in parts_of(live(warehouse), table)]
    with tempfile.TemporaryDirectory() as folder:
        rows = texts(contract, files, Path(folder))
    return next(({k: row[k] for k in contract.columns} for row in rows if key_of(contract, row) == (key,)), None)


def key_of(contract: Contract, row: Row) -> tuple[str, ...]:
    return tuple(row[key] for key in contract.layouts[0].unique)
