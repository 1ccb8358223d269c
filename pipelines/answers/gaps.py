"""What a figure needs and does not have: months that were not uploaded are said, never counted as 0."""

from collections.abc import Collection
from datetime import datetime

from pipelines.answers.county import County
from pipelines.answers.covered import CLEARED, Part
from pipelines.contracts import contracts
from pipelines.periods import Period, months_between
from pipelines.registry import DIMENSIONS, Kpi, Measure, measures

UPLOAD_OF = {
    "settlement": "settlements",
    "stay": "settlements",
    "bed_day": "settlements",
    "person": "settlements",
    "enrolment": "enrolment",
    "collection": "fund_collection",
    "opening_balance": "opening_balance",
    "institution": "institutions",
    "penalty": "penalties",
    "audit_work": "audit_work",
    "budget": "budgets",
    "consultation_limit": "budgets",
    "assessment": "assessment_indicators",
    "staff": "staff",
}
NEED_PERSONS = ("stay", "person")
OUTSIDE = "不属于本账号的数据范围"
UNDIVIDED = "全市一个数，不分区县"  # of one of several counties


def periods_needed(measure: Measure, period: Period) -> list[str]:
    """The months, the year or 'all' of its upload that a measure reads for a period."""
    grain = contracts()[UPLOAD_OF[measure.fact]].grain
    if grain == "none":
        return ["all"]
    if measure.kind == "year" or grain == "year":
        return [period.last[:4]]
    if measure.kind == "stock":
        return [period.last]
    if measure.kind == "ytd":
        return months_between(f"{period.last[:4]}-01", period.last)
    return period.months


def gap(county: County, measure: Measure, period: Period, counties: Collection[str] = ()) -> str:
    """Why a measure can't be computed for a period, in Chinese; '' if it can. counties: only of these, where several
    share the warehouse."""
    if outside(county, measure):
        return UNDIVIDED if county.scope.counties else OUTSIDE
    upload = UPLOAD_OF[measure.fact]
    needed = periods_needed(measure, period)
    asked = {upload: needed} | {other: covering(other, period) for other in measure.beside}
    if absent := next(filter(None, (not_uploaded(county, *each, counties) for each in asked.items())), ""):
        return absent
    if measure.kind == "snapshot" and period.last[:4] < county.last_month[:4]:
        return f"{contracts()[upload].name_zh}只有最新一份，不能回看{period.last[:4]}年"
    covered = {p: county.coverage[upload, p].of(county.told_by(upload, counties)) for p in needed}
    if measure.fact in NEED_PERSONS:
        grouped = [p for p, c in covered.items() if c.layout == "aggregate"]
        if grouped:
            return f"{said(grouped).strip()}是汇总数据，没有人员编号，不能去重计人"
    for options in wanted_columns(measure):
        lacking = [p for p, c in covered.items() if not any(c.columns.issuperset(option) for option in options)]
        if lacking:
            header = contracts()[upload].columns[options[0][0]].header
            return f"未上传：{contracts()[upload].name_zh}的“{header}”列{said(lacking)}"
    return ""


def covering(upload: str, period: Period) -> list[str]:
    """The years or 'all' of an upload that is read beside a fact's own, for the months of a period."""
    return ["all"] if contracts()[upload].grain == "none" else list(dict.fromkeys(m[:4] for m in period.months))


def not_uploaded(county: County, upload: str, needed: list[str], counties: Collection[str] = ()) -> str:
    """Which months were not uploaded, in Chinese; of which counties, if others have; '' if all were."""
    lacking = {p: absent for p in needed if (absent := county.absent(upload, p, counties))}
    if not lacking:
        return ""
    whose = sorted({county.counties[c] for absent in lacking.values() for c in absent if c})
    everybody = len(whose) == len(county.told_by(upload, counties))
    of = (
        f"（{'、'.join(whose[:3])}{f'等 {len(whose)} 个区县' if len(whose) > 3 else ''}）"
        if whose and not everybody
        else ""
    )
    return f"未上传：{contracts()[upload].name_zh}{said(list(lacking))}{of}"


def outside(county: County, measure: Measure) -> bool:
    """Whether a fact does not say which of its rows belong to the caller's institutions or townships."""
    return county.scope is not None and county.scope.column not in (*DIMENSIONS[measure.fact], *of_rows(measure.fact))


def of_rows(fact: str) -> tuple[str, ...]:
    """What the rows of a fact know beside its dimensions: persons are counted from those of settlements."""
    return DIMENSIONS["settlement"] if fact == "person" else ()


def uncounted(county: County, period: Period, by_rows: bool) -> str:
    """Why distinct persons can't be counted over a period of which rows were cleared, in Chinese; '' if they can.

    by_rows: from rows, where no bitmap knows a dimension. A bitmap knows persons by their numbers, and somebody who was
    cleared and comes back gets a new one: they would count twice over months before and after.
    """
    months = {m: county.coverage["settlements", m] for m in period.months if ("settlements", m) in county.coverage}
    gone = [month for month, covered in months.items() if covered.layout == CLEARED]
    if not gone:
        return ""
    if by_rows:
        return f"{cleared_words(gone)}，不能按这一分组去重计人"
    cleared_at = dict(county.purged)
    batches = {batch for month in gone for batch in months[month].batches if batch in cleared_at}
    first = min(datetime.fromisoformat(cleared_at[batch]) for batch in batches)
    later = [m for m, c in months.items() if any(came_after(part, first) for part in c.parts.values())]
    return f"{cleared_words(gone)}，不能和之后装入的{said(later)}合起来去重计人" if later else ""


def came_after(part: Part, moment: datetime) -> bool:
    """Whether rows that are still there were loaded after a moment."""
    return part.layout != CLEARED and datetime.fromisoformat(part.loaded_at) >= moment


def cleared_words(months: list[str]) -> str:
    return f"{said(months).strip()}的个人明细已按保留期限清除，只有汇总"


def wanted_columns(measure: Measure) -> list[tuple[tuple[str, ...], ...]]:
    """Each entry holds the sets of columns of which one must have been uploaded."""
    alone = [((column,),) for column in measure.needs]
    return [*alone, measure.needs_one_of] if measure.needs_one_of else alone


def said(periods: list[str]) -> str:
    """' 2026年3月、4月'-like: at most three are named."""
    if periods == ["all"]:
        return ""
    named = "、".join(month_name(p) for p in periods[:3])
    return f" {named}" + (f"等 {len(periods)} 期" if len(periods) > 3 else "")


def month_name(period: str) -> str:
    year, _, month = period.partition("-")
    return f"{year}年{int(month)}月" if month else f"{year}年"


def sources(county: County, kpi: Kpi, period: Period) -> list[tuple[str, str, str]]:
    """Where a figure comes from: (upload's Chinese name, month or year, batch id), in order, each once."""
    found = {}
    for measure in (measures()[m] for m in kpi.measures):
        upload = UPLOAD_OF[measure.fact]
        for needed in periods_needed(measure, period):
            covered = county.coverage.get((upload, needed))
            for batch in covered.batches if covered else ():
                zh, told = contracts()[upload].name_zh, "" if needed == "all" else month_name(needed)
                found[zh, needed, batch] = (zh, told, batch)
    return [found[key] for key in sorted(found)]
