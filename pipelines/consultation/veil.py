"""What may be told of a township to callers who may see no persons: no sum that would give away somebody's few visits.

Whether it would, is asked as for every figure (docs/decisions/0025): a township is its institutions taken together.
"""

from collections.abc import Iterable, Sequence

from pipelines.answers.county import County
from pipelines.answers.measuring import Question, Span
from pipelines.answers.small_cells import closed
from pipelines.periods import Period
from pipelines.registry import measures

VISITS, INSURED = "primary_visits", "insured_persons"


def shut(county: County, measure: str, period: Period, scheme: str, dim: str, codes: Iterable[str]) -> bool:
    """Whether the sum of a measure over these codes of a dimension is hidden from the caller in these months."""
    if county.persons:
        return False
    filters = {"scheme": [scheme], dim: list(codes)}
    return bool(closed(county, measures()[measure], Question((Span("now", period),), (), filters), period))


def institutions(county: County) -> dict[str, list[str]]:
    """Township ('' where the roster names none) -> its primary institutions; {} for callers who may see all."""
    if county.persons:
        return {}
    query = (
        "select coalesce(d.town, ''), c.institution "
        f"from (select distinct institution from cut_institution where {measures()[VISITS].where}) c "
        "left join dim_institution d on d.institution = c.institution where c.institution is not null order by all"
    )
    found: dict[str, list[str]] = {}
    for town, code in county.fetch(query):
        found.setdefault(town, []).append(code)
    return found


def hidden(county: County, scheme: str, periods: Sequence[Period]) -> set[str]:
    """The townships whose visits are hidden from the caller in any of these periods."""
    return {
        town
        for town, codes in institutions(county).items()
        if any(shut(county, VISITS, period, scheme, "institution", codes) for period in periods)
    }
