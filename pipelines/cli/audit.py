"""The commands about the audit log: search it, and verify that it is whole."""

import sys
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import click

from pipelines import audit_log
from pipelines.audit_log import EVENTS, GROUPS, Asked, Line
from pipelines.cli import show
from pipelines.cli.common import JSON, telling

HEADS = ["序号", "时间", "谁", "角色", "事件", "对象", "行数", "参数"]
DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--from", "first", type=DAY, metavar="日期", help="从这一天起，如 2026-06-01")
@click.option("--to", "last", type=DAY, metavar="日期", help="到这一天为止")
@click.option("--who", default="", help="谁：账号名或其一部分；没有账号时为系统用户")
@click.option("--event", "events", multiple=True, help="事件或一类事件，可重复：" + "、".join([*GROUPS, *EVENTS]))
@click.option("--text", default="", help="对象、参数、地址里含有的文字")
@click.option("--limit", type=click.IntRange(min=1), default=200, show_default=True, help="最多列出的条数")
@JSON
@click.pass_obj
def log(warehouse: Path, first, last, who: str, events, text: str, limit: int, as_json: bool) -> None:
    """审计日志：谁登录、看了哪些明细、导出了什么、改了什么；最近的在前。"""
    with telling():
        asked = Asked(day(first), day(last), who, chosen(events), text)
        found = list(islice(audit_log.search(warehouse, asked), limit))
    if as_json:
        return show.as_json([asdict(line) for line in found])
    show.table(HEADS, [row(line) for line in found], right={0, 6})
    click.echo(f"{len(found):,} 条" + ("；还有更早的，用 --limit 多列" if len(found) == limit else ""))
    return None


def row(line: Line) -> list:
    told = "；".join(f"{name} {value}" for name, value in line.details.items())
    head = [line.number, line.at[:19].replace("T", " "), line.who or "未登录", line.role]
    return [*head, EVENTS.get(line.event, line.event), line.subject, line.rows, told]


def day(when) -> str:
    return f"{when:%Y-%m-%d}" if when else ""


def chosen(events: tuple[str, ...]) -> tuple[str, ...]:
    """The events that are meant: by id, by Chinese name, or a whole group. Raises ValueError for an unknown one."""
    named = {**{id: (id,) for id in EVENTS}, **{zh: (id,) for id, zh in EVENTS.items()}}
    named |= {group: tuple(of) for group, of in GROUPS.items()}
    if unknown := [event for event in events if event not in named]:
        raise ValueError(f"没有事件“{unknown[0]}”；可用：{'、'.join([*GROUPS, *EVENTS])}")
    return tuple(id for event in events for id in named[event])


@click.command("verify-log")
@JSON
@click.pass_obj
def verify_log(warehouse: Path, as_json: bool) -> None:
    """逐行核对审计日志：改过、删过、重复、截断都指出来；有问题时退出码为 1。"""
    with telling():
        state = audit_log.verify(warehouse)
    if as_json:
        show.as_json(asdict(state))
    else:
        for problem in state.problems:
            click.echo(problem)
        told = f"不完整，{len(state.problems)} 处" if state.problems else "完整，没有改动，没有缺行"
        sealed = f"，{state.keyed:,} 条用密钥封签" if state.keyed else "，未用密钥封签（没有密钥文件夹 FUND_KEYS）"
        click.echo(f"审计日志 {state.count:,} 条：{told}{sealed}\n末行散列 {state.head}")
    sys.exit(bool(state.problems))
