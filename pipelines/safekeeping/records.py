"""The record of a batch whose files were changed on purpose: written anew, and the journal told so."""

import json
from dataclasses import asdict, replace
from pathlib import Path

from pipelines.errors import WarehouseError
from pipelines.store.disk import publish
from pipelines.store.hashes import RECORD, file_hash, file_hashes
from pipelines.store.warehouse import Batch, Entry, append, batch_folder, now, read_batch, workroom


def refuse_changed(warehouse: Path, batch: str) -> None:
    """Raises WarehouseError if a file of the batch is not what its record says: nothing is to be made of it.

    A file that is not there was replaced by somebody who was interrupted before the record was written.
    """
    place = batch_folder(warehouse, batch)
    for name, told in read_batch(warehouse, batch).files.items():
        if (place / name).exists() and name.endswith(".parquet") and file_hash(place / name) != told:
            raise WarehouseError(f"批次 {batch} 的 {name} 和登记的校验值不一致，没有动它；请先运行 doctor 检查")


def recorded_anew(warehouse: Path, batch: str, action: str, by: str, why: str) -> Batch:
    """Write the hashes that a batch's files have now into its record, and an entry of this action into the journal."""
    place = batch_folder(warehouse, batch)
    made = replace(read_batch(warehouse, batch), files=file_hashes(place))
    with workroom(warehouse, "record") as aside:
        (aside / RECORD).write_text(json.dumps(asdict(made), ensure_ascii=False, indent=2), "utf-8")
        publish(aside / RECORD, place / RECORD)
    append(warehouse, Entry(action, batch, by, now(), why))
    return made
