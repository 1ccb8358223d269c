"""Passwords: what one must be, and what is kept of it (argon2id)."""

import unicodedata
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pipelines.errors import WarehouseError

SHORTEST, LONGEST = 10, 200
COMMON = Path(__file__).with_name("common_passwords.txt")
HASHER = PasswordHasher()  # 64 MB for each, as RFC 9106 has it for small machines
AT_ONCE = BoundedSemaphore(2)  # the most that are computed at a time, or a crowd of strangers takes the memory
ROWS = ("01234567890123456789", "qwertyuiopasdfghjklzxcvbnm", "abcdefghijklmnopqrstuvwxyz")


def refuse_weak(name: str, password: str) -> None:
    """Raises WarehouseError with the sentence that says what is wrong with this password for this account."""
    if why := weakness(name, password):
        raise WarehouseError(why)


def weakness(name: str, password: str) -> str:
    """What is wrong with a password, as a Chinese sentence; empty if nothing is."""
    plain, own = plainly(password), plainly(name)
    if len(password) < SHORTEST:
        return f"密码至少要 {SHORTEST} 个字符，这个只有 {len(password)} 个"
    if len(password) > LONGEST:
        return f"密码最多 {LONGEST} 个字符，这个有 {len(password)} 个"
    if own in plain or plain in own:
        return "密码里不能含有账号名"
    if len(set(plain)) < 4:
        return "密码里至少要有 4 个不同的字符"
    if any(plain in row or plain in row[::-1] for row in ROWS):
        return "密码不能是连续的数字、字母或一排按键"
    if plain in common():
        return "这个密码太常见，别人一猜就中；请换一个"
    return ""


def plainly(text: str) -> str:
    """Without case, width and surrounding blanks: Ｐassword and password are one guess."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


@cache
def common() -> frozenset[str]:
    """Passwords that everybody tries first."""
    return frozenset(COMMON.read_text("utf-8").split())


def hashed(password: str) -> str:
    """What is kept of a password: argon2id with a salt of its own."""
    with AT_ONCE:
        return HASHER.hash(password)


def fits(password: str, kept: str) -> bool:
    """Whether this is the password of which that is kept. An empty kept takes as long as any, and never fits."""
    with AT_ONCE:
        try:
            return HASHER.verify(kept or nobodys(), password) and kept != ""
        except (VerificationError, InvalidHashError):
            return False


def outworn(kept: str) -> bool:
    """Whether it was computed with less work than is asked for today."""
    return HASHER.check_needs_rehash(kept)


@cache
def nobodys() -> str:
    """What an unknown account is checked against, so that its answer takes as long as that of a known one."""
    return HASHER.hash("nobody has this password")
