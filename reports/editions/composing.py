"""An edition from its parts, in the order of the report: figures first, then themes, lists, quality, annex."""

from collections.abc import Callable
from dataclasses import replace

from pipelines import County, Period, QuestionError, WarehouseError, signing
from pipelines.side_by_side import Progress, quiet
from reports import annex, heads, narrative, register
from reports.document import Block, Document, Heading, Paragraph, Table
from reports.editions import (
    agreements,
    assessed,
    attributed,
    bed_days,
    benefits,
    clue_summary,
    consultation,
    enrolment,
    foretold,
    funding,
    growth,
    headline,
    institutions,
    payment,
    penalties,
    sharing,
    spending,
    standing,
)
from reports.editions.shortening import TOLD, shortened
from reports.editions.terms import Terms, title
from reports.marking import watermark
from reports.tables.asking import remember

Part = Callable[[County, Period], list[Block]]
# theme of the narrative -> the charts and tables that go with it
THEMES: dict[str, Part] = {
    "enrolment": enrolment.blocks,
    "collection": funding.blocks,
    "expenditure": spending.blocks,
    "benefits": benefits.blocks,
    "agreements": agreements.blocks,
    "assessment": assessed.blocks,
    "penalties": penalties.blocks,
    "payment": payment.blocks,
    "problems": growth.blocks,
}

# what is worked out beyond what was counted, after the themes: heading -> its charts and tables
AHEAD: dict[str, Part] = {
    "床日付费结算": bed_days.blocks,
    "门诊一般诊疗费总额": consultation.blocks,
    "基金运行预测": foretold.blocks,
    "增长归因": attributed.blocks,
    "风险分担": sharing.blocks,
}

UNASKED = "制作时没有要求正式件"


class NotOfficial(WarehouseError):
    """A document that must be 正式 while something is missing for it; the sentence says what."""


def composed(county: County, kind: str, period: Period, terms: Terms, progress: Progress = quiet) -> Document:
    """The edition as a document. Raises NotOfficial if it must be 正式 and may not be, QuestionError without data."""
    if not set(period.months) & set(county.months()):
        raise QuestionError(f"{period.label}没有装入任何数据，不能做文件")
    signed = signing.state(county, period)
    if terms.official and not signed.official:
        raise NotOfficial(f"不能出正式件：{'；'.join(signed.why_draft)}")
    remember(county, period)
    brief, again = kind == "bulletin", register.restatements(county, period)
    opening = headline.blocks(county, period, brief)
    body = [
        *themes(county, period, progress),
        *([] if brief else ahead(county, period)),
        *clue_summary.blocks(county, period, lambda share, what: progress(0.5 + 0.4 * share, f"疑点线索：{what}")),
        *institutions.blocks(county, period, brief),
        *standing.restated(again),
        *standing.noted(county, period),
        *standing.checks(county, period, signed),
    ]
    whole = [*opening, Paragraph((TOLD,), "note"), *shortened(body)] if brief else [*opening, *body]
    draft = Document(
        kind=kind,
        title=title(kind, period, county.only),
        period=period,
        scope=heads.scope("all", county),
        unit=terms.unit or heads.unit(county),
        as_of=heads.as_of(county),
        build_id=county.build_id,
        by=terms.by,
        at=terms.at.replace(microsecond=0),
        blocks=tuple(filter(says_something, whole)),
        official=terms.official,
        why_draft=() if terms.official else signed.why_draft or (UNASKED,),
        watermark=watermark(county.warehouse, terms.watermark, terms.at),
        cover=True,
        counties=heads.counties(county),
    )
    progress(0.9, "附录")
    made = replace(draft, blocks=(*draft.blocks, *annex.annex(county, draft.quotes(), brief)))
    files = annex.file(county, made.quotes()), *standing.restated_file(again)
    return replace(made, attachments=(*files, register.figures(made)))


def themes(county: County, period: Period, progress: Progress) -> list[Block]:
    """Every theme of the narrative: its text, then what shows it."""
    found: list[Block] = []
    sections = narrative.sections(county, period)
    for place, section in enumerate(sections, start=1):
        progress(0.1 + 0.4 * place / len(sections), section.title)
        shown = THEMES.get(section.theme, nothing)(county, period)
        found += [Heading(section.title), *section.blocks, *shown]
    return found


def ahead(county: County, period: Period) -> list[Block]:
    """What AHEAD can tell of this county and period, each part under its heading."""
    told = ((title, part(county, period)) for title, part in AHEAD.items())
    return [block for title, blocks in told if blocks for block in (Heading(title), *blocks)]


def says_something(block: Block) -> bool:
    """Whether it is more than a table without rows, or with names alone."""
    return not isinstance(block, Table) or any(cell not in (None, "") for row in block.rows for cell in row[2:])


def nothing(county: County, period: Period) -> list[Block]:
    return []
