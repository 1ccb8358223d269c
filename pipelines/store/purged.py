"""Batches whose rows of persons were cleared because they are old: what stays of them, and how to know them.

purged.json in a batch's folder says so, and how many rows each of its months had; its roll-up, made while there were
rows, lies beside it. The journal has an entry of the action purge for each.
"""

import json
from functools import lru_cache
from pathlib import Path

from pipelines.errors import WarehouseError
from pipelines.store.warehouse import batch_folder, journal

MARK = "purged.json"
ROLLUP_PARTS = ("agg_settlement", "agg_stay", "agg_bed_day", "agg_institution_name", "person_bits", "codes_used")


def cleared(warehouse: Path, batch: str) -> bool:
    """Whether the rows of a batch are gone."""
    return (batch_folder(warehouse, batch) / MARK).exists()


def rows_there_were(folder: Path) -> dict[tuple[str, str], int]:
    """(period, county) -> rows that a batch had there; county '' where its rows told none."""
    told = json.loads((folder / MARK).read_text("utf-8"))
    places = told.get("places") or [[period, "", rows] for period, rows in told["periods"].items()]
    return {(period, county): rows for period, county, rows in places}


def counties_kept(folder: Path) -> dict[str, list[str]]:
    """Month -> the counties of which its roll-up is, of a batch that others had replaced in part; {} for all."""
    return json.loads((folder / MARK).read_text("utf-8")).get("counties", {})


def purged(warehouse: Path) -> tuple[tuple[str, str], ...]:
    """(batch, when it was cleared) of every batch whose rows are gone, as the journal tells."""
    path = warehouse / "journal.jsonl"
    try:
        written = path.stat()
    except OSError:
        return ()
    return of_journal(warehouse, written.st_mtime_ns, written.st_size)


@lru_cache(maxsize=4)
def of_journal(warehouse: Path, at: int, size: int) -> tuple[tuple[str, str], ...]:
    """Read once per journal, by its time and size."""
    return tuple({entry.batch: entry.at for entry in journal(warehouse) if entry.action == "purge"}.items())


def refuse_unfinished(warehouse: Path) -> None:
    """Raises WarehouseError while a clearing that was broken off waits to be finished: persons stand half under new
    numbers until then.
    """
    if (warehouse / "purging").exists():
        raise WarehouseError("上次清除到期明细没有做完；请先运行 python -m pipelines retention --resume")
