"""The words of a header: how they are compared, and the unit that may stand behind them."""

import re
import unicodedata
from functools import lru_cache

UNIT = re.compile(r"[(（](元|万元|%|小数)[)）]$")
SCALES = {"元": 1, "万元": 10_000, "%": 1, "小数": 100}


@lru_cache(maxsize=4096)
def plain(header: str) -> str:
    """A header without unit, spaces, case and full-width forms: ＂总费用 （万元）＂ -> 总费用."""
    return UNIT.sub("", squeezed(header)).lower()


@lru_cache(maxsize=4096)
def squeezed(header: str) -> str:
    """A header without spaces and full-width forms, with its unit: 总费用（万元） -> 总费用(万元)."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", header)).lstrip("\ufeff")


@lru_cache(maxsize=1024)
def plain_set(headers: tuple[str, ...]) -> frozenset[str]:
    return frozenset(plain(h) for h in headers)


def unit_of(header: str) -> str | None:
    unit = UNIT.search(squeezed(header))
    return unit.group(1) if unit else None


def scale_of(header: str) -> int:
    """What an amount under this header is multiplied by."""
    return SCALES.get(unit_of(header), 1)
