"""The folder of a dry run, warehouse/trials/<id>: its own while its process lives, then removed by whoever is next."""

import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines.store.warehouse import WarehouseError

DAY_SECONDS = 24 * 3600
PATIENCE_SECONDS = 60
HELD: dict[Path, FileLock] = {}  # the locks of this process's dry runs: freed when it ends, however it ends


def open_room(warehouse: Path) -> Path:
    """A folder for a new dry run; those of processes that are gone, and those older than a day, are removed first."""
    trials = (warehouse / "trials").resolve()
    trials.mkdir(parents=True, exist_ok=True)
    folder = trials / uuid.uuid4().hex[:12]
    with tidying(warehouse):
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
    """Remove the dry runs that nobody looks at any more, unless somebody is just doing so."""
    trials, lock = (warehouse / "trials").resolve(), FileLock(warehouse / "trials.lock")
    if trials.exists():
        with suppress(Timeout), lock.acquire(timeout=0):
            sweep(trials)


@contextmanager
def tidying(warehouse: Path) -> Iterator[None]:
    """One at a time: a folder that is just being made must not be taken for one that nobody owns."""
    try:
        with FileLock(warehouse / "trials.lock", timeout=PATIENCE_SECONDS):
            yield
    except Timeout as error:
        raise WarehouseError("另一个程序正在清理以前的试读，请稍后再试") from error


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
