"""The warehouse on disk: immutable batches, an append-only journal, and which batch is live for which month.

warehouse/
  journal.jsonl            what happened: commit, undo, lock, by whom, when, why
  batches/<id>/            one accepted upload: batch.json, rows.parquet, persons.parquet, and the file as evidence
  rollups/<definitions>/   each batch's roll-up, computed once for these definitions
  builds/<id>.duckdb       what screens and documents read
  CURRENT                  the id of the build in force
  trials/<id>/             dry runs that somebody is looking at
  clues/                   what the clue rules found, kept by what it follows from; it may be removed at any time
"""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines import audit_log
from pipelines.access import accounts, caller, named, need, needed
from pipelines.errors import NotAllowed, WarehouseError
from pipelines.staff import user
from pipelines.store.chain import chained, read_line
from pipelines.store.disk import publish, workroom, workroom_of
from pipelines.store.hashes import SEALING, record_hash
from pipelines.store.places import LIST, Place, several, stands_for
from pipelines.store.records import Batch, Entry
from pipelines.uploads.privacy import masked

SAMPLE = "示例"  # who loads the sample county
PATIENCE_SECONDS = float(os.environ.get("FUND_PATIENCE", "600"))


def now() -> str:
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")


@contextmanager
def writing(
    warehouse: Path, patience: float = PATIENCE_SECONDS, waiting: Callable[[str], None] = lambda what: None
) -> Iterator[None]:
    """The one writer. Another waits up to patience seconds and is told whom for; then WarehouseError says so."""
    if "?" in str(warehouse.resolve()):  # the engine takes what follows for parameters of the file
        raise WarehouseError(f"数据仓库的文件夹不能含有问号：{warehouse}")
    warehouse.mkdir(parents=True, exist_ok=True)
    lock, holder = FileLock(warehouse / "writer.lock"), warehouse / "writer.json"
    wait_for(lock, holder, patience, waiting)
    try:
        holder.write_text(json.dumps({"by": user(), "pid": os.getpid(), "since": now()}))
        clean_up(warehouse)
        yield
    finally:
        lock.release()


def wait_for(lock: FileLock, holder: Path, patience: float, waiting: Callable[[str], None]) -> None:
    """Take the lock, in turns of a second so that whoever waits can be told, and can leave."""
    end = time.monotonic() + patience
    while True:
        left = end - time.monotonic()
        try:
            lock.acquire(timeout=max(0, min(1.0, left)))
            return
        except Timeout as error:
            if left <= 1.0:
                raise WarehouseError(f"另一个程序正在写入（{described_holder(holder)}），请稍后再试") from error
            waiting(f"等待另一个程序写完（{described_holder(holder)}）")


def described_holder(holder: Path) -> str:
    try:
        told = json.loads(holder.read_text())
    except (OSError, ValueError):
        return "未知"
    return f"{told['by']}，进程 {told['pid']}，始于 {told['since']}"


def clean_up(warehouse: Path) -> None:
    """Remove what a killed writer left: only the lock's holder calls this, so nobody is using it."""
    forget(warehouse, uncommitted(warehouse))
    shutil.rmtree(workroom_of(warehouse), ignore_errors=True)
    for key in warehouse.glob("person.key.*"):
        if key.stat().st_mtime < time.time() - 60:  # not of somebody who is just making the warehouse's first
            key.unlink(missing_ok=True)


def uncommitted(warehouse: Path) -> list[str]:
    """Batches that were put in place for a commit that never came.

    One that a later batch was loaded after is none: persons may have been numbered on from its own.
    """
    folders = {path.parent.name: path.parent for path in warehouse.glob("batches/*/batch.json")}
    committed = {entry.batch for entry in journal(warehouse)} & set(folders)
    if committed == set(folders):
        return []
    last = max((loaded_at(warehouse, batch) for batch in committed), default=datetime.min.replace(tzinfo=UTC))
    return sorted(b for b in set(folders) - committed if loaded_at(warehouse, b) > last)


