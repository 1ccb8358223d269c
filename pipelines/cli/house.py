"""The commands about the house itself: demo, docs, bench."""

import sys
from pathlib import Path

import click

from pipelines import demo as build_demo
from pipelines.cli import show, show_figures, show_uploads
from pipelines.cli.common import DOCUMENTS, JSON, telling

SMALLEST = 100  # rows: some in every month
LARGEST = 1_500_000  # rows: the file of more is larger than an upload may be


@click.command()
@click.option("--files", type=click.Path(path_type=Path), help="同时把示例县的 CSV 保存到此文件夹")
@click.option(
    "--counties", type=click.IntRange(1, 6), default=1, help="几个区县；多于一个时是一个小的示例市，各区县合用数据仓库"
)
@click.pass_obj
def demo(warehouse: Path, files: Path | None, counties: int) -> None:
    """生成并装入示例县，或几个区县的示例市。"""
    with telling(), show.progress("示例县" if counties == 1 else "示例市") as progress:
        receipts = build_demo(warehouse, progress, files, counties)
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


class Sizes(click.ParamType):
    """Numbers of rows, each larger than the one before: 1000000,10000000."""

    name = "行数,行数"

    def convert(self, value, param, ctx) -> tuple[int, ...]:
        try:
            sizes = tuple(int(part) for part in str(value).split(","))
        except ValueError:
            sizes = ()
        if not sizes or list(sizes) != sorted(set(sizes)) or sizes[0] < SMALLEST:
            self.fail(f"“{value}”应为由小到大的行数，以逗号分开，至少 {SMALLEST}，如 1000000,10000000", param, ctx)
        return sizes


@click.command()
@click.option(
    "--rows",
    default=1_000_000,
    show_default=True,
    type=click.IntRange(SMALLEST, LARGEST),
    help="结算明细的行数，写成一个文件；再多的用 --sizes",
)
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(min=1), help="轮数；取各轮比值的中位数")
@click.option("--sizes", type=Sizes(), help="改为在几种规模上各量一遍，如 1000000,10000000,100000000")
@click.option(
    "--kept", type=click.Path(path_type=Path, file_okay=False), help="与 --sizes 同用：各规模的数据仓库留在这里"
)
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="放临时文件的文件夹；不写为系统的")
@JSON
def bench(rows: int, rounds: int, sizes, kept: Path | None, folder: Path | None, as_json: bool) -> None:
    """测量速度和内存，与目标比较；只用生成的数据，不动数据仓库。"""
    import tempfile

    from pipelines.bench import Growth, Plan, growth_rows, measure, measure_growth, rows_of

    with telling(), tempfile.TemporaryDirectory(dir=folder) as aside, show.progress("测量", hidden=as_json) as progress:
        if sizes:
            grown = growth_rows(measure_growth(Growth(sizes, Path(aside), kept), progress))
        else:
            plan = Plan(rows, Path(aside), rounds)
            found = rows_of(plan, measure(plan, progress))
    if sizes:
        show_figures.growth(grown, sizes, as_json)
    else:
        show_figures.benchmark(found, as_json)
