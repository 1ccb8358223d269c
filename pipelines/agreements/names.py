"""Whether two names may be one institution's: spellings evened out, words that all of them bear left aside."""

import re
import unicodedata
from functools import lru_cache

NOISE = re.compile(r"[\W_]+")
# words that say what an institution is, not which one
GENERIC = re.compile(
    "有限责任公司|有限公司|连锁|医药|大药房|药房|药店|村卫生室|卫生室|卫生所|卫生院|社区卫生服务中心|社区卫生服务站|"
    "门诊部|诊所|医院|分店|总店|村|镇|乡|街道|店"
)
LONG = 4


def evened(name: str) -> str:
    """One spelling: full and half width alike, no spaces and no punctuation."""
    return NOISE.sub("", unicodedata.normalize("NFKC", name)).casefold()


@lru_cache(maxsize=1 << 16)  # each name is held against all others of its town
def core(name: str, town: str) -> str:
    """What is left of a name without its town and the generic words; the whole name where nothing is."""
    plain, place = evened(name), evened(town)
    bare = plain.removeprefix(place).removeprefix(place[:-1] if len(place) > 2 else "")
    return GENERIC.sub("", bare) or plain


def alike(one: str, other: str, town: str) -> bool:
    """Whether two names of one town say the same, or differ by one character in a long name."""
    a, b = core(one, town), core(other, town)
    return a == b or (min(len(a), len(b)) >= LONG and one_apart(a, b))


def one_apart(a: str, b: str) -> bool:
    """Whether one character put in, left out or changed makes one text the other."""
    if abs(len(a) - len(b)) > 1:
        return False
    short, long = sorted((a, b), key=len)
    at = next((i for i, c in enumerate(short) if c != long[i]), len(short))
    rest = short[at + 1 :] if len(short) == len(long) else short[at:]
    return rest == long[at + 1 :]


def shortened(one: str, other: str) -> bool:
    """Whether one name holds the other: an abbreviation rather than another name."""
    a, b = evened(one), evened(other)
    return a in b or b in a
