"""Explaining why an identity does not hold in a month: by name, of exactly these two numbers, on the journal."""

from pipelines.answers.county import County
from pipelines.periods import Period
from pipelines.signing.states import Breached, months_of
from pipelines.store.commits import month as known_month
from pipelines.store.commits import said
from pipelines.store.decisions import Decision, decide
from pipelines.store.warehouse import WarehouseError

WANTED = "说明要写清原因，如“六月县外结算七月才回传”"


def explain(county: County, month: str, identity: str, by: str, why: str) -> Decision:
    """Sign an explanation of a breach; it lapses when either side becomes another number.

    Raises WarehouseError without a name or a reason, and if the identity holds in this month or can't be checked.
    """
    reason, breach = said(why, WANTED), breach_of(county, month, identity)
    said(by, "说明要由本人署名")
    values = {"left": str(breach.left), "right": str(breach.right)}
    (made,) = decide(county.warehouse, "explain", {breach.subject: values}, by, reason)
    return made


def withdraw_explanation(county: County, month: str, identity: str, by: str, why: str) -> Decision:
    """Take a signed explanation back, with the reason. Raises WarehouseError if there is none of this breach."""
    reason, breach = said(why, "撤回说明要写明原因"), breach_of(county, month, identity)
    if not breach.explained and not breach.lapsed:
        raise WarehouseError(f"{month}“{breach.identity.title}”没有说明，没有改变什么")
    (made,) = decide(county.warehouse, "explain", {breach.subject: {"withdrawn": "yes"}}, by, reason)
    return made


def breach_of(county: County, month: str, identity: str) -> Breached:
    asked = known_month(month)
    found = [b for each in months_of(county, Period(asked, asked)) for b in each.breaches]
    breach = next((each for each in found if each.identity.id == identity), None)
    if breach is None:
        raise WarehouseError(f"{month} 没有“{identity}”这一项勾稽差额，不用说明")
    return breach