def forget(warehouse: Path, ids: Iterable[str]) -> None:
    """Remove batches that no commit names, their roll-ups first."""
    for batch in sorted(ids):
        for path in [*warehouse.glob(f"rollups/*/{batch}"), batch_folder(warehouse, batch)]:
            with workroom(warehouse, "forgotten") as aside:
                os.replace(path, aside / batch)


def loaded_at(warehouse: Path, batch: str) -> datetime:
    return datetime.fromisoformat(read_batch(warehouse, batch).loaded_at)


def append(warehouse: Path, *entries: Entry) -> None:
    """Write lines to the journal, all of them or none: they are the commit.

    The longer journal is written aside and renamed: a full disk or a crash amid many lines would else commit a part.
    Where accounts exist, they are of whoever is logged in. Raises NotAllowed without the right to one of them,
    WarehouseError for an ID or telephone number in who and why: what is written here stays for good. The audit log
    tells of them first: what can't be told there is not done.
    """
    entries = tuple(signed(warehouse, entry) for entry in entries)
    if any(masked(told) != told for entry in entries if entry.action != "map" for told in (entry.by, entry.why)):
        raise WarehouseError("操作人或原因里有身份证号或手机号；操作记录不能删改，请去掉后再记。没有改变什么")
    former = whole_lines(warehouse)
    audit_log.record_all(warehouse, [audit_log.journalled(entry, former) for entry in entries])
    with workroom(warehouse, "journal") as folder:
        text = chained(former, [asdict(sealed(warehouse, entry)) for entry in entries])
        (folder / "journal.jsonl").write_bytes(former + text)
        publish(folder / "journal.jsonl", warehouse / "journal.jsonl")


def sealed(warehouse: Path, entry: Entry) -> Entry:
    """The entry with the hash of the record that its batch has from here on, if it is one that changes it."""
    if entry.action not in SEALING:
        return entry
    return replace(entry, record=record_hash(batch_folder(warehouse, entry.batch)))


def signed(warehouse: Path, entry: Entry) -> Entry:
    """The entry in the name of whoever asks, who may write it."""
    who = caller(warehouse)
    asked = right_for(warehouse, entry)
    if who.seen_by:
        raise NotAllowed(f"{who.name}正以“{who.role_name}”的身份查看，只能看，不能写入")
    accounts.refuse_ended(warehouse, who)
    if not any(who.may(right) for right in asked):
        audit_log.record(warehouse, "refused", f"{entry.action} {entry.kind}".strip(), {"对象": entry.subject})
        need(warehouse, asked[-1])
    if who.scope and entry.subject not in who.scope.codes:
        raise NotAllowed(f"{entry.subject or '这一步'}不属于本账号的数据范围")
    return replace(entry, by=who.signing(entry.by))


def right_for(warehouse: Path, entry: Entry) -> list[str]:
    """The rights of which one is needed: to upload, or that of the table whose rows are written by hand."""
    rights = [needed("entries", f"decide {entry.kind}" if entry.action == "decide" else entry.action)]
    if entry.action == "commit":
        rights += named("entries", f"by hand {read_batch(warehouse, entry.batch).table}")
    return rights


def journal(warehouse: Path) -> list[Entry]:
    """Every entry, oldest first. A last line cut off by a crash was never committed and is left out."""
    return entries_in(whole_lines(warehouse))


def entries_in(content: bytes) -> list[Entry]:
    """The entries of whole lines of a journal. Raises WarehouseError for a line that is none."""
    lines = enumerate(content.split(b"\n"), start=1)
    return [entry_in(number, line) for number, line in lines if line]


def entry_in(number: int, line: bytes) -> Entry:
    try:
        return Entry(**read_line(line))
    except (ValueError, TypeError, AttributeError) as error:
        raise WarehouseError(f"操作记录第 {number} 行读不出来，已损坏或被改动；请运行 doctor，由备份恢复") from error


def whole_lines(warehouse: Path) -> bytes:
    """The journal as it was written, without what a crash left of a last line."""
    path = warehouse / "journal.jsonl"
    content = path.read_bytes() if path.exists() else b""
    return content[: content.rfind(b"\n") + 1]


