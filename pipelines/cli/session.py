"""The commands of logging in: login, logout, whoami."""

import sys
from pathlib import Path

import click

from pipelines.access import entering, guarded, keeping, sessions
from pipelines.access.identity import caller_of
from pipelines.cli.common import telling
from pipelines.cli.users import STDIN, asked
from pipelines.errors import WarehouseError

HERE = "本机命令行"


@click.command()
@click.option("--name", prompt="账号", help="账号；不写则在屏幕上问")
@STDIN
@click.pass_obj
def login(warehouse: Path, name: str, piped: bool) -> None:
    """登录：之后的命令都以这个账号的身份运行，直到 logout 或超时。"""
    with telling():
        typed = sys.stdin.readline().rstrip("\r\n") if piped else click.prompt("密码", hide_input=True)
        token, session = entering.log_in(warehouse, name, typed, kind="terminal", address=HERE)
        if session.must_change:
            click.echo("这个密码是别人设的，请换成自己的")
            token, session = entering.change_password(warehouse, session, typed, asked(piped))
        entering.log_out(warehouse, keeping.token_of(warehouse))
        keeping.keep(warehouse, token)
    click.echo(f"已登录：{described(warehouse)}")


@click.command()
@click.pass_obj
def logout(warehouse: Path) -> None:
    """退出登录。"""
    with telling():
        entering.log_out(warehouse, keeping.token_of(warehouse))
        keeping.keep(warehouse, "")
    click.echo("已退出")


@click.command()
@click.pass_obj
def whoami(warehouse: Path) -> None:
    """命令行上现在是谁；没有登录时退出码为 2。"""
    with telling():
        if guarded(warehouse) and not keeping.session_of(warehouse):
            raise WarehouseError("还没有登录；请先运行 login")
    click.echo(described(warehouse))


def described(warehouse: Path) -> str:
    """Who it is, in which role, for what part of the county, and when they have to log in again at the latest."""
    session = keeping.session_of(warehouse)
    if session is None:
        return "没有设账号：本机上谁都能用"
    who = caller_of(session)
    scope = who.scope.told if who.scope else "全县"
    return f"{who.name}（{who.role_name}，{scope}），空闲 {sessions.IDLE_SECONDS / 60:.0f} 分钟后须重新登录"
