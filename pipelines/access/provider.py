"""Identities that a provider vouches for (OpenID Connect): which of its claims is which role here.

warehouse/access/oidc.toml says both how to reach the provider ([auth], as Streamlit's st.login has it) and what its
claims mean ([claims], [roles]). Whoever has no claim that is named there is not let in.
"""

import hashlib
import secrets
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipelines.access.callers import PROVIDER, folder
from pipelines.access.matrix import PARTS, roles
from pipelines.access.scopes import Scope
from pipelines.errors import NotAllowed, WarehouseError
from pipelines.uploads.privacy import masked

NEEDED = ("redirect_uri", "client_id", "client_secret", "server_metadata_url")
CLAIMS = {"name": "preferred_username", "role": "roles"} | {part: part for part in PARTS.values()}
CALLBACK = "/oauth2callback"
LONGEST_NAME = 64


@dataclass(frozen=True)
class Provider:
    """A provider of identities. auth: how to reach it; claims: name, role or a part of the county -> its claim;
    roles: value of the role's claim -> role here, the first that fits counts; mark: changes with the file.
    """

    auth: dict[str, object]
    claims: dict[str, str]
    roles: dict[str, str]
    mark: str


def path_of(warehouse: Path) -> Path:
    return folder(warehouse) / PROVIDER


def provider(warehouse: Path) -> Provider | None:
    """The provider that the settings name; None without any. Raises WarehouseError for settings that can't be."""
    try:
        found = path_of(warehouse).stat()
    except FileNotFoundError:
        return None
    return read(path_of(warehouse), found.st_mtime_ns, found.st_ino)


@lru_cache(maxsize=4)
def read(path: Path, *version: int) -> Provider:
    """The settings, read once for each version of the file."""
    content = path.read_bytes()
    try:
        told = tomllib.loads(content.decode())
    except ValueError as error:
        raise WarehouseError(f"{PROVIDER} 读不懂：{error}") from error
    auth, claims, meant = (told.get(part, {}) for part in ("auth", "claims", "roles"))
    if unknown := (set(told) - {"auth", "claims", "roles"}) | (set(claims) - set(CLAIMS)):
        raise WarehouseError(f"{PROVIDER} 里有不认识的项：{min(unknown)}")
    if missing := [key for key in NEEDED if not auth.get(key)]:
        raise WarehouseError(f"{PROVIDER} 的 [auth] 里缺 {'、'.join(missing)}")
    if not str(auth["redirect_uri"]).endswith(CALLBACK):
        raise WarehouseError(f"{PROVIDER} 的 redirect_uri 要以 {CALLBACK} 结尾")
    if wrong := [role for role in meant.values() if role not in roles()]:
        raise WarehouseError(f"{PROVIDER} 的 [roles] 里没有角色“{wrong[0]}”；可以是：{'、'.join(roles())}")
    secret = {"cookie_secret": secrets.token_urlsafe(32)} | auth
    return Provider(secret, CLAIMS | claims, meant, f"oidc {hashlib.sha256(content).hexdigest()[:16]}")


def mark(warehouse: Path) -> str:
    """What sessions of the provider bear; another after any change of the settings, which ends them."""
    found = provider(warehouse)
    return found.mark if found else ""


def identity(found: Provider, claims: dict[str, object]) -> tuple[str, str, Scope | None]:
    """(name, role, scope) of what a provider vouches for. Raises NotAllowed, in Chinese, for whom it gives no role."""
    names = [name for claim in (found.claims["name"], "email", "sub") for name in values(claims, claim)]
    name = names[0] if names else ""
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or masked(name) != name:
        raise NotAllowed("统一身份认证没有给出能用的账号名，不能登录；请找系统管理员")
    has = values(claims, found.claims["role"])
    role = next((role for value, role in found.roles.items() if value in has), "")
    if not role:
        raise NotAllowed(f"统一身份认证的账号“{name}”在这里没有对应的角色，不能登录；请找系统管理员")
    return name, role, scope_of(found, claims, role)


def scope_of(found: Provider, claims: dict[str, object], role: str) -> Scope | None:
    """The institutions, townships or counties that the claims name for a role that sees no more."""
    kind = roles()[role].scope
    if kind == "county":
        return None
    part = PARTS[kind]
    codes = tuple(values(claims, found.claims[part]))
    if not codes:
        raise NotAllowed("统一身份认证没有说明这个账号属于哪家机构、哪个乡镇或哪个区县，不能登录；请找系统管理员")
    return Scope(**{part: codes})


def values(claims: dict[str, object], claim: str) -> list[str]:
    """What a claim says, one text or several; a dot leads into a claim that holds others, as in realm_access.roles."""
    told: object = claims
    for step in claim.split("."):
        told = told.get(step) if isinstance(told, dict) else None
    several = told if isinstance(told, list) else [told]
    return [str(value) for value in several if isinstance(value, str | int) and value]
