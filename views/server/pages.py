"""The HTML of the pages before the product: log in, choose a password, log out. Values are put in as text."""

from html import escape

from pipelines.access.passwords import SHORTEST
from pipelines.access.sessions import Session
from reports.heads import unit

PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} · 县医保基金监管</title>
<link rel="icon" href="/login/icon.svg">
<link rel="stylesheet" href="/login/look.css">
</head>
<body>
<main>
<header><img src="/login/logo.svg" width="210" height="32" alt="县医保基金监管"><p>{unit}</p></header>
<h1>{title}</h1>
{told}
{body}
</main>
<footer>参保人信息受法律保护；登录、查看明细和导出都有记录。</footer>
</body>
</html>
"""


def page(title: str, body: str, wrong: str = "", note: str = "") -> str:
    """A whole page. body: HTML; the rest is text."""
    told = f'<p class="wrong" role="alert">{escape(wrong)}</p>' if wrong else ""
    told += f'<p class="note">{escape(note)}</p>' if note and not wrong else ""
    return PAGE.format(title=escape(title), unit=escape(unit()), told=told, body=body)


def field(name: str, label: str, kind: str, complete: str, value: str = "", focus: bool = False, hint: str = "") -> str:
    more = f' value="{escape(value)}"' if value else ""
    more += " autofocus" if focus else ""
    said = f'<small id="{name}-hint">{escape(hint)}</small>' if hint else ""
    more += f' aria-describedby="{name}-hint"' if hint else ""
    return (
        f'<label for="{name}">{escape(label)}</label>'
        f'<input id="{name}" name="{name}" type="{kind}" autocomplete="{complete}" maxlength="200" required{more}>'
        f"{said}"
    )


def form(action: str, word: str, fields: str, button: str) -> str:
    hidden = f'<input type="hidden" name="word" value="{escape(word)}">'
    return (
        f'<form method="post" action="{action}">{hidden}{fields}<button type="submit">{escape(button)}</button></form>'
    )


def log_in(word: str, name: str, to: str, wrong: str, note: str, provider: str) -> str:
    """The log-in form. to: the page to go on to; provider: where a provider of identities is asked, if there is one."""
    fields = f'<input type="hidden" name="next" value="{escape(to)}">'
    fields += field("name", "账号", "text", "username", name, focus=not name)
    fields += field("password", "密码", "password", "current-password", focus=bool(name))
    help_ = '<p class="help">忘记密码或没有账号，请找系统管理员。</p>'
    other = f'<a class="other" href="{escape(provider)}">用统一身份认证登录</a>' if provider else ""
    return page("登录", form("/login", word, fields, "登录") + other + help_, wrong, note)


def password(word: str, session: Session, wrong: str) -> str:
    """The form for a password of one's own."""
    fields = f'<p class="who">{escape(session.name)}</p>'
    fields += field("password", "现在的密码", "password", "current-password", focus=True)
    fields += field(
        "new", "新密码", "password", "new-password", hint=f"至少 {SHORTEST} 个字符，不含账号名，不用常见的密码"
    )
    fields += field("again", "再输一遍新密码", "password", "new-password")
    note = "这个密码是别人设的，请先换成自己的" if session.must_change else ""
    back = "" if session.must_change else '<p class="help"><a href="/">返回</a></p>'
    return page("修改密码", form("/password", word, fields, "换成新密码") + back, wrong, note)


def refused(why: str) -> str:
    """Somebody is known, and may not come in."""
    return page("不能登录", '<p class="help"><a href="/login">返回登录</a></p>', why)


def on_to(address: str) -> str:
    """Leads on by itself to another page of ours, which leads out of the house: no form may."""
    link = f'<meta http-equiv="refresh" content="0;url={escape(address)}"><p><a href="{escape(address)}">继续</a></p>'
    return page("正在退出", link)


def log_out(word: str, session: Session) -> str:
    """The button that logs out."""
    fields = f'<p class="who">{escape(session.name)}</p>'
    return page("退出登录", form("/logout", word, fields, "退出") + '<p class="help"><a href="/">返回</a></p>')
