"""warehouse -> a generation of a backup, while the product runs: nobody waits for it, and it waits for nobody.

The journal is read at one moment; what it names was complete before and does not change. Documents are taken before it,
for they refer to it. Contents that the backup holds already are not copied again.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines import audit_log
from pipelines.access import guarded, need
from pipelines.refusals import in_words
from pipelines.safekeeping import contents, manifest, objects
from pipelines.safekeeping.contents import passing
from pipelines.safekeeping.headlines import headline_figures
from pipelines.safekeeping.manifest import Item, Manifest, damaged
from pipelines.safekeeping.taking import Lot, Taken, mode, take_all, take_batch
from pipelines.side_by_side import Progress, quiet
from pipelines.store.builds import id_of, shape
from pipelines.store.chain import examined
from pipelines.store.disk import publish
from pipelines.store.warehouse import WarehouseError, entries_in, live_after, now, whole_lines

GENERATIONS = 30
LOG = "audit"
OWN = ("objects", "generations", "tmp", "backup.lock", "说明.txt")
README = """这是医保基金监管数据仓库的备份，由 python -m pipelines backup 写成；请勿改动里面的文件。

恢复：python -m pipelines restore 本文件夹 新的数据仓库文件夹
检查：python -m pipelines backup 本文件夹 --check

generations/ 每次备份一份清单；objects/ 是内容，以其 SHA-256 为名，相同的只存一次。
里面有逐人的结算行（人员编号已化名），请和数据仓库一样保管。人员编号的密钥（person.key）要另外保管：
没有它，恢复以后装入的月份就不能和以前的月份认出是同一个人。
"""


@dataclass(frozen=True)
class Backup:
    """A backup that was made. copied: bytes that it did not hold before; forgotten: names of old generations;
    unreadable: lists of former generations that are damaged, for which none is forgotten.
    """

    manifest: Manifest
    copied: int
    new_files: int
    forgotten: tuple[str, ...]
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checked:
    """A generation whose contents were read again. lost: paths of files that are missing or damaged; of one whose list
    can't be read, that list.
    """

    name: str
    batches: int
    size: int
    lost: tuple[str, ...]


def backup(
    warehouse: Path,
    folder: Path,
    by: str,
    with_keys: bool = False,
    keep: int = GENERATIONS,
    progress: Progress = quiet,
) -> Backup:
    """Add a generation to the backup in folder, then forget all but the newest `keep`.

    with_keys: the key of person numbers goes along; whoever then holds the backup can find a person by the number.
    What is damaged in the warehouse is told in the generation's faults, and then none is forgotten. Raises
    WarehouseError for a folder that is no place for it, while another backup is written there, and for what the system
    refuses: then the former generations stand.
    """
    by = need(warehouse, "maintain").signing(by)
    refuse_unfit(warehouse, folder, keep)
    audit_log.record(warehouse, "backup", str(folder), {"密钥": "在内" if with_keys else "不在内"})
    with in_words(), sole(folder):
        former = manifest.generations(folder)
        beside = take_all(warehouse, folder, contents.kept_beside(warehouse)) + taken_log(warehouse, folder)
        journal = whole_lines(warehouse)
        taken, faults = batches_of(warehouse, folder, journal, former, progress)
        faults = [*faults, *faults_of_journal(journal, former)]
        keys = take_all(warehouse, folder, contents.keys_of(warehouse)) if with_keys else []
        all_taken = [*beside, taken_journal(warehouse, folder, journal), *taken, *keys]
        progress(0.95, "写清单")
        made = manifest.write(folder, described(warehouse, by, journal, all_taken, bool(keys), faults))
        note_last(warehouse, folder, made)
        forgotten = () if faults else forget_old(folder, keep)
    new = [each.new for each in all_taken if each.new]
    return Backup(made, sum(new), len(new), forgotten, tuple(manifest.unreadable(folder).values()))


def check(folder: Path, progress: Progress = quiet) -> list[Checked]:
    """Read every content of a backup and hold it against its hash, generation by generation, oldest first.

    One that is damaged is taken out, so that the next backup copies it anew if the warehouse still has it.
    Raises WarehouseError if there is no backup.
    """
    with in_words():
        manifest.refuse_none(folder)
        found = manifest.generations(folder)
        items = {item.sha256: item for each in found for item in each.files}
        lost = damaged(folder, tuple(items.values()), progress)
        gone = {item.sha256 for item in lost}
        for sha256 in gone:
            with contextlib.suppress(OSError):  # the backup may be on a disk that can't be written
                objects.path_of(folder, sha256).unlink()
    broken = [Checked(path.stem, 0, 0, (path.name,)) for path in manifest.unreadable(folder)]
    return broken + [
        Checked(each.name, each.batches, each.size, tuple(item.path for item in each.files if item.sha256 in gone))
        for each in found
    ]


def refuse_unfit(warehouse: Path, folder: Path, keep: int) -> None:
    """WarehouseError for a warehouse without a journal, and for a folder that holds it, lies in it, or holds others."""
    home, target = warehouse.resolve(), folder.resolve()
    if keep < 1:
        raise WarehouseError(f"保留的备份份数是 {keep}；至少为 1")
    if not (warehouse / "journal.jsonl").exists():
        raise WarehouseError(f"{warehouse} 里没有操作记录，没有什么可备份")
    if target == home or home in target.parents or target in home.parents:
        raise WarehouseError(f"备份不能放在数据仓库里面或外层：{folder}；应为另一块磁盘上的文件夹")
    strange = {path.name for path in folder.iterdir()} - set(OWN) if folder.is_dir() else set()
    if strange and not (folder / "objects").is_dir():
        raise WarehouseError(f"{folder} 里有别的文件（{sorted(strange)[0]} 等）；备份要放在空的或以前备份过的文件夹")


@contextlib.contextmanager
def sole(folder: Path) -> Iterator[None]:
    """One at a time; what a killed one left unfinished is removed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with FileLock(folder / "backup.lock", timeout=0):
            for path in (folder / "tmp").glob("*"):
                path.unlink()
            (folder / "说明.txt").write_text(README, "utf-8")
            yield
    except Timeout as error:
        raise WarehouseError(f"另一个备份正在写入 {folder}，请稍后再试") from error


