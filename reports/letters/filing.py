"""Letters as files to take away, each entered into the register."""

from dataclasses import replace

from pipelines import County, Period, WarehouseError
from pipelines.refusals import in_words
from pipelines.side_by_side import Progress, quiet
from reports import register
from reports.document import Document, Paragraph
from reports.editions import Terms
from reports.filing import File
from reports.letters.bundles import archive, called, together
from reports.letters.writing import Common, document, one
from reports.pdf import pdf

GATHERED = 0.25  # of the time


def filed(county: County, institution: str, period: Period, terms: Terms, progress: Progress = quiet) -> File:
    """The letter to one institution as a PDF. Raises Refused, NotOfficial, QuestionError."""
    found = one(county, institution, period, terms)
    return printed(county, found, called(institution, found.subtitle), progress)


def taken(county: County, institution: str, period: Period, terms: Terms) -> bytes:
    """The same for a download, which can say nothing but what is in its file: where there is no letter, the reason."""
    try:
        with in_words():
            return filed(county, institution, period, terms).data
    except WarehouseError as problem:
        common = Common.of(county, period, replace(terms, official=False))
        told = (Paragraph((f"函件没有做成：{problem}",), "warning"),)
        return pdf(document(common, "", "没有做成的函件", institution, told)).data


def all_in_one(county: County, period: Period, terms: Terms, progress: Progress = quiet) -> File:
    """All letters as one PDF."""
    found = together(county, period, terms, lambda share, what: progress(GATHERED * share, what))
    told = found.subtitle
    return printed(county, found, told, lambda share, what: progress(GATHERED + (1 - GATHERED) * share, what))


def printed(county: County, found: Document, whom: str, progress: Progress) -> File:
    data = pdf(found, progress).data
    kept = register.keep(county.warehouse, found, data, "pdf")
    name = f"{county.only}一院一函 {whom} {found.period.label}.pdf"
    return File(name, "application/pdf", data, found.why_draft, kept.id)


def one_by_one(county: County, period: Period, terms: Terms, progress: Progress = quiet) -> File:
    """All letters as a zip of PDFs; each of them can be verified, the zip cannot."""
    drafts: set[tuple[str, ...]] = set()

    def keep(found: Document, data: bytes) -> None:
        register.keep(county.warehouse, found, data, "pdf")
        drafts.add(found.why_draft)

    data = archive(county, period, terms, progress, keep)
    return File(f"{county.only}一院一函 {period.label}.zip", "application/zip", data, next(iter(drafts), ()))


FORMS = {"pdf": all_in_one, "zip": one_by_one}


def batch(county: County, period: Period, terms: Terms, form: str, progress: Progress = quiet) -> File:
    """All letters of a period. form: pdf, one file; zip, one for each institution."""
    return FORMS[form](county, period, terms, progress)
