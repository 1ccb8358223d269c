"""Encrypting a warehouse, and changing its keys. Every step can be repeated: whoever was interrupted runs it again.

New files are put in place whole before the former ones are taken away, so that who reads meanwhile finds one of them.
"""

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines import audit_log
from pipelines.errors import WarehouseError
from pipelines.keys import all_of, bound, folder, located, masters, material_of
from pipelines.keys.places import begin, encrypting, make_master, person_key_path, retire
from pipelines.keys.sealing import forget_former, rewrapped, seal_file, sealed_files, wrapping
from pipelines.refusals import in_words
from pipelines.safekeeping.contents import forget_persons
from pipelines.safekeeping.records import recorded_anew, refuse_changed
from pipelines.side_by_side import Progress, quiet
from pipelines.store import builds
from pipelines.store.disk import publish
from pipelines.store.parquet import put_beside
from pipelines.store.rollups import OF_PERSONS
from pipelines.store.warehouse import Entry, append, now, workroom, writing

PERSON_FILES = ("rows.parquet", "persons.parquet")
PARTS = [f"{part}.parquet" for part in OF_PERSONS]  # of a roll-up; a batch has them once its rows are cleared


@dataclass(frozen=True)
class KeyState:
    """How a warehouse is encrypted. masters: (name, files that it wraps), oldest first, also such as are not there;
    sealed, in_the_open: files with rows of persons; trouble: why it can't be read, or '' if it can.
    """

    encrypted: bool
    folder: str
    masters: tuple[tuple[str, int], ...]
    absent: tuple[str, ...]
    sealed: int
    in_the_open: int
    trouble: str


def key_state(warehouse: Path) -> KeyState:
    """What is encrypted, by which keys, and whether they are all there."""
    wraps = Counter(wrapping(material_of(path))["masterKeyID"] for path in sealed_files(warehouse))
    known = masters()
    absent = tuple(sorted(set(wraps) - set(known)))
    told = tuple((name, wraps[name]) for name in sorted({*known, *wraps})) if bound(warehouse) or wraps else ()
    opened = len(list(files_in_the_open(warehouse)))
    return KeyState(bound(warehouse), str(folder() or ""), told, absent, wraps.total(), opened, trouble(warehouse))


def trouble(warehouse: Path) -> str:
    try:
        if encrypting(warehouse):
            person_key_path(warehouse)
    except WarehouseError as error:
        return str(error)
    return ""


def init(warehouse: Path, by: str) -> str:
    """Bind a warehouse to the key folder that FUND_KEYS names: what is written from now on is encrypted. Returns the
    name of the master key; what is there already is encrypted by encrypt().

    Raises WarehouseError for a folder that others may read, that lies in the warehouse, or holds another one's keys.
    """
    with in_words(), writing(warehouse):
        if bound(warehouse):
            raise WarehouseError("数据仓库已经启用加密，没有改变什么；要换密钥用 keys rotate")
        where = prepared(warehouse)
        name = masters()[-1] if masters() else make_master()
        begin(warehouse, now())
        append(warehouse, Entry("rekey", "", by, now(), f"启用加密，密钥在 {where}"))
    return name


def prepared(warehouse: Path) -> Path:
    """The key folder, there and its owner's alone."""
    where = folder()
    if where is None:
        raise WarehouseError("请先把 FUND_KEYS 设为放密钥的文件夹，如 FUND_KEYS=/etc/fund-keys")
    if where.resolve().is_relative_to(warehouse.resolve()):
        raise WarehouseError(f"密钥文件夹 {where} 在数据仓库里面；密钥要和数据分开放，请换一个地方")
    where.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name != "nt" and stat.S_IMODE(where.stat().st_mode) & 0o077:
        raise WarehouseError(f"密钥文件夹 {where} 别人也能读；请先执行 chmod 700 {where}")
    return where


