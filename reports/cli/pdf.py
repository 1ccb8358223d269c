"""The command pdf: a composed document as a PDF."""

from pathlib import Path

import click

from pipelines.cli.common import county_of, telling
from reports import editions
from reports.cli.common import KIND, OUT, kind_of, period_of, terms, terms_of


@click.command()
@terms
@KIND
@OUT
@click.pass_obj
def pdf(warehouse: Path, first, last, kind, official, name, by, at, out: Path) -> None:
    """做成 PDF：月报、季报、半年报告、年度报告。"""
    with telling():
        county = county_of(warehouse)
        period = period_of(county, first, last)
        document = editions.edition(county, kind_of(kind, period), period, terms_of(by, at, name, official))
        click.echo(document.title)
