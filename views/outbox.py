"""The outbox: large files that a page has made, each in a folder named by a random token, until they are taken away.

warehouse/outbox/<token>/<name>. They are given out from disk (views.giving), so that none is ever whole in memory.
"""

import re
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from views.inbox import harmless
from views.place import warehouse

TOKEN = re.compile(r"[0-9a-f]{32}")
KEPT_SECONDS = 3600


@dataclass(frozen=True)
class Waiting:
    """A file that waits to be taken by the account that had it made ('' where there are none)."""

    token: str
    path: Path
    owner: str


THERE: dict[str, Waiting] = {}  # those of this server that are whole


def folder() -> Path:
    return warehouse() / "outbox"


def place_for(name: str, owner: str) -> Waiting:
    """Where to write a file of this name; its folder exists. What has lain here for an hour is removed first."""
    remove_leftovers()
    token = secrets.token_hex(16)
    path = folder() / token / harmless(name)
    path.parent.mkdir(mode=0o700, parents=True)  # persons stand in it
    return Waiting(token, path, owner)


def show(waiting: Waiting) -> Waiting:
    """It is whole now, and may be taken."""
    THERE[waiting.token] = waiting
    return waiting


def taken(token: str, account: str) -> Path | None:
    """The file of a token, for the account that had it made; None for everybody else, and once it is gone."""
    waiting = THERE.get(token)
    mine = waiting is not None and waiting.owner == account and waiting.path.is_file()
    return waiting.path if mine else None


def remove(waiting: Waiting) -> None:
    """Remove a file; nothing happens if it is gone already."""
    THERE.pop(waiting.token, None)
    shutil.rmtree(waiting.path.parent, ignore_errors=True)


def remove_leftovers(now: float | None = None) -> None:
    """Remove what has lain here for more than an hour, taken or not. now: seconds since 1970."""
    last = (time.time() if now is None else now) - KEPT_SECONDS
    with suppress(FileNotFoundError):
        for each in folder().iterdir():
            with suppress(OSError):  # another server on the same warehouse may remove it first
                if each.stat().st_mtime < last:
                    THERE.pop(each.name, None)
                    shutil.rmtree(each, ignore_errors=True)


def clear() -> None:
    """Remove all of it: a server that begins knows of no file here."""
    remove_leftovers(time.time() + 2 * KEPT_SECONDS)
