"""Files of a warehouse into a backup: each with the hash that its record promised, and what did not keep it is told."""

import stat
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipelines.safekeeping import contents, objects
from pipelines.safekeeping.manifest import Item
from pipelines.store.hashes import record_hash
from pipelines.store.rooms import ownerless
from pipelines.store.warehouse import batch_folder, read_batch

TRIES, PAUSE_SECONDS = 20, 0.2  # for a batch that is just being encrypted or purged


@dataclass(frozen=True)
class Taken:
    """A file of the warehouse that the backup holds. new: bytes that it did not hold before."""

    item: Item
    new: int = 0


Lot = tuple[list[Taken], list[str]]  # what was taken, and what was amiss


def take(warehouse: Path, folder: Path, path: Path) -> Taken:
    """Put a file of the warehouse, or one of its key folder, into the backup."""
    stored = objects.store_file(folder, path)
    inside = path.is_relative_to(warehouse)
    name = path.relative_to(warehouse).as_posix() if inside else f"{contents.KEYS}/{path.name}"
    item = Item(name, stored.sha256, stored.size, mode(path))
    return Taken(item, stored.size if stored.new else 0)


def take_all(warehouse: Path, folder: Path, paths: list[Path]) -> list[Taken]:
    """Put files into the backup; one that its owner has removed meanwhile is not missed."""
    found = []
    for path in paths:
        try:
            found.append(take(warehouse, folder, path))
        except FileNotFoundError:
            continue
    return found


def take_batch(warehouse: Path, folder: Path, batch: str) -> Lot:
    """Put a batch into the backup, all its files of one moment: read again while somebody is just rewriting them."""
    lot: Lot = ([], [])
    for _ in range(TRIES):
        with suppress(FileNotFoundError):
            before = record_hash(batch_folder(warehouse, batch))
            lot = as_recorded(warehouse, folder, batch) if before else ([], [])
            same = record_hash(batch_folder(warehouse, batch)) == before
            if same and not (lot[1] and being_written(warehouse)):
                return lot
        time.sleep(PAUSE_SECONDS)
    return lot


def being_written(warehouse: Path) -> bool:
    """Whether somebody holds the writer's lock."""
    place = warehouse / "writer.lock"
    return place.exists() and not ownerless(place)


def as_recorded(warehouse: Path, folder: Path, batch: str) -> Lot:
    """The files of a batch. Those that the backup holds under the recorded hash are not read: a file that was damaged
    since then stays whole there.
    """
    home, recorded = batch_folder(warehouse, batch), dict(read_batch(warehouse, batch).files)
    taken, faults = [], []
    for path in contents.batch_files(warehouse, batch):
        wanted = recorded.pop(path.name, "") if path.parent == home else ""
        one = held(warehouse, folder, path, wanted) or take(warehouse, folder, path)
        taken.append(one)
        faults += [f"批次 {batch} 的 {path.name} 已损坏"] if wanted not in ("", one.item.sha256) else []
    for name, wanted in recorded.items():
        lost = held(warehouse, folder, home / name, wanted)
        taken += [lost] if lost else []
        faults.append(f"批次 {batch} 的 {name} 不见了{'，备份里有以前的' if lost else ''}")
    return taken, faults


def held(warehouse: Path, folder: Path, path: Path, sha256: str) -> Taken | None:
    """The file as the backup holds it, if it does."""
    if not sha256 or not objects.holds(folder, sha256):
        return None
    size = objects.path_of(folder, sha256).stat().st_size
    return Taken(Item(path.relative_to(warehouse).as_posix(), sha256, size, mode(path)))


def mode(path: Path) -> int:
    """The permissions of a file or folder; of one that is gone those of a private one."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return 0o600
