"""The outermost layer of the server: its log, a line per request, and the health endpoint.

/healthz answers without a log-in, for whatever watches the service, and says no more than ok or not.
"""

import asyncio
import logging
import re
import time

from pipelines import audit_log
from pipelines.operations import health, logs
from pipelines.refusals import sentence
from pipelines.safekeeping.doctor import glance
from pipelines.safekeeping.findings import FAULT, NOTICE, OK
from views.patience import Steady
from views.place import warehouse
from views.server.guard import ID

HEALTH = "/healthz"
KEPT_SECONDS = 5  # whoever asks in a hurry gets the same answer, at no cost
SECRET = re.compile(r"[0-9a-fA-F-]{16,}|[\w-]{32,}")  # sessions, files, tokens: a log is no place to steal them from
QUIET = re.compile(r"/static/|/_stcore/(health|host-config)$|/healthz$")
log = logging.getLogger(__name__)


class Watching:
    """The layer: begins the log with the server, answers for health, notes every other request and websocket."""

    def __init__(self, app) -> None:
        self.app = app
        self.found, self.until, self.one = False, 0.0, asyncio.Lock()

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "lifespan":  # the server's own loggers are set up by now
            logs.begin(warehouse())
            glanced()
            anchored()
            await self.app(scope, receive, send)
            anchored()
        elif scope["type"] == "http" and scope["path"] == HEALTH:
            ok = await self.well()
            await answer(send, 200 if ok else 503, b'{"ok": true}' if ok else b'{"ok": false}', b"application/json")
        else:
            await self.note(scope, receive, send)

    async def well(self) -> bool:
        async with self.one:
            if time.monotonic() > self.until:
                checks = await asyncio.to_thread(health, warehouse())
                for check in (c for c in checks if not c.ok):
                    log.error("%s：%s", check.name, check.told)
                self.found, self.until = all(c.ok for c in checks), time.monotonic() + KEPT_SECONDS
            return self.found

    async def note(self, scope, receive, send) -> None:
        begun, answered, steady = time.monotonic(), Answered(send), Steady(receive)
        try:
            await self.app(scope, steady if scope["type"] == "http" else receive, answered)
        except Exception:
            if not steady.late:  # a body that breaks off is no fault of whoever reads it
                raise
        finally:
            if steady.late and not answered.status:
                await answer(answered, 408, "发送太慢，已断开".encode(), b"text/plain; charset=utf-8")
            if answered.status >= 400 or not QUIET.search(scope["path"]):
                tell(scope, answered, time.monotonic() - begun)


def glanced() -> None:
    """Look at the warehouse as the server starts, and log what is amiss: it serves nevertheless."""
    found = glance(warehouse())
    levels = {FAULT: logging.ERROR, NOTICE: logging.INFO}
    for each in (one for one in found if one.state in levels):
        log.log(levels[each.state], "体检 %s：%s。%s", each.check, each.told, each.remedy)
    log.info("体检：%s 项，正常 %s 项", len(found), sum(each.state == OK for each in found))


def anchored() -> None:
    """Log how far the audit log reaches, as the server begins and ends: one that is cut later is shorter than that."""
    try:
        log.info("审计日志 %s 条，末行散列 %s", *audit_log.head(warehouse()))
    except OSError as problem:
        log.error("审计日志读不出来：%s", sentence(problem))


class Answered:
    """Passes the answer on and counts it. status: 0 until there is one; of a websocket 101 once it is open, or 403."""

    def __init__(self, send) -> None:
        self.send, self.status, self.bytes = send, 0, 0

    async def __call__(self, message) -> None:
        kind = message["type"]
        if kind == "websocket.accept":
            self.status = 101
        elif kind == "websocket.close" and not self.status:
            self.status = 403
        self.status = message.get("status", self.status) if kind.endswith(".start") else self.status
        self.bytes += len(message.get("body") or message.get("bytes") or b"")
        await self.send(message)


def tell(scope, answered: Answered, seconds: float) -> None:
    """One line: what was asked, without its query, and what came of it."""
    fields = {
        "method": scope.get("method", "WEBSOCKET"),
        "path": SECRET.sub("…", scope["path"]),
        "status": answered.status,
        "ms": round(seconds * 1000),
        "bytes": answered.bytes,
        "address": (scope.get("client") or ("",))[0],
    }
    if session := scope.get(ID):
        fields |= {"who": session.name, "role": session.role}
    log.log(logging.ERROR if answered.status >= 500 else logging.INFO, "request", extra=fields)


async def answer(send, status: int, body: bytes, kind: bytes) -> None:
    headers = [(b"content-type", kind), (b"cache-control", b"no-store"), (b"connection", b"close")]
    headers += [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
