"""权限说明: which role may see and do what, as definitions/7_access.toml has it; to take away as a file."""

import streamlit as st

from pipelines.access import matrix
from views import look, who

YES, NO = "✓", ""
PARTS = {"pages": "页面", "commands": "命令", "entries": "记入操作记录"}
UNLISTED = {"start": "首次启动", "own": "本机构"}  # pages that not everybody's navigation has
OPEN_TO_ALL = "登录即可"


def page() -> None:
    roles = matrix.roles().values()
    with look.header("权限说明"):
        look.scope("由一个文件定义：页面、命令、下载和记录都按它放行；改它要升级程序")
        every = rows()
        look.takeaway({"权限说明": look.File("权限说明", heads(), lambda: every)})
    look.answer(answer())
    look.section("角色", "数据范围之外的行不会装进这个角色的查询里；人数不足 5 人的数对看不到到人明细的角色不显示")
    told = [(role.name_zh, matrix.SCOPES[role.scope], persons(role), mark(role)) for role in roles]
    look.markdown(look.grid(("角色", "数据范围", "到人的明细", "带走的文件"), "llll", told))
    look.section("权限", "打勾的能做；写入的每一步都另有操作记录")
    look.markdown(look.grid(heads()[2:], "l" + "c" * len(roles), [row[2:] for row in of_rights()]))
    look.section("页面", "不能看的页面不在左侧列出；从链接进去，只说不能看")
    look.markdown(look.grid(("页面", *heads()[2:]), "ll" + "c" * len(roles), [row[1:] for row in of_part("pages")]))


def answer() -> str:
    me = who.me()
    held = "、".join(text for right, text in matrix.rights().items() if me.may(right))
    scope = f"，只看{look.safe(me.scope.told)}" if me.scope else ""
    return f"您是**{look.safe(me.name)}**，角色**{me.role_name}**{scope}；可以：{held or '看本页'}。"


def persons(role: matrix.Role) -> str:
    return "能看，只有人员代号" if "persons" in role.rights else "看不到"


def mark(role: matrix.Role) -> str:
    return "印有姓名和时间" if role.watermark else "不加水印"


def heads() -> tuple[str, ...]:
    return ("类别", "对象", "权限", *(role.name_zh for role in matrix.roles().values()))


def rows() -> list[tuple]:
    """Every line of the file: the rights, then what each page, command and entry needs."""
    return [*of_rights(), *(row for part in PARTS for row in of_part(part))]


def of_rights() -> list[tuple]:
    return [("权限", right, text, *held(right)) for right, text in matrix.rights().items()]


def of_part(part: str) -> list[tuple]:
    needing = matrix.definition()[part].items()
    return [
        (PARTS[part], titled(part, what), matrix.rights().get(right, OPEN_TO_ALL), *held(right))
        for what, right in needing
    ]


def held(right: str) -> list[str]:
    """A cell for each role."""
    return [YES if not right or right in role.rights else NO for role in matrix.roles().values()]


def titled(part: str, what: str) -> str:
    """The title of a page, as it stands on the screen; others as they are called."""
    known = st.session_state["pages"].get(what) if part == "pages" else None
    return known.title if known else UNLISTED.get(what, what)
