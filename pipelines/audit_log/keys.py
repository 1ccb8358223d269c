"""The key of the log's hashes, in the key folder of a warehouse that is encrypted (pipelines/keys).

audit.key lists every key that there was: whoever can write to the warehouse but not read that folder can't make a line
that fits, nor give out the whole log anew: since says from which line on lines bear the key.
"""

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from pipelines.keys import places

NAME = "audit.key"


@dataclass(frozen=True)
class Key:
    """secret: 256 bits, hexadecimal; since: the number of the first line that it seals."""

    secret: str
    since: int

    @property
    def id(self) -> str:
        """What a line names it by."""
        return hashlib.sha256(self.secret.encode()).hexdigest()[:8]

    @property
    def bytes(self) -> bytes:
        return bytes.fromhex(self.secret)


def key_folder(warehouse: Path) -> Path | None:
    """Where the keys of this warehouse lie; None if it has none, or they are not there now."""
    found = places.folder() if places.bound(warehouse) else None
    return found if found and found.is_dir() else None


def every_key(warehouse: Path) -> list[Key]:
    """Every key of the log, the one in force last; none without a key folder."""
    beside = key_folder(warehouse)
    path = beside / NAME if beside else None
    return [Key(**each) for each in json.loads(path.read_text())] if path and path.exists() else []


def key_for(warehouse: Path, number: int) -> Key | None:
    """The key that seals the line of this number, which is about to be written; made at the first one."""
    if key_folder(warehouse) is None:
        return None
    return (every_key(warehouse) or add_key(warehouse, number))[-1]


def add_key(warehouse: Path, since: int) -> list[Key]:
    """A new key, in force from this line on; the former ones stay to verify with. Raises OSError."""
    found, beside = [*every_key(warehouse), Key(secrets.token_hex(32), since)], key_folder(warehouse)
    aside = beside / f"{NAME}.{secrets.token_hex(4)}"
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(json.dumps([asdict(key) for key in found]))
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, beside / NAME)
    return found
