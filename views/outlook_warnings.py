"""What 本月要办 is told by the outlook: from cheap figures, and from an outlook made beside an earlier visit."""

from functools import partial

import streamlit as st

import pipelines
from pipelines import outlook as ahead
from pipelines.outlook import Projection, Scheme, wording
from views import look, shared
from views.jobs import together
from views.task import Task, before

LEAST_MONTHS = 6  # 可支付月数 below which a fund is to be watched
PAYABLE, BUDGET = "months_payable", "budget_execution"


def warnings() -> list[Task]:
    """Schemes that last less than half a year, may run out by the end of next year, or pay more than was budgeted."""
    month = shared.period().last
    schemes = shared.split((PAYABLE, BUDGET), "scheme")
    found = [short(code, row[PAYABLE]) for code, row in schemes.items() if below(row[PAYABLE])]
    county = shared.told()
    if ahead.is_kept(county, month):
        budgets = {code: row[BUDGET].denominator for code, row in schemes.items() if row[BUDGET].value is not None}
        for of, told in kept(county, county.key, month):
            found += run_out(of, told) + over_budget(of, told, budgets.get(of.scheme))
    return found


def begin() -> None:
    """Have the outlook made beside a page that doesn't wait for it: its next visit is warned by it."""
    county, month = shared.told(), shared.period().last
    if not ahead.refusal(county) and not ahead.is_kept(county, month):
        together(("outlook", str(county.warehouse), county.key, month), partial(made, county, month))


def made(county: pipelines.County, month: str, tell) -> bool:
    tell(0.1, "基金运行预测")
    ahead.outlook(county, month)
    return True


def below(figure) -> bool:
    return figure.value is not None and 0 <= figure.value < LEAST_MONTHS


@st.cache_data(max_entries=20, show_spinner=False)
def kept(_county: pipelines.County, key: str, month: str) -> list[tuple[Scheme, Projection]]:
    """Every scheme that has a forecast, with it."""
    found = ahead.outlook(_county, month)
    told = ((of, found.projection(of.scheme)) for of in found.of(ahead.ALL))
    return [(of, each) for of, each in told if each is not None]


def short(scheme: str, figure) -> Task:
    what = f"{shared.named('scheme', scheme)}基金可支付月数不足 {LEAST_MONTHS} 个月"
    return task("超限", what, f"{look.said(figure)}", "研究对策", scheme)


def run_out(of: Scheme, told: Projection) -> list[Task]:
    out = told.run_out
    if out is None or out.share < wording.LEAST_SHARE:
        return []
    what = f"{ahead.SCHEMES[of.scheme]}基金可能在 {wording.month_name(told.end.month)}以前用完"
    evidence = f"{100 * out.share:.0f}% 的走势，最早 {wording.month_name(out.earliest)}"
    return [task("预警", what, evidence, "研究对策", of.scheme)]


def over_budget(of: Scheme, told: Projection, budget) -> list[Task]:
    """This year's payout, of which even the lower end of the range is more than the budget."""
    year = told.now[:4]
    if not budget or year not in told.years or told.years[year][1].low80 <= float(budget):
        return []
    what = f"{ahead.SCHEMES[of.scheme]}{year}年支出预计超出预算"
    evidence = f"{wording.between(told.years[year][1])} 万元（80%），预算 {wording.wan(float(budget))} 万元"
    return [task("预警", what, evidence, "分析支出", of.scheme)]


def task(urgency: str, what: str, evidence: str, action: str, scheme: str) -> Task:
    return Task(urgency, what, evidence, before(20, action), "outlook", "看预测", {"s": scheme})
