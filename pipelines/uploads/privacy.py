"""The key that turns person numbers into pseudonyms; personal numbers in text made unreadable."""

import re
import secrets
from pathlib import Path

from pipelines.contracts import common
from pipelines.keys import person_key_path, write_key


def person_key(warehouse: Path) -> str:
    """The warehouse's secret, 192 random bits, from person.key, readable by its owner only: in the warehouse, or
    in the key folder of an encrypted one. Raises WarehouseError if that is not there."""
    path = person_key_path(warehouse)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_key(path, secrets.token_urlsafe(24))
    return path.read_text().strip()


def masked(text: str) -> str:
    """The text with every ID and telephone number in it cut to its first four digits."""
    for pattern in common().forbidden_text:
        text = re.sub(pattern, lambda found: found[0][:4] + "****", text)
    return text
