"""Large files are given out from disk, a megabyte at a time: a layer around Streamlit's server (pure ASGI).

It stands within the guard, so that whoever asks is logged in where accounts exist; each gets only what they had made.
"""

import asyncio
import re
from pathlib import Path
from urllib.parse import quote

from pipelines.access import guarded
from views import outbox
from views.place import warehouse
from views.server.guard import ID

AT = re.compile(r"/take/([0-9a-f]{32})$")
MEGABYTE = 1024 * 1024


class Giving:
    """The layer: GET of a token's address answers with its file, everything else passes through."""

    def __init__(self, app) -> None:
        self.app = app
        outbox.clear()

    async def __call__(self, scope, receive, send) -> None:
        asked = AT.search(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        if not asked:
            await self.app(scope, receive, send)
            return
        session = scope.get(ID)
        account = session.name if session and guarded(warehouse()) else ""
        path = outbox.taken(asked[1], account)
        await (give(send, path) if path else gone(send))


async def give(send, path: Path) -> None:
    """The file as one to be saved under its name."""
    with path.open("rb") as file:
        name = quote(path.name)
        headers = [
            (b"content-type", b"application/octet-stream"),
            (b"content-length", str(path.stat().st_size).encode()),
            (b"content-disposition", f"attachment; filename*=UTF-8''{name}".encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        while data := await asyncio.to_thread(file.read, MEGABYTE):
            await send({"type": "http.response.body", "body": data, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def gone(send) -> None:
    """Nobody's, somebody else's, or no longer there: the answer is the same."""
    body = "文件已不在服务器上：请回到页面重新准备".encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": body})
