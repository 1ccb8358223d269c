"""The commands about penalty cases: cases, case."""

from calendar import monthrange
from datetime import date
from pathlib import Path

import click

from pipelines import cases as casework
from pipelines.answers.county import County
from pipelines.cli import show_cases
from pipelines.cli.common import JSON, county_of, telling
from pipelines.periods import Period
from pipelines.store.warehouse import WarehouseError


@click.command()
@click.option("--from", "first", metavar="年月", help="发现月份从此起；不写为全部")
@click.option("--to", "last", metavar="年月", help="到此月为止，按该月末的情形；不写为最后装入的月份")
@click.option("--owed", is_flag=True, help="只列还有款未到账、未扣下的")
@click.option("--withdrawn", is_flag=True, help="只列已撤案的；不写时不列它们")
@click.option("--institution", metavar="机构编码", help="只列该机构的")
@JSON
@click.pass_obj
def cases(warehouse: Path, first, last, owed: bool, withdrawn: bool, institution, as_json: bool) -> None:
    """处罚案件：金额、到账、账龄，按协议处理、罚款、考核扣减、行业自律分开合计。"""
    with telling():
        county = county_of(warehouse)
        on = end_of(county, last)
        months = Period(first or last, last or county.last_month) if first or last else None
        where = {"institution": institution} if institution else {}
        where |= {"status": casework.WITHDRAWN} if withdrawn else {}
        found = casework.ledger(county, months, on, **where)
        show_cases.listed([c for c in found if c.owed_yuan > 0] if owed else found, on, as_json)


@click.command()
@click.argument("case_no")
@JSON
@click.pass_obj
def case(warehouse: Path, case_no: str, as_json: bool) -> None:
    """一件案件：事实、依据、各项处理的金额和到账、经过。"""
    with telling():
        found = casework.case(county_of(warehouse), case_no, date.max)
        if found is None:
            raise WarehouseError(f"台账里没有案件 {case_no}")
        show_cases.one(found, as_json)


def end_of(county: County, last: str | None) -> date:
    """The last day of the month asked for, else everything that is known."""
    if last is None:
        return max(date.today(), month_end(county.last_month))
    return month_end(Period(last, last).last)


def month_end(month: str) -> date:
    year, number = map(int, month.split("-"))
    return date(year, number, monthrange(year, number)[1])
