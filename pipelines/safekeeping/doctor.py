"""The doctor: whether the warehouse is whole and can be made again, and what can be repaired.

glance    what takes milliseconds: at every start of the server
examine   every file's hash, the audit log to its last line, the build made once more
repaired  what can be repaired is, and looked at again
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from pipelines import audit_log
from pipelines.access import need
from pipelines.refusals import in_words
from pipelines.safekeeping import examining, rebuilding
from pipelines.safekeeping.batch_looks import batch_looks
from pipelines.safekeeping.examining import FROM_BACKUP
from pipelines.safekeeping.findings import FAULT, REPAIRED, Finding, fine
from pipelines.side_by_side import Progress, quiet
from pipelines.store.warehouse import WarehouseError, journal

Look = Callable[[Path], list[Finding]]
QUICK: tuple[Look, ...] = (
    examining.permission_looks,
    examining.key_looks,
    examining.room_looks,
    examining.account_looks,
    examining.backup_looks,
    examining.leftover_looks,
    examining.build_looks,
)


def glance(warehouse: Path) -> list[Finding]:
    """What a look of milliseconds finds; it changes nothing."""
    return looked(
        warehouse,
        [examining.clearing_looks, partial(batch_looks, source=None, whole=False), *QUICK, examining.log_looks],
    )


def examine(
    warehouse: Path, source: Path | None = None, progress: Progress = quiet, repair: bool = False
) -> list[Finding]:
    """Look at everything, in minutes for years of months. repair: mend what can be mended, and look at that again.

    source: a backup to put damaged batches back from, by default that of the last backup. Raises NotAllowed without the
    right to it, WarehouseError for a warehouse that is not there.
    """
    need(warehouse, "maintain")
    if not warehouse.is_dir():
        raise WarehouseError(f"找不到数据仓库 {warehouse}")
    source = source or nearest_backup(warehouse)
    looks = [
        examining.clearing_looks,  # first: what it changed by half is no damage once it is finished
        partial(batch_looks, source=source, whole=True, progress=lambda share, what: progress(0.4 * share, what)),
        *QUICK,
        log_in_full,
        partial(rebuilding.rebuild_looks, progress=lambda share, what: progress(0.5 + 0.5 * share, what)),
    ]
    found = looked(warehouse, looks, repair)
    if mended := [each for each in found if each.state == REPAIRED]:
        audit_log.record(warehouse, "repair", "、".join(dict.fromkeys(each.check for each in mended)))
    return found


def nearest_backup(warehouse: Path) -> Path | None:
    """Where the last backup was written, if that can be reached."""
    told = examining.last_backup(warehouse).get("folder", "")
    return Path(told) if told and Path(told).is_dir() else None


def log_in_full(warehouse: Path) -> list[Finding]:
    state = audit_log.verify(warehouse)
    if not state.problems:
        return [fine("审计日志", f"{state.count} 条首尾相接")]
    told = f"{state.problems[0]}{f'；另有 {len(state.problems) - 1} 处' if state.problems[1:] else ''}"
    return [Finding("审计日志", FAULT, told, f"请与备份里的日志比较；{FROM_BACKUP}")]


def looked(warehouse: Path, looks: list[Look], repair: bool = False) -> list[Finding]:
    """The journal first: where it can't be read nothing else can be judged."""
    found = examining.journal_looks(warehouse)
    if not readable(warehouse):
        return found
    for look in looks:
        seen = told_by(look, warehouse)
        found += mended(warehouse, look, seen) if repair else seen
    return found


def readable(warehouse: Path) -> bool:
    try:
        journal(warehouse)
    except WarehouseError:
        return False
    return True


def told_by(look: Look, warehouse: Path) -> list[Finding]:
    """What a look finds; what the system refuses it is a fault."""
    try:
        with in_words():
            return look(warehouse)
    except WarehouseError as error:
        return [Finding("检查", FAULT, str(error))]


def mended(warehouse: Path, look: Look, found: list[Finding]) -> list[Finding]:
    """The findings once what can be repaired was, each that is gone as repaired; what it could not be says why."""
    told = []
    for finding in (each for each in found if each.mend):
        try:
            with in_words():
                finding.mend(warehouse)
        except WarehouseError as error:
            told.append(Finding(finding.check, FAULT, f"没有修好：{error}"))
    if not any(each.mend for each in found):
        return found
    after = told_by(look, warehouse)
    left = {each.told for each in after}
    gone = [Finding(each.check, REPAIRED, each.told) for each in found if each.mend and each.told not in left]
    return [*gone, *told, *after]
