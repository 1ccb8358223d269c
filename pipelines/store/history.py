"""The journal as people read it: everything that ever happened, in words. Nothing edits it."""

from dataclasses import dataclass, field
from pathlib import Path

from pipelines.access import whole
from pipelines.store.decisions import KINDS
from pipelines.store.warehouse import Entry, WarehouseError, journal, read_batch

ACTIONS = {
    "commit": "装入",
    "undo": "撤销",
    "lock": "锁定",
    "unlock": "解锁",
    "map": "对应列名",
    "seal": "补记校验值",
    "rekey": "加密、换密钥",
    "purge": "清除到期明细",
} | KINDS


@dataclass(frozen=True)
class Event:
    """A line of the journal. number: of the line, 1 = the first; of a commit it is the number of its receipt.

    batch, table, periods, file: '' or () where the line is about none; a lock has its month as periods. A decision has
    its kind as action, and subject and values: what it is about, and what was decided. subject: also of rows by hand.
    restated: the locked months that a commit or an undo changed, by the reason that it has as why.
    """

    number: int
    at: str
    by: str
    action: str
    action_zh: str
    batch: str = ""
    table: str = ""
    periods: tuple[str, ...] = ()
    why: str = ""
    file: str = ""
    subject: str = ""
    values: dict[str, str] = field(default_factory=dict)
    restated: tuple[str, ...] = ()


def events(warehouse: Path) -> list[Event]:
    """Everything that happened, oldest first. Raises NotAllowed for those with a part of the county."""
    whole(warehouse)
    return [event(warehouse, number, entry) for number, entry in enumerate(journal(warehouse), start=1)]


def event(warehouse: Path, number: int, entry: Entry) -> Event:
    if entry.action == "decide":
        told = (number, entry.at, entry.by, entry.kind, ACTIONS.get(entry.kind, entry.kind))
        return Event(*told, why=entry.why, subject=entry.subject, values=entry.values)
    restated = tuple(filter(None, entry.values.get("restated", "").split("、")))
    action = entry.action, ACTIONS.get(entry.action, entry.action) + ("（更正）" if restated else "")
    told = (number, entry.at, entry.by, *action)
    if not entry.batch:
        return Event(*told, periods=(entry.period,) if entry.period else (), why=entry.why)
    try:
        batch = read_batch(warehouse, entry.batch)
    except WarehouseError:  # its folder was taken away by hand: the line stays
        return Event(*told, batch=entry.batch, why=entry.why)
    return Event(*told, batch.id, batch.table, batch.periods, entry.why, batch.file, entry.subject, restated=restated)
