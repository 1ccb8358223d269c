"""A line is on the disk before what it tells of is given out; where it can't be written, nothing is given out."""

import errno
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines.access import Caller, caller, roles
from pipelines.audit_log import anchors, keys
from pipelines.audit_log.events import EVENTS
from pipelines.audit_log.lines import MOST, START, Happened, Line, files, folder, parsed, plain, written
from pipelines.errors import NotAllowed, WarehouseError
from pipelines.refusals import sentence
from pipelines.staff import user

PATIENCE_SECONDS = 10
SAME_VIEW_SECONDS = 60  # a page is drawn anew at every click: the rows that stand on it were seen once
TAIL = 256 * 1024  # bytes; longer than any line
NOBODY = Caller("", "", frozenset())
_views: dict[tuple, float] = {}


class LogUnwritable(WarehouseError):
    """The log can't be written, so what it would have told of may not be given out."""


def record(
    warehouse: Path,
    event: str,
    subject: str = "",
    details: Mapping[str, object] | None = None,
    rows: int | None = None,
    who: Caller | None = None,
) -> None:
    """Write a line: what happened (of EVENTS), to what, with which parameters, over how many rows.

    who: by default whoever asks. Raises LogUnwritable; ValueError for an unknown event.
    """
    record_all(warehouse, [Happened(event, subject, details or {}, rows)], who)


def seen(warehouse: Path, event: str, subject: str, details: Mapping[str, object], rows: int | None) -> None:
    """Record that rows were looked at, once for a page that is drawn again and again. Raises LogUnwritable."""
    key = (str(warehouse), asking(warehouse), event, subject, repr(details), rows)
    if time.monotonic() - _views.get(key, -SAME_VIEW_SECONDS) < SAME_VIEW_SECONDS:
        return
    record(warehouse, event, subject, details, rows)
    for old in [view for view, at in _views.copy().items() if time.monotonic() - at >= SAME_VIEW_SECONDS]:
        _views.pop(old, None)
    _views[key] = time.monotonic()


def record_all(warehouse: Path, happened: Sequence[Happened], who: Caller | None = None) -> None:
    """Write several lines at once, all or none. Raises LogUnwritable; ValueError for an unknown event."""
    if unknown := {each.event for each in happened} - set(EVENTS):
        raise ValueError(f"unknown event of the audit log: {min(unknown)}")
    who = who or asking(warehouse)
    with refusing(), locked(warehouse):
        append(warehouse, [told(each, who) for each in happened])


def asking(warehouse: Path) -> Caller:
    """Whoever asks; nobody where accounts exist and nobody is logged in."""
    try:
        return caller(warehouse)
    except NotAllowed:
        return NOBODY


def told(each: Happened, who: Caller) -> Line:
    """What happened as a line that has no number yet. The name of an administrator who looks as another comes first."""
    role = roles()[who.role].name_zh if who.role else ""
    as_whom = f"{role} {who.scope.told if who.scope else ''}".strip() if who.seen_by else ""
    name = who.seen_by or who.name or (user() if who.rights else "")
    given = [(plain(key), plain(value)) for key, value in each.details.items() if value not in (None, "", [], ())]
    return Line(
        0, now(), plain(name), "" if who.seen_by else role, plain(as_whom), who.session[:8], plain(who.address),
        each.event, plain(each.subject), dict(given[:MOST]), each.rows,
    )  # fmt: skip


def now() -> str:
    return datetime.now(UTC).astimezone().isoformat(timespec="milliseconds")


@contextmanager
def refusing() -> Iterator[None]:
    """Whatever keeps a line from the disk is one sentence."""
    try:
        yield
    except (OSError, Timeout) as error:
        told = "另一个程序一直占着它" if isinstance(error, Timeout) else sentence(error)
        raise LogUnwritable(f"审计日志写不进去，没有记下的不能查看、导出或改动：{told}") from error


@contextmanager
def locked(warehouse: Path) -> Iterator[None]:
    """One writer at a time, over processes and threads."""
    folder(warehouse).mkdir(mode=0o700, parents=True, exist_ok=True)
    with FileLock(folder(warehouse) / "lock", timeout=PATIENCE_SECONDS, mode=0o600):
        yield


