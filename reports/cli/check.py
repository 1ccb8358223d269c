"""The command check: what is wrong with a report that people wrote."""

import json
import sys
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path

import click

from pipelines import NothingLoaded, Period
from pipelines.terminal import JSON, county_of, telling

SHOWN = ("impossible", "differs", "wording", "rounding")
FIRST = click.option("--from", "first", metavar="年月", help="报告没有写明期间时的起始月，如 2026-01")
LAST = click.option("--to", "last", metavar="年月", help="报告没有写明期间时的截止月，如 2026-06")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@FIRST
@LAST
@click.option("--alone", is_flag=True, help="只核对报告自身，不与本系统的数据比")
@click.option("--all", "everything", is_flag=True, help="相符的、无法判断的也列出")
@JSON
@click.pass_obj
def check(warehouse: Path, file: Path, first, last, alone: bool, everything: bool, as_json: bool) -> None:
    """报告核对：人写的报告（txt、docx、带文字的 pdf）里的数字是否自相矛盾，与本系统是否一致，文字有没有差错。

    退出码：0 没有要改的，1 有，2 出错。
    """
    from reports import checking

    with telling():
        county = None if alone else county_if_any(warehouse)
        found = checking.check(checking.read(file), county, period_of(first, last, county))
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2, default=as_text))
    else:
        click.echo("\n".join(lines(found, file, county, everything)))
    sys.exit(1 if found.wanting() else 0)


def county_if_any(warehouse: Path):
    """The county; None where nothing is loaded: then the report is only set against itself."""
    try:
        return county_of(warehouse)
    except NothingLoaded:
        return None


def period_of(first: str | None, last: str | None, county) -> Period | None:
    if first or last:
        return Period(first or f"{last[:4]}-01", last or first)
    return county.default_period if county else None


def as_text(value) -> str:
    if not isinstance(value, Decimal):
        raise TypeError(f"a figure is a Decimal, not {value!r}")
    return str(value)


def lines(found, file: Path, county, everything: bool) -> list[str]:
    """One line per finding with its place: 第3行 “36.65%” 自相矛盾 …."""
    from reports.checking import VERDICTS

    counts = [
        f"{zh} {n}" for verdict, zh in VERDICTS.items() if (n := sum(f.verdict == verdict for f in found.findings))
    ]
    told = [f"{file.name}：认出 {len(found.claims)} 个数字；{'，'.join(counts) or '没有可核对的'}"]
    told += [] if county else ["还没有数据或没有要求，未与本系统比较"]
    shown = [f for f in found.findings if everything or f.verdict in SHOWN]
    rows = (found.text.count("\n", 0, one.start) + 1 for one in shown)
    return told + [
        f"  第{row}行 “{one.quoted}” {VERDICTS[one.verdict]}：{one.message}"
        for row, one in zip(rows, shown, strict=True)
    ]
