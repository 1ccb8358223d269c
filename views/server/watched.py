"""A websocket under watch: closed as soon as its session has ended, whether anything is sent on it or not.

The browser is led to the log-in by the message that Streamlit itself uses for that.
"""

import asyncio
import time
from contextlib import suppress
from pathlib import Path

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pipelines.access import sessions
from views.server.heard import is_of_a_page
from views.server.oidc import AWAY
from views.server.told import Told

ENDED = "/login?ended=1"
LOOK_SECONDS = 5
KEPT_SECONDS = 0.1
FIRST_MESSAGES = 5  # in one of these a websocket is told its Streamlit session
POLICY = 1008  # the code for a connection that may not go on
PROTOCOLS = b"sec-websocket-protocol"


class Watched:
    """One websocket of a session."""

    def __init__(self, app, told: Told, where: Path, session: sessions.Session) -> None:
        self.app, self.told, self.where, self.session = app, told, where, session
        self.open, self.over, self.sent, self.looked = False, False, 0, 0.0

    async def run(self, scope, receive, send) -> None:
        self.receive, self.send = receive, send
        looking = asyncio.create_task(self.look())
        try:
            await self.app(self.own(scope), self.received, self.passed_on)
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking

    def own(self, scope) -> dict:
        """The request without the name of a Streamlit session that was never this log-in's to take up again."""
        headers = [(key, self.protocols(value) if key == PROTOCOLS else value) for key, value in scope["headers"]]
        values = b",".join(value for key, value in headers if key == PROTOCOLS)
        offered = [part.strip().decode("latin-1") for part in values.split(b",")]
        return dict(scope) | {"headers": headers, "subprotocols": offered}

    def protocols(self, value: bytes) -> bytes:
        """The third of what Streamlit's page offers is the name it went by before."""
        parts = value.split(b",")
        mine = len(parts) < 3 or self.told.knows(self.session.id, parts[2].strip().decode("latin-1"))
        return value if mine else b",".join(parts[:2])

    def lasts(self) -> bool:
        return not self.over and sessions.with_id(self.where, self.session.id) is not None

    def lasted(self) -> bool:
        """Whether it lasts, or did a moment ago: one run of a page sends some hundred messages."""
        now = time.monotonic()
        if now - self.looked < KEPT_SECONDS:
            return not self.over
        self.looked = now
        return self.lasts()

    async def received(self):
        message = await self.receive()
        while message["type"] == "websocket.receive" and not is_of_a_page(message.get("bytes") or b""):
            message = await self.receive()
        if message["type"] != "websocket.receive":
            return message
        if not self.lasts():
            await self.end()
            return {"type": "websocket.disconnect", "code": POLICY}
        if sessions.noted(self.session):
            await asyncio.to_thread(sessions.write_down, self.where, self.session)
        return message

    async def passed_on(self, message) -> None:
        if self.over:
            return
        if message["type"] == "websocket.send":
            if not self.lasted():
                await self.end()
                return
            self.sent += 1
            self.told.note(self.session.id, message.get("bytes") or b"", self.sent <= FIRST_MESSAGES)
        self.open = self.open or message["type"] == "websocket.accept"
        self.over = message["type"] == "websocket.close"
        await self.send(message)

    async def look(self) -> None:
        """Also a page that nobody touches goes when its session does."""
        while self.lasts():
            await asyncio.sleep(LOOK_SECONDS)
        await self.end()

    async def end(self) -> None:
        """Lead the browser to the log-in and close."""
        if self.over or not self.open:
            self.over = True
            return
        self.over = True
        leading = ForwardMsg()
        leading.auth_redirect.url = AWAY if self.session.provider else ENDED
        with suppress(OSError, RuntimeError):  # it has gone by itself meanwhile
            await self.send({"type": "websocket.send", "bytes": leading.SerializeToString()})
            await self.send({"type": "websocket.close", "code": POLICY})
