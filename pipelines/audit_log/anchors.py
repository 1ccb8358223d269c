"""How many lines there are and the hash of the last, kept beside the log: so a tail that was cut off is missed.

It is written after the line, so it may be one behind, never ahead. A copy lies in the folder for keys, if there is one,
and every backup has one: whoever cuts the log and its anchor in the warehouse leaves those as they were.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from pipelines.audit_log import keys
from pipelines.audit_log.lines import folder, sealed

NAME = "anchor"
BINARY = getattr(os, "O_BINARY", 0)  # Windows would write other line ends
WIDTH = 160  # one write of a fixed length in place: after a kill it is the old one or the new one


@dataclass(frozen=True)
class Anchor:
    """The log up to a line: its number and its hash."""

    count: int
    head: str


def places(warehouse: Path) -> list[Path]:
    """Where the anchor lies: with the log, and with the keys."""
    beside = keys.key_folder(warehouse)
    own = hashlib.sha256(str(warehouse.resolve()).encode()).hexdigest()[:8]  # a copy of the warehouse has another one
    return [folder(warehouse) / NAME, *([beside / f"audit-{own}.anchor"] if beside else [])]


def anchored(warehouse: Path) -> Anchor | None:
    """The anchor that knows of most lines; None if there is none that can be read."""
    found = [anchor for path in places(warehouse) if (anchor := read(warehouse, path))]
    return max(found, key=lambda anchor: anchor.count, default=None)


def read(warehouse: Path, path: Path) -> Anchor | None:
    """An anchor; None for a file that is none, or that was not written with the key."""
    told = path.read_text("utf-8", "replace").split() if path.exists() else []
    if len(told) != 3 or not told[0].isdigit() or told[2] not in seals(warehouse, told[0], told[1]):
        return None
    return Anchor(int(told[0]), told[1])


def seals(warehouse: Path, count: str, head: str) -> list[str]:
    """What may seal an anchor: each key that there was; before the first one, nothing."""
    known = keys.every_key(warehouse)
    before = [b""] if not known or int(count) < known[0].since else []
    return [sealed(head, count.encode(), key) for key in [*before, *(key.bytes for key in known)]]


def anchor(warehouse: Path, count: int, head: str) -> None:
    """Remember the last line. Raises OSError."""
    text = f"{count} {head} {seals(warehouse, str(count), head)[-1]}".ljust(WIDTH - 1) + "\n"
    for path in places(warehouse):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | BINARY, 0o600)
        try:
            os.write(handle, text.encode("ascii"))
        finally:
            os.close(handle)
