"""SHA-256 of files: of a batch's own, which its record keeps, and of that record, which the journal keeps.

So the chain through the journal (pipelines/store/chain.py) vouches for every byte of every batch. Whoever rewrites the
files of a batch writes its record anew with file_hashes() and tells the journal by an entry of an action in SEALING.
"""

import hashlib
from pathlib import Path

RECORD = "batch.json"
SEALING = ("commit", "seal", "purge", "rekey")


def file_hash(path: Path) -> str:
    """SHA-256 of a file, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_hashes(folder: Path) -> dict[str, str]:
    """File name -> SHA-256 of every file of a batch's folder but its record."""
    return {path.name: file_hash(path) for path in sorted(folder.iterdir()) if path.is_file() and path.name != RECORD}


def record_hash(folder: Path) -> str:
    """SHA-256 of a batch's record, '' if there is none."""
    path = folder / RECORD
    return file_hash(path) if path.exists() else ""
