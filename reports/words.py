"""Numbers and findings in words: how a value, a change or an aim is written on screen, in a document and in a file."""

import html
from decimal import Decimal

from pipelines.answers.aims import met, more_is_better  # noqa: F401  how they are said

RATIO = "%"


def number(value, digits: int = 2) -> str:
    """1,234.50; a missing value is a dash, never 0."""
    return "—" if value is None else f"{value:,.{digits}f}".replace("-", "−")


def with_unit(value, unit: str, digits: int = 2) -> str:
    """Value and unit with a space between them, except before a percent sign."""
    return number(value, digits) + (unit if unit == RATIO else f" {unit}")


def plain(text) -> str:
    """A name from the data as literal chart text: Plotly reads a few HTML tags."""
    return html.escape(" ".join(str(text).split()), quote=False)


def digits(kpi) -> int:
    """Decimals on screen: as the KPI says, but money per case or per day in whole yuan."""
    each = kpi.unit == kpi.display_unit == "元" and (kpi.denominator or "/" in (kpi.numerator or ""))
    return 2 if kpi.display_unit == "万元" else 0 if each else kpi.digits


def shown(kpi, value) -> Decimal | None:
    """A value in the unit the screen shows: yuan become 万元 where the KPI says so."""
    return None if value is None else value / (10000 if kpi.display_unit == "万元" and kpi.unit == "元" else 1)


def amount(figure) -> str:
    """The value alone, as the head of the table says the unit."""
    return number(shown(figure.kpi, figure.value), digits(figure.kpi))


def in_wan(values) -> list:
    """Yuan, persons or visits as 万; None stays None."""
    return [None if value is None else value / 10000 for value in values]


def said(figure) -> str:
    """Value and unit of a figure, as in 6,251.81 万元 or 47.60%."""
    return with_unit(shown(figure.kpi, figure.value), figure.kpi.display_unit, digits(figure.kpi))


def changed(figure, less: str = "减少", more: str = "增加") -> str:
    """增加 4.04% / 减少 2.19 个百分点 / 持平; empty when there is no last year."""
    if figure.change is None:
        return ""
    if not figure.change:
        return "持平"
    return f"{more if figure.change > 0 else less} {amount_of_change(figure)}"


def amount_of_change(figure) -> str:
    """The size of a change without its sign; a difference of ratios is 个百分点, of amounts %."""
    unit = "个百分点" if figure.change_unit == "百分点" else figure.change_unit
    return with_unit(abs(figure.change), unit)


def signed_change(figure) -> str:
    """+4.04% / −2.19 个百分点 for a table cell; a dash when there is no last year."""
    if figure.change is None:
        return "—"
    return ("+" if figure.change > 0 else "−" if figure.change < 0 else "") + amount_of_change(figure)


def month_words(month: str) -> str:
    """2026-06 -> 2026年6月."""
    return f"{month[:4]}年{int(month[5:])}月"


def signed(value, digits_: int = 2) -> str:
    """+1,234.50 / −3.00; a missing value is a dash."""
    return "—" if value is None else f"{value:+,.{digits_}f}".replace("-", "−")


def target_words(figure) -> str:
    """目标 95.00%，已达标 / 快于时间进度 25.42 个百分点; empty without a target."""
    if met(figure) is None:
        return ""
    ahead, kpi = figure.value - figure.target, figure.kpi
    if kpi.target_kind == "time":
        return f"{'快' if ahead >= 0 else '慢'}于时间进度 {number(abs(ahead))} 个百分点"
    return f"目标 {aim(figure)}，{'已达标' if met(figure) else '未达标'}"


def aim(figure) -> str:
    """The target with its unit."""
    return with_unit(shown(figure.kpi, figure.target), figure.kpi.display_unit, digits(figure.kpi))


def verdict(figure) -> tuple[str, str]:
    """Colour and words for a change: colour alone is never the message, and a neutral KPI is never coloured."""
    better = {"up": 1, "down": -1}.get(figure.kpi.direction, 0)
    if not better or not figure.change:
        return "gray", "较上年"
    return ("blue", "好于上年") if figure.change * better > 0 else ("orange", "差于上年")


def plain_numbers(values) -> list:
    """Decimals as floats, for a table widget; everything else as it is."""
    return [float(value) if isinstance(value, Decimal) else value for value in values]


def two_years(months) -> tuple[list, list]:
    """(this year, last year), twelve places each, from ((YYYY-MM, value), ...) that ends with the period."""
    if not months:
        return [None] * 12, [None] * 12
    year, values = int(months[-1][0][:4]), dict(months)
    return tuple([values.get(f"{y}-{m:02d}") for m in range(1, 13)] for y in (year, year - 1))
