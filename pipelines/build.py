"""The front door: from files to the build that screens and documents read. The whole flow in a handful of calls.

check   file -> staged rows and problems            nothing is kept
load    file -> batch -> roll-up -> build -> CURRENT
undo    journal -> build -> CURRENT                  the former batch counts again
"""

import hashlib
import json
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from pipelines.contracts import DEFINITIONS, contracts, words
from pipelines.registry import indicator_words
from pipelines.store import builds, rollups
from pipelines.store.warehouse import (
    Batch,
    Entry,
    WarehouseError,
    append,
    batch_folder,
    live,
    now,
    publish,
    read_batch,
    standing,
    workroom,
    writing,
)
from pipelines.store.warehouse import journal as read_journal
from pipelines.uploads.files import Upload, unpack
from pipelines.uploads.kinds import SUFFIXES
from pipelines.uploads.mapping import remembered
from pipelines.uploads.privacy import person_key
from pipelines.uploads.problems import Problem
from pipelines.uploads.staging import Staged, stage

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Receipt:
    """What became of a file. status: loaded, unchanged (the same file counts already) or refused (see problems)."""

    file: str
    status: str
    batch: Batch | None
    problems: tuple[Problem, ...]


def quiet(share: float, what: str) -> None:
    """Progress that nobody watches."""


def check(warehouse: Path, paths: Iterable[Path], progress: Progress = quiet) -> list[Staged]:
    """A dry run of files and folders: what each is, its totals and its problems. The warehouse is not touched."""
    found = []
    with tempfile.TemporaryDirectory() as unpacked:
        uploads = handed_in(files_in(paths), Path(unpacked))
        for number, upload in enumerate(uploads):
            progress(number / len(uploads), f"检查 {upload.name}")
            with tempfile.TemporaryDirectory() as folder:
                known = partial(remembered, warehouse)
                found.append(stage(upload, Path(folder), person_key(warehouse), words_of, remembered=known))
    progress(1.0, "检查完毕")
    return found


def load(warehouse: Path, paths: Iterable[Path], by: str, progress: Progress = quiet) -> list[Receipt]:
    """Load files and folders, each file one batch. Faulty files are refused whole; the others count from now on.

    Raises WarehouseError if another writer holds the warehouse for long, or if the result would fail its checks:
    then nothing has changed.
    """
    files = files_in(paths)
    with writing(warehouse), workroom(warehouse, "unpacked") as unpacked:
        builds.catch_up(warehouse)
        uploads = handed_in(files, unpacked)
        receipts = settle(take_in_all(warehouse, uploads, by, progress), live(warehouse))
        entries = [Entry("commit", r.batch.id, by, now()) for r in receipts if r.status == "loaded"]
        progress(0.9, "汇总并构建")
        commit(warehouse, entries)
    progress(1.0, "完成")
    return receipts


def undo(warehouse: Path, batch: str, by: str, why: str) -> Batch:
    """Take a batch back: what it replaced counts again. Raises WarehouseError without a reason or a standing batch."""
    if not why.strip():
        raise WarehouseError('撤销要写明原因，如 --why "六月文件漏了县外"')
    with writing(warehouse):
        taken = read_batch(warehouse, batch)
        if batch not in standing(read_journal(warehouse)):
            raise WarehouseError(f"批次 {batch} 已经撤销过，没有改变什么")
        commit(warehouse, [Entry("undo", batch, by, now(), why.strip())])
    return taken


def commit(warehouse: Path, entries: list[Entry]) -> None:
    """Build what the entries lead to, write them down, point CURRENT at it: killed anywhere, nothing is half."""
    if not entries:
        return
    build_id = builds.prepare_build(warehouse, live(warehouse, tuple(entries)))
    append(warehouse, *entries)
    builds.put_in_force(warehouse, build_id)


def handed_in(files: list[Path], folder: Path) -> list[Upload]:
    """Every table of the files, each file unpacked into a folder of its own."""
    found = []
    for number, path in enumerate(files):
        aside = folder / str(number)
        aside.mkdir()
        found += unpack(path, aside)
    return found


def take_in_all(warehouse: Path, uploads: list[Upload], by: str, progress: Progress) -> list[Receipt]:
    """Two files at a time: a month's file is too small to keep both cores of an office PC busy."""
    one_at_a_time = threading.Lock()
    with ThreadPoolExecutor(max_workers=2) as pool:
        waiting = [pool.submit(take_in, warehouse, upload, by, one_at_a_time) for upload in uploads]
        for number, future in enumerate(as_completed(waiting), start=1):
            progress(0.9 * number / len(uploads), f"读入 {future.result().file}")
    return [future.result() for future in waiting]


