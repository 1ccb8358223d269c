"""The commands about figures: status, kpis, rows, verify."""

import sys
from functools import partial
from pathlib import Path

import click

from pipelines.access import whole
from pipelines.answers.by_county import ask_by_county
from pipelines.answers.query import QuestionError, ask
from pipelines.answers.questions import levels
from pipelines.answers.rows import looked_at, row_lines
from pipelines.answers.rows import rows as rows_behind
from pipelines.cli import show_figures as out
from pipelines.cli.common import FROM, JSON, TO, county_of, exported, telling
from pipelines.periods import Period
from pipelines.registry import kpis as all_kpis


@click.command()
@JSON
@click.pass_obj
def status(warehouse: Path, as_json: bool) -> None:
    """数据仓库现状：构建号、已装入的表和月份。"""
    with telling():
        out.status(county_of(warehouse), as_json)


COUNTY = click.option(
    "--county", "counties", multiple=True, metavar="区划", help="几个区县合用的数据仓库：只看这个区县，可重复"
)


def asked_of(command):
    """The options of every command that asks for figures."""
    for option in (
        click.option("--where", multiple=True, metavar="维度=值", help="筛选，可重复；值可用逗号并列"),
        TO,
        FROM,
    ):
        command = option(command)
    return command


@click.command()
@asked_of
@click.option("--kpi", "ids", multiple=True, help="指标编号，可重复；不写为全部")
@click.option("--by", multiple=True, help="分组维度，可重复；几个区县合用的数据仓库可写 county，最后是全市自己的值")
@COUNTY
@JSON
@click.pass_obj
def kpis(warehouse: Path, first, last, where, ids, by, counties: tuple, as_json: bool) -> None:
    """指标：期间值、上年同期、变动和目标；可按维度分组、筛选。"""
    with telling():
        county = county_of(warehouse)
        filters = filters_from((*where, *(f"county={code}" for code in counties)))
        wanted, period = ids or those_with(county, [*by, *filters]), period_of(county, first, last)
        asking = ask_by_county if "county" in by else ask
        out.figures(county, asking(county, wanted, period, by, filters), as_json)


def those_with(county, dims: list[str]) -> list[str]:
    """The ids of the KPIs that know all of these dimensions."""
    found = [id for id, kpi in all_kpis().items() if set(dims) <= {*levels(county, kpi)}]
    if not found:
        raise QuestionError(f"没有一个指标能按 {'、'.join(dims)} 分；可用的维度见指标字典")
    return found


@click.command()
@asked_of
@COUNTY
@click.option("--kpi", "kpi_id", required=True, help="指标编号")
@click.option("--csv", "target", type=click.Path(path_type=Path), help="把全部行写入此文件")
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="屏幕上显示的行数")
@click.pass_obj
def rows(warehouse: Path, first, last, where, counties, kpi_id: str, target: Path | None, limit: int) -> None:
    """一个数字背后的行；各行相加等于该数，并如实说明。"""
    with telling():
        county = county_of(warehouse)
        period = period_of(county, first, last)
        filters = filters_from((*where, *(f"county={code}" for code in counties)))
        found = rows_behind(county, kpi_id, period, filters, limit)
        looked_at(county, kpi_id, period, filters, 0, sum(len(each.rows) for each in found))
        out.row_sets(found, ask(county, [kpi_id], period, where=filters)[0].missing, listed=target is None)
        if target:
            lines_of = partial(row_lines, county, kpi_id, period=period, where=filters)
            out.write_rows(found, target, lines_of, partial(exported, warehouse))
    sys.exit(not all(r.agrees for r in found))


@click.command()
@click.argument("file", required=False, type=click.Path(readable=False, path_type=Path))
@click.option("--year", type=int, help="报告年度；不写为最后装入的年度")
@JSON
@click.pass_obj
def verify(warehouse: Path, file: Path | None, year: int | None, as_json: bool) -> None:
    """书面报告的数字与数据仓库逐个核对；不给文件时核对随附的半年报告。"""
    from pipelines.printed.verify import verify as verify_figures

    with telling():
        whole(warehouse)  # the report is the county's: held against a part of it, every figure would differ
        out.checks(verify_figures(county_of(warehouse), file, year), as_json)


def period_of(county, first: str | None, last: str | None) -> Period:
    default = county.default_period
    last = last or default.last
    return Period(first or f"{last[:4]}-01", last)


def filters_from(pairs: tuple[str, ...]) -> dict[str, list[str]]:
    filters: dict[str, list[str]] = {}
    for pair in pairs:
        dim, equals, values = pair.partition("=")
        if not equals or not values:
            raise QuestionError(f"筛选“{pair}”读不懂；应如 scheme=resident")
        filters.setdefault(dim.strip(), []).extend(v.strip() for v in values.split(","))
    return filters