def append(warehouse: Path, lines: list[Line]) -> None:
    """Number, bind and write the lines after the last one; what is amiss with the log's end is told first."""
    last = tail(warehouse)
    amiss, number, former = standing(last.line, anchors.anchored(warehouse))
    if last.torn:
        cut_off(last)
        amiss = [Happened("torn", details={"字节": last.torn}), *amiss]
    text = b""
    for line in [*(told(each, NOBODY) for each in amiss), *lines]:
        number += 1
        key = sealing(warehouse, number, last.line)
        line = replace(line, number=number, key=key.id if key else "")
        raw, former = written(line, former, key.bytes if key else b"")
        text += raw
    put(max(filter(None, (last.path, folder(warehouse) / f"{now()[:7]}.jsonl"))), text)
    anchors.anchor(warehouse, number, former)


def sealing(warehouse: Path, number: int, last: Line | None) -> keys.Key | None:
    """The key of the line of this number. Raises LogUnwritable where the log has had one and there is none now."""
    found = keys.key_for(warehouse, number)
    if found is None and last and last.key:
        raise LogUnwritable("审计日志用密钥封签，这里没有密钥，不能记；请让 FUND_KEYS 指向密钥文件夹")
    return found


def renew_key(warehouse: Path) -> None:
    """Seal with a new key from the next line on, if there is a key folder. Raises LogUnwritable."""
    with refusing(), locked(warehouse):
        number = standing(tail(warehouse).line, anchors.anchored(warehouse))[1]
        if keys.key_folder(warehouse):
            keys.add_key(warehouse, number + 1)


@dataclass(frozen=True)
class Tail:
    """The end of the log. path: its last file; line: its last whole line; torn: bytes after it, left by a crash."""

    path: Path | None = None
    line: Line | None = None
    torn: int = 0


def tail(warehouse: Path) -> Tail:
    """Where the next line goes, and what it is bound to."""
    newest_first = files(warehouse)[::-1]
    ends = [end_of(path) for path in newest_first[:1]]
    while newest_first[len(ends) :] and not whole(ends[-1]):
        ends.append(end_of(newest_first[len(ends)]))
    if not ends:
        return Tail()
    lines = (line for raw in reversed(whole(ends[-1]).split(b"\n")) if (line := parsed(raw)))
    return Tail(newest_first[0], next(lines, None), len(ends[0]) - len(whole(ends[0])))


def end_of(path: Path) -> bytes:
    """The last lines of a file, the first of them whole."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - TAIL))
        end = file.read()
    return end if size <= TAIL else end[end.find(b"\n") + 1 :]


def whole(end: bytes) -> bytes:
    return end[: end.rfind(b"\n") + 1]


def standing(line: Line | None, anchor: anchors.Anchor | None) -> tuple[list[Happened], int, str]:
    """(what is amiss, number, hash) of the last line. Numbers that were cut off are not given again."""
    number, former = (line.number, line.hash) if line else (0, START)
    if anchor is None:
        return ([Happened("gap", details={"说明": "锚点不见了"})] if line else []), number, former
    if anchor.count > number:
        missing = f"第 {number + 1} 至 {anchor.count} 条不见了"
        return [Happened("gap", details={"说明": missing})], anchor.count, anchor.head
    if anchor.count == number and anchor.head != former:
        return [Happened("gap", details={"说明": f"第 {number} 条与锚点不符"})], number, former
    return [], number, former


def cut_off(last: Tail) -> None:
    """Take away what a crash left of a line: what it told of was never given out."""
    os.truncate(last.path, last.path.stat().st_size - last.torn)


def put(path: Path, text: bytes) -> None:
    """Write to the end of a file and to the disk, all of it or nothing. Raises OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | anchors.BINARY, 0o600)
    before = os.fstat(handle).st_size
    try:
        if os.write(handle, text) < len(text):
            raise OSError(errno.ENOSPC, "", str(path))
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, before)
        raise
    finally:
        os.close(handle)
