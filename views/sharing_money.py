"""风险分担: where the premium goes, and the special reserve from year to year."""

from pipelines import risk_sharing
from pipelines.formulas import rounded
from reports import charts, shared_losses
from reports.charts.style import ACCENT, PAST
from views import look, sharing_own

FLOWS = ("去向", "金额（元）", "怎样算")
YEARLY = ("一年的损失", "年初（元）", "动用（元）", "转入（元）", "年末（元）")


def show(found: dict, own, terms) -> None:
    look.section("保费与专项准备金", f"一年保费 {shared_losses.wan(terms.premium_yuan)} 万元")
    if not terms.premium_yuan:
        look.empty("条款没有写保费", "写了一年保费，这里算出谁出多少、分出多少、准备金得多少。")
        return
    look.markdown(look.grid(FLOWS, "lrl", [(look.safe(a), f"{yuan:,.2f}", b) for a, yuan, b in flows(terms)]))
    if found:
        rows = [(name, *(f"{yuan:,.2f}" for yuan in amounts)) for name, *amounts in yearly(found, terms)]
        look.markdown(look.grid(YEARLY, "lrrrr", rows))
        look.caption("转入 = 保费扣除费用、利润、净分出保费和共保体自己的赔款以后的盈余；不足零为零。")
    if own:
        future(own, terms)


def flows(terms) -> list[tuple]:
    """(where the premium comes from and goes, yuan, how): payers, costs, profit, reinsurers, what the pool keeps."""
    whole = terms.premium_yuan
    told = [(f"{name}出", yuan, "按财力或约定的份额") for name, yuan in risk_sharing.premium_parts(terms).items()]
    for treaty in terms.treaties:
        premium, back = risk_sharing.ceded_premium(treaty, terms), risk_sharing.commission(treaty, terms)
        how = f"{risk_sharing.FORMS[treaty.form]}，{risk_sharing.CONTRACTS[treaty.contract]}"
        told.append((f"分给{treaty.reinsurer}", premium, how if treaty.accepted else f"{how}，没有接受"))
        if back:
            base = risk_sharing.PREMIUMS[treaty.commission_on]
            told.append((f"{treaty.reinsurer}返还手续费", back, f"{base}的 {percent(treaty.commission)}"))
    told += [
        ("费用", rounded(whole * terms.cost_rate, 2), f"保费的 {percent(terms.cost_rate)}"),
        ("利润", rounded(whole * terms.profit_rate, 2), f"保费的 {percent(terms.profit_rate)}"),
    ]
    return [*told, ("共保体用于自己赔付", risk_sharing.kept_premium(terms), "保费 − 费用 − 利润 − 净分出保费")]


def percent(rate) -> str:
    return f"{look.number(100 * rate)}%"


def yearly(found: dict, terms) -> list[tuple]:
    """(year of losses, reserve at its beginning, used, added, at its end)."""
    told = []
    for name, shared in found.items():
        used, added = shared.of("reserve"), risk_sharing.to_reserve(shared, terms)
        told.append((name, terms.reserve_yuan, used, added, terms.reserve_yuan - used + added))
    return told


def future(own, terms) -> None:
    """The reserve over the coming years, as made-up years have it: a range, and the middle of it."""
    years = [f"第 {number} 年末" for number in range(1, sharing_own.HORIZON + 1)]
    lows, middles, highs = ([float(end[place] / shared_losses.WAN) for end in own.reserve] for place in range(3))
    hover = "%{y:,.2f} 万元"
    chart = charts.figure(
        charts.line(years, lows, PAST, 2, f"一成的年份低于 {hover}", "dot"),
        charts.line(years, highs, PAST, 2, f"一成的年份高于 {hover}", "dot"),
        charts.line(years, middles, ACCENT, 3, f"一半的年份低于 {hover}"),
        notes=[charts.label(years[-1], middles[-1], f"<b>{middles[-1]:,.2f}</b>", ACCENT)],
        right=72,
        x=dict(type="category"),
        y=dict(rangemode="tozero", tickformat=charts.tick_format([*lows, *highs])),
        height=220,
    )
    title = f"{sharing_own.HORIZON} 年后专项准备金 {lows[-1]:,.2f}—{highs[-1]:,.2f} 万元（八成可能）"
    told = "；".join(
        f"{y} {a:,.2f}、{b:,.2f}、{c:,.2f}" for y, a, b, c in zip(years, lows, middles, highs, strict=True)
    )
    look.chart(chart, title, "万元；条款、保费和案例水平年年不变；虚线之间占八成，实线为中位数", told)


def future_table(own) -> dict[str, list]:
    """The reserve at the end of each coming year, in yuan, for a file."""
    ends = own.reserve if own else []
    columns = {head: [end[place] for end in ends] for place, head in enumerate(("低（元）", "中位（元）", "高（元）"))}
    return {"第几年末": list(range(1, len(ends) + 1))} | columns


def table(found: dict, terms) -> dict[str, list]:
    """The reserve by year of losses, for a file."""
    rows = yearly(found, terms) if terms.premium_yuan else []
    return {head: [row[place] for row in rows] for place, head in enumerate(YEARLY)}


def flow_table(terms) -> dict[str, list]:
    """Where the premium goes, for a file."""
    rows = flows(terms) if terms.premium_yuan else []
    return {head: [row[place] for row in rows] for place, head in enumerate(FLOWS)}
