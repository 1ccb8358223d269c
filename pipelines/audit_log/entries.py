"""What an entry of the journal is in the log: the journal says what stands, the log who was there, and from where."""

from typing import Protocol

from pipelines.audit_log.events import EVENTS
from pipelines.audit_log.lines import Happened

BY_HAND = "by_hand"


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


def journalled(entry: Entry) -> Happened:
    """The entry as an event: a decision by its kind, a batch with a subject as one that was entered by hand."""
    event = entry.kind if entry.action == "decide" else entry.action
    if entry.action == "commit" and entry.subject:
        event = BY_HAND
    values = "；".join(f"{name}={value}" for name, value in entry.values.items())
    details = {"批次": entry.batch, "月份": entry.period, "署名": entry.by, "原因": entry.why, "内容": values}
    return Happened(event if event in EVENTS else "decide", entry.subject or entry.period or entry.batch, details)
