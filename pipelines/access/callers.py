"""Who asks. The server and the command line say how they know; without accounts everybody may do everything.

Whoever is identified is the caller of all that their page, command or job asks for; a thread of its own is handed its
caller with acting(). Where accounts exist and nobody is identified, nothing is answered.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from os import stat
from pathlib import Path

from pipelines.access.matrix import looking, rights, roles
from pipelines.access.scopes import Scope
from pipelines.errors import NotAllowed

ACCOUNTS, PROVIDER = "accounts.db", "oidc.toml"


@dataclass(frozen=True)
class Caller:
    """Somebody with rights. scope: None for the whole county; seen_by: the administrator who looks through these eyes;
    session, address: where they come from, for the audit log.
    """

    name: str
    role: str
    rights: frozenset[str]
    scope: Scope | None = None
    seen_by: str = ""
    session: str = ""
    address: str = ""

    def may(self, right: str) -> bool:
        """Whether they hold a right. Raises KeyError for one that there is not."""
        return rights()[right] != "" and right in self.rights

    def signing(self, name: str) -> str:
        """The name that something is written down under: their account's; without accounts the one that is given."""
        return self.name or name

    @property
    def role_name(self) -> str:
        """The role in Chinese; empty without accounts."""
        return roles()[self.role].name_zh if self.role else ""


OPEN = Caller("", "", frozenset(rights()))  # one office PC, nobody logs in
ACTING: ContextVar[Caller | None] = ContextVar("acting", default=None)
Identify = Callable[[Path], Caller | None]
_identify: list[Identify] = []


def folder(warehouse: Path) -> Path:
    """Where accounts, sessions and the settings of a provider lie."""
    return warehouse / "access"


def guarded(warehouse: Path) -> bool:
    """Whether somebody has to log in: accounts were made, or a provider of identities was named."""
    place = f"{warehouse}/access/"  # as text: every page asks many times in each of its runs
    return there(place + ACCOUNTS) or there(place + PROVIDER)


def there(path: str) -> bool:
    """Whether there is a file. One that may not be looked at is: else its permissions would open the whole product."""
    try:
        stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def identify_by(identify: Identify | None) -> None:
    """Say how this process knows who asks; None forgets it. The server and each command line say so once."""
    _identify[:] = [identify] if identify else []


def caller(warehouse: Path) -> Caller:
    """Who asks. Raises NotAllowed where accounts exist and nobody is logged in."""
    if found := ACTING.get():
        return found
    if found := _identify[0](warehouse) if _identify else None:
        return found
    if guarded(warehouse):
        raise NotAllowed("请先登录")
    return OPEN


def need(warehouse: Path, right: str) -> Caller:
    """The caller, who holds this right. Raises NotAllowed, in Chinese, if they don't."""
    found = caller(warehouse)
    if not found.may(right) and found.seen_by:
        raise NotAllowed(f"{found.name}正以“{found.role_name}”的身份查看，只能看，不能{rights()[right]}")
    if not found.may(right):
        raise NotAllowed(f"{found.name}（{found.role_name}）没有“{rights()[right]}”的权限；请找系统管理员")
    return found


def whole(warehouse: Path) -> Caller:
    """Whoever asks, who sees the whole county: for what is kept beside the build and says nothing of whose it is.

    Raises NotAllowed for those with a part of the county.
    """
    found = caller(warehouse)
    if found.scope is not None:
        raise NotAllowed(f"全县的记录不属于{found.name}（{found.role_name}）的数据范围")
    return found


def seen_as(who: Caller, role: str, scope: Scope | None = None) -> Caller:
    """Who looks through the eyes of a role: under their own name they read what it may read, but no rows of persons.

    Raises NotAllowed for whoever may not look so, and for a role with a part of the county when none is named.
    """
    if not who.may("view_as"):
        raise NotAllowed(f"{who.name}（{who.role_name}）没有“{rights()['view_as']}”的权限；请找系统管理员")
    if (roles()[role].scope == "county") is not (scope is None):
        raise NotAllowed(f"“{roles()[role].name_zh}”只看自己的一部分；请选机构、乡镇或区县")
    return replace(who, role=role, rights=roles()[role].rights & looking(), scope=scope, seen_by=who.name)


def reading(warehouse: Path) -> bool:
    """Whether whoever asks looks through the eyes of another role: then nothing is written and nothing taken away."""
    return bool(caller(warehouse).seen_by)


@contextmanager
def acting(who: Caller) -> Iterator[None]:
    """What is asked for inside is asked for by this caller: for work in a thread of its own, and for tests."""
    before = ACTING.set(who)
    try:
        yield
    finally:
        ACTING.reset(before)
