"""The key that turns person numbers into pseudonyms; personal numbers in text made unreadable."""

import re
import secrets
from pathlib import Path

from pipelines.contracts import common
from pipelines.errors import WarehouseError
from pipelines.keys import all_of, person_key_path, write_key


def person_key(warehouse: Path) -> str:
    """The warehouse's secret, 192 random bits, from person.key, readable by its owner only: in the warehouse, or
    in the key folder of an encrypted one. Raises WarehouseError if that is not there, or if persons were loaded by a
    key that is gone: another one would make two persons of everybody."""
    path = person_key_path(warehouse)
    if not path.exists():
        if all_of(warehouse / "batches", "persons.parquet"):
            raise WarehouseError(
                f"人员编号的密钥 {path} 不见了；请把另外保管的放回来，否则同一个人会变成两个人。没有改变什么"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        write_key(path, secrets.token_urlsafe(24))
    return path.read_text().strip()


def masked(text: str) -> str:
    """The text with every ID and telephone number in it cut to its first four digits."""
    for pattern in common().forbidden_text:
        text = re.sub(pattern, lambda found: found[0][:4] + "****", text)
    return text
