"""What an entry of the journal is in the log: the journal says what stands, the log who was there, and from where."""

import hashlib
from pathlib import Path
from typing import Protocol

from pipelines.audit_log.events import EVENTS, GROUPS
from pipelines.audit_log.lines import Happened
from pipelines.audit_log.searching import Asked, search

BY_HAND = "by_hand"
BEFORE = "此前的操作记录"
# only entries of the journal are told of by these: what else the log holds may bear any word
OF_JOURNAL = (*GROUPS["数据"], *GROUPS["办理"], "seal", "purge", "rekey")
LETTERS = str.maketrans("0123456789", "ghijklmnop")  # a hash in letters is never taken for a telephone number


class Entry(Protocol):
    """An entry of the journal, as pipelines/store/warehouse.py describes it."""

    action: str
    batch: str
    by: str
    why: str
    period: str
    kind: str
    subject: str
    values: dict[str, str]


def journalled(entry: Entry, former: bytes = b"") -> Happened:
    """The entry as an event: a decision by its kind, a batch with a subject as one that was entered by hand.

    former: the journal that it is written after, whose lines are bound into the log by their hash.
    """
    event = entry.kind if entry.action == "decide" else entry.action
    if entry.action == "commit" and entry.subject:
        event = BY_HAND
    values = "；".join(f"{name}={value}" for name, value in entry.values.items())
    details = {"批次": entry.batch, "月份": entry.period, "署名": entry.by, "原因": entry.why, "内容": values}
    details |= {BEFORE: bound(former)}
    return Happened(event if event in EVENTS else "decide", entry.subject or entry.period or entry.batch, details)


def bound(journal: bytes) -> str:
    """What tells a journal from any other: how many lines it has, and their hash."""
    lines = journal.count(b"\n")
    return f"{lines} 行 {hashlib.sha256(journal).hexdigest().translate(LETTERS)}"


def unbound(warehouse: Path, journal: bytes) -> str:
    """How many lines of the journal the log knows by a hash that they no longer have; '' if they are as they were.

    The log is sealed by a key where there is one: a journal whose chain was made anew doesn't fit to it.
    """
    told = (line.details.get(BEFORE, "") for line in search(warehouse, Asked(events=OF_JOURNAL, text=BEFORE)))
    last = next(filter(None, told), "")
    count = last.partition(" ")[0]
    if not count.isdigit():
        return ""
    same = bound(b"".join(journal.splitlines(keepends=True)[: int(count)])) == last
    return "" if same else count
