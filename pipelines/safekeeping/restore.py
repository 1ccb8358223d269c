"""A generation of a backup -> a warehouse: hashes are verified first, the build is made anew and held against the old.

It is put together beside its place and renamed into it: killed at any moment, the warehouse is there whole or not at
all.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines import audit_log, keys
from pipelines.access import guarded, need, sessions
from pipelines.build import renew
from pipelines.refusals import in_words
from pipelines.registry import kpis
from pipelines.safekeeping import contents, manifest, objects
from pipelines.safekeeping.headlines import headline_figures
from pipelines.safekeeping.manifest import Item, Manifest
from pipelines.side_by_side import Progress, quiet
from pipelines.store.builds import current, shape
from pipelines.store.disk import publish
from pipelines.store.hashes import file_hash
from pipelines.store.warehouse import WarehouseError


@dataclass(frozen=True)
class Restored:
    """A warehouse that was restored. build_id: of the build that was made, '' if none could be; differences: what is
    other than at the backup, notes: what is to be done now; both as Chinese sentences.
    """

    manifest: Manifest
    target: Path
    build_id: str
    figures: dict[str, str]
    differences: tuple[str, ...]
    notes: tuple[str, ...]


def restore(
    folder: Path, target: Path, generation: str = "", progress: Progress = quiet, warehouse: Path | None = None
) -> Restored:
    """Put a generation of the backup in folder (its name or what it begins with; else the newest) into target.

    warehouse: the one in use, whose audit log tells of it; target itself, if it takes that one's place.
    Raises WarehouseError, and leaves target as it was, if target holds anything, if a content is missing or damaged,
    and for what the system refuses.
    """
    by = need(warehouse, "maintain") if warehouse else None
    with in_words():
        wanted = manifest.chosen(folder, generation)
        refuse_taken(folder, target)
        refuse_damaged(folder, wanted, progress)
        with room_beside(target) as aside:
            put_together(folder, wanted, aside, progress)
            sessions.end_all(aside)
            outside = keys_outside(folder, wanted, target)
            told = rebuilt(wanted, aside, progress)
            if target.exists():
                target.rmdir()
            publish(aside, target)
    if warehouse and warehouse.is_dir():
        audit_log.record(warehouse, "restore", str(target), {"备份": str(folder), "清单": wanted.name}, who=by)
    return Restored(wanted, target, *told, notes(wanted, target, outside))


def refuse_taken(folder: Path, target: Path) -> None:
    """WarehouseError for a target that can't be put in place whole, or that something stands in."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise WarehouseError(f"{target} 不是空文件夹；恢复只写入空的或还没有的文件夹，原有的数据不会被覆盖")
    if target.is_mount():
        raise WarehouseError(f"{target} 是磁盘的挂载点；请恢复到它下面的一个新文件夹")
    if folder.resolve() in (target.resolve(), *target.resolve().parents):
        raise WarehouseError(f"不能恢复到备份文件夹里面：{target}")


def refuse_damaged(folder: Path, wanted: Manifest, progress: Progress) -> None:
    """WarehouseError if a content of the generation is missing or damaged; it names one that is whole, if any is."""
    lost = manifest.damaged(folder, wanted.files, lambda share, what: progress(0.3 * share, what))
    if not lost:
        return
    told = f"备份 {wanted.name} 里有 {len(lost)} 个文件缺失或损坏，如 {lost[0].path}；没有恢复任何东西"
    gone = {item.sha256 for item in lost}
    whole = [each.name for each in manifest.generations(folder) if not gone & {item.sha256 for item in each.files}]
    other = f"可改用别的一份：--generation {whole[-1]}" if whole else "请改用另一处的备份"
    raise WarehouseError(f"{told}。{other}")


