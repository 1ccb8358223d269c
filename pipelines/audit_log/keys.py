"""The key of the log's hashes, where there is a folder for keys outside the warehouse (FUND_KEYS).

audit.key lists every key that there was: whoever can write to the warehouse but not read that folder can't make a line
that fits, nor give out the whole log anew: since says from which line on lines bear the key.
"""

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

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


def key_folder() -> Path | None:
    """Where keys lie, if there is such a folder."""
    named = os.environ.get("FUND_KEYS", "")
    return Path(named) if named and Path(named).is_dir() else None


def every_key() -> list[Key]:
    """Every key of the log, the one in force last; none without a folder for keys."""
    path = (key_folder() or Path()) / NAME
    return [Key(**each) for each in json.loads(path.read_text())] if key_folder() and path.exists() else []


def key_for(number: int) -> Key | None:
    """The key that seals the line of this number, which is about to be written; made at the first one."""
    if key_folder() is None:
        return None
    return (every_key() or add_key(number))[-1]


def add_key(since: int) -> list[Key]:
    """A new key, in force from this line on; the former ones stay to verify with. Raises OSError."""
    found = [*every_key(), Key(secrets.token_hex(32), since)]
    aside = key_folder() / f"{NAME}.{secrets.token_hex(4)}"
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(json.dumps([asdict(key) for key in found]))
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, key_folder() / NAME)
    return found
