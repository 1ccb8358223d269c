"""Who bears losses, drawn and told alike on the page and in documents."""

from collections.abc import Mapping
from decimal import Decimal

from pipelines.risk_sharing import LAYERS, Call, Shared, Terms
from reports import charts, words
from reports.charts.style import ACCENT, GREY, INK, LINE, PAST, SOFT, WARN

COLOURS = {
    "deductible": (LINE, INK),
    "case_excess": (GREY, "#fff"),
    "pool": (ACCENT, "#fff"),
    "ceded": (SOFT, "#fff"),
    "excess": (PAST, "#fff"),
    "reserve": (INK, "#fff"),
    "unpaid": (WARN, "#fff"),
    "public": (WARN, "#fff"),
}
WAN = 10_000


def chart(found: Mapping[str, Shared]) -> dict:
    """A bar for each year of losses by its name, of those who pay in the order of the layers, in 万元."""
    payments = [shared.payments for shared in found.values()]
    parts = []
    for alike in zip(*payments, strict=True):
        values = [float(each.yuan / WAN) for each in alike]
        if any(values):
            parts.append(charts.Part(words.plain(alike[0].payer), values, *COLOURS[alike[0].layer]))
    return charts.stacked([words.plain(name) for name in found], parts, "万元")


def key(found: Mapping[str, Shared]) -> str:
    """Which layers the bars show, from left to right."""
    seen = [layer for layer in LAYERS if any(shared.of(layer) for shared in found.values())]
    return "从左到右：" + "、".join(LAYERS[layer] for layer in seen)


def rows(found: Mapping[str, Shared]) -> list[tuple]:
    """(layer, payer, yuan of each year of losses) of whoever pays anything, and their sums."""
    told = []
    for alike in zip(*(shared.payments for shared in found.values()), strict=True):
        if any(each.yuan for each in alike):
            told.append((LAYERS[alike[0].layer], alike[0].payer, *(each.yuan for each in alike)))
    return [*told, ("合计", "", *(shared.losses_yuan for shared in found.values()))]


def heaviest(name: str, shared: Shared) -> str:
    """百年一遇的一年损失 412.00 万元，共保体承担 86.4%: what the chart finds."""
    if not shared.losses_yuan:
        return f"{name}没有损失"
    layer = max(LAYERS, key=shared.of)
    part = words.number(100 * shared.of(layer) / shared.losses_yuan, 1)
    return f"{name}：损失 {wan(shared.losses_yuan)} 万元，{LAYERS[layer]}承担 {part}%"


def wan(yuan: Decimal) -> str:
    return words.number(yuan / WAN)


def ratio(shared: Shared) -> Decimal:
    """The share of what is owed that is paid, in percent."""
    return Decimal(100) * shared.payout_ratio.numerator / shared.payout_ratio.denominator


def call_rows(found: list[Call], terms: Terms) -> list[tuple]:
    """(layer, mean, its range, once in a hundred years, its range, percent of years, limit) of the layers that the
    terms have; yuan, limits None where there is none."""
    limits = limits_of(terms)
    told = []
    for call in found:
        if call.layer not in limits:
            continue
        means, rares = (span(between) for between in (call.expected_range, call.rare_range))
        told.append(
            (
                LAYERS[call.layer],
                call.expected_yuan,
                means,
                call.rare_yuan,
                rares,
                100 * call.called,
                limits[call.layer],
            )
        )
    return told


def span(between: tuple[Decimal, Decimal]) -> str:
    low, high = (words.number(yuan / WAN) for yuan in between)
    return f"{low}—{high}"


def limits_of(terms: Terms) -> dict[str, Decimal | None]:
    """Layer -> the most that it bears in a year; of the layers that these terms have."""
    found: dict[str, Decimal | None] = {"pool": terms.pool_limit_yuan}
    if terms.deductible_yuan:
        found["deductible"] = None
    for layer, forms in (("case_excess", ("case_excess",)), ("excess", ("excess",))):
        most = [treaty.limit_yuan for treaty in terms.binding(*forms)]
        if most:
            found[layer] = None if None in most else sum(most)
    if terms.binding("quota", "surplus", "quota_surplus"):
        found["ceded"] = None
    if terms.reserve_yuan:
        found["reserve"] = terms.reserve_yuan
    return found | {"unpaid" if terms.called_back else "public": None}
