"""What every command line does: it opens the county, and says a known error in one sentence."""

import sys
from contextlib import contextmanager
from pathlib import Path

import click

from pipelines.access import need, needed
from pipelines.answers.county import County, open_county
from pipelines.answers.query import QuestionError
from pipelines.build import renew
from pipelines.periods import PeriodError
from pipelines.refusals import in_words
from pipelines.store import warehouse as store
from pipelines.store.builds import outdated

JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON")
FROM = click.option("--from", "first", metavar="年月", help="起始月，如 2026-01")
TO = click.option("--to", "last", metavar="年月", help="截止月，如 2026-06")
WAREHOUSE = click.option(
    "--warehouse",
    type=click.Path(path_type=Path),
    envvar="FUND_WAREHOUSE",
    default=Path("data/warehouse"),
    help="数据仓库文件夹",
)
KNOWN = (store.WarehouseError, QuestionError, PeriodError, ValueError)


@contextmanager
def telling():
    """A known error is one Chinese sentence on stderr and exit code 2, never a traceback."""
    try:
        with in_words():
            yield
    except KNOWN as error:
        click.echo(f"错误：{error}", err=True)
        sys.exit(2)


def allowed(context: click.Context, warehouse: Path, of: str = "") -> None:
    """Refuse a command that whoever calls it has no right to, before it begins. of: the command line it belongs to."""
    with telling():
        need(warehouse, needed("commands", f"{of} {context.invoked_subcommand}".strip()))


def county_of(warehouse: Path) -> County:
    """The county in force; built anew first, and said so, where its build is missing or of other definitions."""
    if outdated(warehouse):
        click.echo("汇总缺失，或早于现行的口径定义；正在由批次重新汇总……", err=True)
        renew(warehouse)
    return open_county(warehouse)
