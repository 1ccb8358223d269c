"""Cases out of a build, as they stood at the end of a day."""

from datetime import date

from pipelines.answers.county import County
from pipelines.cases.model import Case
from pipelines.periods import Period


def ledger(county: County, period: Period | None, as_of: date, **filters: str) -> list[Case]:
    """The cases found in the months (None: ever) and not after as_of, the latest first, as they stood then.

    filters: a code (or several, as a list) of activity, subject_type, institution, violation, scheme, kind, town or
    status. The association's own cases are among them: see Case.association.
    """
    raise NotImplementedError


def case(county: County, case_no: str, as_of: date) -> Case | None:
    """A case as it stood at the end of a day; None for an unknown number, or if it was found later."""
    raise NotImplementedError
