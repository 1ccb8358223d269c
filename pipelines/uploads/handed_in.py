"""What was handed in: the files among paths and folders, and every table in them."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain, count
from pathlib import Path

from pipelines.store.warehouse import WarehouseError
from pipelines.uploads.files import Upload, unpack
from pipelines.uploads.kinds import SUFFIXES


def files_in(paths: Iterable[Path]) -> list[Path]:
    """The files among paths and in the folders among them, each once; a folder's in order of name.

    Raises WarehouseError naming a path without a file.
    """
    found = list(dict.fromkeys(f for p in paths for f in (tables_in(p) if p.is_dir() else [p])))
    missing = [str(p) for p in found if not p.exists()]
    if missing:
        raise WarehouseError(f"找不到文件：{'、'.join(missing)}")
    if not found:
        raise WarehouseError("没有可读的文件；应给出 CSV、xlsx、xls 或 zip 文件，或放有它们的文件夹")
    return found


def tables_in(folder: Path) -> list[Path]:
    """The files that may hold a table; ~$ marks what Excel writes beside a workbook that is open."""
    found = (p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and not p.name.startswith(("~$", "._")))
    return sorted(p for p in found if p.is_file())


def handed_in(files: list[Path], folder: Path) -> list[Upload]:
    """Every table of the files, each file unpacked into a folder of its own; no two of them have one name."""
    found: list[Upload] = []
    for number, path in enumerate(files):
        aside = folder / str(number)
        aside.mkdir(parents=True)
        for upload in unpack(path, aside):
            found.append(replace(upload, name=free_name(upload.name, {u.name for u in found})))
    return found


def free_name(name: str, taken: set[str]) -> str:
    """The name, or 名（2）, 名（3） ... for further files of that name from other folders."""
    return next(n for n in chain([name], (f"{name}（{i}）" for i in count(2))) if n not in taken)
