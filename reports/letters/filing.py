"""Letters as files to take away, each entered into the register."""

from pipelines import County, Period
from pipelines.side_by_side import Progress, quiet
from reports import register
from reports.editions import Terms
from reports.filing import File
from reports.letters.bundles import archive, together
from reports.letters.writing import one
from reports.pdf import pdf

GATHERED = 0.6  # of the time


def filed(county: County, institution: str, period: Period, terms: Terms, progress: Progress = quiet) -> File:
    """The letter to one institution as a PDF. Raises Refused, NotOfficial, QuestionError."""
    return printed(county, one(county, institution, period, terms), progress)


def all_in_one(county: County, period: Period, terms: Terms, progress: Progress = quiet) -> File:
    """All letters as one PDF."""
    found = together(county, period, terms, lambda share, what: progress(GATHERED * share, what))
    return printed(county, found, lambda share, what: progress(GATHERED + (1 - GATHERED) * share, what))


def printed(county: County, document, progress: Progress) -> File:
    data = pdf(document, progress).data
    kept = register.keep(county.warehouse, document, data, "pdf")
    name = f"一院一函 {document.subtitle} {document.period.label}.pdf"
    return File(name, "application/pdf", data, document.why_draft, kept.id)


def one_by_one(county: County, period: Period, terms: Terms, progress: Progress = quiet) -> File:
    """All letters as a zip of PDFs; each of them can be verified, the zip cannot."""
    drafts: set[tuple[str, ...]] = set()

    def keep(document, data: bytes) -> None:
        register.keep(county.warehouse, document, data, "pdf")
        drafts.add(document.why_draft)

    data = archive(county, period, terms, progress, keep)
    return File(f"一院一函 {period.label}.zip", "application/zip", data, next(iter(drafts), ()))


FORMS = {"pdf": all_in_one, "zip": one_by_one}


def batch(county: County, period: Period, terms: Terms, form: str, progress: Progress = quiet) -> File:
    """All letters of a period. form: pdf, one file; zip, one for each institution."""
    return FORMS[form](county, period, terms, progress)
