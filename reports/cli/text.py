"""The command text: a composed document as plain text."""

from pathlib import Path

import click

from pipelines.side_by_side import quiet
from pipelines.terminal import telling
from reports.cli.common import KIND, OUT, asked, saved, terms
from reports.filing import of_text


@click.command()
@terms
@KIND
@OUT
@click.pass_obj
def text(warehouse: Path, out: Path, **told) -> None:
    """做成纯文本；数字后面的 [n] 是它在附录里的编号。"""
    with telling():
        document = asked(warehouse, **told)
        saved(warehouse, document, of_text(document, quiet), out)
