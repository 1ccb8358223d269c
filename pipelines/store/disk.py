"""Unfinished work has a folder of its own; files are put in place whole or not at all, also if the power fails."""

import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def workroom_of(warehouse: Path) -> Path:
    return warehouse / "tmp"


@contextmanager
def workroom(warehouse: Path, label: str) -> Iterator[Path]:
    """A folder for unfinished work, on the warehouse's own disk so that a rename can publish it."""
    folder = workroom_of(warehouse) / f"{label}-{uuid.uuid4().hex[:12]}"
    folder.mkdir(mode=0o700, parents=True)  # persons stand in what is unpacked here
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(folder: Path, target: Path) -> None:
    """Make a finished folder or file appear under its name, whole or not at all, even if the power fails."""
    for path in [folder, *sorted(folder.rglob("*"))] if folder.is_dir() else [folder]:
        sync(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    put_in_place(folder, target)
    sync(target.parent)


def put_in_place(folder: Path, target: Path) -> None:
    """Rename, with some patience: Windows refuses it for the moment in which a reader has the target open."""
    for pause in (0.01, 0.05, 0.2, 1.0):
        try:
            return os.replace(folder, target)
        except PermissionError:
            time.sleep(pause)
    return os.replace(folder, target)


def sync(path: Path) -> None:
    if path.is_dir() and os.name == "nt":  # Windows can't open a folder to flush it
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
