"""The folder of a dry run, warehouse/trials/<id>: its own while its process lives, then removed."""

import shutil
import time
import uuid
from pathlib import Path

from filelock import FileLock, Timeout

DAY_SECONDS = 24 * 3600
HELD: dict[Path, FileLock] = {}  # the locks of this process's dry runs: freed when it ends, however it ends


def open_room(warehouse: Path) -> Path:
    """A folder for a new dry run; those of processes that are gone, and those older than a day, are removed first."""
    trials = warehouse / "trials"
    trials.mkdir(parents=True, exist_ok=True)
    sweep(trials)
    folder = trials / uuid.uuid4().hex[:12]
    lock = FileLock(trials / f"{folder.name}.lock", thread_local=False)
    lock.acquire(timeout=0)
    HELD[folder] = lock
    folder.mkdir()
    return folder


def close_room(folder: Path) -> None:
    """Remove a dry run's folder; nothing happens if it is gone already."""
    shutil.rmtree(folder, ignore_errors=True)
    if lock := HELD.pop(folder, None):
        lock.release()
    lock_of(folder).unlink(missing_ok=True)


def sweep(trials: Path) -> None:
    for path in trials.glob("*.lock"):
        folder = path.with_suffix("")
        if folder in HELD and not old(folder):
            continue
        if folder in HELD or old(folder) or ownerless(path):
            close_room(folder)
    for folder in trials.iterdir():
        if folder.is_dir() and not lock_of(folder).exists():
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
    except (Timeout, OSError):
        return False
    lock.release()
    return True
