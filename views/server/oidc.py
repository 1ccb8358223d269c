"""Logging in by a provider of identities, through Streamlit's own st.login routes (Authlib).

They talk to the provider and verify what it says: state, nonce, signature, issuer, audience, time. What comes of it is
a session of ours; Streamlit's signed cookie opens nothing by itself, it only serves to log out there too.
"""

import asyncio
import json
import logging
from http.cookies import SimpleCookie
from pathlib import Path

from streamlit.auth_util import encode_provider_token, get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from pipelines.access import entering
from pipelines.access.provider import CALLBACK, provider
from pipelines.access.sessions import Session
from pipelines.errors import WarehouseError
from views.server import answers, cookies, pages
from views.server.visitor import Visitor

BEGIN, AWAY = "/auth/login", "/auth/logout"
DEFAULT = "default"  # Streamlit's name for the provider that [auth] itself describes
log = logging.getLogger(__name__)


def secrets_of(where: Path) -> dict[str, dict]:
    """What Streamlit has to know of the provider, for its App; empty without one."""
    found = provider(where)
    return {"auth": found.auth} if found else {}


def beginning() -> str:
    """The address that leads to the provider."""
    return f"{BEGIN}?provider={encode_provider_token(DEFAULT)}"


def is_way(where: Path, path: str, session: Session | None) -> bool:
    """Whether a path is a step on the way to the provider and back, and open to who asks.

    Away from it only without a session of ours: a page of another site must not log anybody out.
    """
    return provider(where) is not None and (path in (BEGIN, CALLBACK) or (path == AWAY and session is None))


async def walk(app, where: Path, who: Visitor, scope, receive, send) -> None:
    """Let Streamlit answer such a step; on the way back, begin a session with what it has verified. The one that the
    browser had until then ends."""
    back = Back(send)
    await app(scope, receive, back)
    if scope["path"] != CALLBACK or back.status >= 500:
        await back.give(who)
        return
    claims = vouched_for(back.set)
    if claims is None:
        came = b"code=" in scope.get("query_string", b"") or b"error=" in scope.get("query_string", b"")
        await answers.redirect(send, "/login?failed=1" if came else "/login?ended=1")
        return
    try:
        token, _ = await asyncio.to_thread(entering.log_in_by_provider, where, claims, who.address)
    except WarehouseError as error:
        log.warning("refused an identity of the provider")
        await answers.page(send, 403, pages.refused(str(error)))
        return
    await asyncio.to_thread(entering.log_out, where, cookies.sent(scope, cookies.SESSION, who.secure))
    back.set.append(cookies.setting(cookies.SESSION, token, who.secure))
    await back.give(who)


class Back:
    """Holds an answer of Streamlit's back until it is known what becomes of it. set: its cookies."""

    def __init__(self, send) -> None:
        self.send, self.status, self.headers, self.set, self.body = send, 0, [], [], b""

    async def __call__(self, message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            pairs = [(key.lower(), value) for key, value in message.get("headers", ())]
            self.headers = [pair for pair in pairs if pair[0] not in (b"set-cookie", b"content-length")]
            self.set = [value.decode("latin-1") for key, value in pairs if key == b"set-cookie"]
        self.body += message.get("body", b"")

    async def give(self, who: Visitor) -> None:
        """Pass the answer on; under TLS its cookies go over TLS alone."""
        told = [f"{each}; Secure" if who.secure and "secure" not in each.lower() else each for each in self.set]
        await answers.whole(self.send, self.status, self.body, self.headers + list(map(answers.set_cookie, told)))


def vouched_for(set_cookies: list[str]) -> dict[str, object] | None:
    """The claims in the cookies that Streamlit sets, by its own verification; None if it sets none that hold."""
    jar = {key: morsel.value for each in set_cookies for key, morsel in SimpleCookie(each).items()}

    def one(name: str) -> bytes | None:
        value = jar.get(name)
        return decode_signed_value(get_cookie_secret(), name, value.encode("latin-1")) if value else None

    found = get_cookie_with_chunks(one, USER_COOKIE_NAME)
    claims = json.loads(found) if found else {}
    return claims if claims.get("is_logged_in") is True else None
