"""How commands print: a bar on stderr, tables for people, JSON for programs."""

import json
import sys
from contextlib import contextmanager
from decimal import Decimal

import click

from pipelines.aligned import aligned
from pipelines.contracts import contracts


@contextmanager
def progress(label: str, hidden: bool = False):
    """A bar on stderr that a callback (share, what) moves; nothing for --json."""
    if hidden:
        yield lambda share, what: None
        return
    with click.progressbar(length=1000, label=label, item_show_func=lambda what: what, file=sys.stderr) as bar:

        def told(share: float, what: str) -> None:
            bar.update(max(0, int(share * 1000) - bar.pos), what)
            bar.render_progress()  # also where only the words are new, as while waiting for another writer

        yield told
        bar.update(1000 - bar.pos, "完成")


def plain(value):
    """Decimals as numbers that keep their digits: 49.60 prints 49.60 in tables; JSON has 49.6."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and value.as_tuple().exponent >= 0 else float(value)
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return {k: plain(v) for k, v in value.items()} if isinstance(value, dict) else value


def as_json(value) -> None:
    click.echo(json.dumps(plain(value), ensure_ascii=False, indent=1, default=str))


def table(heads: list[str], rows: list[list], right: set[int] = frozenset(), indent: str = "") -> None:
    """Columns under their heads; None is a dash."""
    texts = [heads, *[["—" if c is None else str(c) for c in row] for row in rows]]
    for line in aligned(texts, right):
        click.echo(indent + line)


def table_name(table: str) -> str:
    return contracts()[table].name_zh if table in contracts() else "未识别"


def span(periods) -> str:
    if not periods or periods[0] == "all":
        return ""
    return periods[0] if len(periods) == 1 else f"{periods[0]}—{periods[-1]}"
