"""基金筹集: how much of the year's money is in, scheme by scheme and source by source."""

from pipelines import County, Period
from reports.document import Block
from reports.editions.drawing import everyone, progress
from reports.naming import code_name
from reports.tables import brief, subjects
from reports.tables.asking import Row, by_scheme, elapsed, known

OF_DUE, OF_PLAN = "collection_progress", "collection_plan_completion"


def blocks(county: County, period: Period) -> list[Block]:
    """A chart of the progress against time; tables by scheme and by source."""
    schemes = by_scheme(county, (OF_DUE, OF_PLAN), period)
    told = f"fund_due collection_plan fund_collected {OF_DUE} {OF_PLAN}"
    sources, shares = subjects.SOURCES.of("source"), "fund_collected income_structure"
    found = [
        against_time(county, schemes, period),
        brief(county, period, subjects.COLLECTION, "基金筹集情况", told),
        brief(county, period, sources, "已筹基金来源", shares, whole="合计", note="全部险种，年初至期末累计"),
    ]
    return [each for each in found if each]


def measure(row: Row):
    """The progress of a scheme: against what is due where that is known, else against the plan."""
    return next((row[kpi] for kpi in (OF_DUE, OF_PLAN) if known(row.get(kpi))), None)


def against_time(county: County, schemes: dict[str, Row], period: Period):
    """Which schemes run behind the share of the year that has passed?"""
    expected = elapsed(period)
    rows = [(code, quote) for code, row in schemes.items() if (quote := measure(row))]
    names = {code: code_name(county, "scheme", code) for code, _ in rows}
    late = [names[code] for code, quote in rows if quote.value < expected]
    ahead = f"{everyone(list(names.values()), '的筹集')}快于时间进度"
    title = f"{'、'.join(late)}的筹集慢于时间进度" if late else ahead
    note = f"占当年应筹（居民）或年度征收计划（职工、生育）的比例，%；竖线为时间进度 {expected:.2f}%"
    bars = [(names[c] + q.kpi.name_zh, q, q.value < expected) for c, q in rows]
    return progress(bars, expected, "时间进度", title, note)
