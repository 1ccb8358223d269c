"""Where a request comes from: the address, over which name, encrypted or not; and whether it may come at all.

Without accounts only this very machine is answered. With them, others too: over TLS, or through the one proxy that
FUND_PROXY names, whose X-Forwarded-For and X-Forwarded-Proto are believed, and nobody else's.
"""

import os
import socket
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

FORWARDING = (b"forwarded", b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-real-ip", b"via")
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITE = frozenset({"same-origin", "none"})
ENCRYPTED = frozenset({"https", "wss"})


class Refused(Exception):
    """Not answered. status: of HTTP; the message is a Chinese sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class Visitor:
    """Where somebody sits, and whether what they send is encrypted on its way."""

    address: str
    secure: bool


def header(scope, name: bytes) -> str:
    """The last header of this name; empty without one."""
    return next((value.decode("latin-1") for key, value in reversed(scope["headers"]) if key == name), "")


def is_this_machine(address: str) -> bool:
    """Whether an address is one that nobody outside this machine can reach or have."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address == "localhost"
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


def listed(name: str) -> list[str]:
    """The values of a setting that holds several, separated by commas."""
    return [value.strip().lower() for value in os.environ.get(name, "").split(",") if value.strip()]


def arrived(scope, guarded: bool) -> Visitor:
    """Who comes. Raises Refused for whoever may not: from elsewhere, under another name, sent by another site."""
    found = through_network(scope) if guarded else from_here(scope)
    refuse_names(scope, guarded)
    refuse_other_sites(scope)
    return found


def from_here(scope) -> Visitor:
    """Without accounts: this machine alone, and nothing that came through a proxy."""
    ends = [(scope.get(end) or ("",))[0] for end in ("server", "client")]
    if not all(map(is_this_machine, ends)) or forwarded(scope):
        raise Refused(403, "还没有设账号，只能在安装本系统的电脑上打开；要在别的电脑上用，请先设账号")
    return Visitor(ends[1], scope["scheme"] in ENCRYPTED)


def forwarded(scope) -> bool:
    return any(key in FORWARDING for key, _ in scope["headers"])


def through_network(scope) -> Visitor:
    """With accounts: this machine, anybody over TLS, anybody through the proxy that was named.

    The server in front of us has replaced the address of a proxy on this machine by what that one says; that the
    connection came in at an address of this machine alone still tells.
    """
    here = is_this_machine((scope.get("server") or ("",))[0])
    client = (scope.get("client") or ("",))[0]
    if forwarded(scope) and is_proxy("127.0.0.1" if here else client):
        return through_proxy(scope)
    if here and forwarded(scope):
        raise Refused(403, "请求是经代理转来的，但没有用 FUND_PROXY 写明代理的地址")
    secure = scope["scheme"] in ENCRYPTED
    if not here and not secure:
        raise Refused(403, "这里只回答加密的连接：请用 https 打开，或经 FUND_PROXY 写明的代理")
    return Visitor(client, secure)


def is_proxy(address: str) -> bool:
    return any(address == proxy or (is_this_machine(address) and is_this_machine(proxy)) for proxy in proxies())


def proxies() -> list[str]:
    """The addresses of the proxies that are believed."""
    return listed("FUND_PROXY")


def through_proxy(scope) -> Visitor:
    """What the proxy says: the last address is the one it saw itself."""
    if header(scope, b"x-forwarded-proto").strip().lower() != "https":
        raise Refused(403, "代理和浏览器之间没有用 https（X-Forwarded-Proto）；不加密的连接不回答")
    return Visitor(header(scope, b"x-forwarded-for").rpartition(",")[2].strip(), True)


def refuse_names(scope, guarded: bool) -> None:
    """Another name in the address is a site that lets its own name point at us, to read what we answer."""
    name = (urlsplit(f"//{header(scope, b'host')}").hostname or "").rstrip(".")
    known = THIS_MACHINE | (own_names(scope) if guarded else set())
    if name not in known:
        raise Refused(421, "不认识网址里的主机名；请把它写进 FUND_HOSTS")


def own_names(scope) -> set[str]:
    """The names that others know this machine by: those of FUND_HOSTS, its address, the name it has itself."""
    return {*listed("FUND_HOSTS"), (scope.get("server") or ("",))[0], socket.gethostname().lower()}


def refuse_other_sites(scope) -> None:
    """A page of another site may lead here, and do nothing here."""
    origin, acts = header(scope, b"origin"), scope["type"] == "websocket" or scope["method"] not in SAFE
    if not acts:
        return
    site = header(scope, b"sec-fetch-site")
    if (origin and urlsplit(origin).netloc != header(scope, b"host")) or (site and site not in OWN_SITE):
        raise Refused(403, "这个请求是别的网站发来的，没有执行")
