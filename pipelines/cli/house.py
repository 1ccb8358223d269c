"""The commands about the house itself: demo, docs, bench."""

import sys
from pathlib import Path

import click

from pipelines import demo as build_demo
from pipelines.cli import show, show_figures, show_uploads
from pipelines.cli.common import DOCUMENTS, JSON, telling


@click.command()
@click.option("--files", type=click.Path(path_type=Path), help="同时把示例县的 CSV 保存到此文件夹")
@click.pass_obj
def demo(warehouse: Path, files: Path | None) -> None:
    """生成并装入示例县。"""
    with telling(), show.progress("示例县") as progress:
        receipts = build_demo(warehouse, progress, files)
    show_uploads.receipts(receipts, brief=True)
    click.echo("现在可运行：streamlit run dashboard.py")


@click.command()
@click.option("--check", "only_check", is_flag=True, help="只检查：列出与定义不一致的文件，有则退出码为 1")
def docs(only_check: bool) -> None:
    """由定义生成 docs 下的指标字典、上传表说明、模板和命令说明。"""
    from pipelines.handbook import docs as documents

    changed = (documents.stale if only_check else documents.write)(documents.DOCS, *command_lines())
    for path in changed:
        click.echo(f"docs/{path}：{'已过时，请运行 python -m pipelines docs' if only_check else '已更新'}")
    if not changed:
        click.echo("文档与定义一致")
    sys.exit(only_check and bool(changed))


def command_lines() -> list[click.Group]:
    """This one and, where the entry brings it, that of documents."""
    context = click.get_current_context()
    brought = context.meta[DOCUMENTS]
    return [context.find_root().command, *([brought()] if brought else [])]


@click.command()
@click.option("--rows", default=1_000_000, show_default=True, type=click.IntRange(min=100), help="结算明细的行数")
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(min=1), help="轮数；取各轮比值的中位数")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="放临时文件的文件夹；不写为系统的")
@JSON
def bench(rows: int, rounds: int, folder: Path | None, as_json: bool) -> None:
    """测量速度和内存，与目标比较；只用生成的数据，不动数据仓库。"""
    import tempfile

    from pipelines.bench import Plan, measure, rows_of

    with telling(), tempfile.TemporaryDirectory(dir=folder) as aside:
        plan = Plan(rows, Path(aside), rounds)
        with show.progress("测量", hidden=as_json) as progress:
            measured = measure(plan, progress)
    show_figures.benchmark(rows_of(plan, measured), as_json)
