"""The wheel folder: all that an office PC without internet installs, for its own system, each file with its hash.

pip fetches for another system, but asks the markers of requirements (colorama; platform_system == "Windows") of the one
it runs on. So what the fetched wheels still need on theirs is read from the wheels, until nothing is missing.
"""

import hashlib
import platform
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from email.parser import HeaderParser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from pipelines.child import HOUSE
from pipelines.store.warehouse import WarehouseError

PYTHON = "3.11"
LOCK = "requirements.txt"
SERVICE = HOUSE / "docs" / "deploy" / "windows" / "requirements.txt"
OLDEST_GLIBC, NEWEST_GLIBC = 5, 28  # 2.28: Debian 10 and later, RHEL 8, 麒麟 V10, 统信 20
LAST_LINES = 3
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Target:
    """A system to install on: the platform tags of its wheels, and what markers ask about it."""

    zh: str
    tags: tuple[str, ...]
    markers: dict[str, str]
    more: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Wheel:
    """One file of the folder, and what it needs, markers and all."""

    path: Path
    name: str
    version: str
    needs: tuple[Requirement, ...] = field(repr=False)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


def linux(machine: str) -> tuple[str, ...]:
    """Every tag that a glibc of NEWEST_GLIBC takes: pip reads each as itself alone."""
    libraries = range(NEWEST_GLIBC, OLDEST_GLIBC - 1, -1)
    return (*(f"manylinux_2_{n}_{machine}" for n in libraries), f"manylinux2014_{machine}", f"linux_{machine}")


def markers(system: str, sys_platform: str, os_name: str, machine: str) -> dict[str, str]:
    return {
        "platform_system": system,
        "sys_platform": sys_platform,
        "os_name": os_name,
        "platform_machine": machine,
        "python_version": PYTHON,
        "python_full_version": f"{PYTHON}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }


TARGETS = {
    "windows": Target("Windows 64 位", ("win_amd64",), markers("Windows", "win32", "nt", "AMD64"), (SERVICE,)),
    "linux": Target("Linux x86_64", linux("x86_64"), markers("Linux", "linux", "posix", "x86_64")),
    "linux-arm": Target("Linux ARM64（鲲鹏、飞腾）", linux("aarch64"), markers("Linux", "linux", "posix", "aarch64")),
}


def here() -> str:
    """The target that this machine is."""
    if sys.platform == "win32":
        return "windows"
    return "linux-arm" if platform.machine() == "aarch64" else "linux"


def collect(folder: Path, target: Target, files: Iterable[Path], progress: Progress = lambda share, what: None) -> None:
    """Fill the folder with every wheel that these requirement files need on the target, and write its lock file.

    Raises WarehouseError if the folder holds anything already, or pip can't fetch something.
    """
    if folder.exists() and any(folder.iterdir()):
        raise WarehouseError(f"文件夹 {folder} 不是空的；请换一个空文件夹，旧的安装包才不会混进来")
    folder.mkdir(parents=True, exist_ok=True)
    progress(0.05, "下载")
    fetch(folder, target, [part for path in (*files, *target.more) for part in ("-r", str(path))])
    while wanted := missing(folder, target, files):
        progress(0.6, f"补齐 {len(wanted)} 个")
        fetch(folder, target, [f"{need.name}{need.specifier}" for need in wanted])
    progress(0.9, "登记哈希")
    (folder / LOCK).write_text(lock(folder, target), "utf-8")


def fetch(folder: Path, target: Target, what: list[str]) -> None:
    """Let pip fetch these into the folder, as wheels only: nothing is compiled on the office PC."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--dest", str(folder), "--only-binary=:all:"]
    command += ["--implementation", "cp", "--python-version", PYTHON, "--disable-pip-version-check"]
    command += [part for tag in target.tags for part in ("--platform", tag)]
    told = subprocess.run([*command, *what], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if told.returncode:
        problem = " ".join(told.stderr.strip().splitlines()[-LAST_LINES:])
        raise WarehouseError(f"安装包没有下载全：{problem or '下载工具没有说明原因'}；请检查网络后换一个空文件夹再试")


def missing(folder: Path, target: Target, files: Iterable[Path]) -> list[Requirement]:
    """What the wheels of the folder need on the target and do not find among themselves."""
    there = {wheel.name: wheel for wheel in wheels(folder)}
    wanted, seen = list(asked([*files, *target.more])), set()
    absent: dict[str, Requirement] = {}
    while wanted:
        need = wanted.pop()
        name = canonicalize_name(need.name)
        if name not in there:
            absent[name] = need
        elif (name, frozenset(need.extras)) not in seen:
            seen.add((name, frozenset(need.extras)))
            wanted += [each for each in there[name].needs if applies(each, target, need.extras)]
    return [absent[name] for name in sorted(absent)]


def asked(files: Iterable[Path]) -> Iterator[Requirement]:
    """The requirements that files name, those of the files they include too."""
    for path in files:
        for line in path.read_text("utf-8").splitlines():
            told = line.split("#")[0].strip()
            if told.startswith("-r "):
                yield from asked([path.parent / told.removeprefix("-r ").strip()])
            elif told:
                yield Requirement(told)


def applies(need: Requirement, target: Target, extras: Iterable[str]) -> bool:
    return not need.marker or any(need.marker.evaluate(target.markers | {"extra": e}) for e in ("", *extras))


def wheels(folder: Path) -> list[Wheel]:
    return [read(path) for path in sorted(folder.glob("*.whl"))]


def read(path: Path) -> Wheel:
    name, version, *_ = parse_wheel_filename(path.name)
    with zipfile.ZipFile(path) as archive:
        place = next(each for each in archive.namelist() if each.endswith(".dist-info/METADATA"))
        told = HeaderParser().parsestr(archive.read(place).decode("utf-8"))
    needs = tuple(Requirement(each) for each in told.get_all("Requires-Dist", ()))
    return Wheel(path, canonicalize_name(name), str(version), needs)


def lock(folder: Path, target: Target) -> str:
    """A requirements file that takes these very files and no others: pip checks each hash."""
    lines = [f"# {target.zh}，Python {PYTHON}；在目标机上：", f"# pip install --no-index --find-links . -r {LOCK}"]
    lines += ["--require-hashes"]
    lines += [f"{wheel.name}=={wheel.version} --hash=sha256:{wheel.sha256}" for wheel in wheels(folder)]
    return "\n".join(lines) + "\n"