@contextlib.contextmanager
def room_beside(target: Path) -> Iterator[Path]:
    """A folder beside target, on its disk; what a killed one left there is removed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f"{target.name}.restoring")
    try:
        with FileLock(target.with_name(f"{target.name}.restoring.lock"), timeout=0):
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir(mode=0o700)
            try:
                yield aside
            finally:
                shutil.rmtree(aside, ignore_errors=True)
                target.with_name(f"{target.name}.restoring.lock").unlink(missing_ok=True)
    except Timeout as error:
        raise WarehouseError(f"另一个程序正在恢复到 {target}，请稍后再试") from error


def put_together(folder: Path, wanted: Manifest, aside: Path, progress: Progress) -> None:
    """Every file at its place with its permissions, verified as it is copied."""
    done = 0
    for item in (each for each in wanted.files if not of_keys(each)):
        progress(0.3 + 0.3 * done / max(1, wanted.size), f"恢复 {item.path}")
        path = aside / item.path
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not objects.copied_out(folder, item.sha256, path, item.mode):
            raise WarehouseError(f"恢复 {item.path} 时读到的内容和校验值不符；备份的磁盘可能有故障，没有恢复任何东西")
        done += item.size
    for path, mode in wanted.folders.items():
        os.chmod(aside / path, mode & 0o777)


def of_keys(item: Item) -> bool:
    return item.path.startswith(f"{contents.KEYS}/")


def keys_outside(folder: Path, wanted: Manifest, target: Path) -> Path | None:
    """Put the key folder that a generation holds where FUND_KEYS says, else beside target; keys that are there stay.

    Raises WarehouseError if one that is there is another.
    """
    found = [item for item in wanted.files if of_keys(item)]
    if not found:
        return None
    place = keys.folder() or target.with_name(f"{target.name}.keys")
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    for item in found:
        path = place / Path(item.path).name
        if not path.exists():
            objects.copied_out(folder, item.sha256, path, item.mode)
        elif path.suffix == ".key" and file_hash(path) != item.sha256:
            raise WarehouseError(f"{path} 和备份里的不是同一把密钥；请让 FUND_KEYS 指向空的文件夹")
    return place


def rebuilt(wanted: Manifest, aside: Path, progress: Progress) -> tuple[str, dict[str, str], tuple[str, ...]]:
    """Make the build: its id, its headline figures, and what is other than at the backup."""
    try:
        renew(aside, lambda share, what: progress(0.6 + 0.4 * share, what))
    except WarehouseError as error:
        return "", {}, (f"文件都已恢复，但汇总没有做成：{error}",)
    build_id = current(aside) or ""
    _, figures = headline_figures(aside, build_id)
    return build_id, figures, tuple(differences(wanted, build_id, figures))


def differences(wanted: Manifest, build_id: str, figures: dict[str, str]) -> list[str]:
    """What a build says otherwise than the generation did, as Chinese sentences."""
    told = [f"备份时数据仓库已有问题：{fault}" for fault in wanted.faults]
    if shape() != wanted.shape:
        told.append("口径定义和备份时不同（程序版本不同），汇总编号因此不同")
    elif build_id != wanted.build_id:
        told.append(f"汇总编号是 {build_id}，备份时是 {wanted.build_id}")
    changed = [kpi for kpi in wanted.figures.keys() | figures.keys() if wanted.figures.get(kpi) != figures.get(kpi)]
    return told + [
        f"{name_of(kpi)}：现在 {figures.get(kpi, '无')}，备份时 {wanted.figures.get(kpi, '无')}"
        for kpi in sorted(changed)
        if wanted.figures
    ]


def name_of(kpi: str) -> str:
    return kpis()[kpi].name_zh if kpi in kpis() else kpi


def notes(wanted: Manifest, target: Path, outside: Path | None) -> tuple[str, ...]:
    """What is to be done after it."""
    accounts = "账号和密码是备份时的，以后停用的、改过的也回到了那时；请核对。所有人都要重新登录"
    return (*about_keys(wanted, outside), *([accounts] if guarded(target) else []))


def about_keys(wanted: Manifest, outside: Path | None) -> tuple[str, ...]:
    if outside:
        return (f"密钥在 {outside}；请让 FUND_KEYS 指向它，并和数据分开保管",)
    if wanted.keys or not wanted.key_sign:
        return ()
    if any(item.path == "keys.json" for item in wanted.files):
        return (f"备份里没有密钥；请让 FUND_KEYS 指向另外保管的密钥文件夹（人员编号的密钥标记 {wanted.key_sign}）",)
    where = f"请把另外保管的 person.key 放回数据仓库（标记 {wanted.key_sign}）"
    return (f"备份里没有人员编号的密钥；装入新文件以前，{where}",)
