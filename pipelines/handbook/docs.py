"""The generated part of docs/: the dictionary of KPIs, the uploads and their templates, the clue rules, the
methods, the command line.

Nothing in these files is typed by hand: they are derived from definitions and commands. A test fails when one is stale.
"""

import io
import zipfile
from pathlib import Path

import click

from pipelines.contracts import DEFINITIONS
from pipelines.handbook.docs_cli import command_line
from pipelines.handbook.docs_clues import clues
from pipelines.handbook.docs_kpis import dictionary
from pipelines.handbook.docs_methods import methods_page
from pipelines.handbook.docs_uploads import uploads
from pipelines.handbook.templates import every_layout, file_name, template

KINDS = ("csv", "xlsx")
DOCS = DEFINITIONS.parents[1] / "docs"


def documents(*commands: click.Group) -> dict[str, bytes]:
    """Path below docs/ -> content of every generated file. commands: the command lines to describe."""
    pages = {
        "dictionary.md": dictionary(),
        "uploads.md": uploads(),
        "clues.md": clues(),
        "methods.md": methods_page(),
        "cli.md": command_line(*commands),
    }
    return {path: text.encode() for path, text in pages.items()} | {
        f"templates/{file_name(contract, layout)}.{kind}": template(contract.table, layout.name, kind)[1]
        for contract, layout in every_layout()
        for kind in KINDS
    }


def write(folder: Path, *commands: click.Group) -> list[str]:
    """Write what is stale, remove templates of uploads that are no more; returns the paths that changed."""
    wanted, changed = documents(*commands), stale(folder, *commands)
    for path in changed:
        target = folder / path
        if path in wanted:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(wanted[path])
        else:
            target.unlink()
    return changed


def stale(folder: Path, *commands: click.Group) -> list[str]:
    """Paths below folder that are missing, differ from what the definitions say, or belong to no upload."""
    wanted = documents(*commands)
    files = [path for kind in KINDS for path in (folder / "templates").glob(f"*.{kind}")]
    paths = sorted({*wanted, *(path.relative_to(folder).as_posix() for path in files)})
    return [path for path in paths if not same(folder / path, wanted.get(path))]


def same(path: Path, wanted: bytes | None) -> bool:
    """Whether a file says what it should: a page whatever its line ends, a workbook however it is compressed."""
    if wanted is None or not path.exists():
        return False
    if path.suffix == ".xlsx":  # zlib packs differently from machine to machine
        return zipfile.is_zipfile(path) and unpacked(path.read_bytes()) == unpacked(wanted)
    return (path.read_bytes() if path.suffix == ".csv" else path.read_text("utf-8").encode()) == wanted


def unpacked(workbook: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
