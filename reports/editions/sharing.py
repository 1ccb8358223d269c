"""风险分担: who bears the year's large losses on the county's own terms; nothing where none are stored."""

from decimal import Decimal

from pipelines import County, Period, WarehouseError
from pipelines.methods import methods
from pipelines.risk_sharing import (
    COVERS,
    FEW,
    LAYERS,
    Call,
    Loss,
    Terms,
    cases_a_year,
    high_cost_cases,
    ranged,
    share,
    spent_at,
    stored,
    year_up_to,
)
from reports import shared_losses
from reports.document import Block, Chart, Column, Paragraph, Table

LEAST = Decimal("0.01")
NOTE = (
    "共保体为分出以后的部分。由本县案例抽出一千个年份；范围为九成；各层的百年一遇不在同一年，不能相加。"
    "没有发生过的大病、成片的流感抽不出来。"
)
WORDS = ("平均一年（万元）", "平均一年的范围", "百年一遇（万元）", "百年一遇的范围")


def blocks(county: County, period: Period) -> list[Block]:
    """Each cover whose terms hold at the period's end: what they say, who paid what of twelve months, the calls on the
    layers, and at which loss each is spent. The terms are for all that share a warehouse, not for a part of it."""
    if county.scope is not None:
        return []
    found = stored(county.warehouse, period.last_day)
    return [block for version in found.values() for block in told(county, period, version.terms)]


def told(county: County, period: Period, terms: Terms) -> list[Block]:
    begun = [
        Paragraph((f"{COVERS[terms.covers]}按“{terms.title}”（{span_of(terms, period)}）分担：{layers(terms)}。",))
    ]
    if terms.covers != "critical_illness":
        return [*begun, limits(terms)]
    try:
        months = year_up_to(county, period.last)
        cases = high_cost_cases(county, months, LEAST)
        return [*begun, *of_cases(county, months, cases, terms), limits(terms)]
    except WarehouseError as problem:
        return [*begun, Paragraph((f"没有由本县案例推算：{problem}。",), "note"), limits(terms)]


def span_of(terms: Terms, period: Period) -> str:
    """2026-01-01 起; with the last day where there is one, and that it is past."""
    over = "，已经到期" if terms.ends and terms.ends < period.last_day else ""
    return f"{terms.begins} 起{f'，至 {terms.ends}' if terms.ends else ''}{over}"


def layers(terms: Terms) -> str:
    """3 家共保人，首席甲；2 份分保；都用尽时回调赔付."""
    leader = f"，首席{terms.leader}" if terms.leader else ""
    rest = "都用尽时按同一比例回调赔付" if terms.called_back else "都用尽时由财政兜底"
    return f"{len(terms.insurers)} 家共保人{leader}；{len(terms.treaties)} 份分保；{rest}"


def of_cases(county: County, months: Period, cases: list[Loss], terms: Terms) -> list[Block]:
    """A chart and a table of the twelve months, and the calls on the layers over made-up years."""
    name = f"{months.label} {len(cases):,} 例"
    found = {name: share(cases, terms)}
    calls = ranged(cases, cases_a_year(county, months, len(cases)), terms)
    finding = shared_losses.heaviest(name, found[name])
    note = f"万元；{shared_losses.key(found)}"
    rows = tuple((layer, payer, *amounts) for layer, payer, *amounts in shared_losses.rows(found))
    heads = (Column("层次"), Column("由谁承担"), Column("金额（元）", 2))
    return [
        Chart(shared_losses.chart(found), finding, note, finding),
        Table(f"{months.label}的损失由谁承担", heads, rows, methods()["sharing"].brief),
        called(calls, cases, terms),
    ]


def called(calls: list[Call], cases: list[Loss], terms: Terms) -> Table:
    rows = tuple(
        (layer, mean / shared_losses.WAN, means, rare / shared_losses.WAN, rares)
        for layer, mean, means, rare, rares, *_ in shared_losses.call_rows(calls, terms)
    )
    columns = (Column("层次"), *(Column(word, 2, right=True) for word in WORDS))
    few = f"只有 {len(cases)} 例，范围说明不了多少。" if len(cases) < FEW else ""
    return Table("各层要承担多少", columns, rows, few + NOTE)


def limits(terms: Terms) -> Table:
    """The loss at which each layer is spent."""
    rows = tuple((LAYERS[layer], payer, yuan) for layer, payer, yuan in spent_at(terms))
    columns = (Column("层次"), Column("由谁承担"), Column("用尽于（元）", 2))
    note = "一年里应赔额（扣除免赔额和险位超赔以后）的累计。"
    return Table(f"{COVERS[terms.covers]}损失到多少，各层用尽", columns, rows, note)
