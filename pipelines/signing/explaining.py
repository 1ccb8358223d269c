"""Explaining why an identity does not hold: by name, of exactly these two numbers of a month, on the journal."""

from collections.abc import Iterable

from pipelines.answers.county import County
from pipelines.answers.identities import identities
from pipelines.periods import Period
from pipelines.signing.states import Breached, months_of
from pipelines.store.commits import month as known_month
from pipelines.store.commits import said
from pipelines.store.decisions import Decision, decide
from pipelines.store.warehouse import WarehouseError

WANTED = "说明要写清原因，如“六月县外结算七月才回传”"


def explain(county: County, identity: str, months: Iterable[str], by: str, why: str) -> list[Decision]:
    """Sign one explanation of the breaches of these months, all or none; it lapses when either side of one becomes
    another number.

    Raises WarehouseError without a name or a reason, and if the identity holds, or can't be checked, in one of them.
    """
    reason, found = said(why, WANTED), [breach_of(county, month, identity) for month in months]
    said(by, "说明要由本人署名")
    values = {each.subject: {"left": str(each.left), "right": str(each.right)} for each in found}
    return decide(county.warehouse, "explain", values, by, reason)


def withdraw_explanation(county: County, identity: str, months: Iterable[str], by: str, why: str) -> list[Decision]:
    """Take signed explanations back, with the reason. Raises WarehouseError if one of the breaches has none."""
    reason, found = said(why, "撤回说明要写明原因"), [breach_of(county, month, identity) for month in months]
    said(by, "撤回说明要由本人署名")
    if bare := [each for each in found if not each.explained and not each.lapsed]:
        raise WarehouseError(f"{bare[0].month}“{bare[0].identity.title}”没有说明，没有改变什么")
    return decide(county.warehouse, "explain", {each.subject: {"withdrawn": "yes"} for each in found}, by, reason)


def breach_of(county: County, month: str, identity: str) -> Breached:
    asked = known_month(month)
    if identity not in identities():
        names = "、".join(f"{each.id}（{each.title}）" for each in identities().values())
        raise WarehouseError(f"没有“{identity}”这一项勾稽关系；应为 {names}")
    found = [b for each in months_of(county, Period(asked, asked)) for b in each.breaches]
    breach = next((each for each in found if each.identity.id == identity), None)
    if breach is None:
        raise WarehouseError(f"{month} 没有“{identities()[identity].title}”这一项勾稽不符，不用说明")
    return breach
