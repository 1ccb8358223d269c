"""The finding of an attribution in words, for screens, documents and the command line alike."""

from decimal import Decimal
from fractions import Fraction

from pipelines.attribution.costs import FUND, REST, Group
from pipelines.attribution.growth import NAMES, UNDIVIDED, Growth
from pipelines.attribution.rounding import lines, total
from pipelines.contracts import zh
from pipelines.formulas import rounded

MONEY = {"cost": "住院医药费用", FUND: "住院基金支付"}
FEW = "人数不足5人的各组"
UNITS = {
    "insured": ("期末", "人", 0),
    "admission_rate": ("", "%", 2),
    "cases": ("", "人次", 0),
    "place_mix": ("县外人次占比", "%", 2),
    "level_mix": ("县内二级以上占比", "%", 2),
    "length_of_stay": ("", "天", 2),
    "cost_per_day": ("", "元", 2),
    "reimbursement": ("基金占费用", "%", 2),
}  # what stands for a factor over all groups: what it is where the name does not say so, unit, digits

# on an axis or in a head
SHORT = {"insured": "参保", "place_mix": "县内外", "level_mix": "机构等级", "length_of_stay": "住院日"}


def decimal(value: Fraction, digits: int = 2) -> Decimal:
    """HALF_UP, as printed."""
    return rounded(Decimal(value.numerator) / value.denominator, digits)


def rate(found: Growth) -> Decimal | None:
    """The growth in per cent."""
    before = Fraction(found.before_yuan)
    return decimal(100 * (Fraction(found.after_yuan) - before) / before) if before else None


def most(found: Growth) -> str:
    """The factor that makes most of the change: in its direction, or the largest where nothing changed."""
    change = found.after_yuan - found.before_yuan
    sign = 1 if change >= 0 else -1
    told = [factor for factor in found.factors if factor != UNDIVIDED]
    return max(told, key=lambda factor: sign * found.steps[factor])


def share(found: Growth, factor: str) -> Decimal | None:
    """A factor's part of the change in per cent; None where nothing changed."""
    change = Fraction(found.after_yuan - found.before_yuan)
    return decimal(100 * found.steps[factor] / change, 1) if change else None


def weight(found: Growth, factor: str) -> str:
    """占增减的 55.2%; more than all of it says that others went the other way."""
    part = share(found, factor)
    return "别的因素抵去一部分" if part is None or part > 100 else f"占增减的 {part}%"


def wan(yuan: Fraction | Decimal) -> str:
    """1,234.50 万元, without its sign."""
    return f"{decimal(abs(Fraction(yuan)) / 10000):,} 万元"


def more(yuan: Fraction | Decimal) -> str:
    return f"增加 {wan(yuan)}" if yuan >= 0 else f"减少 {wan(yuan)}"


def sentence(found: Growth, whose: str) -> str:
    """What grew, by how much, and which factor made most of it. whose: 居民, 全部险种."""
    whole = total(lines(found))  # as the tables have it
    said, change = f"{found.period.label}{whose}{MONEY[found.of]} {wan(whole.after_yuan)}", whole.change_yuan
    if not change:
        return f"{said}，与上年同期相同"
    grown = rate(found)
    by = f"（{grown:+}%）".replace("-", "−") if grown is not None else ""
    factor = most(found)
    led = f"其中{NAMES[factor]}影响最大，使其{more(whole.parts[factor])}，{weight(found, factor)}"
    return f"{said}，比上年同期{more(change)}{by}，{led}"


def value_name(factor: str) -> str:
    """县内外结构（县外人次占比，%）: what the values of a factor are."""
    if factor not in UNITS:
        return NAMES[factor]
    what, unit, _ = UNITS[factor]
    return f"{NAMES[factor]}（{'，'.join(filter(None, (what, unit)))}）"


def group_name(group: Group) -> tuple[str, str]:
    """县外, 三级."""
    return (FEW, "") if group == REST else (zh("place", group[0]), zh("level", group[1]))


def scheme_name(code: str) -> str:
    return FEW if code == REST[1] else zh("scheme", code)
