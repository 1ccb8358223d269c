"""两定机构: every institution of the county's roster with its figures of the period."""

from pipelines import County, Period
from pipelines.agreements import STATES, Place, state
from pipelines.agreements.reconciling import roster
from pipelines.contracts import code_lists
from reports.document import Block, Column, Heading, Paragraph, Table
from reports.editions.asking import groups, named
from reports.editions.tabling import Shown, cells, column

SPENT, VISITS, CASES, COST, RATIO = (
    "fund_expenditure",
    "beneficiary_visits",
    "inpatient_cases",
    "cost_per_case",
    "actual_reimb_ratio",
)
FINED = "penalty_total"
CARE = (SPENT, VISITS, CASES, COST, RATIO)
COLUMNS = (
    Shown(SPENT, total=True),
    Shown(SPENT, "change", "同比"),
    Shown(VISITS, total=True),
    Shown(CASES, total=True),
    Shown(COST),
    Shown(COST, "change", "同比"),
    Shown(RATIO, head="实际补偿比例"),
    Shown(FINED, head="处理金额", total=True),
)
NOTE = "全部险种；没有结算的记作“—”；合计按没有四舍五入的数相加；县外机构不在本表。"


def blocks(county: County, period: Period) -> list[Block]:
    """All managed institutions: those with figures by kind, the most fund first; the others by name."""
    found = {code: row for (code,), row in groups(county, CARE, period, ("institution",)).items()}
    for (code,), row in groups(county, (FINED,), period, ("institution",)).items():
        found.setdefault(code, {}).update({kpi: quote for kpi, quote in row.items() if quote.value})
    places = [place for place in roster(county).values() if place.place == "in_county"]
    places.sort(key=lambda place: (kind_order(place.kind), -spent(found.get(place.institution, {})), place.institution))
    if not places:
        return []
    busy = [place for place in places if any(cells(found.get(place.institution, {}), COLUMNS))]
    rows = tuple(line(county, place, found[place.institution], period) for place in busy)
    heads = (Column("机构"), Column("类别"), Column("协议"), *map(column, COLUMNS))
    title = f"{period.label}县内两定机构一览"
    return [Heading("两定机构一览"), Table(title, heads, rows, NOTE, title), *idle(places, busy, period)]


def idle(places: list[Place], busy: list[Place], period: Period) -> list[Block]:
    """The managed institutions that have no figure of the period, by the state of their agreement."""
    left: dict[str, list[str]] = {}
    for place in places:
        if place not in busy:
            left.setdefault(STATES[state(place, period.last_day)], []).append(place.name)
    whole = sum(map(len, left.values()))
    told = [f"{name} {len(found)} 家：{'、'.join(found)}" for name, found in left.items()]
    return [Paragraph((f"另有 {whole} 家在册机构本期没有结算。{'；'.join(told)}。",), "note")] if whole else []


def kind_order(kind: str | None) -> int:
    order = list(code_lists()["kind"])
    return order.index(kind) if kind in order else len(order)


def spent(row: dict) -> float:
    return float(row[SPENT].value or 0) if SPENT in row else 0.0


def line(county: County, place, row: dict, period: Period) -> tuple:
    told = place.name, named(county, "kind", place.kind), STATES[state(place, period.last_day)]
    return *told, *cells(row, COLUMNS)
