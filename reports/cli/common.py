"""What the commands share: which document, who makes it and when, where it goes."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click

from pipelines import County, Period, one_county, user
from pipelines.access import caller
from pipelines.terminal import county_of, exported, written_whole
from reports import editions, register
from reports.document import Document, state

PAGES = "reports.pages"  # where the context keeps the maker of page snapshots, which lies above this layer
KIND = click.option(
    "--kind", type=click.Choice(list(editions.NAMES)), help="版式；不写则按期间：" + "、".join(editions.NAMES.values())
)
OUT = click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="写到这个文件")

AT = click.option("--at", type=click.DateTime(["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"]), help="制作时间；不写为现在")
COUNTY = click.option("--county", metavar="区划", help="几个区县合用的数据仓库：只做这个区县的文件，写医保区划代码")
FIRST = click.option("--from", "first", metavar="年月", help="起始月，如 2026-01；不写为截止月当年1月")
LAST = click.option("--to", "last", metavar="年月", help="截止月，如 2026-06；不写为最后装入的月")


def terms(command: Callable) -> Callable:
    """The options that every document has: whose county, months, who, when, official, watermark."""
    for option in (
        AT,
        click.option("--by", default=user, help="制作人；不写为系统用户"),
        click.option("--name", default="", help="水印上的名字；不写则没有水印"),
        click.option("--official", is_flag=True, help="要正式件；条件不足时拒绝并说明缺什么"),
        LAST,
        FIRST,
        COUNTY,
    ):
        command = option(command)
    return command


def told_of(warehouse: Path, code: str | None) -> County:
    """The county in force; of several that share the warehouse the one of this code, if there is one.

    Raises WarehouseError for a code that is none of theirs.
    """
    county = county_of(warehouse)
    return one_county(county, code) if code else county


def asked(warehouse: Path, county, first, last, kind, official: bool, name: str, by: str, at) -> Document:
    """The composed document that the options ask for. county: a code, or None."""
    county = told_of(warehouse, county)
    period = period_of(county, first, last)
    told = editions.Terms(maker(warehouse, by), at or datetime.now(), official=official, watermark=name)
    return editions.edition(county, kind or editions.kind_for(period), period, told)


def maker(warehouse: Path, by: str) -> str:
    """Who makes a document: with accounts whoever is logged in, whatever name they type."""
    return caller(warehouse).signing(by)


def period_of(county: County, first: str | None, last: str | None) -> Period:
    """The months asked for; else January to the last month loaded. Raises ValueError, in Chinese, without data."""
    last = last or county.default_period.last
    found = Period(first or f"{last[:4]}-01", last)
    if not set(found.months) & set(county.months()):
        raise ValueError(f"{found.label}没有装入任何数据，不能做文件")
    return found


def saved(warehouse: Path, document: Document, data: bytes, out: Path, what: str = "") -> None:
    """Write a made file, enter it into the register and say so."""
    kept = register.keep(warehouse, document, data, out.suffix)  # refuses what may not leave the house: before it does
    exported(warehouse, out.name, sum(len(table.rows) for table in document.tables()))
    write(out, data)
    told = "：" + "；".join(document.why_draft) if document.why_draft else ""
    good_for = state(document.kind, document.official) + told
    size = "，".join(filter(None, (what, f"{len(data):,} 字节")))
    click.echo(f"已写入 {out}（{document.title}，{size}）\n{good_for}\n验真编号 {kept.id}")


def write(out: Path, data: bytes) -> None:
    """Write a file whole or not at all: what stood under its name stays until the new one is complete."""
    with written_whole(out) as aside:
        aside.write_bytes(data)
