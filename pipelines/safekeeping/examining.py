"""The doctor's quick looks, milliseconds each: they read records and lists, no rows, and change nothing."""

import hashlib
import json
import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from pipelines import audit_log
from pipelines.access import accounts, guarded
from pipelines.keys import all_of, bound
from pipelines.keys import folder as key_folder
from pipelines.operations.health import figures, folder, room
from pipelines.safekeeping import contents, keys
from pipelines.safekeeping.backup import key_sign
from pipelines.safekeeping.findings import FAULT, NOTICE, Finding, fine
from pipelines.safekeeping.retention import PENDING, resume
from pipelines.safekeeping.taking import being_written
from pipelines.store import builds
from pipelines.store.chain import examined
from pipelines.store.commits import changing
from pipelines.store.rooms import lock_of, ownerless
from pipelines.store.warehouse import WarehouseError, entries_in, live, uncommitted, whole_lines, workroom_of

FROM_BACKUP = "请用 restore 由备份恢复到新的文件夹"
OLDEST_BACKUP_DAYS = 8  # a backup a week, and a day for whoever forgot it
PART_SECONDS = 3600
KEY_GONE = "请把另外保管的 person.key 放回来；没有它，以后装入的月份认不出同一个人"
SECRET = ("person.key", "access", "audit", "clues")
OTHERS = 0o077


def journal_looks(warehouse: Path) -> list[Finding]:
    """Whether every line can be read and fits into the chain, and the journal still begins as when it was backed up."""
    content = whole_lines(warehouse)
    if not content:
        lost = contents.batch_ids(warehouse)
        told = f"操作记录不见了，而批次有 {len(lost)} 个"
        return [Finding("操作记录", FAULT, told, FROM_BACKUP)] if lost else [fine("操作记录", "还没有数据")]
    try:
        entries_in(content)
    except WarehouseError as error:
        return [Finding("操作记录", FAULT, str(error), FROM_BACKUP)]
    chain = examined(content)
    found = []
    if chain.broken:
        told = f"第 {chain.broken[0]} 行起共 {len(chain.broken)} 行和校验值不符：这一行或它前面的被改动、删去或插入过"
        found.append(Finding("操作记录", FAULT, told, f"请和备份里的操作记录比较；{FROM_BACKUP}"))
    if note := unlike_backup(content, last_backup(warehouse)):
        found.append(Finding("操作记录", FAULT, note, f"请和备份里的操作记录比较；{FROM_BACKUP}"))
    if count := audit_log.unbound(warehouse, content):
        told = f"前 {count} 行和审计日志记下的散列不同：被改动、删去或插入过"
        found.append(Finding("操作记录", FAULT, told, f"请和备份里的操作记录比较；{FROM_BACKUP}"))
    old = f"，其中前 {chain.lines - chain.linked} 行是旧版本写的" if chain.linked < chain.lines else ""
    return found or [fine("操作记录", f"{chain.lines} 行首尾相接{old}")]


def unlike_backup(content: bytes, last: dict) -> str:
    """How the journal differs from what it was at the last backup, '' if it goes on from it."""
    if not last:
        return ""
    lines = content.splitlines(keepends=True)
    if len(lines) < last["lines"]:
        return f"现在 {len(lines)} 行，{last['at'][:16]} 备份时有 {last['lines']} 行：末尾被截去"
    same = hashlib.sha256(b"".join(lines[: last["lines"]])).hexdigest() == last["journal"]
    return "" if same else f"前 {last['lines']} 行和 {last['at'][:16]} 备份时不同"


