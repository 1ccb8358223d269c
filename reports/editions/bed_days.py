"""床日付费结算: stays of the pilots settled by the bed day and on actual cost; who gains, who loses."""

from pipelines import County, Period
from pipelines.bed_days import Signal, radar
from pipelines.contracts import zh
from pipelines.methods import methods
from reports import behaviour, words
from reports.document import Block, Column, Paragraph, Table
from reports.editions.drawing import ranked
from reports.naming import code_name
from reports.tables.asking import Row, groups, known
from reports.tables.tabling import Shown, table

PACKAGE, DUE, PAID, BALANCE = "bed_day_package", "bed_day_fund_due", "bed_day_fund_paid", "bed_day_balance"
RATE, PRICED = "bed_day_balance_rate", "bed_day_priced_share"
KPIS = (PACKAGE, DUE, PAID, BALANCE, RATE, PRICED)
COLUMNS = tuple(map(Shown, KPIS))
MOST = 20  # institutions on the chart


def blocks(county: County, period: Period) -> list[Block]:
    """What the fund pays more or less by the day, by institution and by class; nothing where there are no rates."""
    found = groups(county, KPIS, period, ("pilot",))
    pilot = found.get(("yes",), {})
    if not known(pilot.get(BALANCE)) or not pilot[PACKAGE].value:
        return []
    places = {
        code_name(county, "institution", code): row
        for (_, code), row in groups(county, KPIS, period, ("pilot", "institution"), pilot="yes").items()
        if code
    }
    classes = {
        zh("disease_class", code): row
        for (code,), row in groups(county, KPIS, period, ("disease_class",), pilot="yes").items()
    }
    told = [
        Paragraph(sentence(pilot, found.get(("no",), {}))),
        Paragraph((methods()["bed_days"].brief,), "note"),
        chart(places),
        table(f"{period.label}试点机构按床日结算", "机构", places, COLUMNS),
        table(f"{period.label}试点住院按疾病分类按床日结算", "疾病分类", classes, COLUMNS),
    ]
    return [*(each for each in told if each), *watched(county, period)]


def watched(county: County, period: Period) -> list[Block]:
    """What payment by the day may have set going: both groups before and after; nothing before it began."""
    found = radar(county, period.last)
    if not found:
        return []
    heads = ("试点前", "试点后", "非试点前", "非试点后", "双重差分")
    columns = (
        Column("监测"),
        *(Column(head, 2, signed=head == heads[-1]) for head in heads),
        Column("超出自然波动的月", 0),
    )
    rows = tuple((called(each), *values(each), len(each.beyond)) for each in found)
    title = f"试点行为监测，截至{words.month_words(period.last)}"
    return [
        Paragraph((behaviour.answer(found).replace(" **", "").replace("**", ""),)),
        Table(title, columns, rows, behaviour.LIMITS),
    ]


def called(each: Signal) -> str:
    return f"{each.watched.name}（{each.watched.unit}）" if each.watched.unit else each.watched.name


def values(each: Signal) -> tuple:
    """Before and after of both groups, and the difference in differences; None where there is no before."""
    if each.before is None or each.after is None:
        return (None,) * 5
    return each.before.pilot, each.after.pilot, each.before.other, each.after.other, each.difference


def sentence(pilot: Row, other: Row) -> tuple:
    """The finding as pieces of a sentence, each figure a quote."""
    more = pilot[BALANCE].value >= 0
    said = ["试点的住院按床日结算，基金应付 ", pilot[DUE], "，按项目已付 ", pilot[PAID]]
    said += [f"；{'多' if more else '少'}付的就是机构的{kept(pilot)}，包干结余率 ", pilot[RATE]]
    if known(other.get(BALANCE)) and other[PACKAGE].value:
        said += [f"。同类非试点若照同样的标准，机构将{kept(other)}，包干结余率 ", other[RATE]]
    return (*said, "。")


def kept(row: Row) -> str:
    return "结余" if row[BALANCE].value >= 0 else "超支"


def chart(places: dict[str, Row]):
    rows = [(name, row[BALANCE]) for name, row in places.items() if known(row.get(BALANCE))]
    rows = sorted(rows, key=lambda row: -abs(row[1].value))[:MOST]
    losing = {words.plain(name) for name, quote in rows if quote.value < 0}
    title = f"{len(losing)} 家试点机构超支" if losing else "试点机构都有结余"
    return ranked(rows, "万元", 2, title, "床日包干结余，万元；橙色为超支", losing)
