"""What payment by the day may set going: both groups before and after, and what is beyond the movement of before."""

from decimal import Decimal

import pytest

from pipelines import Period, ask, bed_days
from pipelines.answers.settlement_rows import bed_day_rows
from pipelines.bed_days.radar import WATCHED, signal
from pipelines.periods import months_between

STAY = next(each for each in WATCHED if each.id == "alos")
YEARS = Period("2024-07", "2026-06")
START = "2026-01"


def parts(pilot: dict[str, int], other: int = 700) -> dict:
    """A hundred stays a month in each group; the pilots' days wave by ten, and are other where pilot says so."""
    found = {}
    for place, month in enumerate(YEARS.months):
        days = pilot.get(month, 700 + 10 * (-1) ** place)
        found[month, "yes"] = Decimal(days), Decimal(100)
        found[month, "no"] = Decimal(other), Decimal(100)
    return found


def test_nothing_signals_while_the_gap_moves_as_it_did_before():
    found = signal(STAY, parts({}), YEARS, START)
    assert (found.alarming, found.beyond, found.difference) == (False, (), 0)
    assert found.before.period == Period("2025-01", "2025-06") and found.after.period == Period("2026-01", "2026-06")


def test_stays_that_lengthen_beyond_the_movement_of_before_signal():
    longer = dict.fromkeys(months_between("2026-03", "2026-06"), 800)
    found = signal(STAY, parts(longer), YEARS, START)
    assert found.beyond == ("2026-03", "2026-04", "2026-05", "2026-06") and found.alarming
    assert found.difference == Decimal(4 * 800 + 690 + 710) / 600 - Decimal(7)
    assert found.limits.upper - found.limits.mean == Decimal("2.66") * Decimal("0.2")


@pytest.mark.parametrize("pilot", [{"2026-05": 800}, dict.fromkeys(months_between("2026-01", "2026-06"), 600)])
def test_one_month_alone_is_no_signal_nor_are_stays_that_shorten(pilot):
    assert not signal(STAY, parts(pilot), YEARS, START).alarming


def test_without_the_months_of_a_year_ago_nothing_is_compared():
    short = Period("2025-08", "2026-06")
    found = signal(STAY, {key: value for key, value in parts({}).items() if key[0] in short.months}, short, START)
    assert (found.before, found.difference, found.alarming) == (None, None, False)


def test_what_is_watched_in_the_sample_county_is_what_its_figures_and_rows_say(sample_county):
    found = {each.watched.id: each for each in bed_days.radar(sample_county, "2026-06", "resident")}
    assert set(found) == {each.id for each in WATCHED} and bed_days.began(sample_county) == START
    for id, kpi in (("alos", "alos"), ("readmission", "readmission_rate_15d")):
        for figure in ask(sample_county, [kpi], Period("2026-01", "2026-06"), ["pilot"], {"scheme": "resident"}):
            side = {"yes": found[id].after.pilot, "no": found[id].after.other}.get(figure.dims["pilot"])
            assert side is None or round(side, 2) == figure.value
    rows = sample_county.fetch(
        "select pilot, bed_days, disease_class <> 'unclassified', visits from "
        f"({bed_day_rows(sample_county, ['2026-06'])}) where scheme = 'resident' and pilot is not null"
    )
    for place, pilot in ((1, "yes"), (2, "no")):
        mine = [(abs(days), visits) for at, days, classed, visits in rows if at == pilot and classed]
        share = 100 * Decimal(sum(n for days, n in mine if days == 4)) / sum(n for _, n in mine)
        assert round(found["border"].months[-1][place], 8) == round(share, 8)


def test_expected_costs_weigh_illnesses_by_both_groups_so_that_all_months_together_come_to_100(sample_county):
    index = next(each for each in bed_days.radar(sample_county, "2026-06") if each.watched.id == "case_mix")
    assert all(90 < value < 110 for _, *pair in index.months for value in pair)
