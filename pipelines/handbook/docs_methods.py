"""docs/methods.md: how what is worked out rather than counted is worked out, on what basis, and its limits."""

from pipelines.handbook.docs_markdown import code, note, page, table
from pipelines.methods import Method, methods


def methods_page() -> str:
    found = methods().values()
    return page(
        "# 测算方法",
        note("`pipelines/definitions/8_methods/`"),
        "指标怎样算，见[指标字典](dictionary.md)；这里是结算、预测、归因、分担等测算怎样算、依据什么、不能说明什么。"
        "名称与界面相同；金额以元计，先乘后除，最后四舍五入。",
        table(("方法", "回答什么", "命令"), [(f"[{m.title}](#{m.id})", m.asks, told(m.command)) for m in found]),
        *(part for method in found for part in method_part(method)),
    )


def told(command: str) -> str:
    return code(f"python -m pipelines {command}") if command else ""


def method_part(method: Method) -> tuple[str, ...]:
    lead = f"**{method.asks}** {method.brief}"
    parts = {"例": method.examples, "不能说明的": method.limits}
    return (
        f'<a id="{method.id}"></a>',
        f"## {method.title}",
        lead,
        f"依据：{method.basis}",
        "\n".join(f"{place}. {step}" for place, step in enumerate(method.steps, 1)),
        *(f"**{name}**\n\n" + "\n".join(f"- {line}" for line in lines) for name, lines in parts.items() if lines),
    )
