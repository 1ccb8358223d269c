"""The key that turns person numbers into pseudonyms. It is made on first use and never leaves the warehouse's machine."""

import os
import secrets
from pathlib import Path


def person_key(warehouse: Path) -> str:
    """The warehouse's secret, 64 hex digits, from person.key (git-ignored, readable by its owner only)."""
    path = warehouse / "person.key"
    if not path.exists():
        warehouse.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text().strip()
