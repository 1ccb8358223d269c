"""The pages for logging in and out and for one's own password: plain HTML, no script; served by the guard itself."""

import asyncio
from pathlib import Path
from urllib.parse import parse_qs

from pipelines.access import entering
from pipelines.access.provider import provider
from pipelines.access.sessions import Session
from pipelines.errors import WarehouseError
from views.server import answers, cookies, oidc, pages
from views.server.limits import Tries
from views.server.visitor import Refused, Visitor

HERE = Path(__file__).parent
FILES = {
    "/login/look.css": (HERE / "look.css", b"text/css; charset=utf-8"),
    "/login/logo.svg": (HERE.parent / "logo.svg", b"image/svg+xml"),
    "/login/icon.svg": (HERE.parent / "icon.svg", b"image/svg+xml"),
}
LOGIN, PASSWORD, LOGOUT = "/login", "/password", "/logout"
PROVIDER = "/login/provider"
PAGES = frozenset({LOGIN, PASSWORD, LOGOUT, PROVIDER, *FILES})
ID = "fund.session"
FORM_FIELDS, FORM_BYTES = 8, 8192
AT_ONCE = 2  # passwords looked at, or the threads that everything else needs are all busy with strangers


class Entrance:
    """Answers these pages. The session of a request, if it has one, is in its scope."""

    def __init__(self) -> None:
        self.tries, self.turns = Tries(), None

    async def __call__(self, where: Path, who: Visitor, scope, receive, send) -> None:
        path, session, posts = scope["path"], scope[ID], scope["method"] == "POST"
        if scope["method"] not in ("GET", "HEAD", "POST"):
            raise Refused(405, "这个地址没有这种用法")
        if path in FILES:
            file, kind = FILES[path]
            await answers.whole(send, 200, file.read_bytes(), [(b"content-type", kind)])
        elif path == LOGIN:
            await (self.log_in if posts else shown_log_in)(where, who, scope, receive, send)
        elif path == PROVIDER and provider(where):
            await answers.redirect(send, oidc.beginning())
        elif session is None:
            await answers.redirect(send, LOGIN)
        elif path == PASSWORD:
            await (self.change if posts else shown_password)(where, who, scope, receive, send)
        else:
            await (log_out if posts else shown_log_out)(where, who, scope, receive, send)

    async def beside(self, work, *given, **named):
        """Do what takes long beside the event loop, a few at a time."""
        self.turns = self.turns or asyncio.Semaphore(AT_ONCE)
        async with self.turns:
            return await asyncio.to_thread(work, *given, **named)

    async def log_in(self, where: Path, who: Visitor, scope, receive, send) -> None:
        """Begin a session under a new token; whatever token the browser brought ends."""
        self.tries.count(who.address)
        form = await read_form(receive)
        held = cookies.sent(scope, cookies.FORM, who.secure)
        if not cookies.is_form_word(held, form.get("word", "")):
            await shown_log_in(where, who, scope, receive, send, "页面放得太久了，请再试一次", 403)
            return
        given, how = (form.get("name", ""), form.get("password", "")), {"kind": "web", "address": who.address}
        try:
            token, session = await self.beside(entering.log_in, where, *given, **how)
        except WarehouseError as error:
            await shown_log_in(where, who, scope, receive, send, str(error), 401, given[0], form.get("next", ""))
            return
        await asyncio.to_thread(entering.log_out, where, cookies.sent(scope, cookies.SESSION, who.secure))
        to = PASSWORD if session.must_change else inside(form.get("next", ""))
        await answers.redirect(send, to, *begun(token, who))

    async def change(self, where: Path, who: Visitor, scope, receive, send) -> None:
        """Another password of one's own; this log-in goes on under a new token, all others of the account end."""
        form, session = await own_form(who, scope, receive), scope[ID]
        try:
            if form.get("new", "") != form.get("again", ""):
                raise WarehouseError("两遍新密码不一样")
            token, _ = await self.beside(
                entering.change_password, where, session, form.get("password", ""), form.get("new", "")
            )
        except WarehouseError as error:
            await shown_password(where, who, scope, receive, send, str(error), 400)
            return
        await answers.redirect(send, "/", *begun(token, who))


def begun(token: str, who: Visitor) -> list[str]:
    """The cookies of a session that begins."""
    return [cookies.setting(cookies.SESSION, token, who.secure), cookies.setting(cookies.FORM, "", who.secure)]


async def shown_log_in(
    where: Path, who: Visitor, scope, receive, send, wrong: str = "", status: int = 200, name: str = "", to: str = ""
) -> None:
    """The log-in form; whoever is logged in goes on."""
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1"), max_num_fields=FORM_FIELDS)
    to = inside(to or asked.get("next", [""])[0])
    if scope[ID] and not wrong:
        await answers.redirect(send, to)
        return
    note = note_of(asked)
    held = cookies.sent(scope, cookies.FORM, who.secure) or cookies.fresh()
    html = pages.log_in(cookies.form_word(held), name, to, wrong, note, PROVIDER if provider(where) else "")
    await answers.page(send, status, html, cookies.setting(cookies.FORM, held, who.secure))


def note_of(asked: dict[str, list[str]]) -> str:
    """Why somebody sees the log-in, where an address of ours says so."""
    if "failed" in asked:
        return "统一身份认证没有成功，请再试一次"
    return "会话已结束（退出、超时或账号有变动），请重新登录" if "ended" in asked else ""


async def shown_password(where: Path, who: Visitor, scope, receive, send, wrong: str = "", status: int = 200) -> None:
    await answers.page(send, status, pages.password(word_of(who, scope), scope[ID], wrong))


async def shown_log_out(where: Path, who: Visitor, scope, receive, send) -> None:
    await answers.page(send, 200, pages.log_out(word_of(who, scope), scope[ID]))


async def log_out(where: Path, who: Visitor, scope, receive, send) -> None:
    """Log out, and forget the cookie."""
    await own_form(who, scope, receive)
    session: Session = scope[ID]
    await asyncio.to_thread(entering.end, where, session)
    forgotten = cookies.setting(cookies.SESSION, "", who.secure)
    if session.provider:
        await answers.page(send, 200, pages.on_to(oidc.AWAY), forgotten)
    else:
        await answers.redirect(send, f"{LOGIN}?ended=1", forgotten)


def word_of(who: Visitor, scope) -> str:
    return cookies.form_word(cookies.sent(scope, cookies.SESSION, who.secure))


async def own_form(who: Visitor, scope, receive) -> dict[str, str]:
    """The form of somebody logged in. Raises Refused without the word that only our own page carries."""
    form = await read_form(receive)
    if not cookies.is_form_word(cookies.sent(scope, cookies.SESSION, who.secure), form.get("word", "")):
        raise Refused(403, "这个请求不是本系统的页面发来的，没有执行")
    return form


async def read_form(receive) -> dict[str, str]:
    """The fields of a form. Raises Refused for what is none."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > FORM_BYTES:
            raise Refused(413, "发送的内容太大")
    try:
        told = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=FORM_FIELDS)
    except ValueError as error:
        raise Refused(400, "表单读不懂") from error
    return {key: values[-1] for key, values in told.items()}


def inside(to: str) -> str:
    """A page of ours to go on to; anything else, and the pages of this module, are the first page."""
    if not (to.isascii() and to.isprintable()) or "\\" in to or not to.startswith("/") or to.startswith("//"):
        return "/"
    return "/" if to.partition("?")[0] in PAGES else to