def batches_of(warehouse: Path, folder: Path, journal: bytes, former: list[Manifest], progress: Progress) -> Lot:
    """Every batch; those that the journal names must be there."""
    taken, faults = [], []
    named = {entry.batch for entry in entries_in(journal) if entry.action == "commit"}
    ids = sorted(named | set(contents.batch_ids(warehouse)))
    for place, batch in enumerate(ids):
        progress(0.9 * place / len(ids), f"备份 {batch}")
        found, amiss = take_batch(warehouse, folder, batch)
        if not found and batch in named:
            found, amiss = as_before(batch, former)
        taken += found
        faults += amiss if batch in named else []
    return taken, faults


def as_before(batch: str, former: list[Manifest]) -> Lot:
    """A batch whose folder is gone, as the last generation that has it holds it."""
    items = [[i for i in each.files if i.path.startswith(f"batches/{batch}/")] for each in reversed(former)]
    found = next(filter(None, items), [])
    return [Taken(item) for item in found], [f"批次 {batch} 不见了{'，备份里有以前的' if found else ''}"]


def faults_of_journal(journal: bytes, former: list[Manifest]) -> list[str]:
    """Whether the journal holds together, and still begins as it did at the last backup."""
    broken = examined(journal).broken
    faults = [f"操作记录第 {broken[0]} 行起和校验值不符，被改动过"] if broken else []
    if former and not begins_as(journal, former[-1]):
        faults.append(f"操作记录的前 {former[-1].lines} 行和 {former[-1].at[:16]} 备份时不同，被删改过")
    return faults


def begins_as(journal: bytes, generation: Manifest) -> bool:
    lines = journal.splitlines(keepends=True)[: generation.lines]
    return hashlib.sha256(b"".join(lines)).hexdigest() == generation.journal


def taken_log(warehouse: Path, folder: Path) -> list[Taken]:
    """The audit log and its anchor of one moment, while nobody writes a line."""
    if not (warehouse / LOG).is_dir():
        return []
    with audit_log.locked(warehouse):
        return take_all(warehouse, folder, [path for path in contents.walked(warehouse / LOG) if not passing(path)])


def taken_journal(warehouse: Path, folder: Path, journal: bytes) -> Taken:
    stored = objects.store_bytes(folder, journal)
    item = Item("journal.jsonl", stored.sha256, stored.size, mode(warehouse / "journal.jsonl"))
    return Taken(item, stored.size if stored.new else 0)


def described(warehouse: Path, by: str, journal: bytes, taken: list[Taken], keys: bool, faults: list[str]) -> Manifest:
    try:
        build_id = id_of(live_after(warehouse, entries_in(journal)))
    except WarehouseError:  # a batch is gone; the faults say which
        build_id = ""
    period, figures = headline_figures(warehouse, build_id)
    items = tuple(each.item for each in taken)
    return Manifest(
        at=now(),
        by=by,
        source=str(warehouse.resolve()),
        build_id=build_id,
        shape=shape(),
        period=period,
        figures=figures,
        batches=len({item.path.split("/")[1] for item in items if item.path.startswith("batches/")}),
        lines=journal.count(b"\n"),
        journal=hashlib.sha256(journal).hexdigest(),
        keys=keys,
        key_sign=key_sign(warehouse),
        files=items,
        log=audit_log.head(warehouse),
        folders={path: mode(warehouse / path) for path in sorted(folders_of(items))},
        faults=tuple(faults),
    )


def folders_of(items: tuple[Item, ...]) -> set[str]:
    parents = {parent.as_posix() for item in items for parent in Path(item.path).parents}
    return parents - {".", contents.KEYS}


def key_sign(warehouse: Path) -> str:
    """By which a key of person numbers is known again without being told; '' where there is none."""
    key = contents.person_key_of(warehouse)
    return hashlib.sha256(b"person key " + key.read_bytes().strip()).hexdigest()[:16] if key else ""


def note_last(warehouse: Path, folder: Path, made: Manifest) -> None:
    """Where the newest backup is, for the doctor. It may not be written where the warehouse is only read."""
    told = {key: getattr(made, key) for key in ("at", "name", "lines", "journal", "faults", "key_sign")}
    told |= {"folder": str(folder.resolve()), "guarded": guarded(warehouse)}
    with contextlib.suppress(OSError):
        aside = warehouse / f"{contents.LAST}.part"
        aside.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
        publish(aside, warehouse / contents.LAST)


def forget_old(folder: Path, keep: int) -> tuple[str, ...]:
    """Forget generations but the newest, then the contents that none of the others names.

    While one can't be read nothing is forgotten: what it names is not known.
    """
    if manifest.unreadable(folder):
        return ()
    all_of_them = manifest.generations(folder)
    old, kept = all_of_them[:-keep], all_of_them[-keep:]
    for each in old:
        (folder / "generations" / f"{each.name}.json").unlink()
    objects.forget_but(folder, {item.sha256 for each in kept for item in each.files})
    return tuple(each.name for each in old)
