"""What the operating system or the engine refuses, as one Chinese sentence that staff can act on."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from pipelines.errors import WarehouseError

FULL = "磁盘空间不足，写不下；请腾出空间后再试，数据没有改变"
MEMORY = "内存不足；请关闭其他程序，或把文件拆小后再试，数据没有改变"
BARRED = "没有权限读写{where}；请检查文件夹的权限，数据没有改变"
READ_ONLY = "{where}是只读的，不能写入；请换一个可写的文件夹，数据没有改变"
GONE = "找不到{where}；文件可能已被移走或改名，数据没有改变"
REASONS = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EFBIG: "文件超过了磁盘允许的大小；数据没有改变",
    errno.EROFS: READ_ONLY,
    errno.EACCES: BARRED,
    errno.EPERM: BARRED,
    errno.ENOENT: GONE,
    errno.EISDIR: "{where}是文件夹，不是文件；数据没有改变",
    errno.ENOTDIR: "{where}不是文件夹；数据没有改变",
    errno.EMFILE: "同时打开的文件太多；请稍后再试，数据没有改变",
    errno.ENAMETOOLONG: "文件名太长；请改短后再试，数据没有改变",
    errno.EIO: "磁盘读写出错；请检查磁盘，数据没有改变",
    errno.ENOMEM: MEMORY,
}
# what the engine's messages quote from the operating system
QUOTED = {
    "no space left": FULL,
    "disk quota": FULL,
    "file too large": REASONS[errno.EFBIG],
    "max_temp_directory_size": FULL,
    "read-only file system": READ_ONLY,
    "permission denied": BARRED,
    "no such file": GONE,
    "input/output error": REASONS[errno.EIO],
    "too many open files": REASONS[errno.EMFILE],
    "cannot allocate memory": MEMORY,
}


@contextmanager
def in_words() -> Iterator[None]:
    """Turn what the system or the engine refuses inside into a WarehouseError of one sentence; anything else passes."""
    try:
        yield
    except (OSError, duckdb.Error, MemoryError) as error:
        raise WarehouseError(sentence(error)) from error


def sentence(error: Exception) -> str:
    """One Chinese sentence for an error of the operating system or of the engine."""
    if isinstance(error, MemoryError):
        return MEMORY
    if isinstance(error, OSError):
        where = f" {error.filename} " if error.filename else "文件"
        reason = REASONS.get(error.errno, f"{{where}}不能读写（系统错误 {error.errno}）；数据没有改变")
        return reason.format(where=where).strip()
    told = str(error).lower()
    quoted = next((zh for words, zh in QUOTED.items() if words in told), "")
    if quoted:
        return quoted.format(where="文件")
    if isinstance(error, duckdb.OutOfMemoryException):
        return MEMORY
    return f"数据库引擎不能完成这一步（{type(error).__name__}）；数据没有改变"
