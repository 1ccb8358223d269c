"""支出与结余: is the fund safe, where does the money go, and does spending keep to the budget?"""

import streamlit as st

from reports import charts
from views import counties, look, shared, who

SPENT = "fund_expenditure"
CARDS = (
    SPENT,
    "usage_rate_due",
    "usage_rate_collected",
    "budget_execution",
    "current_balance",
    "balance_rate",
    "cumulative_balance",
    "months_payable",
)
CARE = (SPENT, "expenditure_structure")
SCHEME = (SPENT, "current_balance", "cumulative_balance", "months_payable", "budget_execution", "balance_rate")


def page() -> None:
    whole = shared.total(CARDS, history=24)
    care, schemes = shared.split(CARE, "care"), shared.split(SCHEME, "scheme")
    beside = counties.split(CARDS)
    with look.header("支出与结余"):
        shared.scope()
        shared.download("支出与结余", shared.flat(whole, care, schemes, beside))
    if counties.blocked(whole.values(), beside, "usage_rate_collected"):
        return
    look.answer(answer(whole, care))
    look.cards(shared.applicable([whole[kpi] for kpi in CARDS]), contexts(whole))
    trend(whole)
    structure(care)
    by_scheme(schemes)
    counties.section(beside, "usage_rate_collected")


def answer(whole: dict, care: dict) -> str:
    """What was spent, what is left, and how long it lasts."""
    spent, left, months = whole[SPENT], whole["cumulative_balance"], whole["months_payable"]
    said = [f"基金支出 **{look.said(spent)}**" + shared.compared(spent)]
    if care and spent.value:
        code, row = max(care.items(), key=lambda item: item[1][SPENT].value or 0)
        if row[SPENT].value:
            share = 100 * row[SPENT].value / spent.value
            said.append(f"{shared.named('care', code)}占 **{share:.2f}%**")
    if left.value is not None:
        lasts = f"，可支付 **{look.said(months)}**" if months.value is not None else ""
        said.append(f"累计结余 **{look.said(left)}**{lasts}")
    budget = whole["budget_execution"]
    if budget.value is not None:
        said.append(f"预算执行 **{look.said(budget)}**，{look.target_words(budget)}".rstrip("，"))
    return "；".join(said) + "。"


def contexts(whole: dict) -> dict[str, str]:
    income, left = whole["balance_rate"].denominator, whole["current_balance"]
    if income is None or left.value is None:
        return {}
    return {"current_balance": f"到账 {look.number(income / 10000)} 万元" + ("，入不敷出" if left.value < 0 else "")}


def trend(whole: dict) -> None:
    look.section("收支走势")
    columns = st.columns(3, gap="medium")
    with columns[0]:
        spending(whole[SPENT])
    with columns[1]:
        in_and_out(whole)
    with columns[2]:
        reserve(whole["cumulative_balance"])


def spending(spent) -> None:
    """Spending added up month by month, this year over last year."""
    now, last = (shared.running(look.in_wan(values)) for values in look.two_years(spent.months))
    title = shared.gap_title("累计支出", now, last)
    chart = charts.year_over_year(charts.MONTHS, now, last, "万元")
    look.chart(chart, title, "基金支出，1月起累计，万元", f"累计支出折线图；{title}")


def in_and_out(whole: dict) -> None:
    """What came in is what is left plus what was paid: both come month by month."""
    left, _ = (look.in_wan(values) for values in look.two_years(whole["current_balance"].months))
    paid, _ = (look.in_wan(values) for values in look.two_years(whole[SPENT].months))
    received = [None if a is None or b is None else a + b for a, b in zip(left, paid, strict=True)]
    known = [value for value in left if value is not None]
    short = sum(1 for value in known if value < 0)
    title = f"{len(known)} 个月里有 {short} 个月入不敷出" if short else "每个月都收大于支" if known else "逐月收支"
    chart = charts.in_and_out(charts.MONTHS, received, paid, "万元")
    look.chart(chart, title, "当月到账（统筹）与当月支出，万元", f"逐月收支柱形图；{title}")


def reserve(left) -> None:
    if who.scoped() and left.value is None:
        look.empty("累计结余", look.safe(left.missing))
        return
    now, last = (look.in_wan(values) for values in look.two_years(left.months))
    title = f"累计结余比上年同期{look.changed(left)}" if left.change is not None else "累计结余"
    chart = charts.year_over_year(charts.MONTHS, now, last, "万元", zero=False)
    look.chart(chart, title, "月末累计结余，万元；纵轴不从零开始", f"累计结余折线图；{title}")


def structure(care: dict) -> None:
    look.section("钱花在哪里", who.told("rows", "点一条横条，看这一类的结算"))
    rows = [(code, row) for code, row in care.items() if row[SPENT].value]
    if not rows:
        look.empty("没有分类别的支出", "结算明细没有这个险种和期间的行。")
        return
    rows.sort(key=lambda item: -item[1][SPENT].value)
    left, right = st.columns([4, 5], gap="medium")
    with left:
        code, top = rows[0]
        title = f"{shared.named('care', code)}占 {look.said(top['expenditure_structure'])}"
        bars = [(shared.named("care", c), look.shown(r[SPENT].kpi, r[SPENT].value), c) for c, r in rows]
        chart = charts.ranked_bars(bars, "万元", 0, height=60 + 36 * len(bars))
        opens = who.opens("rows")
        chosen = look.chart(chart, title, "基金支出，万元", f"支出构成条形图；{title}", key="care", click=opens)
    with right:
        heads = ("类别", "基金支出（万元）", "占比（%）", "支出较上年（%）", "占比较上年（百分点）")
        look.markdown(look.grid(heads, "lrrrr", (care_row(c, r) for c, r in rows)))
    if chosen:
        st.switch_page(shared.link("rows"), query_params=shared.rows_query(SPENT, care=chosen))


def care_row(code: str, row: dict) -> tuple[str, ...]:
    spent, share = row[SPENT], row["expenditure_structure"]
    changes = look.signed(spent.change), look.signed(share.change)
    return shared.named("care", code), f"**{look.amount(spent)}**", look.amount(share), *changes


def by_scheme(schemes: dict) -> None:
    look.section("各险种", "统筹基金；可支付月数 = 累计结余 ÷ 月均支出")
    heads = (
        "险种",
        "到账（万元）",
        "支出（万元）",
        "当期结余（万元）",
        "累计结余（万元）",
        "可支付（月）",
        "预算执行（%）",
    )
    look.markdown(look.grid(heads, "lrrrrrr", (scheme_row(code, row) for code, row in schemes.items())))


def scheme_row(code: str, row: dict) -> tuple[str, ...]:
    income = row["balance_rate"].denominator
    received = look.number(None if income is None else income / 10000)
    return shared.named("scheme", code), received, *(look.amount(row[kpi]) for kpi in SCHEME[:-1])
