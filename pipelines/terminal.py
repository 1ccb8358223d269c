"""What every command line does: it opens the county, and says a known error in one sentence."""

import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from pipelines import audit_log
from pipelines.access import acting, guarded, identify_by, keeping, need, needed
from pipelines.access.matrix import EVERYBODY, recovery
from pipelines.answers.county import County, open_county
from pipelines.answers.query import QuestionError
from pipelines.build import renew
from pipelines.errors import NotAllowed
from pipelines.periods import PeriodError
from pipelines.refusals import in_words
from pipelines.store import warehouse as store
from pipelines.store.builds import outdated
from pipelines.store.warehouse import publish

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
BY_CTRL_C = "Query interrupted"  # what the engine makes of Ctrl-C while it works for the main thread
STOPPED = 130  # as a shell says of what Ctrl-C ended
KNOWN = (store.WarehouseError, QuestionError, PeriodError, ValueError)


@contextmanager
def telling():
    """A known error is one Chinese sentence on stderr and exit code 2, never a traceback; so is Ctrl-C, with 130."""
    try:
        with in_words():
            yield
    except KNOWN as error:
        click.echo(f"错误：{error}", err=True)
        sys.exit(2)
    except (KeyboardInterrupt, RuntimeError) as ended:
        if not isinstance(ended, KeyboardInterrupt) and str(ended) != BY_CTRL_C:
            raise
        click.echo("\n已停止；没有做完的那一步没有留下什么", err=True)
        sys.exit(STOPPED)


def allowed(context: click.Context, warehouse: Path, of: str = "") -> None:
    """Refuse a command that whoever calls it has no right to, before it begins. of: the command line it belongs to.

    What helps out when nobody can log in is also for the operating system's owner of the warehouse.
    """
    command = f"{of} {context.invoked_subcommand}".strip()
    identify_by(keeping.identify)
    with telling():
        right = needed("commands", command)
        if right == EVERYBODY or (guarded(warehouse) and helped_out(context, warehouse, command, right)):
            return
        try:
            need(warehouse, right)
        except NotAllowed as refusal:
            audit_log.record(warehouse, "refused", command, {"说明": refusal})
            raise


def helped_out(context: click.Context, warehouse: Path, command: str, right: str) -> bool:
    """Whether the command goes on in the name of the warehouse's owner, who holds no account with the right to it."""
    who = keeping.identify(warehouse)
    if command not in recovery() or (who and who.may(right)) or not keeping.owns(warehouse):
        return False
    context.with_resource(acting(keeping.owner(store.user())))
    return True


def exported(warehouse: Path, name: str, rows: int | None = None) -> None:
    """Record that the command writes a file, with all that it was asked for. Raises LogUnwritable: then it may not."""
    context = click.get_current_context(silent=True)  # none where a program calls the function of a command
    asked = {"命令": context.info_name} | context.params if context else {}
    told = {key: value for key, value in asked.items() if value not in (None, "", (), False)}
    audit_log.record(warehouse, "export", name, told, rows)


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Where to write a file, which gets its name once it is whole: broken off, it leaves what stood there before."""
    if path.exists() and not path.is_file():  # a device or a pipe, which nothing may be put in the place of
        yield path
        return
    target = path.resolve()
    aside = target.with_name(f".{uuid.uuid4().hex}.part")
    try:
        yield aside
        publish(aside, target)
    except OSError as error:
        if error.filename is not None:
            error.filename = str(path)  # the name that whoever reads the sentence knows
        raise
    finally:
        aside.unlink(missing_ok=True)


def county_of(warehouse: Path) -> County:
    """The county in force; built anew first, and said so, where its build is missing or of other definitions."""
    if outdated(warehouse):
        click.echo("汇总缺失，或早于现行的口径定义；正在由批次重新汇总……", err=True)
        renew(warehouse)
    return open_county(warehouse)
