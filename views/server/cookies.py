"""The cookie that holds the token of a log-in, and the word that a form of ours carries."""

import hmac
import secrets
from http.cookies import CookieError, SimpleCookie

from views.server.visitor import header

SESSION, FORM = "fund_session", "fund_form"


def named(name: str, secure: bool) -> str:
    """Under TLS the browser itself sees to it that no other site and no unencrypted page has set it."""
    return f"__Host-{name}" if secure else name


def sent(scope, name: str, secure: bool) -> str:
    """The value of a cookie that came with a request; empty without it."""
    return read(header(scope, b"cookie")).get(named(name, secure), "")


def read(text: str) -> dict[str, str]:
    """Cookies of a header. What can't be read is left out: it is not ours."""
    found = {}
    for part in text.split(";"):
        try:
            found |= {key: morsel.value for key, morsel in SimpleCookie(part).items()}
        except CookieError:
            continue
    return found


def setting(name: str, value: str, secure: bool) -> str:
    """The Set-Cookie of a value; an empty one is forgotten. It lives as long as the browser is open.

    Lax, so that a link in a letter or the way back from a provider of identities finds who is logged in; whatever
    changes anything asks for more than a cookie.
    """
    ends = "" if value else "; Max-Age=0"
    return f"{named(name, secure)}={value}; Path=/; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}{ends}"


def fresh() -> str:
    return secrets.token_urlsafe(32)


def form_word(cookie: str) -> str:
    """What a form must carry: only whoever was given the page, not another site, can know it."""
    return hmac.digest(cookie.encode(), b"form", "sha256").hex()


def is_form_word(cookie: str, word: str) -> bool:
    return cookie != "" and hmac.compare_digest(form_word(cookie).encode(), word.encode("utf-8", "replace"))
