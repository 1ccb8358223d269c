"""协议管理: who is on the roster, who has an agreement in force, and where roster, agreement and settlement differ."""

from collections import Counter

from pipelines import County, Period
from pipelines.agreements import STATES, state
from pipelines.agreements.reconciling import roster
from reports import tables
from reports.document import Block, Column, Paragraph, Table
from reports.naming import code_name
from reports.words import month_words

CAUTION = "以下为机构名册、服务协议、结算明细三方核对不一致之处，供查明原因，不是结论。"


def blocks(county: County, period: Period) -> list[Block]:
    """A table of the roster by kind; what does not fit together, by kind of disagreement and one by one."""
    return [by_kind(county, period), *apart(county, period)]


def by_kind(county: County, period: Period) -> Table:
    """Managed institutions by kind: with an agreement in force at the period's end, and why the others have none."""
    inside = [place for place in roster(county).values() if place.place == "in_county"]
    counted = Counter((place.kind, state(place, period.last_day)) for place in inside)
    states = [each for each in STATES if any(key[1] == each for key in counted)]
    kinds = dict.fromkeys(kind for kind, _ in sorted(counted, key=lambda key: -counted[key]))
    rows = [(code_name(county, "kind", kind), *counts(counted, kind, states)) for kind in kinds]
    heads = (Column(f"{head}（家）", 0, total=True) for head in ("在册", *(STATES[each] for each in states)))
    note = f"协议状态为 {period.last_day} 当日。"
    return Table(f"{month_words(period.last)}末县内两定机构", (Column("机构类别"), *heads), tuple(rows), note)


def counts(counted: Counter, kind: str, states: list[str]) -> tuple[int, ...]:
    own = [counted[kind, each] for each in states]
    return sum(own), *own


def apart(county: County, period: Period) -> list[Block]:
    found = tables.agreement_findings(county, period)
    if not found.rows:
        return [Paragraph(("机构名册、服务协议、结算明细三方核对一致。",))]
    heads = {"核对结果": "", "机构名称": "机构", "类别": "", "人次": "结算人次", "基金支付（元）": "", "依据": "说明"}
    name = "三方核对不一致的机构"
    return [Paragraph((CAUTION,), "note"), tables.chosen(found, heads, f"{period.label}{name}", name=name)]
