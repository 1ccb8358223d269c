"""The generated part of docs/: the dictionary of KPIs, the uploads and their templates, the command line.

Nothing in these files is typed by hand: they are derived from definitions and commands. A test fails when one is stale.
"""

from pathlib import Path

import click

from pipelines.contracts import DEFINITIONS
from pipelines.handbook.docs_cli import command_line
from pipelines.handbook.docs_kpis import dictionary
from pipelines.handbook.docs_uploads import templates, uploads

DOCS = DEFINITIONS.parents[1] / "docs"


def documents(commands: click.Group) -> dict[str, bytes]:
    """Path below docs/ -> content of every generated file. commands: the command line to describe."""
    pages = {"dictionary.md": dictionary(), "uploads.md": uploads(), "cli.md": command_line(commands)}
    tables = {f"templates/{name}.csv": text for name, text in templates().items()}
    return {path: text.encode() for path, text in pages.items()} | {
        path: text.encode("utf-8-sig") for path, text in tables.items()
    }


def write(folder: Path, commands: click.Group) -> list[str]:
    """Write what is stale, remove templates of uploads that are no more; returns the paths that changed."""
    wanted, changed = documents(commands), stale(folder, commands)
    for path in changed:
        target = folder / path
        if path in wanted:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(wanted[path])
        else:
            target.unlink()
    return changed


def stale(folder: Path, commands: click.Group) -> list[str]:
    """Paths below folder that are missing, differ from what the definitions say, or belong to no upload."""
    wanted = documents(commands)
    left_over = [path.relative_to(folder).as_posix() for path in (folder / "templates").glob("*.csv")]
    return [path for path in sorted({*wanted, *left_over}) if content(folder / path) != wanted.get(path)]


def content(path: Path) -> bytes | None:
    """A page's text whatever its line ends; a template byte for byte."""
    if not path.exists():
        return None
    return path.read_bytes() if path.suffix == ".csv" else path.read_text("utf-8").encode()
