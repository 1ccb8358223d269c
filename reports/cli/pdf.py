"""The command pdf: a composed document, or a page as it stands, as a PDF."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from pipelines.terminal import county_of, telling
from reports.cli.common import KIND, OUT, PAGES, asked, maker, period_of, saved, terms
from reports.document import Document
from reports.marking import watermark

SCHEMES = ("resident", "employee", "maternity", "all")


@click.command()
@terms
@KIND
@click.option("--page", metavar="页面", help="这一页的快照，如 costs；名字是网址里的那个")
@click.option("--scheme", type=click.Choice(list(SCHEMES)), default="all", help="页面快照的险种；不写为全部")
@click.option("--query", multiple=True, metavar="名=值", help="页面快照的筛选，照网址里问号后面的写；可多次")
@OUT
@click.pass_context
def pdf(context: click.Context, out: Path, page: str | None, scheme: str, query: tuple[str, ...], **told) -> None:
    """做成 PDF：月报、季报、半年报告、年度报告，或一页的快照。"""
    from reports.pdf import pdf as made_pdf
    from reports.pdf import warm

    warm()  # the engine of charts starts beside what comes first
    warehouse = context.obj
    with telling():
        document = snapshot(context, page, scheme, query, **told) if page else asked(warehouse, **told)
        made = made_pdf(document)
        saved(warehouse, document, made.data, out, f"{made.pages} 页")


def snapshot(context: click.Context, page: str, scheme: str, query: tuple[str, ...], **told) -> Document:
    """The page as it stands, by the maker that the context brings: pages lie above this layer.

    Raises ValueError, in Chinese, for options that a page has not.
    """
    if told["kind"] or told["official"]:
        raise ValueError("页面快照没有版式，也不作正式件；正式件用月报或半年报告")
    pairs = [each.partition("=") for each in query]
    if wrong := [name for name, sign, _ in pairs if not (name and sign)]:
        raise ValueError(f"--query {wrong[0]}：应为 名=值，如 k=cost_per_case")
    period = period_of(county_of(context.obj), told["first"], told["last"])
    asked_ = {"m": f"{period.first}..{period.last}", "s": scheme} | ({"area": told["county"]} if told["county"] else {})
    asked_ |= {name: value for name, _, value in pairs}
    made = context.meta[PAGES](context.obj, page, asked_, maker(context.obj, told["by"]), told["at"] or datetime.now())
    if made.period != period:  # on the screen a link to months that are not loaded leads to those that are
        raise ValueError(f"页面不能显示{period.label}：这些月没有装入，或没有装齐")
    return replace(made, watermark=watermark(context.obj, told["name"], made.at))
