"""The contents of a backup: every file once, under its own SHA-256, so that what is there is never copied again.

Nothing is ever changed in place: a file is written aside, flushed and renamed. A name vouches for its content.
"""

import hashlib
import os
import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines.store.disk import publish
from pipelines.store.hashes import file_hash

CHUNK = 1 << 20
SQLITE = b"SQLite format 3\0"


@dataclass(frozen=True)
class Stored:
    """A content of the backup. new: it was not there before."""

    sha256: str
    size: int
    new: bool


def path_of(folder: Path, sha256: str) -> Path:
    return folder / "objects" / sha256[:2] / sha256


def holds(folder: Path, sha256: str) -> bool:
    return path_of(folder, sha256).exists()


def store_file(folder: Path, source: Path) -> Stored:
    """Copy a file into the backup. A database that others may be writing to is copied by its own means, a file that
    grows line by line up to its last whole line.
    """
    with aside(folder) as path:
        if begins_with(source, SQLITE):
            copy_database(source, path)
        elif source.suffix == ".jsonl":
            path.write_bytes(whole_lines(source.read_bytes()))
        else:
            shutil.copyfile(source, path)
        return taken_in(folder, path)


def store_bytes(folder: Path, content: bytes) -> Stored:
    with aside(folder) as path:
        path.write_bytes(content)
        return taken_in(folder, path)


def taken_in(folder: Path, path: Path) -> Stored:
    """Give a finished file the name of its content. The hash is of what was written, not of what was read."""
    sha256, size = file_hash(path), path.stat().st_size
    target = path_of(folder, sha256)
    new = not target.exists()
    if new:
        path.chmod(0o600)
        publish(path, target)
    return Stored(sha256, size, new)


@contextmanager
def aside(folder: Path) -> Iterator[Path]:
    """The name of an unfinished file, on the backup's own disk."""
    path = folder / "tmp" / uuid.uuid4().hex
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def intact(path: Path, sha256: str, size: int) -> bool:
    """Whether a content is what its name says."""
    try:
        return path.stat().st_size == size and file_hash(path) == sha256
    except OSError:
        return False


def copied_out(folder: Path, sha256: str, target: Path, mode: int) -> bool:
    """Copy a content to its place, and say whether what arrived is what its name says."""
    digest = hashlib.sha256()
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with path_of(folder, sha256).open("rb") as source, os.fdopen(handle, "wb") as copy:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    target.chmod(mode & 0o777)
    return digest.hexdigest() == sha256


def forget_but(folder: Path, kept: set[str]) -> int:
    """Remove what no generation names any more; returns how many bytes that were."""
    freed = 0
    for path in (folder / "objects").glob("*/*"):
        if path.name not in kept:
            freed += path.stat().st_size
            path.unlink()
    return freed


def whole_lines(content: bytes) -> bytes:
    return content[: content.rfind(b"\n") + 1]


def begins_with(path: Path, sign: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(sign)) == sign


def copy_database(source: Path, target: Path) -> None:
    """A consistent copy of an SQLite database that others may be writing to."""
    address = f"{source.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as former, closing(sqlite3.connect(target)) as copy:
        former.backup(copy)
