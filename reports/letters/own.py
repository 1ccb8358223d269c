"""The letter to an institution as a file for its own account: the one that the bureau writes, once it is official."""

from pathlib import Path

from pipelines import Period
from pipelines.answers.county import whole_for
from pipelines.errors import NotAllowed
from pipelines.letters import own_letter
from reports import register
from reports.editions import Terms
from reports.letters.filing import taken
from reports.register.keeping import every


def own_letter_pdf(warehouse: Path, institution: str, period: Period, terms: Terms) -> bytes:
    """The letter as a PDF.

    Raises NotAllowed for an institution that isn't the caller's own, and for a draft: why it is one tells figures of
    the county.
    """
    if own_letter(warehouse, institution, period, terms.scheme) is None:
        raise NotAllowed(f"{period.label}的函件还没有定稿")
    return taken(whole_for(warehouse, institution), institution, period, terms)


def own_letters(warehouse: Path, institution: str) -> list[register.Kept]:
    """The official letters about an institution (its code) that were made, the newest first.

    Raises NotAllowed for an institution that isn't the caller's own.
    """
    name = whole_for(warehouse, institution).names.get(institution, institution)
    about = f"institution={institution}"
    return [
        each
        for each in every(warehouse, official=True)
        if each.kind == "letter" and each.title.startswith(f"{name}：") and any(about in key for key in each.figures)
    ]
