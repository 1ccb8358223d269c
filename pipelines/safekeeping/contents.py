"""What of a warehouse goes into a backup: all but what can be made again, and but the key of person numbers.

Whatever is new in a warehouse is taken until it is named here: a backup must not forget a folder.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from pipelines import keys

# made again from the batches, or of processes that are running, as is the log of the service
MADE_AGAIN = (
    *("builds", "rollups", "trials", "clues", "outlook", "outbox", "tmp", "scale", "logs"),
    *("CURRENT", "writer.json"),
)
OF_PERSONS = ("clues", "scale")  # of these, what holds persons: kept screenings, and what another engine left
KEY = "person.key"
KEYS = "keys"  # where a backup keeps the key folder of an encrypted warehouse, which lies outside it
LAST = "backup.json"  # where and when the last backup was made: of this machine
PASSING = (".lock", ".part", ".new", "-wal", "-shm", "-journal")  # of locks, unfinished files and open databases
APART = ("journal.jsonl", "batches", "audit")  # each of these is taken as it is at one moment


def kept_beside(warehouse: Path) -> list[Path]:
    """Every file that goes into a backup but the batches and the journal: documents, mappings, accounts, audit log."""
    top = [path for path in sorted(warehouse.iterdir()) if path.name not in (*MADE_AGAIN, *APART, LAST)]
    found = [path for path in top if not path.name.startswith(KEY) and not path.is_symlink()]
    return [file for path in found for file in (walked(path) if path.is_dir() else [path]) if not passing(file)]


def forget_persons(warehouse: Path) -> None:
    """Remove what was made of rows of persons and can be made again, before they are cleared or encrypted."""
    for name in OF_PERSONS:
        shutil.rmtree(warehouse / name, ignore_errors=True)


def walked(folder: Path) -> Iterator[Path]:
    """Every file below a folder. Links are not followed: they lead out of the warehouse."""
    for at, folders, files in os.walk(folder):
        folders.sort()
        yield from (Path(at) / name for name in sorted(files) if not (Path(at) / name).is_symlink())


def passing(path: Path) -> bool:
    return path.name.endswith(PASSING) or path.name == "lock" or path.is_symlink()


def batch_ids(warehouse: Path) -> list[str]:
    """Every batch that is there, undone ones and those of a writer at work too: persons are numbered through them."""
    return sorted(path.parent.name for path in warehouse.glob("batches/*/batch.json"))


def batch_files(warehouse: Path, batch: str) -> list[Path]:
    """The files of a batch, its record first. Where its rows were cleared its roll-up is one of them."""
    folder = warehouse / "batches" / batch
    files = (path for path in folder.iterdir() if path.is_file() and not passing(path))
    return sorted(files, key=lambda path: (path.name != "batch.json", path.name))


def keys_of(warehouse: Path) -> list[Path]:
    """The keys: that of person numbers in the warehouse, or the whole key folder of an encrypted one."""
    outside = keys.folder() if keys.bound(warehouse) else None
    if outside and outside.is_dir():
        return [path for path in sorted(outside.iterdir()) if path.is_file() and not passing(path)]
    return [warehouse / KEY] if (warehouse / KEY).exists() else []


def person_key_of(warehouse: Path) -> Path | None:
    """The key of person numbers, if it is there."""
    return next((path for path in keys_of(warehouse) if path.name == KEY), None)
