"""An early warning: a scheme's fund pays more by a higher rate than it takes in, and what makes most of it."""

import streamlit as st

import pipelines
from pipelines.attribution import FUND, NAMES, more, most
from pipelines.attribution.wording import weight
from views import attribution, look, shared
from views.task import Task, before

PAID, DUE, COLLECTED = "fund_expenditure", "fund_due", "fund_collected"


def outgrown() -> list[Task]:
    """Schemes whose fund paid grew by more per cent than their fund due, or where none is told their fund collected."""
    return gathered(shared.county().key, shared.period(), shared.picked_county())


@st.cache_data(max_entries=100, show_spinner=False, hash_funcs={pipelines.Period: str})
def gathered(key: str, months, county: str) -> list[Task]:
    """Of a build, a period and a county: the same until one of them changes."""
    found = shared.split((PAID, DUE, COLLECTED), "scheme")
    told = ((scheme, row, grown(row)) for scheme, row in found.items())
    return [task(scheme, row[PAID], income) for scheme, row, income in told if income is not None]


def grown(row: dict):
    """The figure of the income that the fund paid has outgrown; None if it has not, or nobody knows."""
    income = row[DUE] if row[DUE].change is not None else row[COLLECTED]
    changes = row[PAID].change, income.change
    return income if None not in changes and changes[0] > max(changes[1], 0) else None


def task(scheme: str, paid, income) -> Task:
    rates = [look.signed(figure.change, 1) for figure in (paid, income)]
    what = f"{shared.named('scheme', scheme)}基金支出同比 {rates[0]}%，快于{income.kpi.name_zh} {rates[1]}%"
    query = {"s": scheme, "of": FUND}
    return Task("预警", what, why(scheme, paid), before(20, "分析原因"), "attribution", "看归因", query)


def why(scheme: str, paid) -> str:
    """住院支付增加 1,799.09 万元，住院率影响最大; what was paid where hospital care can't be told, or did not grow."""
    found = attribution.attributed(FUND, scheme)
    if isinstance(found, str) or found.after_yuan <= found.before_yuan:
        return f"基金支出 {look.said(paid)}"
    factor = most(found)
    return f"住院支付{more(found.after_yuan - found.before_yuan)}，{NAMES[factor]}影响最大，{weight(found, factor)}"
