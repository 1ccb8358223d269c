"""The guard: a layer around the whole server. Where accounts exist, nothing answers to somebody who is not logged in.

It stands before Streamlit's pages, its websocket, files, uploads and every other route, and before our own.
"""

import asyncio
import re
from pathlib import Path
from urllib.parse import quote

from pipelines.access import guarded, sessions
from pipelines.errors import WarehouseError
from views.place import warehouse
from views.server import answers, cookies, oidc, visitor
from views.server.entrance import PAGES, Entrance
from views.server.limits import BODY_BYTES, Body
from views.server.told import Told
from views.server.visitor import Refused, Visitor, header
from views.server.watched import Watched

OPEN_TO_ALL = frozenset({"/_stcore/health"})
# What Streamlit would answer besides the screens: nothing of it is used here.
CLOSED = re.compile(r"/_stcore/(metrics|script-health-check|agent)|/(auth|oauth2callback|mcp)\b")
UPLOAD = re.compile(r"/_stcore/upload_file/")
ID = "fund.session"  # where a request carries its session on to our own pages


class Guard:
    """The layer. entrance: the pages for logging in, which it answers itself."""

    def __init__(self, app) -> None:
        self.app, self.told, self.entrance = app, Told(), Entrance()

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        try:
            await self.answer(scope, receive, send)
        except Refused as no:
            await answers.refuse(scope, receive, send, no)

    async def answer(self, scope, receive, send) -> None:
        """Refuse who may not come, bound what they send, seal what they get."""
        where = warehouse()
        closed = guarded(where)
        who = visitor.arrived(scope, closed)
        scope["client"] = (who.address, (scope.get("client") or ("", 0))[1])
        if scope["type"] == "http":
            receive = Body(receive, None if UPLOAD.search(scope["path"]) else BODY_BYTES)
            send = answers.Sealed(send, scope["path"], who.secure)
        try:
            await (self.of_known if closed else self.app)(*((where, who) if closed else ()), scope, receive, send)
        except WarehouseError as error:  # the accounts can't be read: nobody comes in
            raise Refused(503, str(error)) from error
        except Refused as no:
            if not getattr(send, "begun", False):
                raise
            await broken_off(send, no)

    async def of_known(self, where: Path, who: Visitor, scope, receive, send) -> None:
        """Answer who is logged in; lead everybody else to the log-in."""
        path = scope["path"]
        session = sessions.found(where, cookies.sent(scope, cookies.SESSION, who.secure))
        scope[ID] = session
        if scope["type"] == "http" and oidc.is_way(where, path, session):
            await oidc.walk(self.app, where, who, scope, receive, send)
        elif path in PAGES and scope["type"] == "http":
            await self.entrance(where, who, scope, receive, send)
        elif path in OPEN_TO_ALL:
            await self.app(scope, receive, send)
        elif session is None:
            await turned_away(scope, send, f"/login?next={quote(next_page(scope))}", "请先登录")
        elif session.must_change:
            await turned_away(scope, send, "/password", "请先换成自己的密码")
        elif CLOSED.search(path) or not self.told.may_have(session.id, path):
            raise Refused(404, "没有这个地址")
        else:
            await self.pass_on(where, session, scope, receive, send)

    async def pass_on(self, where: Path, session: sessions.Session, scope, receive, send) -> None:
        await note(where, session)
        if scope["type"] == "websocket":
            await Watched(self.app, self.told, where, session).run(scope, receive, send)
        else:
            await self.app(scope, receive, send)


async def note(where: Path, session: sessions.Session) -> None:
    """That somebody is there; written down beside the event loop, when it is time."""
    if sessions.noted(session):
        await asyncio.to_thread(sessions.write_down, where, session)


def next_page(scope) -> str:
    """Where a browser wanted to go."""
    query = scope.get("query_string", b"").decode("latin-1")
    return scope["path"] + (f"?{query}" if query else "")


async def turned_away(scope, send, to: str, sentence: str) -> None:
    """A browser that opens a page is led on; whatever else asks is told no."""
    mode = header(scope, b"sec-fetch-mode")
    opens = mode == "navigate" or (not mode and "text/html" in header(scope, b"accept"))
    if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and opens:
        await answers.redirect(send, to)
    else:
        raise Refused(401, sentence)


async def broken_off(send, no: Refused) -> None:
    """An answer that has begun is ended without its rest; the server closes the connection."""
    raise ConnectionAbortedError(str(no)) from no
