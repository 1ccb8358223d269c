"""Who is logged in: a random token in the browser or in a file, only its hash in the database.

A session ends at log-out, when nothing was asked for half an hour, twelve hours after its log-in, and at once when its
account is disabled or gets another role or password.
"""

import hashlib
import os
import secrets
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.access import database
from pipelines.access.provider import mark
from pipelines.access.scopes import Scope

IDLE_SECONDS = 60 * float(os.environ.get("FUND_IDLE_MINUTES", "30"))
LONGEST_SECONDS = 3600 * float(os.environ.get("FUND_SESSION_HOURS", "12"))
NOTED_SECONDS = 60  # how often the database is told that somebody is still there
TOKEN_BYTES = 32
_asked: dict[str, float] = {}  # session -> when something was last asked for in it, in this process
_written: dict[str, float] = {}  # session -> when the database was last told so by this process


@dataclass(frozen=True)
class Session:
    """Somebody logged in. id: the hash of the token; provider: who vouched for them, empty for an account of ours.

    kind: web or terminal; begun, seen: seconds since 1970.
    """

    id: str
    name: str
    provider: str
    role: str
    scope: Scope | None
    must_change: bool
    kind: str
    address: str
    begun: float
    seen: float

    @property
    def short(self) -> str:
        """What tells sessions apart in the audit log, and is of no use to anybody who reads it."""
        return self.id[:8]


def id_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def begin(
    con, name: str, role: str, scope: Scope | None, *, kind: str, address: str, must_change: bool = False, provider=""
) -> tuple[str, Session]:
    """Begin a session in an open transaction; returns its token, which nothing keeps. Ended ones are forgotten."""
    token, at = secrets.token_urlsafe(TOKEN_BYTES), time.time()
    con.execute("delete from sessions where seen < ? or begun < ?", (at - IDLE_SECONDS, at - LONGEST_SECONDS))
    made = Session(id_of(token), name, provider, role, scope, must_change, kind, address, at, at)
    row = (made.id, name, provider, role, database.scope_text(scope), must_change, kind, address, at, at)
    con.execute("insert into sessions values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    return token, made


@cache
def reading(warehouse: Path) -> database.Reading:
    return database.Reading(database.path_of(warehouse))


def found(warehouse: Path, token: str) -> Session | None:
    """The session of a token; None if there is none, or it has ended."""
    return with_id(warehouse, id_of(token)) if token else None


def with_id(warehouse: Path, id: str) -> Session | None:
    """The session of this id, if it lasts. Asked by every page and message: some microseconds."""
    row = reading(warehouse).row("select * from sessions where id = ?", id)
    if row is None:
        return None
    if row["provider"] and row["provider"] != mark(warehouse):
        return None
    at = time.time()
    if at - row["begun"] > LONGEST_SECONDS or at - max(row["seen"], _asked.get(id, 0)) > IDLE_SECONDS:
        return None
    return Session(**dict(row) | {"must_change": bool(row["must_change"]), "scope": database.scope_of(row["scope"])})


def asked(warehouse: Path, session: Session) -> None:
    """Note that somebody is there; the database hears of it once a minute."""
    if noted(session):
        write_down(warehouse, session)


def noted(session: Session) -> bool:
    """Note that somebody is there, in this process; whether it is time to write it down."""
    at = time.time()
    _asked[session.id] = at
    return at - session.seen > NOTED_SECONDS and at - _written.get(session.id, session.seen) > NOTED_SECONDS


def write_down(warehouse: Path, session: Session) -> None:
    """Tell the database, and so other processes, when something was last asked for."""
    at = _written[session.id] = _asked.get(session.id, session.seen)
    with database.writing(warehouse) as con:
        con.execute("update sessions set seen = ? where id = ?", (at, session.id))
        forget_ended(con)


def forget_ended(con) -> None:
    for id in set(_asked) - {row["id"] for row in con.execute("select id from sessions")}:
        _asked.pop(id, None)
        _written.pop(id, None)


def end(warehouse: Path, id: str) -> None:
    """Log out: the token is worth nothing from now on."""
    if database.path_of(warehouse).exists():
        with database.writing(warehouse) as con:
            con.execute("delete from sessions where id = ?", (id,))


def end_all(warehouse: Path) -> None:
    """Log everybody out: of a warehouse that came from a copy, whose sessions may have ended since."""
    if database.path_of(warehouse).exists():
        with database.writing(warehouse) as con:
            con.execute("delete from sessions")


def open_ones(warehouse: Path) -> list[Session]:
    """Every session that lasts, the latest first."""
    if not database.path_of(warehouse).exists():
        return []
    with database.writing(warehouse) as con:
        ids = [row["id"] for row in con.execute("select id from sessions order by begun desc")]
    return [each for id in ids if (each := with_id(warehouse, id))]
