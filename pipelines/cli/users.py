"""The commands of accounts: add, list, disable, enable, reset, role."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from pipelines.access import Scope, accounts, caller, roles
from pipelines.access.passwords import SHORTEST
from pipelines.answers.places import refuse_unknown
from pipelines.cli import show
from pipelines.cli.common import JSON, telling
from pipelines.store.warehouse import user

NAME = click.argument("name", metavar="账号")
ROLE = click.option("--role", required=True, type=click.Choice(list(roles())), help="角色")
INSTITUTION = click.option(
    "--institution", "institutions", multiple=True, metavar="编码", help="机构账号的机构；可多次写"
)
TOWN = click.option("--town", "towns", multiple=True, metavar="乡镇", help="乡镇账号的乡镇；可多次写")
COUNTY = click.option("--county", "counties", multiple=True, metavar="区划代码", help="区县账号的区县；可多次写")
STDIN = click.option("--password-stdin", "piped", is_flag=True, help="密码从标准输入的第一行读；不写则在屏幕上输两遍")


@click.group()
def users() -> None:
    """账号：设、列、停用、启用、重置密码、改角色。第一个账号须是系统管理员；设了以后打开页面和运行命令都要登录。"""


@users.command()
@NAME
@ROLE
@INSTITUTION
@TOWN
@COUNTY
@STDIN
@click.pass_obj
def add(warehouse: Path, name: str, role: str, piped: bool, **parts: tuple) -> None:
    """设一个账号。别人设的密码，本人第一次登录时须改。"""
    first = not accounts.exist(warehouse)
    with telling():
        accounts.refuse_role(role, scope_of(parts))
        refuse_unknown(warehouse, scope_of(parts))
        made = accounts.add(warehouse, name, role, asked(piped), by(warehouse), scope_of(parts), must_change=not first)
    click.echo(f"已设账号 {made.name}（{made.role_name}）")
    if first:
        click.echo("从现在起打开页面和运行命令都要登录：python -m pipelines login")


def scope_of(parts: dict[str, tuple[str, ...]]) -> Scope | None:
    return Scope(**parts) if any(parts.values()) else None


def by(warehouse: Path) -> str:
    return caller(warehouse).signing(user())


def asked(piped: bool) -> str:
    """The password, typed twice without being shown, or the first line of what is piped in."""
    if piped:
        return sys.stdin.readline().rstrip("\r\n")
    return click.prompt(f"密码（至少 {SHORTEST} 个字符）", hide_input=True, confirmation_prompt="再输一遍密码")


@users.command("list")
@JSON
@click.pass_obj
def list_(warehouse: Path, as_json: bool) -> None:
    """列出全部账号。"""
    with telling():
        found = accounts.accounts(warehouse)
    if as_json:
        show.as_json([asdict(each) for each in found])
    elif not found:
        click.echo("还没有账号：本机上谁都能打开。设第一个：python -m pipelines users add 账号 --role admin")
    else:
        heads = ["账号", "角色", "数据范围", "状态", "设于", "设置人", "最近登录"]
        show.table(heads, list(map(row, found)), set())


def row(each: accounts.Account) -> list:
    state = "停用" if each.disabled else "待改密码" if each.must_change else "可用"
    scope = each.scope.told if each.scope else "全县"
    seen = each.seen_at[:16].replace("T", " ") or "—"
    return [each.name, each.role_name, scope, state, each.made_at[:10], each.made_by, seen]


@users.command()
@NAME
@click.pass_obj
def disable(warehouse: Path, name: str) -> None:
    """停用一个账号；它登录着的会话立刻结束。"""
    with telling():
        accounts.disable(warehouse, name)
    click.echo(f"已停用 {name}")


@users.command()
@NAME
@click.pass_obj
def enable(warehouse: Path, name: str) -> None:
    """重新启用一个账号，并解除因密码错误的锁定。"""
    with telling():
        accounts.enable(warehouse, name)
    click.echo(f"已启用 {name}")


@users.command()
@NAME
@STDIN
@click.pass_obj
def reset(warehouse: Path, name: str, piped: bool) -> None:
    """给一个账号另设密码；本人下次登录时须改。"""
    with telling():
        accounts.account(warehouse, name)
        accounts.reset(warehouse, name, asked(piped))
    click.echo(f"已重置 {name} 的密码；下次登录时须改")


@users.command()
@NAME
@ROLE
@INSTITUTION
@TOWN
@COUNTY
@click.pass_obj
def role(warehouse: Path, name: str, role: str, **parts: tuple) -> None:
    """改一个账号的角色和数据范围；它登录着的会话立刻结束。"""
    with telling():
        refuse_unknown(warehouse, scope_of(parts))
        accounts.set_role(warehouse, name, role, scope_of(parts))
    click.echo(f"已把 {name} 改为{roles()[role].name_zh}")
