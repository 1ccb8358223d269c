"""Which tables the workbook holds, by theme: each is a sheet."""

from collections.abc import Callable
from functools import partial

from pipelines import County, Period
from reports import tables
from reports.document import Table
from reports.tables import split, subjects
from reports.tables.splitting import Split

Maker = Callable[[County, Period], Table]
# what is kept of all counties together, where several share the warehouse
UNDIVIDED = {
    tables.bed_day_rates: "床日付费标准",
    tables.assessment: "指标考核",
    tables.work: "稽核工作",
    tables.clues: "疑点线索",
}


def sheets(*splits: Split) -> tuple[Maker, ...]:
    return tuple(partial(split, told=each) for each in splits)


THEMES: tuple[tuple[str, tuple[Maker, ...]], ...] = (
    ("综合", (tables.headlines, tables.every_kpi, tables.months)),
    ("参保", sheets(subjects.ENROLMENT, subjects.TOWNS, subjects.CATEGORIES, subjects.RESIDENCE)),
    ("筹资", sheets(subjects.COLLECTION, subjects.SOURCES)),
    ("支出与结余", sheets(subjects.LEFT, subjects.SPENDING, subjects.BY_CARE, subjects.BY_TYPE)),
    (
        "待遇与费用",
        sheets(
            subjects.BENEFITS,
            subjects.BY_PLACE,
            subjects.COSTS,
            subjects.COSTS_BY_KIND,
            subjects.COSTS_BY_LEVEL,
            subjects.OUTSIDE,
        ),
    ),
    ("支付方式", (*sheets(subjects.PILOTS, subjects.BED_DAYS), tables.bed_day_rates)),
    ("增长归因", (tables.cost_growth, tables.fund_growth)),
    ("协议与考核", (tables.institutions, tables.assessment, tables.agreement_findings)),
    ("稽核处罚", (*sheets(subjects.PENALTIES), tables.handlings, tables.cases, tables.work, tables.clues)),
    ("核对与来源", (tables.identities, tables.uploads)),
)
