"""基金支出: how spending runs against last year, for which care and by which scheme, and what is left."""

from pipelines import County, Period
from reports import charts, words
from reports.document import Block, Chart
from reports.editions.drawing import change_of, ranked, scaled, two_years
from reports.naming import code_name
from reports.tables import brief, subjects
from reports.tables.asking import groups, largest, totals, trends

SPENT, SHARE, LEFT = "fund_expenditure", "expenditure_structure", "current_balance"


def blocks(county: County, period: Period) -> list[Block]:
    """Lines of spending and of income; what care it went to; tables by scheme and by care."""
    (spent,) = totals(county, (SPENT,), period).values()
    moved = trends(county, (SPENT, LEFT), period)
    title = f"{period.label}基金支出{change_of(spent) or spent.text}"
    pictures = [two_years(moved[SPENT], title, "基金支出，各月，万元"), in_and_out(moved)]
    found = [*pictures, *care(county, period), *schemes(county, period)]
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


def care(county: County, period: Period) -> list[Block | None]:
    """For which care was the money paid?"""
    told = subjects.BY_CARE.of("care")
    found = largest(groups(county, told.kpis(), period, told.dims), SPENT)
    if not found:
        return []
    rows = [(code_name(county, "care", code), row) for (code,), row in found.items()]
    title = f"{rows[0][0]}占基金支出的 {rows[0][1][SHARE].text}"
    bars = ranked([(name, row[SPENT]) for name, row in rows], "万元", 2, title, "按就医类别的基金支出，万元")
    return [bars, brief(county, period, told, "基金支出构成", f"{SPENT} {SHARE}", whole="合计", most=SPENT)]


def schemes(county: County, period: Period) -> list[Block]:
    """Each scheme's spending, and what it leaves."""
    spent = f"{SPENT} inpatient_expenditure outpatient_expenditure {subjects.USED}"
    left = f"{LEFT} cumulative_balance months_payable"
    return [
        brief(county, period, subjects.SPENDING, "各险种基金支出", spent, whole="全部"),
        brief(county, period, subjects.LEFT, "各险种结余", left, whole="全部"),
    ]
