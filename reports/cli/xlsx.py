"""The command xlsx: every KPI and every table of the months as a workbook."""

from datetime import datetime
from pathlib import Path

import click

from pipelines import user
from pipelines.terminal import telling
from reports.cli.common import AT, COUNTY, FIRST, LAST, OUT, maker, period_of, saved, told_of


@click.command()
@COUNTY
@FIRST
@LAST
@click.option("--by", default=user, help="制作人；不写为系统用户")
@AT
@OUT
@click.pass_obj
def xlsx(warehouse: Path, county, first, last, by: str, at: datetime | None, out: Path) -> None:
    """做成工作簿：全部指标和全部表格，一表一页。"""
    from reports.workbook import gathered
    from reports.workbook import xlsx as written

    with telling():
        county = told_of(warehouse, county)
        document = gathered(county, period_of(county, first, last), maker(warehouse, by), at or datetime.now())
        saved(warehouse, document, written(document), out, f"{len(document.tables())} 张表")
