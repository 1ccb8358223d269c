"""What a sentence says of a figure: the verb by the sign, 百分点 for ratios, last year's figure, the target."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pipelines
from pipelines import Period
from reports.document import Run
from reports.narrative.themes import Slot
from reports.quoting import Quote

Quotes = dict[str, Quote]
NEEDS = {
    "": ("value",),
    "上年": ("year_ago",),
    "目标": ("target",),
    "比上年": ("value", "year_ago", "difference", "decrease", "change", "fall"),
    "同比": ("year_ago", "difference", "decrease", "change", "fall"),
    "对目标": ("value", "target", "above_target", "below_target"),
    "高低": ("value", "opposite"),
    "若增长": ("difference",),
    "若下降": ("difference",),
    "若有": ("value",),
}
HOLDS: dict[str, Callable[[Decimal], bool]] = {
    "若增长": lambda apart: apart > 0,
    "若下降": lambda apart: apart < 0,
    "若有": lambda value: value != 0,
}


@dataclass(frozen=True)
class Said:
    """runs: what is printed; missing: why the clause can't be said, '' where it can."""

    runs: tuple[Run, ...] = ()
    missing: str | None = None


def say(slot: Slot, manner: str, quotes: Quotes, period: Period) -> Said:
    """A figure in a manner of speaking. A comparison that can't be made says nothing; a missing figure is told of."""

    def get(aspect: str) -> Quote:
        return quotes[slot.ref(period, aspect).key]

    if manner in COMPARISONS:
        return Said(COMPARISONS[manner](slot, get))
    found = get(NEEDS[manner][0])
    if found.value is None:
        return Said(missing="" if found.kpi.typed else found.missing)  # what is typed by hand need not be there
    if manner in HOLDS:
        return Said(missing=None if HOLDS[manner](found.value) else "")
    if manner == "高低":
        return Said(higher_or_lower(slot, get))
    return Said(missing="") if slot.omit_zero and not found.value else Said((found,))


Get = Callable[[str], Quote]


def against_last_year(slot: Slot, get: Get) -> tuple[Run, ...]:
    """，比上年同期的 1,144 元增加 258 元，增长 22.55%."""
    apart = get("difference")
    if apart.value is None:
        return ()
    if not apart.value:
        return "，与上年同期的", get("year_ago"), "持平" if not apart.exact else "基本持平"
    moved = ("，比上年同期的", get("year_ago"), *by_how_much(slot, get))
    return moved if of_ratio(slot) else moved + growth(get, "，")


def year_on_year(slot: Slot, get: Get) -> tuple[Run, ...]:
    """，同比增长 4.04%; ，同比提高 2.19 个百分点."""
    apart = get("difference")
    if apart.value is None:
        return ()
    if not apart.value:
        return ("，与上年同期持平",)
    rate = () if of_ratio(slot) else growth(get, "，同比")
    return rate or ("，同比", *by_how_much(slot, get))


def by_how_much(slot: Slot, get: Get) -> tuple[Run, ...]:
    """增加 258 元; 下降 2.82 个百分点."""
    more = get("difference").exact > 0
    return slot.verbs[0 if more else 1], get("difference" if more else "decrease")


def growth(get: Get, before: str) -> tuple[Run, ...]:
    """增长 22.55%, with the words before it; nothing where last year's figure is not above 0."""
    change, ago = get("change"), get("year_ago")
    if change.exact is None or ago.exact <= 0:
        return ()
    return (before + "增长", change) if change.exact > 0 else (before + "下降", get("fall"))


def higher_or_lower(slot: Slot, get: Get) -> tuple[Run, ...]:
    """低 344 元: a figure that is a difference itself; 相同 where there is none."""
    found = get("value")
    if not found.value:
        return ("相同",)
    return (slot.sides[0], found) if found.value > 0 else (slot.sides[1], get("opposite"))


def of_ratio(slot: Slot) -> bool:
    return pipelines.kpis()[slot.kpi].unit in ("%", "百分点")


def against_target(slot: Slot, get: Get) -> tuple[Run, ...]:
    """，高于 95.00% 的目标 0.18 个百分点; ，快于时间进度 25.42 个百分点."""
    target, above = get("target"), get("above_target")
    if target.value is None or above.value is None:
        return ()
    ahead = above.exact >= 0
    apart = get("above_target" if ahead else "below_target")
    if target.kpi.target_kind == "time":
        return f"，{'快' if ahead else '慢'}于时间进度", apart
    if not above.value:
        return "，达到", target, "的目标"
    return f"，{'高' if ahead else '低'}于", target, "的目标", apart


COMPARISONS = {"比上年": against_last_year, "同比": year_on_year, "对目标": against_target}
