"""Whether the product can do its work: its figures are there, its disk has room, its folder can be written."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines.store.builds import build_path, in_force, outdated
from pipelines.store.warehouse import described_holder

MAGIC_AT, MAGIC = 8, b"DUCK"  # what every database file of the engine has near its beginning, encrypted or not
LEAST_FREE_BYTES = 1024**3  # a month's load, its build and what stands beside them until they are in force


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. ok: whether the product can go on; told: a Chinese sentence."""

    name: str
    ok: bool
    told: str


def health(warehouse: Path) -> list[Check]:
    """Every check, the figures first. It takes milliseconds and changes nothing."""
    return [figures(warehouse), room(warehouse), folder(warehouse), writer(warehouse)]


def figures(warehouse: Path) -> Check:
    """Whether the build in force is there; one that must be made anew is no fault, the next visit makes it."""
    if outdated(warehouse):
        return Check("build", True, "汇总待更新，下一次打开页面时由批次重新汇总")
    build_id = in_force(warehouse)
    if build_id is None:
        return Check("build", True, "还没有数据")
    try:
        with build_path(warehouse, build_id).open("rb") as file:
            head = file.read(MAGIC_AT + len(MAGIC))
    except OSError:
        head = b""
    ok = head[MAGIC_AT:] == MAGIC
    return Check("build", ok, f"构建 {build_id}" if ok else f"构建 {build_id} 的文件缺失或损坏；请运行 doctor 检查")


def room(warehouse: Path) -> Check:
    free = shutil.disk_usage(nearest(warehouse)).free
    return Check("disk", free >= LEAST_FREE_BYTES, f"磁盘剩余 {free / 2**30:.1f} GB，至少需要 1 GB")


def folder(warehouse: Path) -> Check:
    ok = os.access(nearest(warehouse), os.W_OK)
    return Check("folder", ok, "数据仓库可写" if ok else "数据仓库文件夹不能写入")


def nearest(path: Path) -> Path:
    """The folder itself, or before the first upload the nearest one above it that exists."""
    return next(each for each in (path.absolute(), *path.absolute().parents) if each.exists())


def writer(warehouse: Path) -> Check:
    """Who is writing; that somebody is, is no fault."""
    place = warehouse / "writer.lock"
    if not place.exists():
        return Check("writer", True, "没有写入")
    try:
        with FileLock(place, timeout=0):
            return Check("writer", True, "没有写入")
    except Timeout:
        return Check("writer", True, f"正在写入：{described_holder(warehouse / 'writer.json')}")
    except OSError:
        return Check("writer", True, "没有权限查看写入锁")
