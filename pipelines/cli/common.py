"""What the commands share: --json, --by, and errors as one sentence."""

import click

from pipelines.store import warehouse as store
from pipelines.terminal import (  # noqa: F401  shared with the command line of documents
    FROM,
    JSON,
    TO,
    county_of,
    exported,
    telling,
)

DOCUMENTS = "pipelines.documents"  # where the context keeps what gives their command line, above this layer


def by(who: str):
    """--by: who does it, else the user of the operating system."""
    return click.option("--by", default=store.user, help=who)


def why(reason: str):
    """--why: the reason, which the journal keeps."""
    return click.option("--why", required=True, help=reason)


def restate():
    """--restate: why locked months may be changed, which the journal keeps; without it they may not."""
    return click.option("--restate", "restating", default="", metavar="原因", help="允许改动已锁定的月份，写明更正原因")
