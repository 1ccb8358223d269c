"""Where the batches lie that another engine reads, and where it writes: a local folder, or whatever Hadoop can reach.

Both kinds of place are asked the same: is it there, take it away, bring it here, take it there. A path of Hadoop is
fetched and put whole or not at all: aside first, then renamed.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import WarehouseError
from pipelines.scale.words import failing_as

HERE = "file://"
UNREACHED = "读写不了 {who}（{said}）；请核对地址、权限，s3a:// 等另要放好它的 jar 包。数据没有改变"
PATTERNS = "[]{}*?"  # in a folder's name Hadoop and Sail take them for a pattern
SCHEMES = ("hdfs", "s3a", "file", "abfss", "oss", "obs", "cosn", "viewfs")


@dataclass(frozen=True)
class LocalPlace:
    """A folder of this machine, or of one that is mounted.

    prefix: what makes its path a URI for whom a bare path may mean another file system, as Spark beside a cluster's.
    """

    root: Path
    prefix: str = ""

    def uri(self, path: str) -> str:
        return f"{self.prefix}{self.root.resolve() / path}"

    def exists(self, path: str) -> bool:
        return (self.root / path).exists()

    def remove(self, path: str) -> None:
        shutil.rmtree(self.root / path, ignore_errors=True)

    def fetch(self, path: str, target: Path) -> Path:
        """The folder of that path, where it can be read: here it needs no copy."""
        return self.root / path

    def put(self, source: Path, path: str) -> None:
        """Have path hold what the file source holds."""
        target = self.root / path
        if target.exists() and target.samefile(source):
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        half = target.with_name(f"{target.name}.part")
        shutil.copyfile(source, half)
        half.replace(target)


@dataclass(frozen=True)
class HadoopPlace:
    """A folder that Spark reaches by its URI (hdfs://, s3a://, file://), through Hadoop's own file systems.

    jvm: the gateway of a Spark session; conf: its Hadoop configuration, which knows hosts and how to log in.
    """

    root: str
    jvm: object
    conf: object

    def uri(self, path: str) -> str:
        return f"{self.root.rstrip('/')}/{path}"

    def exists(self, path: str) -> bool:
        with self.files() as files:
            return files.exists(self.path(path))

    def remove(self, path: str) -> None:
        with self.files() as files:
            files.delete(self.path(path), True)

    def fetch(self, path: str, target: Path) -> Path:
        """A local copy of the folder of that path, inside target."""
        target.mkdir(parents=True, exist_ok=True)
        with self.files() as files:
            files.copyToLocalFile(False, self.path(path), self.local(target), True)
        return target / path.rpartition("/")[2]

    def put(self, source: Path, path: str) -> None:
        """Have path hold what the file source holds."""
        with self.files() as files:
            half = self.path(f"{path}.part")
            files.copyFromLocalFile(False, True, self.local(source), half)
            files.delete(self.path(path), False)
            if not files.rename(half, self.path(path)):
                raise WarehouseError(f"不能写入 {self.uri(path)}；数据没有改变")

    @contextmanager
    def files(self) -> Iterator[object]:
        """The file system behind the root. No host, no jar for its scheme, no right to write: one sentence."""
        with failing_as(self.root, UNREACHED):
            yield self.path("").getFileSystem(self.conf)

    def path(self, path: str):
        return self.jvm.org.apache.hadoop.fs.Path(self.uri(path).rstrip("/"))

    def local(self, path: Path):
        return self.jvm.org.apache.hadoop.fs.Path(f"{HERE}{path.resolve()}")  # Hadoop takes %20 for what it says


def scheme_of(place: str) -> str:
    """'hdfs' of hdfs://host/folder; '' of a folder of this machine. Raises WarehouseError for what nothing reads."""
    if any(each in place for each in PATTERNS):
        raise WarehouseError(f"“{place}”里有 {' '.join(PATTERNS)} 之一，外部引擎当它是通配符；请换一个文件夹名")
    scheme, separator, _ = place.partition("://")
    if not separator:
        return ""
    if scheme not in SCHEMES:
        raise WarehouseError(f"“{place}”不能读；应为本地文件夹，或 hdfs://、s3a:// 等开头的地址")
    return scheme
