"""A composed edition as a file to take away: PDF, Word, text or workbook; made and entered into the register."""

from collections.abc import Callable
from dataclasses import dataclass

from pipelines import County, Period, QuestionError, WarehouseError
from pipelines.side_by_side import Progress, quiet
from reports import editions, register
from reports.document import Document
from reports.narrative import WordingError
from reports.text import text

COMPOSING = 0.35  # of the time


@dataclass(frozen=True)
class File:
    """A made file. draft: why it is no 正式件, () if it is; id: by which it is verified, '' for a workbook."""

    name: str
    mime: str
    data: bytes
    draft: tuple[str, ...] = ()
    id: str = ""


@dataclass(frozen=True)
class Form:
    """A kind of file. make: document, progress -> its bytes; None for the workbook, which is more than the document."""

    name: str
    suffix: str
    mime: str
    make: Callable[[Document, Progress], bytes] | None


def of_pdf(document: Document, progress: Progress) -> bytes:
    from reports.pdf import Refused, pdf  # the engines of type and charts: a second and 80 MB that only a PDF needs

    try:
        return pdf(document, progress).data
    except Refused as problem:
        raise WarehouseError(str(problem)) from problem


def of_word(document: Document, progress: Progress) -> bytes:
    from reports.word import docx

    return docx(document, progress)


def of_text(document: Document, progress: Progress) -> bytes:
    return text(document).replace("\n", "\r\n").encode("utf-8-sig")  # Notepad opens it with its Chinese intact


def ready() -> None:
    """Start the engine of charts while the document is composed."""
    from reports.pdf import warm

    warm()


DRAWN = ("pdf", "docx")
FORMS = {
    "pdf": Form("PDF", "pdf", "application/pdf", of_pdf),
    "docx": Form("Word", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", of_word),
    "txt": Form("文本", "txt", "text/plain", of_text),
    "xlsx": Form("工作簿", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", None),
}


def filed(
    county: County, kind: str, period: Period, terms: editions.Terms, form: str, progress: Progress = quiet
) -> File:
    """Compose an edition and make a file of it. Raises WarehouseError with the sentence that says why there is none."""
    made = FORMS[form]
    if made.make is None:
        return book(county, period, terms, progress)
    if form in DRAWN:
        ready()
    try:
        document = editions.edition(county, kind, period, terms, lambda share, what: progress(COMPOSING * share, what))
    except (QuestionError, WordingError) as problem:
        raise WarehouseError(str(problem)) from problem
    data = made.make(document, lambda share, what: progress(COMPOSING + (1 - COMPOSING) * share, what))
    kept = register.keep(county.warehouse, document, data, made.suffix)
    return File(f"{document.title}.{made.suffix}", made.mime, data, document.why_draft, kept.id)


def book(county: County, period: Period, terms: editions.Terms, progress: Progress) -> File:
    from reports.workbook import gathered, xlsx

    made = FORMS["xlsx"]
    document = gathered(county, period, terms.by, terms.at, progress, terms.unit)
    data = xlsx(document, progress)
    register.keep(county.warehouse, document, data, made.suffix)
    return File(f"{document.title}.{made.suffix}", made.mime, data)
