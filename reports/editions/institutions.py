"""两定机构: every institution of the county's roster with its figures of the period."""

from pipelines import County, Period
from pipelines.agreements import STATES, Place, state
from pipelines.agreements.reconciling import roster
from pipelines.contracts import code_lists
from reports.document import Block, Column, Heading, Paragraph, Table
from reports.editions.asking import Row, groups, named
from reports.editions.tabling import Shown, cells, column

SPENT, VISITS, CASES, COST = "fund_expenditure", "beneficiary_visits", "inpatient_cases", "cost_per_case"
RATIO, FINED = "actual_reimb_ratio", "penalty_total"
CARE = (SPENT, VISITS, CASES, COST, RATIO)
PAID = (Shown(SPENT, total=True), Shown(SPENT, "change", "同比"), Shown(VISITS, total=True))
STAYS = (
    Shown(CASES, total=True),
    Shown(COST),
    Shown(COST, "change", "同比"),
    Shown(RATIO, head="实际补偿比例"),
)
MONEY = (Shown(FINED, head="处理金额", total=True),)
NOTE = "全部险种；没有的记作“—”；合计按没有四舍五入的数相加；县外机构不在本表。"
Rows = dict[str, Row]


def blocks(county: County, period: Period) -> list[Block]:
    """All managed institutions by kind, the most fund first: with stays, without; those without figures by name."""
    found: Rows = {code: row for (code,), row in groups(county, CARE, period, ("institution",)).items()}
    for (code,), row in groups(county, (FINED,), period, ("institution",)).items():
        found.setdefault(code, {}).update({kpi: quote for kpi, quote in row.items() if quote.value})
    places = [place for place in roster(county).values() if place.place == "in_county"]
    places.sort(key=lambda place: (kind_order(place.kind), -spent(found.get(place.institution, {})), place.institution))
    busy = [place for place in places if any(cells(found.get(place.institution, {}), (*PAID, *STAYS, *MONEY)))]
    inpatient = [place for place in busy if CASES in found[place.institution] and found[place.institution][CASES].value]
    others = [place for place in busy if place not in inpatient]
    listed = [
        table(county, "有住院的定点医疗机构", inpatient, found, (*PAID, *STAYS, *MONEY), period),
        table(county, "其他两定机构", others, found, (*PAID, *MONEY), period),
        *idle(places, busy, period),
    ]
    return [Heading("两定机构一览"), *listed] if places else []


def table(county: County, name: str, places: list[Place], found: Rows, columns: tuple, period: Period) -> Table:
    """The figures of these institutions; a column that none of them has is left out."""
    kept = [each for each in columns if any(cells(found[place.institution], [each])[0] for place in places)]
    rows = tuple((*told(county, place, period), *cells(found[place.institution], kept)) for place in places)
    heads = (Column("机构"), Column("类别"), Column("协议"), *map(column, kept))
    title = f"{period.label}{name}"
    return Table(title, heads, rows, NOTE, title)


def told(county: County, place: Place, period: Period) -> tuple[str, str, str]:
    return place.name, named(county, "kind", place.kind), STATES[state(place, period.last_day)]


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
