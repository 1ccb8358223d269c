"""Growth attribution on the screen and in documents: the waterfall, its title, and what stands for each factor."""

from decimal import Decimal

from pipelines.attribution import NAMES, UNITS, Growth, Line, most, share, values
from pipelines.attribution.wording import SHORT, decimal, more, value_name, weight
from reports import charts, words

WAN = 10_000
HEADS = ("因素", "看什么", "上年同期", "本期", "增减", "使总额增减（万元）", "占增减（%）")


def waterfall(whole: Line) -> dict:
    """From last year to this in 万元, a step for each factor; they add up as printed."""
    return charts.waterfall([(name, yuan / WAN) for name, yuan in steps(whole)], "万元")


def steps(whole: Line) -> list[tuple[str, Decimal]]:
    """(name, yuan): the totals of both years, between them what each factor made."""
    inner = [(SHORT.get(factor, NAMES[factor]), yuan) for factor, yuan in whole.parts.items()]
    return [("上年", whole.before_yuan), *inner, ("本期", whole.after_yuan)]


def title(found: Growth, whole: Line) -> str:
    """住院率使费用增加 2,020.81 万元，占增减的 55.2%."""
    if not whole.change_yuan:
        return "总额与上年同期相同"
    factor = most(found)
    return f"{NAMES[factor]}使总额{more(whole.parts[factor])}，{weight(found, factor)}"


def alt(whole: Line, finding: str) -> str:
    told = "；".join(f"{name} {words.number(yuan / WAN)} 万元" for name, yuan in steps(whole))
    return f"瀑布图：{told}；{finding}"


def factor_rows(found: Growth, whole: Line) -> list[tuple[str, *tuple[Decimal | None, ...]]]:
    """Factor with what its values are, last year, this, the difference, the yuan it makes, their share in per cent."""
    known, rows = values(found), []
    for factor in found.factors:
        digits = UNITS[factor][2] if factor in UNITS else 0
        before, after = (None if v is None else decimal(v, digits) for v in known.get(factor, (None, None)))
        change = None if None in (before, after) else after - before
        rows.append((value_name(factor), before, after, change, whole.parts[factor], share(found, factor)))
    return rows
