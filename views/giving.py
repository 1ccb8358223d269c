"""Large files are given out from disk, portion by portion: a layer around Streamlit's server (pure ASGI).

It stands within the guard, so that whoever asks is logged in where accounts exist; each gets only what they had made.
"""

import re

from starlette.responses import FileResponse, PlainTextResponse

from pipelines.access import guarded
from views import outbox
from views.place import warehouse
from views.server.guard import ID

AT = re.compile(r"/take/([0-9a-f]{32})$")
ANY = "application/octet-stream"
# nobody's, somebody else's, or no longer there: the answer is the same
GONE = "文件已不在服务器上：请回到页面重新准备"


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
        answer = FileResponse(path, filename=path.name, media_type=ANY) if path else PlainTextResponse(GONE, 404)
        await answer(scope, receive, send)
