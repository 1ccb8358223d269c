"""增长归因: which factors made the cost of hospital stays grow; each scheme's, adding up to all."""

from decimal import Decimal

from pipelines import County, Period
from pipelines.attribution import NAMES, Growth, Line, NotTold, asked, lines, total
from pipelines.attribution.wording import scheme_name, sentence
from pipelines.methods import methods
from reports import attributing
from reports.document import Block, Chart, Column, Paragraph, Table

WAN = Decimal(10_000)


def blocks(county: County, period: Period) -> list[Block]:
    """The finding, a waterfall, what each factor is and made, and each scheme's part; nothing without a last year."""
    try:
        found = asked(county, period)
    except NotTold:
        return []
    listed = lines(found)
    whole = total(listed)
    finding = attributing.title(found, whole)
    note = "住院医药费用总额，万元；各因素之和恰为增减"
    chart = Chart(attributing.waterfall(whole), finding, note, attributing.alt(whole, finding))
    return [Paragraph((f"{sentence(found, '全部险种')}。",)), chart, factors(found, whole), schemes(found, listed)]


def factors(found: Growth, whole: Line) -> Table:
    years = (Column(head, right=True) for head in ("上年同期", "本期", "增减"))
    columns = (Column("因素"), *years, Column("使费用增减（万元）", 2, signed=True), Column("占增减", 1, percent=True))
    rows = tuple(
        (name, *map(text, (before, after, change)), yuan / WAN, part)
        for name, before, after, change, yuan, part in attributing.factor_rows(found, whole)
    )
    why = f"没有参保人数（{found.uninsured}），以住院人次代替。" if found.uninsured else ""
    return Table(f"{found.period.label}住院费用增长的因素", columns, rows, why + methods()["attribution"].brief)


def text(value: Decimal | None) -> str:
    return "—" if value is None else f"{value:,}"


def schemes(found: Growth, listed: list[Line]) -> Table:
    """Each scheme's growth by factor, and of all."""
    pools = dict.fromkeys(line.pool[1] for line in listed)
    names = [(scheme_name(scheme), [line for line in listed if line.pool[1] == scheme]) for scheme in pools]
    rows = [(name, *money(total(some))) for name, some in (*names, ("合计", listed))]
    heads = ("上年同期", "本期", *(NAMES[factor] for factor in found.factors))
    columns = [Column(head, 2, signed=place > 1) for place, head in enumerate(heads)]
    return Table(f"{found.period.label}各险种住院费用增长的因素（万元）", (Column("险种"), *columns), tuple(rows))


def money(line: Line) -> list[Decimal]:
    return [yuan / WAN for yuan in (line.before_yuan, line.after_yuan, *line.parts.values())]
