"""generations/<number>-<time>-<hash>.json: what a warehouse held when it was backed up.

It is written last: without it there is no backup, and a name that does not fit its content is none either.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pipelines.safekeeping.objects import aside, intact, path_of
from pipelines.side_by_side import Progress, quiet
from pipelines.store.disk import publish
from pipelines.store.warehouse import WarehouseError

FORM = 1  # of the manifest; another one is not read


@dataclass(frozen=True)
class Item:
    """A file of the warehouse. path: in the warehouse, with /; size: bytes; mode: its permissions."""

    path: str
    sha256: str
    size: int
    mode: int


@dataclass(frozen=True)
class Manifest:
    """One generation of a backup.

    build_id, shape: what the batches led to, by which definitions; period, figures: the headline KPIs, id -> value as
    printed or why there is none; lines, journal: how long the journal was, and its SHA-256; log: number and hash of the
    audit log's last line; keys: whether the keys are in it; key_sign: a hash to know the key of person numbers by;
    folders: path -> permissions; faults: what was amiss in the warehouse, as Chinese sentences.
    """

    at: str
    by: str
    source: str
    build_id: str
    shape: str
    period: tuple[str, str]
    figures: dict[str, str]
    batches: int
    lines: int
    journal: str
    log: tuple[int, str]
    keys: bool
    key_sign: str
    files: tuple[Item, ...]
    folders: dict[str, int]
    faults: tuple[str, ...] = ()
    form: int = FORM
    name: str = field(default="", compare=False)

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(item.size for item in self.files)


def write(folder: Path, manifest: Manifest) -> Manifest:
    """Publish a generation: from here on the backup holds it."""
    content = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
    name = f"{last_number(folder) + 1:06}-{stamp(manifest.at)}-{hashlib.sha256(content).hexdigest()[:16]}"
    with aside(folder) as path:
        path.write_bytes(content)
        path.chmod(0o600)
        publish(path, folder / "generations" / f"{name}.json")
    return read(folder / "generations" / f"{name}.json")


def stamp(at: str) -> str:
    """2026-11-26T00:05:00+08:00 -> 20261126-0005."""
    return at[:16].replace("-", "").replace(":", "").replace("T", "-")


def last_number(folder: Path) -> int:
    """The highest number given out: generations are in the order of their numbers, for clocks are set back."""
    found = [path.stem.partition("-")[0] for path in (folder / "generations").glob("*.json")]
    return max((int(number) for number in found if number.isdigit()), default=0)


def read(path: Path) -> Manifest:
    """A generation. Raises WarehouseError if it is not what its name says, or of a form from another version."""
    try:
        content = path.read_bytes()
        told = json.loads(content)
    except (OSError, ValueError) as error:
        raise WarehouseError(f"备份清单 {path.name} 读不出来") from error
    if hashlib.sha256(content).hexdigest()[:16] != path.stem.rpartition("-")[2]:
        raise WarehouseError(f"备份清单 {path.name} 的内容和它的校验值不符，被改动过或已损坏")
    if told.get("form") != FORM:
        raise WarehouseError(f"备份清单 {path.name} 是另一个版本写的（格式 {told.get('form')}），这个版本不能读")
    files = tuple(Item(**item) for item in told.pop("files"))
    if strange := [item.path for item in files if not proper(item)] + [f for f in told["folders"] if not inside(f)]:
        raise WarehouseError(f"备份清单 {path.name} 里有不该有的路径“{strange[0]}”，不能用")
    told |= {
        "files": files,
        "period": tuple(told["period"]),
        "log": tuple(told["log"]),
        "faults": tuple(told["faults"]),
        "name": path.stem,
    }
    return Manifest(**told)


def proper(item: Item) -> bool:
    return inside(item.path) and re.fullmatch("[0-9a-f]{64}", item.sha256) is not None


def inside(path: str) -> bool:
    """Whether a path stays in the folder that it is put into, on any system."""
    parts = path.split("/")
    return not any(part in ("", ".", "..") or "\\" in part or ":" in part for part in parts)


def generations(folder: Path) -> list[Manifest]:
    """The generations that can be read, oldest first."""
    found = []
    for path in sorted((folder / "generations").glob("*.json")):
        try:
            found.append(read(path))
        except WarehouseError:
            continue
    return found


def unreadable(folder: Path) -> dict[Path, str]:
    """The generations that can't be read, and why, as Chinese sentences."""
    told = {}
    for path in sorted((folder / "generations").glob("*.json")):
        try:
            read(path)
        except WarehouseError as error:
            told[path] = str(error)
    return told


def damaged(folder: Path, items: tuple[Item, ...], progress: Progress = quiet) -> list[Item]:
    """The files whose content is not what it was when it was backed up."""
    found, done, size = [], 0, max(1, sum(item.size for item in items))
    for item in items:
        progress(done / size, f"校验 {item.path}")
        if not intact(path_of(folder, item.sha256), item.sha256, item.size):
            found.append(item)
        done += item.size
    return found


def refuse_none(folder: Path) -> None:
    if not any((folder / "generations").glob("*.json")):
        raise WarehouseError(f"{folder} 里没有备份；应为 backup 命令写过的文件夹")


def chosen(folder: Path, name: str = "") -> Manifest:
    """The generation of that name (or what it begins with), else the newest. WarehouseError if there is none."""
    refuse_none(folder)
    found = [each for each in generations(folder) if each.name.startswith(name)]
    if not found:
        broken = "；".join([*unreadable(folder).values()][:3])
        which = f"以 {name} 开头" if name else "完整"
        raise WarehouseError(f"{folder} 里没有{which}的备份{f'：{broken}' if broken else ''}")
    return found[-1]
