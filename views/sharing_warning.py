"""Early warnings: critical illness pays out faster than its terms allow; the terms run out, or there are none."""

from decimal import Decimal

import streamlit as st

import pipelines
from pipelines import risk_sharing
from pipelines.answers.by_county import ALL
from reports import shared_losses
from views import noting, shared, who
from views.place import warehouse
from views.task import Task, before

COVER = "critical_illness"
SOON = 60  # days within which terms run out


def at_risk() -> list[Task]:
    """Of the whole, as the terms are: nothing for a part of what they are for."""
    if who.scoped() or shared.picked_county() != ALL:
        return []
    return gathered(shared.county().key, noting.stamp(), shared.period(), who.may("plans"))


@st.cache_data(max_entries=100, show_spinner=False, hash_funcs={pipelines.Period: str})
def gathered(key: str, stamp: tuple, months, plans: bool) -> list[Task]:
    """Of a build, a journal and a period: the same until one of them changes."""
    year = pipelines.Period(f"{months.last[:4]}-01", months.last)
    paid = risk_sharing.paid_in(shared.county(), year)
    found = risk_sharing.stored(warehouse(), months.last_day)
    told = [expiring(version.terms, months.last_day) for version in found.values()]
    if COVER in found:
        told.append(too_fast(found[COVER].terms, paid, len(year.months)))
    elif paid and plans:
        evidence = f"今年已支付 {shared_losses.wan(paid)} 万元"
        told.append(task("大病保险有赔付，没有存下风险分担的条款", evidence, before(20, "录入合同"), v="terms"))
    return [each for each in told if each]


def too_fast(terms, paid: Decimal, months: int) -> Task | None:
    """The year's payouts so far beyond the pool's limit pro rata."""
    most = terms.pool_limit_yuan * months / 12
    if paid <= most:
        return None
    what = f"大病保险今年已支付 {shared_losses.wan(paid)} 万元，快于共保体年度限额"
    not_taken_off = "，未扣免赔额" if terms.deductible_yuan else ""
    evidence = f"限额按 {months} 个月折算 {shared_losses.wan(most)} 万元{not_taken_off}"
    return task(what, evidence, before(20, "核对各层"))._replace(urgency="预警")


def expiring(terms, day) -> Task | None:
    """Terms whose last day is past, or near."""
    if terms.ends is None or (terms.ends - day).days > SOON:
        return None
    name = risk_sharing.COVERS[terms.covers]
    over = terms.ends < day
    what = f"{name}的风险分担条款{'已经' if over else '将'}到期"
    return task(what, f"截止日 {terms.ends}", before(20, "续签并录入"), cover=terms.covers, v="terms")


def task(what: str, evidence: str, by: str, **query: str) -> Task:
    return Task("关注", what, evidence, by, "sharing", "看分担", {"cover": COVER, "v": "paid"} | query)
