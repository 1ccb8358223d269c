"""Accounts of this warehouse: who may log in, in which role, for which institutions or townships.

Whatever takes rights away from an account ends its sessions in the same moment.
"""

import re
import sqlite3
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipelines.access import Caller, database, lockout
from pipelines.access.matrix import PARTS, SCOPES, roles
from pipelines.access.passwords import hashed, plainly, refuse_weak
from pipelines.access.provider import provider
from pipelines.access.scopes import Scope
from pipelines.audit_log import record
from pipelines.errors import NotAllowed, WarehouseError
from pipelines.uploads.privacy import masked

FIRST_ROLE = "admin"
NAME = re.compile(r"[\w.\-]{2,32}")


@dataclass(frozen=True)
class Account:
    """Somebody who may log in. scope: None for the whole county; must_change: the password was given by somebody else.

    made_at, password_at, seen_at (the last log-in, empty before the first): ISO 8601 in local time.
    """

    name: str
    role: str
    scope: Scope | None
    must_change: bool
    disabled: bool
    made_at: str
    made_by: str
    password_at: str
    seen_at: str

    @property
    def role_name(self) -> str:
        return roles()[self.role].name_zh


def now() -> str:
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")


def exist(warehouse: Path) -> bool:
    """Whether there are accounts at all."""
    return database.path_of(warehouse).exists()


def accounts(warehouse: Path) -> list[Account]:
    """Every account by name, none before the first was made."""
    if not exist(warehouse):
        return []
    with database.writing(warehouse) as con:
        return [account_of(row) for row in con.execute("select * from accounts order by name")]


def account(warehouse: Path, name: str) -> Account:
    """The account of this name, whatever its case. Raises WarehouseError where there is none."""
    found = row_of(warehouse, name)
    if found is None:
        raise WarehouseError(f"没有账号“{name}”；可用 users list 查看全部账号")
    return account_of(found)


def row_of(warehouse: Path, name: str) -> sqlite3.Row | None:
    """All that is kept of an account, with the hash of its password; None where there is none."""
    if not exist(warehouse):
        return None
    with database.writing(warehouse) as con:
        return con.execute("select * from accounts where key = ?", (plainly(name),)).fetchone()


def refuse_ended(warehouse: Path, who: Caller) -> None:
    """Raises NotAllowed for a caller whose account was disabled or got another role or scope since they began: work
    beside a page goes on when its session has ended, and must not write then."""
    found = row_of(warehouse, who.name) if who.name else None
    if found and (found["disabled"] or (found["role"], database.scope_of(found["scope"])) != (who.role, who.scope)):
        raise NotAllowed(f"账号“{who.name}”已停用或改了角色，没有写入")


def account_of(row: sqlite3.Row) -> Account:
    told = {key: row[key] for key in ("name", "role", "made_at", "made_by", "password_at", "seen_at")}
    flags = {key: bool(row[key]) for key in ("must_change", "disabled")}
    return Account(**told, **flags, scope=database.scope_of(row["scope"]))


def add(
    warehouse: Path, name: str, role: str, password: str, by: str, scope: Scope | None = None, must_change: bool = True
) -> Account:
    """Make an account; the first must be an administrator's, and with it everybody has to log in from now on.

    must_change: whether the owner has to choose a password of their own at first. Raises WarehouseError, in Chinese,
    for a name, role, scope or password that can't be.
    """
    name = unicodedata.normalize("NFKC", name).strip()
    refuse_name(name)
    refuse_role(role, scope)
    refuse_weak(name, password)
    first = not exist(warehouse)
    if first and role != FIRST_ROLE:
        raise WarehouseError(f"第一个账号必须是{roles()[FIRST_ROLE].name_zh}（{FIRST_ROLE}），否则没有人能管账号")
    row = (name, plainly(name), role, database.scope_text(scope), hashed(password), must_change, now(), by, now())
    with (database.beginning if first else database.writing)(warehouse) as con:
        refuse_taken(con, name)
        con.execute(
            "insert into accounts (name, key, role, scope, hash, must_change, disabled, made_at, made_by, password_at)"
            " values (?, ?, ?, ?, ?, ?, 0, ?, ?, ?)",
            row,
        )
        who = Caller(by, "", frozenset()) if first else None  # nobody could be logged in before there were accounts
        record(warehouse, "account", name, {"做法": "新设"} | described(role, scope), who=who)
    return account(warehouse, name)


