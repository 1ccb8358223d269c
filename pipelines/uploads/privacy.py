"""The key that turns person numbers into pseudonyms; personal numbers in text made unreadable."""

import contextlib
import os
import re
import secrets
from pathlib import Path

from pipelines.contracts import common


def person_key(warehouse: Path) -> str:
    """The warehouse's secret, 192 random bits, from person.key (git-ignored, readable by its owner only)."""
    path = warehouse / "person.key"
    if not path.exists():
        make_key(path)
    return path.read_text().strip()


def make_key(path: Path) -> None:
    """Written aside and linked into place: of two first users one makes the key, and both read it whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(24))
    with contextlib.suppress(FileExistsError):
        os.link(aside, path)
    aside.unlink()


def masked(text: str) -> str:
    """The text with every ID and telephone number in it cut to its first four digits."""
    for pattern in common().forbidden_text:
        text = re.sub(pattern, lambda found: found[0][:4] + "****", text)
    return text