def last_backup(warehouse: Path) -> dict:
    """What was noted at the last backup; empty if there was none, or if the note can't be read."""
    try:
        return json.loads((warehouse / contents.LAST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def build_looks(warehouse: Path) -> list[Finding]:
    """Whether the build that the journal leads to is there, whole, and in force."""
    try:
        standing, named = live(warehouse), builds.current(warehouse)
    except WarehouseError as error:  # a batch is gone; its own check says which
        return [Finding("汇总", FAULT, f"不能确定现行汇总：{error}", "先修复批次")]
    if not standing and not named:
        return [fine("汇总", "还没有数据")]
    wanted = builds.id_of(standing)
    if not builds.build_path(warehouse, wanted).exists():
        return [Finding("汇总", NOTICE, f"现行汇总 {wanted} 还没有生成", "打开页面或 --repair 时由批次生成", caught_up)]
    if not figures(warehouse).ok:
        return [Finding("汇总", FAULT, f"汇总 {wanted} 的文件已损坏", "--repair 由批次重新生成", made_anew)]
    if named != wanted:
        return [Finding("汇总", NOTICE, f"CURRENT 指向 {named or '空'}，应为 {wanted}", "--repair 改正", caught_up)]
    return [fine("汇总", f"现行汇总 {wanted}")]


def caught_up(warehouse: Path) -> None:
    """Whoever takes the writer's turn builds what is missing, points CURRENT at it, and clears what was left."""
    with changing(warehouse):
        pass


def made_anew(warehouse: Path) -> None:
    """Make the build in force anew from its batches, its roll-ups too."""
    wanted = builds.id_of(live(warehouse))
    builds.build_path(warehouse, wanted).unlink(missing_ok=True)
    caught_up(warehouse)


def clearing_looks(warehouse: Path) -> list[Finding]:
    """Whether a clearing of old rows was broken off: batches are half changed until it is finished."""
    if not (warehouse / PENDING).exists() or being_written(warehouse):
        return []
    told = "清除到期明细没有做完，做完以前不能装入"
    return [Finding("清除", FAULT, told, "--repair 或 retention --resume 把它做完", resume)]


def leftover_looks(warehouse: Path) -> list[Finding]:
    """What killed processes left behind; while somebody writes, what is there is theirs."""
    if being_written(warehouse):
        return [fine("残留", "正在写入，没有检查")]
    found = list(workroom_of(warehouse).glob("*"))
    trials = {path.with_suffix("") for path in (warehouse / "trials").glob("*")}
    found += [room for room in trials if ownerless(lock_of(room))]
    found += [warehouse / "batches" / batch for batch in uncommitted(warehouse)]
    parts = [path for path in warehouse.glob("**/*.part") if time.time() - path.stat().st_mtime > PART_SECONDS]
    if not found and not parts:
        return [fine("残留", "没有中断留下的文件")]
    told = f"中断的操作留下 {len(found) + len(parts)} 个文件或文件夹，如 {(found + parts)[0].relative_to(warehouse)}"
    return [Finding("残留", NOTICE, told, "下次写入或 --repair 时清除", lambda where: swept(where, parts))]


def swept(warehouse: Path, parts: list[Path]) -> None:
    caught_up(warehouse)
    for path in parts:
        path.unlink(missing_ok=True)


def permission_looks(warehouse: Path) -> list[Finding]:
    """Whether keys, accounts and logs can be read by their owner only."""
    if os.name == "nt":  # there a folder's own list says who may read it, which these bits don't show
        return [fine("权限", "由文件夹的安全设置管理，没有检查")]
    open_ones = [path for path in secret(warehouse) if stat.S_IMODE(path.stat().st_mode) & OTHERS]
    names, found = "、".join(path.name for path in open_ones), []
    if open_ones:
        found.append(Finding("权限", FAULT, f"{names} 其他用户也能读", "--repair 改为只有所有者可读", closed))
    if strange := of_others(warehouse):
        told = f"{len(strange)} 个文件或文件夹不属于数据仓库的所有者，如 {strange[0].name}：服务可能写不了"
        found.append(Finding("权限", NOTICE, told, "请以 root 运行 --repair；以后以服务的用户运行命令", owned))
    return found or [fine("权限", "密钥、账号、日志只有所有者可读")]


def of_others(warehouse: Path) -> list[Path]:
    """What does not belong to the owner of the warehouse, as a command that was run by root leaves it."""
    owner = warehouse.stat().st_uid if warehouse.exists() else None
    found = [*warehouse.glob("*"), *warehouse.glob("*/*"), *warehouse.glob("batches/*/*")]
    return sorted(path for path in found if path.lstat().st_uid != owner)


def owned(warehouse: Path) -> None:
    """Give everything to the owner of the warehouse. Raises OSError for anybody but root.

    A file that has another name elsewhere is left: whoever may write here could have linked one of the system's.
    """
    owner = warehouse.stat()
    for path in of_others(warehouse):
        for each in (one for one in [path, *path.rglob("*")] if one.is_dir() or one.lstat().st_nlink == 1):
            os.chown(each, owner.st_uid, owner.st_gid, follow_symlinks=False)


def secret(warehouse: Path) -> Iterator[Path]:
    inside = [warehouse / name for name in SECRET]
    outside = key_folder() if bound(warehouse) else None
    kept = [outside, *outside.glob("*.key")] if outside else []
    return (path for path in [*inside, *kept] if path.exists())


def closed(warehouse: Path) -> None:
    for path in secret(warehouse):
        path.chmod(stat.S_IMODE(path.stat().st_mode) & ~OTHERS)


def key_looks(warehouse: Path) -> list[Finding]:
    """Whether the keys are there, that of person numbers the one that it was at the last backup."""
    sign, before = key_sign(warehouse), last_backup(warehouse).get("key_sign", "")
    if told := keys.trouble(warehouse):
        return [Finding("密钥", FAULT, told, "请接上另外保管的密钥文件夹")]
    if all_of(warehouse / "batches", "persons.parquet") and not sign:
        return [Finding("密钥", FAULT, "人员编号的密钥 person.key 不见了", KEY_GONE)]
    if before and sign and before != sign:
        return [Finding("密钥", FAULT, f"person.key 不是备份时的那一把（现在 {sign}，备份时 {before}）", KEY_GONE)]
    opened = sum(1 for _ in keys.files_in_the_open(warehouse))
    if bound(warehouse) and opened:
        return [Finding("密钥", NOTICE, f"已启用加密，但还有 {opened} 个到人的文件没有加密", "请运行 keys encrypt")]
    sealed = "到人的明细已加密" if bound(warehouse) else "到人的明细没有加密（见 keys init）"
    return [fine("密钥", f"人员编号的密钥在（标记 {sign}）；{sealed}" if sign else "还没有人员编号的密钥")]


def room_looks(warehouse: Path) -> list[Finding]:
    told = [room(warehouse), folder(warehouse)]
    return [fine("磁盘", c.told) if c.ok else Finding("磁盘", FAULT, c.told, "请腾出空间或改正权限") for c in told]


def log_looks(warehouse: Path) -> list[Finding]:
    """Whether the audit log's end is as its anchor knows it."""
    problems = audit_log.glance(warehouse)
    return [Finding("审计日志", FAULT, told, "请运行 verify-log，与备份里的日志比较") for told in problems] or [
        fine("审计日志", f"{audit_log.head(warehouse)[0]} 条，末尾与锚点相符")
    ]


def backup_looks(warehouse: Path) -> list[Finding]:
    """Whether there is a backup that is not too old, and was of a sound warehouse."""
    last = last_backup(warehouse)
    if not last:
        return [Finding("备份", NOTICE, "还没有备份过", "请运行 backup，放到另一块磁盘上")]
    age = datetime.now().astimezone() - datetime.fromisoformat(last["at"])
    when = f"上次备份在 {last['at'][:16].replace('T', ' ')}，{last['folder']}"
    if age > timedelta(days=OLDEST_BACKUP_DAYS):
        return [Finding("备份", NOTICE, f"{when}，已 {age.days} 天", "请再备份一次")]
    if last["faults"]:
        return [Finding("备份", NOTICE, f"{when}；当时：{last['faults'][0]}", "修复后请再备份一次")]
    return [fine("备份", when)]


def account_looks(warehouse: Path) -> list[Finding]:
    """Whether the database of accounts is whole, and still there: without it nobody has to log in."""
    found = [path for path in sorted((warehouse / "access").glob("*.db")) if not whole_database(path)]
    if found:
        return [Finding("账号", FAULT, f"access/{path.name} 已损坏", FROM_BACKUP) for path in found]
    if last_backup(warehouse).get("guarded") and not guarded(warehouse):
        told = "上次备份时要登录，现在账号库不见了：谁都能看、能改"
        return [Finding("账号", FAULT, told, f"请停止服务；{FROM_BACKUP}")]
    known = accounts.accounts(warehouse)
    usable = sum(each.role == accounts.FIRST_ROLE and not each.disabled for each in known)
    return [fine("账号", f"{len(known)} 个账号，能用的系统管理员 {usable} 个" if known else "没有设账号，不用登录")]


def whole_database(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as con:
            return con.execute("pragma quick_check").fetchone() == ("ok",)
    except sqlite3.Error:
        return False
