"""Who asks on the command line: a session whose token lies in a file in the user's home, for its owner alone."""

import json
import os
import secrets
from pathlib import Path

from pipelines.access import sessions
from pipelines.access.callers import Caller, folder, guarded
from pipelines.access.identity import caller_of

PRIVATE = 0o600


def place() -> Path:
    """The file with the tokens of this user, one for each warehouse: FUND_SESSION, else one in the home."""
    return Path(os.environ.get("FUND_SESSION") or Path.home() / ".fund_session.json")


def tokens() -> dict[str, str]:
    """Warehouse -> token; none where the file is missing or is not ours."""
    try:
        told = json.loads(place().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def keep(warehouse: Path, token: str) -> None:
    """Remember the token of this warehouse; an empty one forgets it. Raises OSError."""
    kept = {key: value for key, value in tokens().items() if key != key_of(warehouse)}
    if token:
        kept[key_of(warehouse)] = token
    aside = place().with_name(f"{place().name}.{secrets.token_hex(4)}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(kept, file)
    os.replace(aside, place())


def key_of(warehouse: Path) -> str:
    return str(warehouse.resolve())


def token_of(warehouse: Path) -> str:
    """The token that was kept for this warehouse; empty without one."""
    return str(tokens().get(key_of(warehouse), ""))


def session_of(warehouse: Path) -> sessions.Session | None:
    """The session on the command line, if it lasts; that something is asked for keeps it alive."""
    found = sessions.found(warehouse, token_of(warehouse))
    if found:
        sessions.asked(warehouse, found)
    return found


def identify(warehouse: Path) -> Caller | None:
    """The caller on the command line, for identify_by."""
    found = session_of(warehouse) if guarded(warehouse) else None
    return caller_of(found) if found else None


def owns(warehouse: Path) -> bool:
    """Whether the operating system's user is the owner of the accounts, who could read and change them anyway."""
    place_ = folder(warehouse)
    if hasattr(os, "geteuid"):
        return os.geteuid() in (0, place_.stat().st_uid)
    return os.access(place_, os.W_OK)  # Windows knows no owner by number; who may write there rules there


def owner(user: str) -> Caller:
    """The operating system's owner of the warehouse, for the commands that help out when nobody can log in."""
    return Caller(f"{user}（系统所有者）", "", frozenset({"accounts", "maintain", "log"}))
