"""A line of the log: what it says, how it is written, the hash that binds it to the one before."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pipelines.uploads.privacy import masked

LONGEST, MOST = 300, 30  # characters of one text, details of a line: a line must be found from the end of its file
SEAL = re.compile(rb', "hash": "([0-9a-f]{64})"\}$')
START = "0" * 64  # what the first line is bound to


@dataclass(frozen=True)
class Happened:
    """What is to be recorded. event: of EVENTS; subject: what it was done to; details: its parameters, in Chinese;
    rows: how many rows were seen or taken away.
    """

    event: str
    subject: str = ""
    details: Mapping[str, object] = field(default_factory=dict)
    rows: int | None = None


@dataclass(frozen=True)
class Line:
    """A line of the log. number: 1 is the first; at: ISO time with its zone; who: account, in open mode the operating
    system's user, '' for nobody logged in; role: of 7_access.toml; seen_as: as whom an administrator looks; session:
    its first characters; key: which key sealed the line, '' for none.
    """

    number: int
    at: str
    who: str
    role: str
    seen_as: str
    session: str
    address: str
    event: str
    subject: str
    details: dict[str, str]
    rows: int | None
    key: str = ""
    hash: str = ""


def written(line: Line, former: str, key: bytes) -> tuple[bytes, str]:
    """The line as it stands in the file, and its hash; former: the hash of the one before."""
    told = asdict(line)
    told.pop("hash")
    body = json.dumps(told, ensure_ascii=False).encode()
    seal = sealed(former, body, key)
    return body[:-1] + f', "hash": "{seal}"}}\n'.encode(), seal


def sealed(former: str, body: bytes, key: bytes) -> str:
    """The hash of a line without its hash, after the former line's hash; nobody makes one of a key without it."""
    bound = former.encode() + body
    return hmac.new(key, bound, hashlib.sha256).hexdigest() if key else hashlib.sha256(bound).hexdigest()


def split(raw: bytes) -> tuple[bytes, str]:
    """(the line without its hash, the hash) of a line as it stands in the file; ('', '') if it has none."""
    found = SEAL.search(raw)
    return (raw[: found.start()] + b"}", found[1].decode()) if found else (b"", "")


def parsed(raw: bytes) -> Line | None:
    """A line of the file; None for what is none."""
    try:
        return Line(**json.loads(raw))
    except (ValueError, TypeError):
        return None


def plain(value: object) -> str:
    """A detail as text without personal numbers, not longer than LONGEST."""
    text = "、".join(map(str, value)) if isinstance(value, list | tuple | set | frozenset) else str(value)
    text = masked(text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def folder(warehouse: Path) -> Path:
    return warehouse / "audit"


def files(warehouse: Path) -> list[Path]:
    """The log's files, one a month, the oldest first."""
    return sorted(folder(warehouse).glob("[0-9][0-9][0-9][0-9]-[0-9][0-9].jsonl"))
