"""Number formats that change what a person reads in a cell: percent, leading zeros, thousands left away, 万 behind."""

import re
from collections.abc import Callable
from decimal import Decimal

from pipelines.uploads import cells

Shown = Callable[[float], str]
BUILT_IN = {9: "0%", 10: "0.00%"}
UNSHOWN = re.compile(r"\[[^\]]*\]|_.|\*.")  # colours and conditions, the width of a character, fillers
WORDS = re.compile(r'"[^"]*"|\\.|!.')
OF_TIME = re.compile("[ymdhse]", re.I)
NAMES = re.compile("[A-Za-z0-9]")
POINT_BY_HAND = re.compile(r"[\\!]\.")
LARGER = re.compile("[十百千万亿]")
SCALED = re.compile(r"[0#?],+(?![0#?,])")
LOST = "#公式没有结果!"


def shown(code: str) -> Shown | None:
    """How a number of this format is read by a person, where that is another text than the number itself."""
    first = UNSHOWN.sub("", code.split(";")[0])
    bare = WORDS.sub("", first)
    if OF_TIME.search(bare):
        return None
    if LARGER.search(first) or SCALED.search(bare) or POINT_BY_HAND.search(first):
        return lambda value: f"{cells.text(value)}（按格式 {code} 显示）"
    if "%" in bare:
        return percent
    if padded := re.fullmatch(rf"((?:{WORDS.pattern})*)(0+)", first):
        prefix, digits = re.sub(r'["\\!]', "", padded[1]), len(padded[2])
        if digits > 1 or NAMES.search(prefix):
            return lambda value: prefix + cells.text(value).zfill(digits)
    return None


def percent(value: float) -> str:
    """0.496 -> 49.6%, exact: the digits are moved, nothing is multiplied."""
    return f"{(Decimal(cells.text(value)) * 100).normalize():f}%"
