"""The letter to an institution, for its own account: there is none before the bureau has signed its months off."""

from pathlib import Path

from pipelines import signing
from pipelines.answers.county import whole_for
from pipelines.letters.model import Letter
from pipelines.letters.writing import letter
from pipelines.periods import Period


def own_letter(warehouse: Path, institution: str, period: Period, scheme: str = "all") -> Letter | None:
    """The letter that the bureau writes to it; None while it is a draft.

    Raises NotAllowed for an institution that is not of the account's own.
    """
    county = whole_for(warehouse, institution)
    return letter(county, institution, period, scheme) if signing.state(county, period).official else None