def encrypt(warehouse: Path, by: str, progress: Progress = quiet) -> int:
    """Encrypt what was written in the open before; returns how many files. Screenings of clues are removed: they are
    made again.

    Raises WarehouseError if the warehouse is not bound to keys, or a file is not what its record says.
    """
    with in_words(), writing(warehouse):
        if not encrypting(warehouse):
            raise WarehouseError("请先运行 keys init")
        count = each_batch(warehouse, by, "加密已有的明细", sealed_anew(lambda path: path.exists()), progress)
        builds.make_anew(warehouse)
    return count


def rotate(warehouse: Path, by: str, why: str, data: bool = False, progress: Progress = quiet) -> str:
    """Make a new master key and wrap every data key with it; data: encrypt the data anew, too. Returns its name.

    The former master keys stay in the key folder: copies in backups are still wrapped by them. The audit log gets a
    new key too.
    """
    with in_words(), writing(warehouse):
        if not encrypting(warehouse):
            raise WarehouseError("请先运行 keys init")
        name = make_master()
        audit_log.renew_key(warehouse)
        change = sealed_anew(lambda path: located(path).exists()) if data else rewrapped_by(name)
        each_batch(warehouse, by, f"{why}；换用主密钥 {name}", change, progress)
    return name


def drop(warehouse: Path, name: str, by: str, why: str) -> None:
    """Take a master key that wraps nothing here any more out of the key folder, for good.

    Raises WarehouseError if it is the last one, or something in the warehouse is wrapped by it.
    """
    with in_words(), writing(warehouse):
        used = dict(key_state(warehouse).masters)
        if name not in masters() or name == masters()[-1]:
            raise WarehouseError(f"{name} 是现用的主密钥，或者没有这个主密钥；没有改变什么")
        if used.get(name):
            raise WarehouseError(f"还有 {used[name]} 个文件用主密钥 {name}；请先运行 keys rotate")
        retire(name)
        append(warehouse, Entry("rekey", "", by, now(), f"{why}；删去主密钥 {name}"))


Change = Callable[[Path, Path], int]  # (folder, room for unfinished work) -> how many files were changed in it


def each_batch(warehouse: Path, by: str, why: str, change: Change, progress: Progress) -> int:
    """Change the files of every batch and of its roll-ups; a batch's record and the journal say so at once."""
    folders = [*person_folders(warehouse), *sorted((warehouse / "rollups").glob("*/*"))]
    count = 0
    for number, place in enumerate(folders):
        progress(number / len(folders), place.name)
        is_batch = place.parent.name == "batches"
        if is_batch:
            refuse_changed(warehouse, place.name)
        with workroom(warehouse, "keys") as aside:
            changed = change(place, aside)
        if is_batch and changed:
            recorded_anew(warehouse, place.name, "rekey", by, why)
        count += changed
    forget_persons(warehouse)
    return count


def person_folders(warehouse: Path) -> list[Path]:
    """The folders of the batches with rows of persons."""
    return [path.parent for path in all_of(warehouse / "batches", "persons.parquet")]


def names_in(place: Path) -> list[str]:
    """The Parquet files of a batch or a roll-up that hold rows of persons."""
    return [*PERSON_FILES, *PARTS] if place.parent.name == "batches" else PARTS


def sealed_anew(wanted: Callable[[Path], bool]) -> Change:
    """Encrypt those of a folder's files, named as they are in the open, that are wanted."""

    def change(place: Path, aside: Path) -> int:
        paths = [place / name for name in names_in(place) if wanted(place / name)]
        for path in paths:
            sealed = seal_file(path, aside / path.name)
            put_beside(aside, place)
            forget_former(path, place / sealed.name)
        return len(paths)

    return change


def rewrapped_by(name: str) -> Change:
    """Wrap the data keys of a folder's files with another master key."""

    def change(place: Path, aside: Path) -> int:
        paths = [material_of(path) for path in sealed_files(place)]
        for path in paths:
            (aside / path.name).write_text(rewrapped(path, name), "utf-8")
            publish(aside / path.name, path)
        return len(paths)

    return change


def files_in_the_open(warehouse: Path) -> Iterator[Path]:
    """The files with rows of persons that are not encrypted."""
    for place in [*person_folders(warehouse), *sorted((warehouse / "rollups").glob("*/*"))]:
        yield from (place / name for name in names_in(place) if (place / name).exists())
