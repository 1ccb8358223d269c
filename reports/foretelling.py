"""The outlook on the screen and in documents: its charts with their titles, and the rows of its tables."""

from collections.abc import Sequence
from itertools import accumulate

from pipelines.outlook import KINDS, SCHEMES, Growth, Outlook, Projection, Range, RunOut, wording
from reports import charts

WAN = 10_000
SHOWN = 18  # months of the past on a chart
MONTHS = (
    *("月份", "收入中间值（万元）", "收入80%下限（万元）", "收入80%上限（万元）"),
    *("支出中间值（万元）", "支出80%下限（万元）", "支出80%上限（万元）"),
    *("结余中间值（万元）", "结余80%下限（万元）", "结余80%上限（万元）", "结余95%下限（万元）", "结余95%上限（万元）"),
)
TESTS = (
    *("险种", "预测", "月数", "平均误差（%）", "去年同月误差（%）", "MASE", "去年同月MASE"),
    *("80%区间含（%）", "95%区间含（%）", "结论"),
)
KIND_HEADS = (
    *("险种", "类别", "近12个月人次", "人次较上年（%）", "次均基金支付（元）", "次均较上年（%）", "支出较上年（%）"),
    *("今后12个月人次（80%）", "今后12个月次均（元，80%）"),
)
YEARS = ("项目", "中间值（万元）", "80%区间（万元）", "95%区间（万元）")
COMPARED = (
    "情景",
    "改变",
    "期末结余中间值（万元）",
    "80%区间（万元）",
    "95%区间（万元）",
    "用完的走势（%）",
    "最早用完",
)


def bounds(told: Range) -> tuple[float, float, float, float, float]:
    """In 万元."""
    return tuple(each / WAN for each in (told.low95, told.low80, told.middle, told.high80, told.high95))


def past_balances(found: Outlook, scheme: str) -> list[tuple[str, float]]:
    """(month, 万元) at the ends of past months, counted back from now by what came in and went out."""
    left, told = found.balance(scheme), found.of(scheme)
    if left is None:
        return []
    months = told[0].model.months[-SHOWN:]
    net = [sum(each.model.received[at] - each.model.paid[at] for each in told) for at in range(-len(months), 0)]
    back = list(accumulate(reversed(net[1:]), lambda total, change: total - change, initial=left))
    return [(month, yuan / WAN) for month, yuan in zip(months, reversed(back), strict=True)]


def past(found: Outlook, scheme: str, of: str) -> list[tuple[str, float]]:
    """(month, 万元) of `received` or `paid`, of a scheme or of all."""
    told = found.of(scheme)
    months = told[0].model.months[-SHOWN:]
    values = [sum(getattr(each.model, of)[at] for each in told) / WAN for at in range(-len(months), 0)]
    return list(zip(months, values, strict=True))


def balance_fan(found: Outlook, scheme: str, told: Projection) -> dict:
    ahead = [(each.month, bounds(each.balance)) for each in told.ahead]
    return charts.fan(past_balances(found, scheme), ahead, "万元")


def flow_fan(found: Outlook, scheme: str, told: Projection, of: str) -> dict:
    """of: received (income) or paid (payout)."""
    name = "income" if of == "received" else "payout"
    ahead = [(each.month, bounds(getattr(each, name))) for each in told.ahead]
    return charts.fan(past(found, scheme, of), ahead, "万元", 260, zero=True)


def balance_title(told: Projection) -> str:
    """到2027年12月末，结余八成可能在 −9,461 至 15,735 万元."""
    return f"到{wording.month_name(told.end.month)}末，结余八成可能在 {wording.between(told.end.balance)} 万元"


def balance_note(told: Projection) -> str:
    """Measure and unit of the fan of balances, and whether its axis leaves out nought."""
    axis = "" if told.end.balance.low95 < 0 else "；纵轴不从零开始"
    return f"月末累计结余，万元{axis}"


def flow_title(told: Projection, of: str) -> str:
    year = max(told.years)
    income, payout = told.years[year]
    name, each = ("收入", income) if of == "received" else ("支出", payout)
    return f"{year}年全年{name}八成可能在 {wording.between(each)} 万元"


def alt(told: Projection, title: str) -> str:
    return f"扇形图：过去为实线，今后为中间值和80%、95%区间；{title}"


def month_rows(told: Projection) -> list[tuple]:
    """In the order of MONTHS."""
    rows = []
    for each in told.ahead:
        sides = [round(v / WAN, 2) for r in (each.income, each.payout) for v in (r.middle, r.low80, r.high80)]
        left = each.balance
        balance = (left.middle, left.low80, left.high80, left.low95, left.high95) if left else (None,) * 5
        rows.append((each.month, *sides, *(None if v is None else round(v / WAN, 2) for v in balance)))
    return rows


def year_rows(told: Projection) -> list[tuple[str, ...]]:
    """In the order of YEARS."""
    return [
        (f"{year}年{what}", wording.wan(each.middle), wording.between(each), wording.between(each, wide=True))
        for year, (income, payout) in told.years.items()
        for what, each in (("收入", income), ("支出", payout))
    ]


def test_rows(found: Outlook, scheme: str) -> list[tuple]:
    """In the order of TESTS."""
    rows = []
    for each in found.of(scheme):
        for what, test in (("支出", each.payout_test), ("收入", each.income_test)):
            if test is not None:
                shares = (round(100 * test.within_80), round(100 * test.within_95))
                errors = [
                    None if e is None else round(e, 2) for e in (test.mape, test.naive_mape, test.mase, test.naive_mase)
                ]
                verdict = "优于去年同月" if test.better else "不如去年同月"
                rows.append((SCHEMES[each.scheme], what, test.months, *errors, *shares, verdict))
    return rows


def growth_rows(schemes: Sequence[tuple[str, Sequence[Growth]]]) -> list[tuple]:
    """In the order of KIND_HEADS; schemes: (scheme, its kinds of care)."""
    return [
        (
            *(SCHEMES[scheme], KINDS[each.kind], round(each.visits), rounded(each.visits_change)),
            *(rounded(each.cost, 2), rounded(each.cost_change), rounded(each.paid_change)),
            *(span(each.next_visits), span(each.next_cost)),
        )
        for scheme, kinds in schemes
        for each in kinds
    ]


def rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)


def span(told: Range) -> str:
    return f"{told.low80:,.0f} 至 {told.high80:,.0f}"


def compared_rows(told: Sequence[Projection]) -> list[tuple]:
    """In the order of COMPARED."""
    return [
        (each.scenario.name, wording.scenario_words(each.scenario), *ending(each.end.balance), *leaving(each.run_out))
        for each in told
    ]


def ending(left: Range | None) -> tuple:
    if left is None:
        return (None,) * 3
    return round(left.middle / WAN, 2), wording.between(left), wording.between(left, wide=True)


def leaving(told: RunOut | None) -> tuple:
    return (None, None) if told is None else (round(100 * told.share, 1), told.earliest or "不会")


def compared(told: Sequence[Projection]) -> dict:
    """The balances of several scenarios at the end, as ranges."""
    return charts.ranges([(each.scenario.name, bounds(each.end.balance)) for each in told], "万元")
