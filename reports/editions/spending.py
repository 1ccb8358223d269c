"""基金支出: how spending runs against last year, for which care and by which scheme, and what is left."""

from pipelines import County, Period
from reports import charts, words
from reports.document import Block, Chart
from reports.editions.asking import by_scheme, groups, named, totals, trends
from reports.editions.drawing import change_of, ranked, scaled, two_years
from reports.editions.enrolment import largest
from reports.editions.tabling import Shown, compared, table

SPENT, SHARE, LEFT = "fund_expenditure", "expenditure_structure", "current_balance"
BALANCE = ("usage_rate_due", "usage_rate_collected", LEFT, "balance_rate", "cumulative_balance", "months_payable")


def blocks(county: County, period: Period) -> list[Block]:
    """Lines of spending and of income; what care it went to; tables by scheme and by care."""
    whole = totals(county, (SPENT, SHARE), period)
    moved = trends(county, (SPENT, LEFT), period)
    title = f"基金支出{change_of(whole[SPENT]) or whole[SPENT].text}"
    pictures = [two_years(moved[SPENT], title, "基金支出，各月，万元"), in_and_out(moved)]
    found = [*pictures, *care(county, period, whole), *schemes(county, period, whole)]
    return [each for each in found if each]


def in_and_out(moved: dict) -> Chart | None:
    """Did every month take in what it paid out? What came in is what is left and what was paid."""
    left, _ = (scaled(moved[LEFT].kpi, values) for values in words.two_years(moved[LEFT].months))
    paid, _ = (scaled(moved[SPENT].kpi, values) for values in words.two_years(moved[SPENT].months))
    received = [None if a is None or b is None else a + b for a, b in zip(left, paid, strict=True)]
    known = [value for value in left if value is not None]
    if not known:
        return None
    short = sum(value < 0 for value in known)
    title = f"{len(known)} 个月里有 {short} 个月支出多于到账" if short else f"{len(known)} 个月都收大于支"
    alt = f"逐月收支柱形图；{title}；当期结余合计 {words.number(sum(known))} 万元"
    chart = charts.in_and_out(charts.MONTHS, received, paid, "万元", names=("到账", "支出"), height=220)
    return Chart(chart, title, "当月到账的统筹基金与当月支出，万元", alt)


def care(county: County, period: Period, whole: dict) -> list[Block | None]:
    """For which care was the money paid?"""
    found = {code: row for (code,), row in largest(groups(county, (SPENT, SHARE), period, ("care",)), SPENT)}
    if not found:
        return []
    rows = {named(county, "care", code): row for code, row in found.items()}
    first, top = next(iter(rows.items()))
    title = f"{first}占基金支出的 {top[SHARE].text}"
    bars = ranked([(name, row[SPENT]) for name, row in rows.items()], "万元", 2, title, "按就医类别的基金支出，万元")
    columns = (*compared(SPENT), Shown(SHARE, head="占比"), Shown(SHARE, "difference", "占比增减"))
    return [bars, table(f"{period.label}基金支出构成", "就医类别", {"合计": whole} | rows, columns)]


def schemes(county: County, period: Period, whole: dict) -> list[Block]:
    """Each scheme's spending, and what it leaves."""
    kpis = (SPENT, "inpatient_expenditure", "outpatient_expenditure", *BALANCE)
    found = {named(county, "scheme", code): row for code, row in by_scheme(county, kpis, period).items()}
    every = {"全部": totals(county, kpis, period)} | found
    spent = (*compared(SPENT), Shown("inpatient_expenditure"), Shown("outpatient_expenditure"))
    used = (Shown("usage_rate_due", head="占应筹"), Shown("usage_rate_collected", head="占已筹"))
    left = (*compared(LEFT), Shown("cumulative_balance"), Shown("months_payable", head="可支付月数"))
    note = "统筹基金；使用率为年初至期末支出占当年应筹、已筹基金的比例；可支付月数为累计结余除以月均支出。"
    return [
        table(f"{period.label}各险种基金支出", "险种", every, (*spent, *used)),
        table(f"{period.label}各险种结余", "险种", every, left, note),
    ]
