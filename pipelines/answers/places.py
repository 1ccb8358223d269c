"""The townships that a county knows."""

from pipelines.answers.county import County


def towns(county: County) -> list[str]:
    """Every township that the roster or the enrolment names, in their order."""
    query = "select town from dim_institution union select town from fct_enrolment"
    return sorted(town for (town,) in county.fetch(query) if town)
