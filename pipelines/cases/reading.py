"""Cases out of a build, as they stood at the end of a day."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from pipelines.answers.county import County
from pipelines.cases.assembling import case_of
from pipelines.cases.model import WITHDRAWN, Case
from pipelines.periods import Period

COLUMNS = (
    "case_no, progress_no, entry, entered_on, found_on, received_on, settled_month, activity, subject_type, "
    "institution, institution_name, subject_name, kind, county, town, scheme, violation, description, persons, "
    "records, base_amount_yuan, deducted_yuan, deducted_done_yuan, assessment_deducted_yuan, assessment_done_yuan, "
    "recover_due_yuan, recover_received_yuan, damages_multiple, damages_due_yuan, damages_received_yuan, "
    "fine_due_yuan, fine_received_yuan, handling, suspend_from, suspend_to, decision_no, decision_date, "
    "review_result, review_amount_yuan, transferred_to, status, entry_status, document_no, note, setl_ids"
)
FILTERS = ("activity", "subject_type", "institution", "violation", "scheme", "kind", "county", "town", "status")
Rows = list[dict]


def ledger(county: County, period: Period | None, as_of: date, /, **filters: str | Sequence[str]) -> list[Case]:
    """The cases found in the months (None: ever) and not after as_of, the latest first, as they stood then.

    filters: a code (or several) of FILTERS. Withdrawn cases are only among them if status asks for them. The
    association's own cases are among them: see Case.association. Money is
    what was asked for and came in up to as_of: with as_of the last day of all data, the same as the KPIs say.
    Raises ValueError for a filter that is none of FILTERS.
    """
    if unknown := set(filters) - set(FILTERS):
        raise ValueError(f"cases can't be filtered by {', '.join(sorted(unknown))}")
    wanted = {key: {value} if isinstance(value, str) else set(value) for key, value in filters.items()}
    first, last = (period.first_day, min(period.last_day, as_of)) if period else (date.min, as_of)
    known = entries(county)
    rows = [each for each in known.values() if first <= each[0]["found_on"] <= last and fits(each[0], wanted)]
    cases = [case_of(each, as_of) for each in rows]
    status = wanted.get("status")
    kept = (c for c in cases if (c.status in status if status else c.status != WITHDRAWN))
    return sorted(kept, key=lambda c: (c.found_on, c.case_no))[::-1]


def case(county: County, case_no: str, as_of: date) -> Case | None:
    """A case as it stood at the end of a day; None for an unknown number, or if it was found later."""
    rows = entries(county).get(case_no)
    return case_of(rows, as_of) if rows and rows[0]["found_on"] <= as_of else None


def fits(row: dict, wanted: dict[str, Iterable[str]]) -> bool:
    return all(row[key] in codes for key, codes in wanted.items() if key != "status")


@lru_cache(maxsize=4)
def entries(county: County) -> dict[str, Rows]:
    """Case number -> its rows of the ledger, the case itself first, then its steps; read once per build.

    A step whose case is in no ledger is left out here: the identity progress_belongs_to_a_case tells of it.
    """
    query = f"select {COLUMNS} from fct_case where found_on is not null"
    keys = COLUMNS.split(", ")
    found: dict[str, Rows] = {}
    for row in county.fetch(f"{query} order by case_no, entry, entered_on, progress_no"):
        each = dict(zip(keys, row, strict=True))
        found.setdefault(each["case_no"], []).append(each)
    return found
