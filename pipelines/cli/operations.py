"""The commands of whoever runs the product: the wheel folder."""

from pathlib import Path

import click

from pipelines.child import HOUSE
from pipelines.cli import show
from pipelines.cli.common import telling
from pipelines.operations import LOCK, TARGETS, collect, here


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--platform", "system", type=click.Choice(list(TARGETS)), help="装在什么系统上；不写为本机的系统")
@click.option("--with-tests", is_flag=True, help="连同测试所需（requirements-dev.txt）")
def wheels(folder: Path, system: str | None, with_tests: bool) -> None:
    """在联网的机器上备齐离线安装包，放进空文件夹 FOLDER。

    目标机不需要联网：pip install --no-index --find-links FOLDER -r FOLDER/requirements.txt，每个文件都核对哈希。
    """
    asked = HOUSE / ("requirements-dev.txt" if with_tests else "requirements.txt")
    target = TARGETS[system or here()]
    with telling(), show.progress("安装包") as progress:
        collect(folder, target, [asked], progress)
    files = list(folder.glob("*.whl"))
    size = sum(path.stat().st_size for path in files) / 2**20
    click.echo(f"{target.zh}：{len(files)} 个安装包，{size:,.0f} MB，清单和哈希在 {folder / LOCK}")
