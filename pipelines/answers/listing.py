"""Uploaded tables that are shown as they are: no figure is computed from them here."""

from decimal import Decimal
from typing import NamedTuple

from pipelines.answers.county import County


class BedDayRate(NamedTuple):
    """What a bed-day is paid. institution: code, or None for the group; day_to None: all later days."""

    institution: str | None
    institution_group: str | None
    disease_class: str
    day_from: int
    day_to: int | None
    rate_yuan: Decimal


def bed_day_rates(county: County, year: int) -> list[BedDayRate]:
    """The bed-day rates of a year, by group, disease class and day; empty if none were uploaded."""
    rows = county.fetch(
        "select institution, institution_group, disease_class, day_from, day_to, rate_yuan from fct_bed_day_rate "
        "where year = ? order by institution nulls first, institution_group, disease_class, day_from",
        [year],
    )
    return [BedDayRate(*row) for row in rows]
