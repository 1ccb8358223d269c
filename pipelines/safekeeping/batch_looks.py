"""The doctor's look at batches: each file against the hash in its record, the record against the journal.

What is damaged is put back from a backup, if that has it as the journal knows it.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from pipelines.safekeeping import manifest, objects
from pipelines.safekeeping.findings import FAULT, NOTICE, Finding, fine
from pipelines.safekeeping.manifest import Item
from pipelines.side_by_side import Progress, quiet
from pipelines.staff import user
from pipelines.store.disk import publish, workroom
from pipelines.store.hashes import RECORD, file_hash, file_hashes, record_hash
from pipelines.store.intake import write_record
from pipelines.store.warehouse import (
    Batch,
    Entry,
    WarehouseError,
    append,
    batch_folder,
    journal,
    now,
    read_batch,
    writing,
)

WHY_SEALED = "补记旧批次的校验值"


def batch_looks(warehouse: Path, source: Path | None, whole: bool, progress: Progress = quiet) -> list[Finding]:
    """Every batch that the journal names. source: a backup to repair from; whole: read every file, not the lists alone.

    Raises WarehouseError if the journal can't be read.
    """
    sealed, found, old = seals(warehouse), [], []
    for place, batch in enumerate(sealed):
        progress(place / len(sealed), f"核对 {batch}")
        told = amiss(warehouse, batch, sealed[batch], whole)
        if told:
            found.append(damaged(batch, told, sealed[batch], source))
        elif not read_batch(warehouse, batch).files:
            old.append(batch)
    if old:
        told = f"{len(old)} 个批次是旧版本装入的，没有校验值"
        found.append(Finding("批次", NOTICE, told, "--repair 补记，此后能发现损坏", partial(seal, ids=old)))
    checked = "每个文件都与校验值相符" if whole else "齐全（没有逐个核对内容）"
    return found or [fine("批次", f"{len(sealed)} 个批次{checked}")]


def seals(warehouse: Path) -> dict[str, str]:
    """Batch -> the hash that its record has had since the last entry that changed it; '' of old ones."""
    found = {}
    for entry in journal(warehouse):
        if entry.action == "commit":
            found.setdefault(entry.batch, "")
        if entry.record and entry.batch in found:
            found[entry.batch] = entry.record
    return found


def amiss(warehouse: Path, batch: str, sealed: str, whole: bool) -> str:
    """What is wrong with a batch, '' if nothing is."""
    home = batch_folder(warehouse, batch)
    try:
        record = read_batch(warehouse, batch)
    except WarehouseError:
        return "不见了" if not home.exists() else f"的 {RECORD} 读不出来"
    if sealed and record_hash(home) != sealed:
        return f"的 {RECORD} 和操作记录里的校验值不符"
    recorded = record.files or dict.fromkeys(originals(home, record), record.sha256)
    return next(lost(home, recorded, whole), "")


def originals(home: Path, record: Batch) -> list[str]:
    """The uploaded file, which an old record knows the hash of; a sheet of a workbook has none of its own."""
    return [] if record.sheet else [path.name for path in home.glob("original.*")]


def lost(home: Path, recorded: dict[str, str], whole: bool) -> Iterator[str]:
    for name, sha256 in recorded.items():
        if not (home / name).exists():
            yield f"的 {name} 不见了"
        elif whole and file_hash(home / name) != sha256:
            yield f"的 {name} 和校验值不符，已损坏"


def damaged(batch: str, told: str, sealed: str, source: Path | None) -> Finding:
    """A damaged batch, with what puts it back if the backup has it whole."""
    items = held(source, batch, sealed) if source else []
    mend = partial(put_back, batch=batch, items=items, source=source) if items else None
    remedy = "--repair 由备份放回" if items else "备份里没有完好的；请用 --from 指别处的备份，或重新装入原文件"
    if not source:
        remedy = "请用 --repair --from 备份文件夹 放回"
    return Finding("批次", FAULT, f"批次 {batch} {told}", remedy, mend)


def held(source: Path, batch: str, sealed: str) -> list[Item]:
    """The files of a batch in the newest generation that has them as the journal knows them, all intact."""
    for generation in reversed(manifest.generations(source)):
        items = [item for item in generation.files if item.path.startswith(f"batches/{batch}/")]
        record = next((item.sha256 for item in items if item.path.endswith(f"/{RECORD}")), "")
        if record and sealed in ("", record) and not manifest.damaged(source, tuple(items)) and agree(source, items):
            return items
    return []


def agree(source: Path, items: list[Item]) -> bool:
    """Whether the files are those that their own record tells of."""
    hashes = {item.path.split("/")[-1]: item.sha256 for item in items}
    told = json.loads(objects.path_of(source, hashes.pop(RECORD)).read_bytes()).get("files") or hashes
    return told == hashes


def put_back(warehouse: Path, batch: str, items: list[Item], source: Path) -> None:
    """Put the files of a batch back from a backup; what stood there goes once they are in place."""
    home = batch_folder(warehouse, batch)
    with writing(warehouse), workroom(warehouse, "put back") as folder:
        (folder / "whole").mkdir()
        for item in items:
            objects.copied_out(source, item.sha256, folder / "whole" / item.path.split("/")[-1], item.mode)
        if home.exists():
            os.replace(home, folder / "damaged")
        publish(folder / "whole", home)


def seal(warehouse: Path, ids: list[str]) -> None:
    """Write the hashes of old batches' files into their records, and the journal told so."""
    with writing(warehouse):
        for batch in ids:
            home = batch_folder(warehouse, batch)
            made = replace(read_batch(warehouse, batch), files=file_hashes(home))
            with workroom(warehouse, "record") as folder:
                write_record(folder, made)
                publish(folder / RECORD, home / RECORD)
        append(warehouse, *(Entry("seal", batch, user(), now(), WHY_SEALED) for batch in ids))
