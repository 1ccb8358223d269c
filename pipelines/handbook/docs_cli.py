"""docs/cli.md: every command as its own --help tells it."""

from collections.abc import Iterator

import click

from pipelines.handbook.docs_markdown import note, page

WIDTH = 100


def command_line(commands: click.Group, *others: click.Group) -> str:
    """others: the command line of documents, if it is described too."""
    return page(
        "# 命令行",
        note("`pipelines/cli/` 和 `reports/cli/`"),
        "在程序所在的文件夹里运行 `python -m pipelines 命令`；报告与文件的命令是 `python -m reports 命令`，"
        "在[后面](#报告与文件)。输出为中文；`--json` 供程序读取。退出码：0 正常；1 查出问题或不一致；"
        "2 不能照办，原因写在标准错误输出里。",
        *parts(commands, "python -m pipelines", ""),
        *(block for other in others for block in ("# 报告与文件", *parts(other, "python -m reports", "reports "))),
    )


def parts(commands: click.Group, program: str, prefix: str) -> Iterator[str]:
    """The whole, then each command under a heading of its own; prefix: of these, where names come up twice."""
    settings = commands.context_settings | {"terminal_width": WIDTH}
    whole = click.Context(commands, info_name=program, **settings)
    yield shown(whole)
    for name, command in commands.commands.items():
        yield f"## {prefix}{name}"
        yield shown(click.Context(command, info_name=name, parent=whole))


def shown(context: click.Context) -> str:
    return f"```text\n{context.get_help()}\n```"
