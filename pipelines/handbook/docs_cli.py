"""docs/cli.md: every command as its own --help tells it."""

import click

from pipelines.handbook.docs_markdown import note, page

WIDTH = 100


def command_line(commands: click.Group) -> str:
    settings = commands.context_settings | {"terminal_width": WIDTH}
    whole = click.Context(commands, info_name="python -m pipelines", **settings)
    return page(
        "# 命令行",
        note("`pipelines/cli/`"),
        "在程序所在的文件夹里运行 `python -m pipelines 命令`。输出为中文；`--json` 供程序读取。"
        "退出码：0 正常；1 查出问题或不一致；2 不能照办，原因写在标准错误输出里。",
        shown(whole),
        *(block for name, command in commands.commands.items() for block in command_part(name, command, whole)),
    )


def command_part(name: str, command: click.Command, whole: click.Context) -> tuple[str, str]:
    return f"## {name}", shown(click.Context(command, info_name=name, parent=whole))


def shown(context: click.Context) -> str:
    return f"```text\n{context.get_help()}\n```"
