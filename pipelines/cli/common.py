"""What the commands share: --json, --by, and errors as one sentence."""

import sys
from contextlib import contextmanager

import click

from pipelines.answers.query import QuestionError
from pipelines.periods import PeriodError
from pipelines.refusals import in_words
from pipelines.store import warehouse as store

JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON")
KNOWN = (store.WarehouseError, QuestionError, PeriodError, ValueError)


def by(who: str):
    """--by: who does it, else the user of the operating system."""
    return click.option("--by", default=store.user, help=who)


def why(reason: str):
    """--why: the reason, which the journal keeps."""
    return click.option("--why", required=True, help=reason)


@contextmanager
def telling():
    """A known error is one Chinese sentence on stderr and exit code 2, never a traceback."""
    try:
        with in_words():
            yield
    except KNOWN as error:
        click.echo(f"错误：{error}", err=True)
        sys.exit(2)
