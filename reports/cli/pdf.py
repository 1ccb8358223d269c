"""The command pdf: a composed document, or a page as it stands, as a PDF."""

from pathlib import Path

import click

from pipelines.cli.common import telling
from reports.cli.common import KIND, OUT, asked, saved, terms


@click.command()
@terms
@KIND
@OUT
@click.pass_obj
def pdf(warehouse: Path, out: Path, **told) -> None:
    """做成 PDF：月报、季报、半年报告、年度报告。"""
    from reports.pdf import pdf as made_pdf

    with telling():
        document = asked(warehouse, **told)
        made = made_pdf(document)
        saved(warehouse, document, made.data, out, f"{made.pages} 页")