def take_in(warehouse: Path, upload: Upload, by: str, one_at_a_time: threading.Lock) -> Receipt:
    """Stage one file and put it beside the other batches; it counts only once the journal says so."""
    with workroom(warehouse, "load") as folder:
        staged = stage(upload, folder, person_key(warehouse), words_of, remembered=partial(remembered, warehouse))
        if staged.state != "ready":
            return Receipt(upload.name, "refused", None, staged.problems)
        batch = described(warehouse, staged, by)
        with one_at_a_time:  # persons are numbered in turn
            if not batch_folder(warehouse, batch.id).exists():
                keep(warehouse, staged, batch, folder)
    if batch.table == "settlements":
        rollups.make_rollup(warehouse, batch.id)
    return Receipt(upload.name, "loaded", batch, staged.problems)


def settle(receipts: list[Receipt], standing_now: dict[tuple[str, str], Batch]) -> list[Receipt]:
    """Go through the files in order: one whose batch stands everywhere already when its turn comes changes nothing."""
    told, counting = [], {key: batch.id for key, batch in standing_now.items()}
    for receipt in receipts:
        places = [(receipt.batch.table, period) for period in receipt.batch.periods] if receipt.batch else []
        if places and all(counting.get(place) == receipt.batch.id for place in places):
            receipt = replace(receipt, status="unchanged")
        counting |= dict.fromkeys(places, receipt.batch.id if receipt.batch else "")
        told.append(receipt)
    return told


def described(warehouse: Path, staged: Staged, by: str) -> Batch:
    superseded = {b.id for key, b in live(warehouse).items() if key[0] == staged.table and key[1] in staged.periods}
    return Batch(
        id=batch_id(staged),
        table=staged.table,
        layout=staged.layout,
        file=staged.upload.name,
        sha256=staged.sha256,
        encoding=staged.encoding,
        periods=staged.periods,
        columns=staged.columns,
        dropped=staged.dropped,
        totals={key: str(value) for key, value in staged.totals.items()},
        skipped=staged.skipped,
        loaded_by=by,
        loaded_at=now(),
        supersedes=tuple(sorted(superseded)),
        sheet=staged.upload.sheet,
        left_out=staged.faulty,
        mapping=staged.mapping,
    )


def batch_id(staged: Staged) -> str:
    """Table, first period, and a hash of the file and of what read it: the same file is the same batch.

    Another sheet, another mapping of its headers, or other rows that were left out make another batch.
    """
    contract = (DEFINITIONS / "1_uploads" / f"{staged.table}.toml").read_bytes()
    totals = {key: str(value) for key, value in staged.totals.items()} if staged.faulty else {}
    beside = [part for part in (staged.upload.sheet, staged.mapping, totals) if part]
    told = json.dumps(beside, ensure_ascii=False, sort_keys=True).encode() if beside else b""
    digest = hashlib.sha256(staged.sha256.encode() + contract + told).hexdigest()[:10]
    return f"{staged.table}-{staged.periods[0].replace('-', '')}-{digest}"


def keep(warehouse: Path, staged: Staged, batch: Batch, folder: Path) -> None:
    """Write the batch folder aside and publish it whole."""
    aside = folder / "batch"
    aside.mkdir()
    staged.rows.replace(aside / "rows.parquet")
    if "psn_no" in staged.columns:
        con = rollups.workbench(folder)
        rollups.number_persons(con, warehouse, aside / "rows.parquet", aside / "persons.parquet")
        con.close()
    elif not staged.dropped:  # a file with person numbers or personal columns is not kept, only its SHA-256
        shutil.copyfile(staged.upload.evidence, aside / "original.csv")
    (aside / "batch.json").write_text(json.dumps(asdict(batch), ensure_ascii=False, indent=2), "utf-8")
    publish(aside, batch_folder(warehouse, batch.id))


def files_in(paths: Iterable[Path]) -> list[Path]:
    """The files among paths and the tables in the folders among them, each once; a folder's in order of name."""
    found = list(dict.fromkeys(f for p in paths for f in (tables_in(p) if p.is_dir() else [p])))
    missing = [str(p) for p in found if not p.exists()]
    if missing:
        raise WarehouseError(f"找不到文件：{'、'.join(missing)}")
    if not found:
        raise WarehouseError("没有可读的文件；应给出 CSV、xlsx、xls 或 zip 文件，或放有它们的文件夹")
    return found


def tables_in(folder: Path) -> list[Path]:
    """The files that may hold a table; ~$ marks what Excel writes beside a workbook that is open."""
    found = (p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and not p.name.startswith(("~$", "._")))
    return sorted(p for p in found if p.is_file())


def words_of(list_name: str) -> dict[str, str]:
    """What may be written in a cell of a code list; indicators are the KPIs of the dictionary."""
    return indicator_words() if list_name == "indicator" else words(list_name)


def tables() -> dict[str, str]:
    """table -> Chinese name of every upload."""
    return {table: contract.name_zh for table, contract in contracts().items()}
