"""The tables of a period as a document: what the workbook is written from, and what the register knows of it."""

from collections.abc import Iterator
from datetime import datetime

from pipelines import County, Period
from pipelines.assessment import AssessmentError
from pipelines.side_by_side import Progress, quiet
from reports import heads
from reports.document import Block, Document, Heading, Paragraph
from reports.marking import watermark
from reports.workbook.plan import THEMES, UNDIVIDED

NOTHING = "本期没有数据"


def gathered(
    county: County, period: Period, by: str, at: datetime, progress: Progress = quiet, unit: str = ""
) -> Document:
    """Every table of the period under the heading of its theme; one without rows is a note that says so."""
    return Document(
        "workbook",
        f"{county.only}{period.label}医疗保障基金数据",
        period,
        heads.scope("all", county),
        unit or heads.unit(county),
        heads.as_of(county),
        county.build_id,
        by,
        at,
        tuple(blocks(county, period, progress)),
        watermark=watermark(county.warehouse, at=at),
        counties=heads.counties(county),
    )


def blocks(county: County, period: Period, progress: Progress) -> Iterator[Block]:
    whole, done = sum(len(makers) for _, makers in THEMES), 0
    for theme, makers in THEMES:
        yield Heading(theme)
        for maker in makers:
            progress(0.9 * done / whole, f"汇总{theme}")
            done += 1
            yield made(maker, county, period)


def made(maker, county: County, period: Period) -> Block:
    if county.only and maker in UNDIVIDED:
        return Paragraph((f"{UNDIVIDED[maker]}：全市一份，不分区县，本文件不列",), "note")
    try:
        table = maker(county, period)
    except AssessmentError as problem:
        return Paragraph((f"指标考核：{problem}",), "note")
    return table if table.rows else Paragraph((f"{table.title}：{NOTHING}",), "note")
