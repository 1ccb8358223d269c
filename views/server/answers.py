"""Short answers in plain ASGI, and the headers that every answer bears."""

import base64
import hashlib
import re
from pathlib import Path

import streamlit

from views.server.visitor import Refused

NEVER_STORED = (b"cache-control", b"no-store")
ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
)
HSTS = (b"strict-transport-security", b"max-age=31536000")
INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def inline_scripts() -> bytes:
    """The scripts that Streamlit's page holds in itself, by their hashes: no other that stands in a page ever runs."""
    page = Path(streamlit.__file__).with_name("static") / "index.html"
    found = INLINE.findall(page.read_text("utf-8"))
    hashes = [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in found]
    return " ".join(f"'sha256-{each}'" for each in hashes).encode()


# Streamlit's own page: scripts of its server alone, styles that are made while it runs.
PAGES = (
    b"default-src 'self'; script-src 'self' " + inline_scripts() + b"; style-src 'self' 'unsafe-inline'; "
    b"img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    b"frame-src 'self' blob:; media-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    b"frame-ancestors 'none'"
)
# A page of our own needs a style sheet, a picture and a form; a file that is downloaded needs nothing at all.
OWN = (
    b"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FILES = b"default-src 'none'; sandbox; frame-ancestors 'none'"


GIVEN = re.compile(r"^/media/|/take/[0-9a-f]{32}$")


class Sealed:
    """Passes an answer on with the headers that keep it from being stored, framed or taken for something else."""

    def __init__(self, send, path: str, secure: bool) -> None:
        self.send, self.path, self.secure, self.begun = send, path, secure, False

    async def __call__(self, message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            message = message | {"headers": self.sealed(list(message.get("headers", ())))}
        await self.send(message)

    def sealed(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        has = {key.lower() for key, _ in headers}
        more = [*ALWAYS, (b"content-security-policy", policy(self.path)), *([HSTS] if self.secure else [])]
        if "/static/" not in self.path:  # files of the front end bear their hash in the name
            headers = [pair for pair in headers if pair[0].lower() != b"cache-control"] + [NEVER_STORED]
        return headers + [pair for pair in more if pair[0] not in has]


def policy(path: str) -> bytes:
    return FILES if GIVEN.search(path) else PAGES


async def redirect(send, to: str, *cookies: str) -> None:
    """Lead a browser to another page of ours."""
    await whole(send, 303, b"", [(b"location", to.encode("latin-1")), *map(set_cookie, cookies)])


def set_cookie(text: str) -> tuple[bytes, bytes]:
    return (b"set-cookie", text.encode("latin-1"))


async def page(send, status: int, html: str, *cookies: str) -> None:
    """A page of our own."""
    own = [(b"content-type", b"text/html; charset=utf-8"), (b"content-security-policy", OWN)]
    await whole(send, status, html.encode(), own + list(map(set_cookie, cookies)))


async def whole(send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})


async def refuse(scope, receive, send, why: Refused) -> None:
    """Say no: in a sentence, or by not opening the websocket."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
        return
    plain = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close"), NEVER_STORED, *ALWAYS]
    await whole(send, why.status, str(why).encode(), plain)
