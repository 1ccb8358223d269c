"""Where a Parquet file of the warehouse lies: rows.parquet, or encrypted rows.<id>.parquet, its wrapped key beside it.

Whoever rewrites one puts the new file in place before the former is taken away: both say the same, and a reader finds
one of them at any moment.
"""

import hashlib
from pathlib import Path

MATERIAL = "_KEY_MATERIAL_FOR_{}.json"  # the Parquet community's own name for it, which pyarrow and Spark look for


def material_of(path: Path) -> Path:
    """The file beside an encrypted Parquet file that holds its data key, wrapped by a master key."""
    return path.with_name(MATERIAL.format(path.name))


def located(path: Path) -> Path:
    """The file that stands for path (rows.parquet): itself, else the encrypted one; path itself if there is neither."""
    if path.exists():
        return path
    return next(iter(encrypted(path)), path)


def encrypted(path: Path) -> list[Path]:
    """The encrypted files that stand for path, the newest first."""
    found = [each for each in path.parent.glob(f"{path.stem}.*{path.suffix}") if material_of(each).exists()]
    return sorted(found, key=lambda each: each.stat().st_mtime_ns, reverse=True)


def all_of(parents: Path, name: str) -> list[Path]:
    """parents/*/name: every folder's file of that name, encrypted or not, by the name it would have in the open."""
    stem, suffix = Path(name).stem, Path(name).suffix
    found = {path.with_name(name) for path in parents.glob(f"*/{stem}*{suffix}") if not path.name.startswith("_")}
    return sorted(found)


def key_name(path: Path, wrapped: str) -> str:
    """What a connection calls a file's data key."""
    return hashlib.sha256(f"{path.name} {wrapped}".encode()).hexdigest()[:16]
