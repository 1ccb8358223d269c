"""Logging in and out, and one's own password: the same for the login page and the command line."""

import time
from pathlib import Path

from pipelines.access import Caller, accounts, database, lockout, sessions
from pipelines.access.identity import caller_of
from pipelines.access.passwords import fits, hashed, outworn, refuse_weak
from pipelines.access.provider import identity, provider
from pipelines.access.sessions import Session
from pipelines.audit_log import record
from pipelines.errors import NotAllowed, WarehouseError

WRONG = "账号或密码不对"  # also of a disabled or unknown account: which names exist is nobody's business

KINDS = {"web": "网页", "terminal": "命令行"}


class WrongPassword(WarehouseError):
    """The name and the password don't belong together."""


def log_in(warehouse: Path, name: str, password: str, *, kind: str, address: str) -> tuple[str, Session]:
    """Begin a session; returns its token and itself. kind: web or terminal; address: where they sit.

    Raises WrongPassword, and LockedOut while too many were wrong; both in Chinese.
    """
    found = proven(warehouse, name, password, address)
    with database.writing(warehouse) as con:
        row = con.execute("select * from accounts where name = ?", (found["name"],)).fetchone()
        if row is None or row["hash"] != found["hash"] or row["disabled"]:  # changed while the password was looked at
            raise WrongPassword(WRONG)
        kept = hashed(password) if outworn(row["hash"]) else row["hash"]
        con.execute("update accounts set hash = ?, seen_at = ? where name = ?", (kept, accounts.now(), row["name"]))
        token, session = new_session(con, row, kind, address)
        record(warehouse, "log_in", row["name"], {"方式": KINDS[kind]}, who=caller_of(session))
        return token, session


def log_in_by_provider(warehouse: Path, claims: dict[str, object], address: str) -> tuple[str, Session]:
    """Begin a session of somebody whom the provider of identities vouches for, in the role that its claims give.

    Raises NotAllowed where they give none, or where an account of ours has this name.
    """
    found = provider(warehouse)
    if found is None:
        raise NotAllowed("没有设置统一身份认证")
    stranger = Caller("", "", frozenset(), address=address)
    try:
        name, role, scope = identity(found, claims)
        if accounts.row_of(warehouse, name):
            raise NotAllowed(f"本系统已有同名账号“{name}”，请用它的密码登录，或找系统管理员")
    except NotAllowed as error:
        record(warehouse, "log_in_failed", "统一身份认证", {"原因": str(error)}, who=stranger)
        raise
    with (database.writing if accounts.exist(warehouse) else database.beginning)(warehouse) as con:
        token, session = sessions.begin(con, name, role, scope, kind="web", address=address, provider=found.mark)
        record(warehouse, "log_in", name, {"方式": "统一身份认证"}, who=caller_of(session))
    return token, session


def proven(warehouse: Path, name: str, password: str, address: str):
    """The row of the account whose password this is; every attempt is counted, and a right one forgets the wrong."""
    if not accounts.exist(warehouse):
        raise WarehouseError("还没有账号；请先用 users add 设一个系统管理员账号")
    with database.writing(warehouse) as con:
        waiting = lockout.attempt(con, name, address, time.time())
    found = accounts.row_of(warehouse, name)
    if not fits(password, found["hash"] if found else "") or found["disabled"]:
        tell_wrong(warehouse, found, address, waiting)
        raise WrongPassword(WRONG)
    with database.writing(warehouse) as con:
        lockout.succeeded(con, name, address)
    return found


def tell_wrong(warehouse: Path, found, address: str, waiting: float) -> None:
    """Record a wrong password, and the wait that follows. A name that nobody has may be a password: it is not kept."""
    stranger = Caller("", "", frozenset(), address=address)
    subject = found["name"] if found else "没有的账号"
    record(warehouse, "log_in_failed", subject, {"停用": "是"} if found and found["disabled"] else {}, who=stranger)
    if waiting:
        record(warehouse, "locked_out", subject, {"等待秒数": int(waiting)}, who=stranger)


def new_session(con, row, kind: str, address: str) -> tuple[str, Session]:
    where = {"kind": kind, "address": address, "must_change": bool(row["must_change"])}
    return sessions.begin(con, row["name"], row["role"], database.scope_of(row["scope"]), **where)


def log_out(warehouse: Path, token: str) -> None:
    """Log out whoever bears this token, if anybody does."""
    if found := sessions.found(warehouse, token):
        end(warehouse, found)


def end(warehouse: Path, session: Session) -> None:
    """Log out: the token is worth nothing from now on."""
    record(warehouse, "log_out", session.name, who=caller_of(session))
    sessions.end(warehouse, session.id)


def change_password(warehouse: Path, session: Session, old: str, new: str) -> tuple[str, Session]:
    """Choose another password of one's own; every session of the account ends, a new one begins.

    Raises WrongPassword and LockedOut for the old one, WarehouseError for a weak new one.
    """
    if session.provider:
        raise WarehouseError("这个账号由统一身份认证管理，密码不在这里改")
    refuse_weak(session.name, new)
    proven(warehouse, session.name, old, session.address)
    if new == old:
        raise WarehouseError("新密码和原来的一样；请换一个")
    kept = hashed(new)
    with database.writing(warehouse) as con:
        con.execute(
            "update accounts set hash = ?, must_change = 0, password_at = ? where name = ?",
            (kept, accounts.now(), session.name),
        )
        con.execute("delete from sessions where name = ? and provider = ''", (session.name,))
        row = con.execute("select * from accounts where name = ?", (session.name,)).fetchone()
        record(warehouse, "password", session.name, who=caller_of(session))
        return new_session(con, row, session.kind, session.address)
