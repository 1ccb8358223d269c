"""The commands that let nothing be lost: backup, restore, doctor."""

import sys
from pathlib import Path

import click

from pipelines.cli import show, show_safekeeping
from pipelines.cli.common import JSON, by, telling
from pipelines.safekeeping.backup import GENERATIONS, check
from pipelines.safekeeping.backup import backup as back_up
from pipelines.safekeeping.doctor import examine, glance
from pipelines.safekeeping.findings import FAULT
from pipelines.safekeeping.restore import restore as put_back

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--with-keys", is_flag=True, help="连同人员编号的密钥；拿到这份备份的人就能按编号找到人")
@click.option("--keep", default=GENERATIONS, show_default=True, type=click.IntRange(min=1), help="保留最近几次备份")
@click.option(
    "--check", "only_check", is_flag=True, help="不备份，只核对 FOLDER 里每份备份的每个文件；有损坏则退出码为 1"
)
@by("谁在备份")
@JSON
@click.pass_obj
def backup(warehouse: Path, folder: Path, with_keys: bool, keep: int, only_check: bool, by: str, as_json: bool) -> None:
    """备份数据仓库到文件夹 FOLDER；照常使用时也可运行，已有的内容不再复制。

    汇总不备份，恢复时由批次重新生成。密钥 person.key 要另外保管。数据仓库里有损坏时照样备份，但逐条说明，退出码为 1。
    """
    with telling(), show.progress("核对" if only_check else "备份", hidden=as_json) as progress:
        done = check(folder, progress) if only_check else back_up(warehouse, folder, by, with_keys, keep, progress)
    if only_check:
        show_safekeeping.checked(done, as_json)
        sys.exit(any(each.lost for each in done))
    show_safekeeping.backed_up(done, folder, as_json)
    sys.exit(bool(done.manifest.faults))


@click.command()
@click.argument("folder", type=FOLDER)
@click.argument("target", type=FOLDER)
@click.option("--generation", default="", metavar="名称", help="恢复哪一份，写名称或其开头；不写为最近的一份")
@JSON
@click.pass_obj
def restore(warehouse: Path, folder: Path, target: Path, generation: str, as_json: bool) -> None:
    """由备份 FOLDER 恢复成数据仓库 TARGET（空的或还没有的文件夹）。

    先核对每个文件的校验值，再重新汇总，和备份时的汇总编号、主要指标比较；有不同则逐条说明，退出码为 1。
    """
    with telling(), show.progress("恢复", hidden=as_json) as progress:
        done = put_back(folder, target, generation, progress, warehouse)
    show_safekeeping.restored(done, as_json)
    sys.exit(bool(done.differences))


@click.command()
@click.option("--repair", is_flag=True, help="修复能修复的，再查一遍")
@click.option("--from", "source", type=FOLDER, help="由这个备份文件夹放回损坏的批次；不写为上次备份的文件夹")
@click.option("--quick", is_flag=True, help="只做启动时的快速检查，不逐个核对内容，不重算")
@JSON
@click.pass_obj
def doctor(warehouse: Path, repair: bool, source: Path | None, quick: bool, as_json: bool) -> None:
    """体检：操作记录、每个批次的校验值、汇总能否重算成同一个、残留、权限、密钥、磁盘、审计日志、备份。

    有问题而没有修好则退出码为 1；只有提示为 0。
    """
    with telling(), show.progress("体检", hidden=as_json) as progress:
        found = glance(warehouse) if quick else examine(warehouse, source, progress, repair)
    show_safekeeping.examined(found, as_json)
    sys.exit(any(each.state == FAULT for each in found))
