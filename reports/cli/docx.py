"""The command docx: a composed document as a Word file."""

from pathlib import Path

import click

from pipelines.terminal import telling
from reports.cli.common import KIND, OUT, asked, saved, terms


@click.command()
@terms
@KIND
@OUT
@click.pass_obj
def docx(warehouse: Path, out: Path, **told) -> None:
    """做成 Word 文件，公文的版式，供修改。"""
    from reports.word import docx as made_docx

    with telling():
        document = asked(warehouse, **told)
        saved(warehouse, document, made_docx(document), out)
