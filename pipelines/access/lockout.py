"""Wrong passwords make the next attempt wait, ever longer: by account and by address, also after a restart.

Names that no account has are counted too: a lock-out must not tell which names exist.
"""

import sqlite3

from pipelines.access.passwords import plainly
from pipelines.errors import WarehouseError

FREE = {"account": 5, "address": 25}  # attempts before the first wait; behind one address sit many people
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 30, 3600
FORGOTTEN_SECONDS = 24 * 3600  # a day without an attempt begins anew


class LockedOut(WarehouseError):
    """Too many wrong passwords; the message says how long to wait."""


def attempt(con: sqlite3.Connection, name: str, address: str, at: float) -> float:
    """Count an attempt before its password is looked at, so that many at once are no way around.

    Returns the seconds to wait if it was wrong. Raises LockedOut, and counts nothing, while the account or the address
    has to wait. at: seconds since 1970.
    """
    con.execute("delete from failures where last < ?", (at - FORGOTTEN_SECONDS,))
    for what, kind in counted(name, address):
        found = con.execute("select count, last from failures where what = ?", (what,)).fetchone()
        if found and (left := found["last"] + wait(found["count"], FREE[kind]) - at) > 0:
            raise LockedOut(f"密码错误次数太多，请 {in_words(left)}后再试，或找系统管理员重置密码")
    return max(counting(con, what, FREE[kind], at) for what, kind in counted(name, address))


def counting(con: sqlite3.Connection, what: str, free: int, at: float) -> float:
    """Count one more; the seconds that so many have to wait."""
    more = "insert into failures values (?, 1, ?) on conflict do update set count = count + 1, last = excluded.last"
    return wait(con.execute(f"{more} returning count", (what, at)).fetchone()["count"], free)


def counted(name: str, address: str) -> list[tuple[str, str]]:
    """What an attempt is counted under, and of which kind that is."""
    return [(f"account {plainly(name)[:64]}", "account"), (f"address {address}", "address")]


def wait(count: int, free: int) -> float:
    """Seconds after so many wrong passwords: none for the free ones, then 30, doubled with each more, up to an hour."""
    return min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** min(count - free, 20)) if count >= free else 0


def in_words(seconds: float) -> str:
    return f"{int(seconds) + 1} 秒" if seconds < 60 else f"{int(seconds / 60) + 1} 分钟"


def succeeded(con: sqlite3.Connection, name: str, address: str) -> None:
    """It was the owner: forget the account's wrong passwords; of its address only this attempt, which was none."""
    forget(con, name)
    con.execute("update failures set count = count - 1 where what = ?", (f"address {address}",))


def forget(con: sqlite3.Connection, name: str) -> None:
    """The account may try again at once."""
    con.execute("delete from failures where what = ?", (counted(name, "")[0][0],))
