"""基金筹集: how much of the year's money is in, scheme by scheme and source by source."""

from pipelines import County, Period
from reports.document import Block
from reports.editions.asking import Row, by_scheme, elapsed, groups, known, named, totals
from reports.editions.drawing import progress
from reports.editions.tabling import Shown, compared, table

COLLECTED, DUE, PLAN = "fund_collected", "fund_due", "collection_plan"
OF_DUE, OF_PLAN, SHARE = "collection_progress", "collection_plan_completion", "income_structure"


def blocks(county: County, period: Period) -> list[Block]:
    """A chart of the progress against time; tables by scheme and by source."""
    schemes = by_scheme(county, (COLLECTED, DUE, PLAN, OF_DUE, OF_PLAN), period)
    rows = {named(county, "scheme", code): row for code, row in schemes.items()}
    columns = (Shown(DUE), Shown(PLAN), *compared(COLLECTED), Shown(OF_DUE), Shown(OF_PLAN, head="计划完成率"))
    note = "年初至期末累计；居民按当年应筹基金、职工和生育按年度征收计划计算进度。"
    found = [against_time(county, schemes, period), table(f"{period.label}基金筹集情况", "险种", rows, columns, note)]
    return [each for each in (*found, sources(county, period)) if each]


def measure(row: Row):
    """The progress of a scheme: against what is due where that is known, else against the plan."""
    return next((row[kpi] for kpi in (OF_DUE, OF_PLAN) if known(row.get(kpi))), None)


def against_time(county: County, schemes: dict[str, Row], period: Period):
    """Which schemes run behind the share of the year that has passed?"""
    expected = elapsed(period)
    rows = [(code, quote) for code, row in schemes.items() if (quote := measure(row))]
    late = [named(county, "scheme", code) for code, quote in rows if quote.value < expected]
    title = f"{'、'.join(late)}的筹集慢于时间进度" if late else "各险种的筹集都快于时间进度"
    note = f"占当年应筹（居民）或年度征收计划（职工、生育）的比例，%；竖线为时间进度 {expected:.2f}%"
    bars = [(named(county, "scheme", c) + q.kpi.name_zh, q, q.value < expected) for c, q in rows]
    return progress(bars, expected, "时间进度", title, note)


def sources(county: County, period: Period) -> Block | None:
    found = groups(county, (COLLECTED, SHARE), period, ("source",))
    rows = {named(county, "source", code): row for (code,), row in found.items()}
    if not rows:
        return None
    whole = {"合计": totals(county, (COLLECTED, SHARE), period)}
    columns = (*compared(COLLECTED), Shown(SHARE, head="占比"), Shown(SHARE, "difference", "占比增减"))
    return table(f"{period.label}已筹基金来源", "来源", whole | rows, columns, "全部险种，年初至期末累计。")
