"""Document -> PDF: gathered as data, its charts drawn, set in type by the template, and proven whole."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import typst

from pipelines.side_by_side import Progress, quiet
from reports.document import Chart, Document
from reports.pdf import charts, glyphs
from reports.pdf.content import content
from reports.pdf.made import Made, Refused
from reports.pdf.proof import prove

TEMPLATE = Path(__file__).with_name("template")
CHINA = timezone(timedelta(hours=8))
AGES = 3  # empty settings after each document
STANDARDS = ["a-3a", "ua-1"]  # for the archive, with its attachments; for readers who listen


def pdf(document: Document, progress: Progress = quiet) -> Made:
    """The document as a PDF. Raises Refused, with a Chinese sentence, if anything of it would be missing."""
    charts.warm()
    clean = glyphs.Cleaner()
    progress(0.05, "整理内容")
    data = content(document, clean, steps(document, progress))
    progress(0.6, "排版")
    made = setting(data, document.at)
    forget()
    progress(0.9, "核对页面与内容")
    pages = prove(document, data, made)
    progress(1.0, "完成")
    return Made(made, pages, tuple(clean.lost))


def steps(document: Document, progress: Progress) -> Callable[[], None]:
    """What to call after each chart."""
    whole = sum(isinstance(block, Chart) for block in document.blocks)
    done = iter(range(1, whole + 1))

    def each() -> None:
        place = next(done)
        progress(min(0.05 + 0.55 * place / whole, 0.6), f"画图 {place}/{whole}")

    return each


def setting(data: dict, at: datetime) -> bytes:
    """The data set in type. Nothing in it is read as markup, and the template sees no file but its own folder."""
    try:
        return typst.compile(
            TEMPLATE / "document.typ",
            root=TEMPLATE,
            font_paths=fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=STANDARDS,
            timestamp=at.replace(microsecond=0, tzinfo=at.tzinfo or CHINA),
        )
    except typst.TypstError as problem:
        raise Refused(f"文件没有排成：{problem.message}") from problem


def forget() -> None:
    """Have Typst give back what it remembers of documents before the last two or three: each is up to 80 MB.

    It keeps what one of the last ten settings used, so a few empty ones make it forget sooner.
    """
    for _ in range(AGES):
        typst.compile(b"", font_paths=fonts(), ignore_system_fonts=True)


@cache
def fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[glyphs.SANS.parent])
