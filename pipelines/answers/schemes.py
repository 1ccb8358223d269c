"""Schemes that an upload tells nothing of: where there is no row of one, its figures are missing, not 0.

Enrolment, collection and opening balances are told of every scheme each time, so the months asked for count; a scheme
without settlements in some month had none, so there only one that never had any is missing.
"""

from collections.abc import Iterable
from functools import lru_cache

from pipelines.answers.county import County
from pipelines.answers.gaps import UPLOAD_OF, gap, periods_needed
from pipelines.contracts import code_lists, contracts
from pipelines.periods import Period
from pipelines.registry import Kpi, Measure, measures

TOLD = {
    "enrolment": "select distinct strftime(month, '%Y-%m'), scheme from fct_enrolment",
    "fund_collection": "select distinct strftime(month, '%Y-%m'), scheme from fct_collection",
    "opening_balance": "select distinct year::varchar, scheme from fct_opening_balance",
    "settlements": "select distinct '', scheme from mart_settlement",
}


def scheme_gap(county: County, kpi: Kpi, period: Period, schemes: Iterable[str]) -> str:
    """未上传：参保登记（居民）, why a KPI of these schemes can't be told of; '' if its uploads know one of them.

    Also '' where months are missing altogether: that is told of by itself, and may be typed by hand.
    """
    wanted, used = set(schemes), [measures()[each] for each in kpi.measures]
    if not wanted or any(gap(county, each, shifted(each, period)) for each in used):
        return ""
    found = next((m for m in used if "scheme" not in m.ignores and not wanted & told(county, m, period)), None)
    if found is None:
        return ""
    named = "、".join(code_lists()["scheme"][scheme].zh for scheme in sorted(wanted))
    return f"未上传：{contracts()[UPLOAD_OF[found.fact]].name_zh}（{named}）"


def told(county: County, measure: Measure, period: Period) -> set[str]:
    """The schemes that a measure's upload has rows of; every one for uploads of what happens or not."""
    upload = UPLOAD_OF[measure.fact]
    if upload not in TOLD:
        return set(code_lists()["scheme"])
    needed = [""] if upload == "settlements" else periods_needed(measure, shifted(measure, period))
    return {scheme for at in needed for scheme in rows(county, upload).get(at, ())}


def shifted(measure: Measure, period: Period) -> Period:
    return period.year_ago() if measure.shift == "year_ago" else period


@lru_cache(maxsize=64)
def rows(county: County, upload: str) -> dict[str, set[str]]:
    """{month or year: the schemes with rows}; a county is one build, which never changes."""
    found: dict[str, set[str]] = {}
    for at, scheme in county.fetch(TOLD[upload]):
        found.setdefault(at, set()).add(scheme)
    return found
