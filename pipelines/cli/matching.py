"""The command that matches a file's headers by hand, as the upload page does."""

import sys
from pathlib import Path

import click

from pipelines.cli import show, show_trials
from pipelines.cli.common import JSON, by, telling
from pipelines.store.warehouse import WarehouseError
from pipelines.trial import matching


def pairs(told: tuple[str, ...]) -> dict[str, str]:
    """卡号=人员编号 -> {"卡号": "人员编号"}; nothing behind the sign: the column is left out."""
    if without := [text for text in told if not text.rpartition("=")[0].strip()]:
        raise WarehouseError(f"--column “{without[0]}”应如 卡号=人员编号，或 备用=")
    return {head.strip(): to.strip() for head, _, to in (text.rpartition("=") for text in told)}


@click.command("map")
@click.argument("path", type=click.Path(readable=False, path_type=Path))
@click.option("--table", required=True, help="是哪张上传表，如 结算明细")
@click.option(
    "--column",
    "columns",
    multiple=True,
    required=True,
    help="文件里的列名=模板列名，可多次；等号后空着为不读入",
)
@click.option("--sheet", default="", help="Excel 的哪张工作表")
@by("操作人")
@JSON
@click.pass_obj
def map_headers(
    warehouse: Path, path: Path, table: str, columns: tuple[str, ...], sheet: str, by: str, as_json: bool
) -> None:
    """手工对应列名：按此试读，读得出就记住，以后同一来源的文件自动认出；不装入。读不出时退出码为 1。"""
    with telling(), show.progress("试读", hidden=as_json) as progress:
        tried = matching.match(warehouse, path, matching.mapping_of(table, pairs(columns)), by, sheet, progress)
    show_trials.matched(tried, as_json)
    sys.exit(tried.staged.rows is None)
