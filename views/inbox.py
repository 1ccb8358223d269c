"""The inbox: files that staff have dropped and nobody has loaded yet, each in a folder named by a random token.

warehouse/inbox/<token>/<name>. What Streamlit keeps of a dropped file is only the token, so that half a gigabyte
is never in memory; the page turns the token into the path.
"""

import re
import secrets
import shutil
import time
import unicodedata
from contextlib import suppress
from pathlib import Path

from pipelines.store.rooms import sweep_rooms
from views.place import warehouse

HERE, REFUSED = "upload-in-inbox:", "upload-refused:"
TOKEN = re.compile(r"[0-9a-f]{32}")
LONGEST_NOTE, LONGEST_NAME = 1000, 180  # bytes
DAY_SECONDS = 24 * 3600
FORBIDDEN = re.compile(r'[<>:"|?*/\\]')
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.I)  # names that Windows keeps for itself


def folder() -> Path:
    return warehouse() / "inbox"


def place_for(name: str) -> tuple[str, Path]:
    """(a new token, where to write the file of this name); its folder exists."""
    token = secrets.token_hex(16)
    path = folder() / token / harmless(name)
    path.parent.mkdir(mode=0o700, parents=True)  # persons stand in what was not read yet
    return token, path


def harmless(name: str) -> str:
    """The last part of a file name with nothing in it that a disk would take for more than letters.

    Kept as far as it can be: it is what staff will look for on the receipt.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    printable = "".join(c if c.isprintable() else "_" for c in last)
    plain = FORBIDDEN.sub("_", printable).strip(". ")
    plain = f"_{plain}" if DEVICES.match(plain) else plain
    stem, dot, suffix = plain.rpartition(".")
    if not dot or len(suffix) > 10:
        stem, suffix = plain, ""
    room = LONGEST_NAME - len(suffix.encode()) - 1
    stem = stem.encode("utf-8", "replace")[:room].decode("utf-8", "ignore") or "文件"
    return f"{stem}.{suffix}" if suffix else stem


def path_of(token: str) -> Path | None:
    """The file of a token, None if it is not there (any more)."""
    if not TOKEN.fullmatch(token) or not (folder() / token).is_dir():
        return None
    return next((path for path in (folder() / token).iterdir() if path.is_file()), None)


def remove(token: str) -> None:
    """Remove a token's file; nothing happens if it is gone already."""
    if TOKEN.fullmatch(token):
        shutil.rmtree(folder() / token, ignore_errors=True)


def token_of(path: Path) -> str | None:
    """The token of a path in the inbox, None for any other path."""
    inside = path.parent.parent == folder() and TOKEN.fullmatch(path.parent.name)
    return path.parent.name if inside else None


def remove_leftovers(now: float | None = None) -> None:
    """Remove what has lain here for more than a day: its page was closed without a word. now: seconds."""
    last = (time.time() if now is None else now) - DAY_SECONDS
    with suppress(FileNotFoundError):
        for each in folder().iterdir():
            with suppress(OSError):  # another server on the same warehouse may remove it first
                if each.stat().st_mtime < last:
                    shutil.rmtree(each, ignore_errors=True)


def tidy_up() -> None:
    """Remove what a server that was killed left: persons stand in it, and the next upload may be a month away."""
    remove_leftovers()
    with suppress(OSError):  # a folder that may not be written holds nothing of ours
        sweep_rooms(warehouse())


def received(name: str, content) -> tuple[Path | None, str]:
    """(path, "") of a file that the page was handed, or (None, why there is none).

    content: a function that gives the bytes Streamlit holds: a token where the server streams uploads to disk, else
    (without the server, as in tests) the file itself, which is written down here.
    """
    data = content()
    note = data.decode("utf-8", "replace") if len(data) <= LONGEST_NOTE else ""
    if note.startswith(REFUSED):
        return None, note.removeprefix(REFUSED)
    if note.startswith(HERE):
        path = path_of(note.removeprefix(HERE))
        return path, "" if path else "文件已不在服务器上，请重新选择"
    path = place_for(name)[1]
    path.write_bytes(data)
    return path, ""