def described(role: str, scope: Scope | None) -> dict[str, str]:
    return {"角色": roles()[role].name_zh, "数据范围": scope.told if scope else ""}


def refuse_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise WarehouseError(f"账号名要 2 至 32 个字，只能用汉字、字母、数字和 . - _：{name!r}")
    if masked(name) != name:
        raise WarehouseError("账号名不能是身份证号或手机号")


def refuse_taken(con: sqlite3.Connection, name: str) -> None:
    if con.execute("select 1 from accounts where key = ?", (plainly(name),)).fetchone():
        raise WarehouseError(f"已有账号“{name}”")


def refuse_role(role: str, scope: Scope | None) -> None:
    """A role sees the whole, or institutions, townships or counties; an account must say which of those are its own."""
    if role not in roles():
        known = "、".join(f"{each.id}（{each.name_zh}）" for each in roles().values())
        raise WarehouseError(f"没有角色“{role}”；可以是：{known}")
    wanted, has = roles()[role].scope, scope_kind(scope)
    if wanted != has:
        own = {
            "county": "不限机构和乡镇",
            "institution": "要写明机构编码",
            "town": "要写明乡镇",
            "counties": "要写明区县",
        }
        raise WarehouseError(f"{roles()[role].name_zh}账号{own[wanted]}（数据范围：{SCOPES[wanted]}）")


def scope_kind(scope: Scope | None) -> str:
    if scope is None:
        return "county"
    return next(kind for kind, part in PARTS.items() if part == scope.part)


def disable(warehouse: Path, name: str) -> None:
    """Let nobody log in with it any more, and end what is open. Raises WarehouseError for the last administrator."""
    change(warehouse, name, {"做法": "停用"}, "update accounts set disabled = 1 where name = ?")


def enable(warehouse: Path, name: str) -> None:
    """Let it log in again, also after too many wrong passwords."""
    change(warehouse, name, {"做法": "启用"}, "update accounts set disabled = 0 where name = ?", ends=False)


def reset(warehouse: Path, name: str, password: str, must_change: bool = True) -> None:
    """Give it another password, which its owner must change at the next log-in; ends what is open and its lock-out."""
    refuse_weak(name, password)
    statement = "update accounts set hash = ?, must_change = ?, password_at = ? where name = ?"
    change(warehouse, name, {"做法": "重置密码"}, statement, hashed(password), must_change, now())


def set_role(warehouse: Path, name: str, role: str, scope: Scope | None = None) -> None:
    """Give it another role, with the institutions or townships that one needs."""
    refuse_role(role, scope)
    statement = "update accounts set role = ?, scope = ? where name = ?"
    told = {"做法": "改角色"} | described(role, scope)
    change(warehouse, name, told, statement, role, database.scope_text(scope))


def change(warehouse: Path, name: str, told: dict[str, str], statement: str, *values, ends: bool = True) -> None:
    """Change one account, end its lock-out and, if ends, its sessions; an administrator who can log in must be left."""
    known = account(warehouse, name).name
    with database.writing(warehouse) as con:
        con.execute(statement, (*values, known))
        if ends:
            con.execute("delete from sessions where name = ? and provider = ''", (known,))
        lockout.forget(con, known)
        left = con.execute("select count(*) from accounts where role = ? and not disabled", (FIRST_ROLE,)).fetchone()[0]
        if not left and provider(warehouse) is None:
            raise WarehouseError("这是最后一个能用的系统管理员账号；请先另设一个")
        record(warehouse, "account", known, told)
