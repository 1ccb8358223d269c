"""The commands of `python -m reports`: documents out of the warehouse, and documents checked against it."""

from pathlib import Path

import click

from pipelines.terminal import WAREHOUSE, allowed
from reports.cli import check, docx, letters, pdf, text, verify, xlsx
from reports.cli.common import PAGES


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@WAREHOUSE
@click.pass_context
def main(context: click.Context, warehouse: Path) -> None:
    """县医保基金监管的文件：月报、半年报告、页面快照、文件验真、报告核对。"""
    context.meta[PAGES] = context.obj
    context.obj = warehouse
    allowed(context, warehouse, "reports")


for command in (pdf.pdf, docx.docx, text.text, xlsx.xlsx, verify.verify, letters.letters, check.check):
    main.add_command(command)
