"""The folder of a dry run, warehouse/trials/<id>: its own while its process lives, then removed by whoever is next."""

import shutil
import time
import uuid
from pathlib import Path

from filelock import FileLock, Timeout

DAY_SECONDS = 24 * 3600
PATIENCE_SECONDS = 60
HELD: dict[Path, FileLock] = {}  # the locks of this process's dry runs: freed when it ends, however it ends


def open_room(warehouse: Path) -> Path:
    """A folder for a new dry run; those of processes that are gone, and those older than a day, are removed first."""
    trials = (warehouse / "trials").resolve()
    trials.mkdir(parents=True, exist_ok=True)
    folder = trials / uuid.uuid4().hex[:12]
    with FileLock(warehouse / "trials.lock", timeout=PATIENCE_SECONDS):
        sweep(trials)
        lock = FileLock(lock_of(folder), thread_local=False)  # a page closes it in another thread than it was opened in
        lock.acquire(timeout=0)
        HELD[folder] = lock
    folder.mkdir(mode=0o700)  # persons stand in what is unpacked here
    return folder


def close_room(folder: Path) -> None:
    """Remove a dry run's folder; nothing happens if it is gone already."""
    shutil.rmtree(folder, ignore_errors=True)
    if lock := HELD.pop(folder, None):
        lock.release()
    lock_of(folder).unlink(missing_ok=True)


def sweep_rooms(warehouse: Path) -> None:
    """Remove the dry runs that nobody looks at any more."""
    trials = (warehouse / "trials").resolve()
    if trials.exists():
        with FileLock(warehouse / "trials.lock", timeout=PATIENCE_SECONDS):
            sweep(trials)


def sweep(trials: Path) -> None:
    for folder in {path.with_suffix("") for path in trials.iterdir()}:
        if old(folder) or (folder not in HELD and ownerless(lock_of(folder))):
            close_room(folder)


def lock_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")


def old(folder: Path) -> bool:
    return folder.exists() and time.time() - folder.stat().st_mtime > DAY_SECONDS


def ownerless(path: Path) -> bool:
    """Whether no process holds the lock file: whoever made it has ended."""
    lock = FileLock(path, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    lock.release()
    return True
