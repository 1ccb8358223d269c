"""The commands about what may be kept of persons: keys and what they encrypt; rows that are old enough to go."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from pipelines.cli import show
from pipelines.cli.common import JSON, by, telling, why

BY = by("由谁办理，不写为系统用户")


@click.group()
def keys() -> None:
    """明细加密和密钥；密钥在 FUND_KEYS 所指的文件夹里，不在数据仓库里。"""


@keys.command()
@BY
@click.pass_obj
def init(warehouse: Path, by: str) -> None:
    """启用加密：生成主密钥，人员密钥移入密钥文件夹；以后写入的明细都加密。"""
    from pipelines.safekeeping import keys as work

    with telling():
        name = work.init(warehouse, by)
        state = work.key_state(warehouse)
    click.echo(f"已启用加密，主密钥 {name} 在 {state.folder}")
    click.echo("请马上把密钥文件夹另存一份，和数据备份分开保管：丢了主密钥，明细打不开，只剩汇总")
    if state.in_the_open:
        click.echo(f"还有 {state.in_the_open} 个以前写入的文件没有加密；请接着运行 keys encrypt")


@keys.command()
@JSON
@click.pass_obj
def status(warehouse: Path, as_json: bool) -> None:
    """哪些明细已加密，用哪个主密钥，密钥是否都在。"""
    from pipelines.safekeeping.keys import key_state

    with telling():
        state = key_state(warehouse)
    if as_json:
        return click.echo(json.dumps(asdict(state), ensure_ascii=False, indent=2))
    if not state.encrypted:
        return click.echo("没有启用加密：明细以编号后的形式明文存放，靠文件夹权限和磁盘加密保护")
    click.echo(f"已启用加密，密钥文件夹 {state.folder or '（没有设置 FUND_KEYS）'}")
    click.echo(f"加密的文件 {state.sealed} 个，未加密的明细文件 {state.in_the_open} 个")
    for name, files in state.masters:
        click.echo(f"  {name}  {files} 个文件{'  不在密钥文件夹里' if name in state.absent else ''}")
    return click.echo(state.trouble or "密钥齐全")


@keys.command()
@BY
@click.pass_obj
def encrypt(warehouse: Path, by: str) -> None:
    """把启用加密以前写入的明细加密。中断了可以再运行。"""
    from pipelines.safekeeping import keys as work

    with telling(), show.progress("加密") as progress:
        count = work.encrypt(warehouse, by, progress)
    click.echo(f"加密了 {count} 个文件；以前的备份里还是明文，请另行处置")


@keys.command()
@click.option("--data", is_flag=True, help="数据密钥也换，明细重新加密（慢）；不写只换主密钥")
@why("原因，记入操作记录")
@BY
@click.pass_obj
def rotate(warehouse: Path, data: bool, why: str, by: str) -> None:
    """换主密钥：生成新的，用它重新包住数据密钥。旧的留着，旧备份还要用它。"""
    from pipelines.safekeeping import keys as work

    with telling(), show.progress("换密钥") as progress:
        name = work.rotate(warehouse, by, why, data, progress)
    click.echo(f"现用主密钥 {name}；请马上另存一份")


@keys.command()
@click.argument("name")
@why("原因，记入操作记录")
@BY
@click.pass_obj
def drop(warehouse: Path, name: str, why: str, by: str) -> None:
    """删去不再使用的主密钥。用它加密的旧备份从此打不开。"""
    from pipelines.safekeeping import keys as work

    with telling():
        work.drop(warehouse, name, by, why)
    click.echo(f"已删去 {name}")


@click.command()
@click.option("--years", type=click.IntRange(min=1), help="个人明细保留几年；早于今天往前数的这些年的整月清除")
@click.option("--dry-run", is_flag=True, help="只列出会清除什么")
@click.option("--yes", is_flag=True, help="不再询问")
@click.option("--resume", is_flag=True, help="做完上次中断的清除")
@click.option("--why", default="", help="原因，记入操作记录")
@JSON
@BY
@click.pass_obj
def retention(warehouse: Path, years: int, dry_run: bool, yes: bool, resume: bool, why: str, as_json: bool, by: str):
    """清除超过保留年数的个人明细；汇总、收据和指标不变，操作记录里写明。清除后不能恢复。"""
    from pipelines.safekeeping import retention as work

    with telling():
        if resume:
            work.resume(warehouse)
            return click.echo("上次的清除已做完")
        if not years:
            raise ValueError("请写 --years，如 --years 5")
        plan = work.planned(warehouse, years)
        show_plan(plan, as_json)
        if dry_run or not plan.batches:
            return None
        if not yes:
            click.confirm("清除后不能恢复，继续吗", abort=True, err=True)
        with show.progress("清除到期明细", hidden=as_json) as progress:
            work.purge(warehouse, years, by, why, progress)
    return click.echo("已清除；以前的备份里还有这些明细，请按同一期限处置", err=as_json)


def show_plan(plan, as_json: bool) -> None:
    if as_json:
        return click.echo(json.dumps(asdict(plan), ensure_ascii=False, indent=2))
    for each in plan.batches:
        click.echo(f"{each.batch}  {each.rows:,} 行  {each.persons:,} 人")
    total = sum(each.rows for each in plan.batches)
    click.echo(f"{plan.before} 以前到期的批次 {len(plan.batches)} 个，明细 {total:,} 行")
    click.echo(f"此后不再有明细的人员 {plan.gone:,} 人")
    return None