def batch_folder(warehouse: Path, batch: str) -> Path:
    return warehouse / "batches" / batch


def read_batch(warehouse: Path, batch: str) -> Batch:
    """The record of a batch; WarehouseError if there is none of this id, or if it can't be read."""
    path = batch_folder(warehouse, batch) / "batch.json"
    if "/" in batch or "\\" in batch or not path.exists():
        raise WarehouseError(f"没有批次 {batch}；可用 batches 命令查看全部批次")
    try:
        raw = json.loads(path.read_text("utf-8"))
        counties = {county: tuple(periods) for county, periods in raw.pop("counties", {}).items()}
        return Batch(**{k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()}, counties=counties)
    except (ValueError, TypeError, AttributeError) as error:
        raise WarehouseError(f"批次 {batch} 的 batch.json 读不出来，已损坏；请运行 doctor，由备份恢复") from error


def batches(warehouse: Path) -> list[Batch]:
    """Every batch that was ever committed, in the order of the journal, each once."""
    ids = dict.fromkeys(e.batch for e in journal(warehouse) if e.action == "commit")
    return [read_batch(warehouse, batch) for batch in ids]


def standing(entries: list[Entry]) -> list[str]:
    """The batch ids that are committed and not undone, the latest commit last."""
    ids: dict[str, None] = {}
    for entry in (e for e in entries if e.action in ("commit", "undo")):
        ids.pop(entry.batch, None)
        if entry.action == "commit":
            ids[entry.batch] = None
    return list(ids)


def live(warehouse: Path, more: tuple[Entry, ...] = ()) -> dict[Place, Batch]:
    """(table, period, county) -> the batch whose rows count there: the last standing one that covers it.

    more: entries that are about to be written, to see what they would change. county: '' but where a list of counties
    stands, in the tables whose rows tell them.
    """
    return live_after(warehouse, [*journal(warehouse), *more])


def live_after(warehouse: Path, entries: list[Entry]) -> dict[Place, Batch]:
    """What counted after these entries of the journal."""
    found = {place: stack[-1] for place, stack in stacks_after(warehouse, entries).items()}
    return dict(sorted(found.items()))


def stacks_after(warehouse: Path, entries: list[Entry]) -> dict[Place, list[Batch]]:
    """(table, period, county) -> the batches that stand there after these entries, each replaced by the next.

    A file that came before there was a list of counties took its periods whole: what it replaced stays replaced when a
    list comes to stand.
    """
    batches = [read_batch(warehouse, id) for id in standing(entries)]
    together = several(batches)
    beside = came_beside_a_list(entries) if together else set()
    found: dict[Place, list[Batch]] = {}
    for batch in batches:
        if together and batch.id not in beside:
            found = {p: stack for p, stack in found.items() if p.table != batch.table or p.period not in batch.periods}
        for place in stands_for(batch, together):
            found.setdefault(place, []).append(batch)
    return found


def came_beside_a_list(entries: list[Entry]) -> set[str]:
    """The batches whose last commit came when a list of counties stood, or with one."""
    lists, found = set(), set()
    for _, told in groupby(entries, lambda entry: entry.build):  # a commit's entries lead to one build
        change = [entry for entry in told if entry.action in ("commit", "undo")]
        for entry in change:
            if entry.batch.startswith(f"{LIST}-"):
                (lists.add if entry.action == "commit" else lists.discard)(entry.batch)
        committed = {entry.batch for entry in change if entry.action == "commit"}
        found = found | committed if lists else found - committed
    return found


def locked_months(entries: list[Entry]) -> dict[str, Entry]:
    """Month -> the entry that locked it, of the months that are locked after these entries."""
    found: dict[str, Entry] = {}
    for entry in entries:
        if entry.action == "lock":
            found[entry.period] = entry
        elif entry.action == "unlock":
            found.pop(entry.period, None)
    return dict(sorted(found.items()))
