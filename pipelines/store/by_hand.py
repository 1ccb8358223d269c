"""Rows written by hand: the periods they fall in, made anew with them, as a file that is read like any upload."""

import csv
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pipelines.contracts import Column, Contract, contracts
from pipelines.engine import literal, name, workbench
from pipelines.side_by_side import quiet
from pipelines.store.facts import in_periods, period_of
from pipelines.store.intake import read_all
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
    new = texts(contract, [(entered.rows, list(entered.periods))], folder)
    batches = periods_of(warehouse, table)
    former = texts(contract, [(batch_folder(warehouse, b.id) / "rows.parquet", p) for b, p in batches], folder)
    keys = {key_of(contract, row) for row in new}
    concerned = {*entered.periods, *(row[PERIOD] for row in former if key_of(contract, row) in keys)}
    kept = [row for row in former if row[PERIOD] in concerned and key_of(contract, row) not in keys]
    told = {*entered.columns, *(key for batch, periods in batches if concerned & set(periods) for key in batch.columns)}
    if emptied := concerned - {row[PERIOD] for row in (*kept, *new)}:
        raise WarehouseError(f"{contract.name_zh} {min(emptied)} 只有这一行，不能移到别的期间；可先撤销它的批次")
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


def periods_of(warehouse: Path, table: str) -> list[tuple[Batch, list[str]]]:
    """The batches that stand for a table, each with the periods it stands for."""
    found: dict[str, tuple[Batch, list[str]]] = {}
    for (each, period), batch in live(warehouse).items():
        if each == table:
            found.setdefault(batch.id, (batch, []))[1].append(period)
    return list(found.values())


def texts(contract: Contract, sources: Iterable[tuple[Path, list[str]]], folder: Path) -> list[dict[str, str]]:
    """The rows of Parquet files in these periods, every cell as text that a file would hold, and the row's period."""
    table, found = contract.table, []
    con = workbench(folder)
    try:
        for path, periods in sources:
            there = {row[0] for row in con.execute(f"describe from {literal(path)}").fetchall()}
            cells = [cell(column, key in there) for key, column in contract.columns.items()]
            told = "true" if contract.grain == "none" else in_periods(table, periods)
            query = f"select {', '.join(cells)}, {period_of(table)} from {literal(path)} where {told}"
            found += [dict(zip((*contract.columns, PERIOD), row, strict=True)) for row in con.execute(query).fetchall()]
    finally:
        con.close()
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
    sources = [(batch_folder(warehouse, b.id) / "rows.parquet", p) for b, p in periods_of(warehouse, table)]
    with tempfile.TemporaryDirectory() as folder:
        rows = texts(contract, sources, Path(folder))
    return next(({k: row[k] for k in contract.columns} for row in rows if key_of(contract, row) == (key,)), None)


def key_of(contract: Contract, row: Row) -> tuple[str, ...]:
    return tuple(row[key] for key in contract.layouts[0].unique)
