"""Reads roster, former rosters and settlements of a county, and sets them against each other for a period."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from pipelines.agreements import findings
from pipelines.agreements.findings import FINDINGS, Finding, Paid
from pipelines.agreements.states import Place, state
from pipelines.answers import small_cells
from pipelines.answers.county import County
from pipelines.periods import Period
from pipelines.store.warehouse import batch_folder, batches, journal, standing

FORMER = 12  # rosters: as many as are looked through for an institution's earlier names


@dataclass(frozen=True)
class Reconciliation:
    """The county's institutions at a period's end. managed: on the roster; signed: with an agreement in force then.

    apart: {(state, kind): institutions} of the managed ones that are not signed, so managed - signed = sum(apart);
    findings: by the order of FINDINGS, the most fund first; unread: what could not be compared, in Chinese.
    """

    period: Period
    managed: int
    signed: int
    apart: dict[tuple[str, str | None], int]
    findings: tuple[Finding, ...]
    unread: tuple[str, ...]

    def of(self, institution: str) -> list[Finding]:
        """What concerns one institution, also as the other of a pair."""
        return [each for each in self.findings if institution in (each.institution, each.other)]


@lru_cache(maxsize=32)
def check_agreements(county: County, period: Period) -> Reconciliation:
    """机构-协议-结算 of all schemes: what does not fit together, in the period and at its end."""
    places, paid, stated = roster(county), payments(county, period), stated_names(county, period)
    inside = [place for place in places.values() if place.place == "in_county"]
    former, on = former_names(county, places), period.last_day
    found = [
        *findings.without_agreement(inside, paid, max(on, Period(county.last_month, county.last_month).last_day)),
        *([] if unpaid_months(county, period) else findings.idle(inside, paid, on)),
        *findings.unlisted(set(places), paid, stated or {}),
        *findings.duplicated(inside, paid),
        *(each for code, place in places.items() for each in renamed(code, place, stated or {}, former, paid)),
    ]
    found = [shown(county, each, paid.get(each.institution, [])) for each in found]
    order = list(FINDINGS)
    found.sort(key=lambda each: (order.index(each.kind), -(each.fund_yuan or 0), each.institution))
    states = Counter((state(place, on), place.kind) for place in inside)
    apart = {key: count for key, count in states.items() if key[0] != "in_force"}
    signed = len(inside) - sum(apart.values())
    return Reconciliation(period, len(inside), signed, apart, tuple(found), unread(county, period, states, stated))


def shown(county: County, found: Finding, paid: list[Paid]) -> Finding:
    """The finding as the caller may see it: without amounts if too few persons are behind them."""
    listed = [each for each in paid if found.first <= each.month <= found.last]
    hidden = small_cells.unshown(county, ("institution",), [each.month for each in listed])
    apart = sum(each.visits for each in listed) != found.visits  # months between the first and the last are not meant
    if county.persons or not ((found.institution,) in hidden or apart):
        return found
    return replace(found, visits=None, fund_yuan=None, why=f"{found.why}；{small_cells.SMALL}")


def renamed(code: str, place: Place, stated: dict, former: dict[str, str], paid: dict) -> list[Finding]:
    return findings.renamed(place, stated.get(code, []), former.get(code), paid.get(code, []))


def roster(county: County) -> dict[str, Place]:
    """{institution: Place} of the roster, outside hospitals too."""
    rows = county.fetch(
        "select d.institution, d.name, d.type, d.kind, coalesce(d.town, ''), d.place, coalesce(d.agreement_no, ''), "
        "d.agreement_from, d.agreement_to, d.agreement_status, d.payment_mode, d.beds, coalesce(c.name, '') "
        "from dim_institution d left join dim_county c on c.county = d.county order by d.institution"
    )
    return {row[0]: Place(*row) for row in rows}


def payments(county: County, period: Period) -> dict[str, list[Paid]]:
    """{institution: months with settlements}, all schemes and all care."""
    rows = county.fetch(
        "select institution, strftime(month, '%Y-%m'), sum(visits), sum(fund_paid_yuan) from cut_institution "
        "where month between ? and ? group by institution, month having sum(visits) <> 0 order by institution, month",
        [period.first_day, period.last_day],
    )
    found: dict[str, list[Paid]] = defaultdict(list)
    for institution, month, visits, yuan in rows:
        found[institution].append(Paid(month, int(visits), yuan or findings.ZERO))
    return dict(found)


def stated_names(county: County, period: Period) -> dict[str, list[tuple[str, date, date]]] | None:
    """{institution: (name in settlement rows, first day, last day)}; None in a build from before names were kept."""
    if not county.fetch("select 1 from information_schema.tables where table_name = 'mart_institution_name'"):
        return None
    rows = county.fetch(
        "select institution, stated_name, min(first_day), max(last_day) from mart_institution_name "
        "where month between ? and ? group by institution, stated_name order by institution, max(last_day) desc",
        [period.first_day, period.last_day],
    )
    found: dict[str, list[tuple[str, date, date]]] = defaultdict(list)
    for institution, *name in rows:
        found[institution].append(tuple(name))
    return dict(found)


def former_names(county: County, places: dict[str, Place]) -> dict[str, str]:
    """{institution: its name in the latest former roster that calls it otherwise}."""
    now = county.coverage.get(("institutions", "all"))
    if now is None:
        return {}
    alive = set(standing(journal(county.warehouse)))
    kept = [b.id for b in batches(county.warehouse) if b.table == "institutions" and b.id in alive]
    earlier = [batch for batch in kept if batch not in now.batches]
    found: dict[str, str] = {}
    for batch in earlier[-FORMER:]:
        path = str(batch_folder(county.warehouse, batch) / "rows.parquet")
        for code, name in county.fetch("select fixmedins_code, fixmedins_name from read_parquet(?)", [path]):
            if code in places and name and name != places[code].name:
                found[code] = name
    return found


def unpaid_months(county: County, period: Period) -> list[str]:
    """Months of the period whose settlements are not loaded: of nobody can it be said that there were none."""
    return [month for month in period.months if not county.complete("settlements", month)]


def unread(county: County, period: Period, states: Counter, stated: dict | None) -> tuple[str, ...]:
    """What the comparison lacks. states: {(state, kind): institutions} at the end of the period."""
    absent = unpaid_months(county, period)
    later = sum(count for (found, _), count in states.items() if found == "later")
    told = []
    if not states:
        told.append("机构名册还没有上传")
    if later:
        told.append(f"名册只有最新一份，{later} 家的协议在期末之后才开始，当时有没有协议看不出来")
    if absent:
        told.append(f"结算明细缺 {'、'.join(absent)}，有协议而没有结算的看不出来")
    if county.only:
        told.append("机构名称按全市的结算核对，不分区县")
    elif stated is None:
        told.append("结算明细里的机构名称要等下一次装入文件后才能核对")
    elif not stated:
        told.append("结算明细没有机构名称一列，不能核对更名")
    return tuple(told)
