"""Every clue rule on a tiny table of its own: what it finds, and what lies next to that and is not found."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.clues import rules
from tests.clue_tables import days_after, hits, hits_in, refund, stay, tables, visit

PEERS = ("H4", "H5")  # health centres like H3
FEBRUARY = "2026-02-28"


def persons(found) -> set[int]:
    return {hit.person for hit in found}


def table(*scenes: list[dict]) -> list[dict]:
    return [row for scene in scenes for row in scene]


def twice(person: int, first: tuple, second: tuple, **more) -> list[dict]:
    """Two stays of a person, each (institution, admitted, discharged); more is said of the second."""
    return [stay(person, *first), stay(person, *second) | more]


# ---------------------------------------------------------------- a person's stays


def test_a_second_stay_for_the_same_illness_within_fifteen_days_is_a_clue():
    before = ("H1", "3-01", "3-05")
    rows = table(
        twice(1, before, ("H1", "3-20", "3-25")),
        twice(2, before, ("H2", "3-08", "3-12")),  # another institution of the same town
        twice(3, before, ("H1", "3-05", "3-09")),
        twice(11, before, ("H1", "3-21", "3-25")),  # a day too late
        twice(12, before, ("H1", "3-10", "3-15"), disease_code="I10.x00"),
        twice(13, before, ("H1", "3-10", "3-15"), disease_code=None),
        twice(14, before, ("H3", "3-10", "3-15")),  # another town
        twice(15, before, ("H9", "3-10", "3-15")),
        twice(16, before, ("H1", "3-10", "3-15"), med_type="23"),
        twice(17, before, ("H7", "3-06", "3-12")),  # handed down to a health centre of the town the next day
        [stay(18, *before, disease_code="Z51.103"), stay(18, "H1", "3-10", "3-15", disease_code="Z51.103")],
        twice(19, before, ("H1", "3-04", "3-09")),  # they overlap: another rule's
    )
    found = hits("split_stay", rows)
    assert persons(found) == {1, 2, 3}
    first = next(hit for hit in found if hit.person == 1)
    assert (first.key, first.month) == ("split_stay/000001/H1/2026-03-20", "2026-03")
    assert (first.measured, first.bound, first.cases) == (15, 15, 1)
    assert first.at_stake_yuan == first.fund_paid_yuan == Decimal("1000.00")
    assert (first.setl_ids, first.beside_ids) == ((rows[1]["setl_id"],), (rows[0]["setl_id"],))
    assert first.reason == "2026年3月5日 从H1出院，15 天后因同一病种（J18.900）又住进H1，不超过 15 天"


def test_a_third_stay_is_set_against_the_second_and_counts_once():
    rows = [stay(1, "H1", "3-01", "3-05"), stay(1, "H1", "3-08", "3-10"), stay(1, "H1", "3-12", "3-15")]
    assert [(h.first_day, h.measured) for h in hits("split_stay", rows)] == [
        (date(2026, 3, 8), 3),
        (date(2026, 3, 12), 2),
    ]


def test_one_stay_settled_in_two_parts_is_no_second_stay():
    parts = twice(1, ("H1", "3-01", "3-31"), ("H1", "4-01", "4-10"))
    assert len(hits("split_stay", parts)) == 1
    assert hits("split_stay", [row | {"mdtrt_id": "M1"} for row in parts]) == []


def test_a_stay_that_began_last_year_is_seen_and_found_in_the_month_of_the_second():
    (hit,) = hits("split_stay", twice(1, ("H1", "2025-12-20", "2025-12-28"), ("H1", "1-05", "1-09")))
    assert hit.month == "2026-01"
    assert hits("split_stay", twice(1, ("H1", "2025-12-01", "2025-12-05"), ("H1", "2025-12-10", "2025-12-15"))) == []


@pytest.mark.parametrize("days", [7, 60])
def test_a_parameter_moves_the_bound(days):
    rows = table(
        *(twice(gap, ("H1", "3-01", "3-05"), ("H1", days_after("3-05", gap), "6-01")) for gap in (7, 8, 60, 61))
    )
    assert persons(hits("split_stay", rows, days=days)) == {gap for gap in (7, 8, 60, 61) if gap <= days}


def test_stays_in_two_institutions_on_the_same_nights_are_a_clue():
    before = ("H1", "3-01", "3-10")
    rows = table(
        twice(1, before, ("H9", "3-09", "3-20")),
        twice(2, before, ("H2", "3-03", "3-04")),
        twice(11, before, ("H9", "3-10", "3-20")),  # handed on that day
        twice(12, before, ("H1", "3-09", "3-20")),  # the same institution
        [stay(13, *before), stay(14, "H9", "3-05", "3-20")],  # two persons
        twice(15, before, ("H2", "3-05", "3-05")),  # not a night
    )
    found = hits("overlapping_stays", rows)
    assert {h.person: h.measured for h in found} == {1: 1, 2: 1}
    assert found[0].key == "overlapping_stays/000001/H9/2026-03-09/H1"
    assert persons(hits("overlapping_stays", rows, overlap_days=2)) == set()


def test_two_stays_that_begin_on_one_day_are_one_clue():
    (hit,) = hits("overlapping_stays", [stay(1, "H2", "3-01", "3-10"), stay(1, "H1", "3-01", "3-20")])
    assert (hit.institution, hit.measured) == ("H2", 9)


def test_an_overlap_is_found_in_the_month_in_which_the_last_of_the_two_is_settled():
    (hit,) = hits("overlapping_stays", [stay(1, "H1", "3-01", "4-20"), stay(1, "H9", "3-09", "3-20")])
    assert hit.month == "2026-04"


def test_an_outpatient_visit_between_admission_and_discharge_is_a_clue():
    def scene(person, on, **more):
        return [stay(person, "H1", "3-01", "3-10"), visit(person, "H2", on, **more)]

    rows = table(
        scene(1, "3-02"),
        scene(2, "3-09", care="chronic_outpatient"),
        scene(11, "3-01"),
        scene(12, "3-10"),
        scene(13, "3-05", care="pharmacy"),
        scene(14, "3-15"),
        [stay(15, "H1", "3-01", "3-10"), visit(16, "H2", "3-05")],
    )
    found = hits("visit_during_stay", [*rows, visit(1, "H2", "3-02")])
    assert {h.person: (h.cases, h.at_stake_yuan) for h in found} == {
        1: (2, Decimal("100.00")),
        2: (1, Decimal("50.00")),
    }
    assert found[0].beside_ids == (rows[0]["setl_id"],)


def test_a_visit_during_a_stay_is_found_once_the_stay_is_settled():
    (hit,) = hits("visit_during_stay", [stay(1, "H1", "2025-12-20", "1-10"), visit(1, "H2", "2025-12-28")])
    assert (hit.month, hit.first_day) == ("2026-01", date(2025, 12, 28))


def test_a_stay_of_more_than_sixty_days_is_a_clue():
    rows = [stay(1, "H1", "1-01", days_after("1-01", 61)), stay(11, "H1", "1-01", days_after("1-01", 60))]
    (hit,) = hits("long_stay", rows)
    assert (hit.person, hit.measured, hit.bound, hit.at_stake_yuan) == (1, 61, 60, Decimal("1000.00"))


def many(person: int, number: int, **more) -> list[dict]:
    """So many stays of three nights, one every twenty days from the second of January on."""
    return [stay(person, "H1", days_after("1-02", 20 * n), days_after("1-05", 20 * n)) | more for n in range(number)]


def test_the_sixth_stay_of_a_year_is_a_clue_and_what_came_before_is_shown_beside_it():
    rows = table(many(1, 7), many(11, 5), many(12, 7, disease_code="Z49.000"))
    (hit,) = hits("frequent_stays", rows)
    assert (hit.key, hit.month, hit.measured, hit.cases) == ("frequent_stays/000001/2026", "2026-04", 7, 2)
    assert hit.at_stake_yuan == Decimal("2000.00")
    assert (hit.setl_ids, hit.beside_ids) == (ids(rows[5:7]), ids(rows[:5]))


def test_stays_of_two_years_are_not_added_up():
    assert hits("frequent_stays", [stay(1, "H1", "2025-12-01", "2025-12-05"), *many(1, 5)]) == []


def ids(rows: list[dict]) -> tuple[str, ...]:
    return tuple(row["setl_id"] for row in rows)


def test_a_cheap_day_is_measured_against_the_institution_s_own_median():
    usual = [stay(100 + n, "H1", "3-01", "3-11", total_cost_yuan=Decimal("4000.00")) for n in range(27)]
    elsewhere = [stay(200 + n, "H2", "3-01", "3-11", total_cost_yuan=Decimal("400.00")) for n in range(31)]
    few = [stay(300 + n, "H3", "3-01", "3-11", total_cost_yuan=Decimal("4000.00")) for n in range(20)]
    rows = [
        *(usual + elsewhere + few),
        stay(1, "H1", "3-01", "3-08", total_cost_yuan=Decimal("699.99")),  # 99.9986 a day of 400
        stay(11, "H1", "3-01", "3-08", total_cost_yuan=Decimal("700.00")),
        stay(12, "H1", "3-01", "3-07", total_cost_yuan=Decimal("300.00")),  # too short
        stay(13, "H3", "3-01", "3-11", total_cost_yuan=Decimal("10.00")),  # too few stays for a median
    ]
    (hit,) = hits("cheap_idle_stay", rows)
    assert (hit.person, hit.measured, hit.bound) == (1, Decimal("100.00"), Decimal("100.00"))


def billed(person: int, institution: str, admitted, months: Iterable[date], **more) -> list[dict]:
    """One stay of which every month is settled on its own, from the day of admission; the visit has no number."""
    return [stay(person, institution, admitted, day) | more for day in months]


MONTH_ENDS = [date(2026, n + 1, 1) - timedelta(1) for n in range(1, 10)]


def test_a_stay_that_is_billed_month_by_month_is_one_stay():
    rows = billed(1, "H1", "1-05", MONTH_ENDS)
    (hit,) = hits("long_stay", rows)
    assert (hit.key, hit.measured, hit.cases) == ("long_stay/000001/H1/2026-01-05", 268, 1)
    assert (hit.setl_ids, hit.month) == (ids(rows), "2026-09")
    assert hits("frequent_stays", rows) == [], "nine bills are not nine stays"
    (crowd_of_bills,) = hits(
        "admitted_together", [row for n in range(12) for row in billed(n, "H4", "1-05", MONTH_ENDS)]
    )
    assert (crowd_of_bills.measured, len(crowd_of_bills.setl_ids)) == (12, 12 * 9)


def test_the_days_of_a_stay_of_which_earlier_bills_were_not_read_are_not_set_against_its_cost():
    usual = [stay(100 + n, "H1", "1-02", "1-12", total_cost_yuan=Decimal("4000.00")) for n in range(31)]
    old = billed(1, "H1", "2016-05-01", MONTH_ENDS, total_cost_yuan=Decimal("12000.00"))
    assert hits("cheap_idle_stay", [*usual, *old]) == []
    new = billed(2, "H1", "1-02", MONTH_ENDS, total_cost_yuan=Decimal("1200.00"))
    assert persons(hits("cheap_idle_stay", [*usual, *old, *new])) == {2}


# ---------------------------------------------------------------- a person's visits


def test_five_purchases_on_a_day_or_three_institutions_in_a_week_are_a_clue():
    def buys(person, *days, at=("P1",), care="pharmacy"):
        return [visit(person, at[n % len(at)], on, care) for n, on in enumerate(days)]

    rows = table(
        buys(1, *["3-05"] * 5),
        buys(2, "3-01", "3-04", "3-07", at=("P1", "P2", "H1"), care="chronic_outpatient"),
        buys(11, *["3-05"] * 4),
        buys(12, "3-05", "3-05", "3-05", "3-06", "3-06"),
        buys(13, "3-01", "3-04", "3-08", at=("P1", "P2", "P3")),
        buys(14, "3-01", "3-04", "3-07", at=("P1", "P2")),
        buys(15, "3-01", "3-04", "3-07", at=("P1", "P2", "P3"), care="outpatient"),
        [refund(row) if n == 0 else row for n, row in enumerate(buys(16, *["3-05"] * 5))],
    )
    found = {h.person: h for h in hits("excess_dispensing", rows)}
    assert set(found) == {1, 2}
    assert (found[1].measured, found[1].bound, found[1].cases, found[1].institution) == (5, 5, 5, "P1")
    assert (found[2].measured, found[2].bound, found[2].cases) == (3, 3, 3)
    assert found[2].at_stake_yuan == Decimal("150.00")
    assert persons(hits("excess_dispensing", rows, purchase_days=2)) == {1, 2, 12}


def test_fifteen_visits_to_an_institution_in_a_month_are_a_clue():
    def visits(person, number, at="H1", start="3-01", **more):
        return [visit(person, at, days_after(start, n), **more) for n in range(number)]

    rows = table(
        visits(1, 15),
        visits(11, 14),
        visits(12, 8),
        visits(12, 8, at="H2"),
        visits(13, 20, start="3-20"),
        visits(14, 15, care="pharmacy"),
    )
    (hit,) = hits("frequent_visits", [*rows, refund(rows[14]), visit(1, "H1", "3-31")])
    assert (hit.person, hit.key, hit.measured) == (1, "frequent_visits/000001/H1/2026-03", 15)


def test_care_after_the_end_of_cover_is_a_clue_until_cover_is_resumed():
    ended = date(2026, 3, 10)
    rows = [
        visit(1, "H1", "3-11"),
        visit(1, "H1", "3-11"),
        stay(2, "H1", "4-01", "4-05"),
        visit(11, "H1", "3-10"),
        stay(12, "H1", "3-09", "3-20"),  # went in before
        visit(13, "P1", "4-01"),  # nobody's end
        visit(14, "H1", "5-01"),
    ]
    ends = [(n, ended, "death", None) for n in (1, 2, 11, 12)] + [(14, ended, "stopped", date(2026, 5, 1))]
    found = {h.person: h for h in hits("after_cover_ended", rows, ends)}
    assert {n: (h.measured, h.cases) for n, h in found.items()} == {1: (1, 2), 2: (22, 1)}
    assert found[1].reason == "2026年3月10日死亡，1 天后（2026年3月11日）在H1有结算 2 笔"
    assert persons(hits("after_cover_ended", [*rows, visit(14, "H1", "4-30")], ends)) == {1, 2, 14}
    assert persons(hits("after_cover_ended", rows, ends, days=20)) == {2}


# ---------------------------------------------------------------- an institution and its like


def crowd(institution: str, number: int, month: int = 3, **more) -> list[dict]:
    """So many stays of ten nights in a month, of different persons, one of them every day in turn."""
    first = date(2026, month, 1)
    return [
        stay(1000 + n, institution, days_after(first, n % 10), days_after(first, n % 10 + 10)) | more
        for n in range(number)
    ]


def cheap(institution: str, number: int, **more) -> list[dict]:
    costs = {"total_cost_yuan": Decimal("400.00"), "fund_paid_yuan": Decimal("200.00")}
    return [stay(2000 + n, institution, "3-05", "3-08") | costs | more for n in range(number)]


def test_a_share_of_cheap_short_stays_far_beyond_the_peers_is_a_clue():
    peers = table(*(crowd(code, 49) + cheap(code, 1) for code in PEERS))
    visits = [visit(n, "H4", "3-01") for n in range(5)]  # an ordinary visit costs 100: four are 400
    rows = [*peers, *visits, *crowd("H8", 20), *cheap("H8", 10), *crowd("H10", 9), *cheap("H10", 10)]
    (hit,) = hits("cheap_short_stay", rows)
    assert (hit.key, hit.cases, hit.measured) == ("cheap_short_stay/H8/2026-03", 10, Decimal("33.33"))
    peers_share = Decimal(1 + 1 + 10) / Decimal(50 + 50 + 19)
    assert hit.at_stake_yuan == (2000 * (1 - peers_share / (Decimal(10) / 30))).quantize(Decimal("0.01"))
    dear = [row | {"total_cost_yuan": Decimal("400.01")} if row["person"] >= 2000 else row for row in rows]
    assert hits("cheap_short_stay", dear) == []
    assert hits("cheap_short_stay", [row for row in rows if row["institution"] != "H4"]) == [], (
        "no visit to compare with"
    )


def test_a_few_cheap_stays_more_are_chance_and_no_clue():
    rows = [*table(*(crowd(code, 95) + cheap(code, 5) for code in PEERS)), visit(1, "H4", "3-01")]
    assert hits("cheap_short_stay", [*rows, *crowd("H8", 17), *cheap("H8", 3)]) == []
    assert len(hits("cheap_short_stay", [*rows, *crowd("H8", 17), *cheap("H8", 3)], errors=1, cheap=3)) == 1
    assert hits("cheap_short_stay", [*rows, *crowd("H8", 11), *cheap("H8", 9)]) == [], "too few"


def test_cheap_stays_of_bed_day_pilots_are_compared_with_those_of_pilots():
    rows = [*table(*(crowd(code, 95) + cheap(code, 5) for code in PEERS)), visit(1, "H4", "3-01")]
    pilots = [*crowd("H3", 60), *cheap("H3", 20), *crowd("H6", 60), *cheap("H6", 20)]
    assert hits("cheap_short_stay", [*rows, *pilots]) == []


def test_an_institution_that_admits_where_its_like_treat_outpatients_is_a_clue():
    def open_day(code, stays, visits, care="outpatient"):
        return crowd(code, stays) + [visit(3000 + n, code, days_after("3-01", n % 28), care) for n in range(visits)]

    peers = table(open_day("H4", 10, 90), open_day("H5", 10, 90))
    (hit,) = hits("outpatient_as_inpatient", [*peers, *open_day("H3", 30, 70)])
    assert (hit.key, hit.measured, hit.bound, hit.cases) == ("outpatient_as_inpatient/H3/2026-03", 30, 20, 30)
    assert hit.at_stake_yuan == Decimal("20000.00"), "30,000 paid, a third of it as its like"
    assert hits("outpatient_as_inpatient", [*peers, *open_day("H3", 20, 80)]) == [], "just twice the peers' share"
    assert hits("outpatient_as_inpatient", [*peers, *open_day("H3", 15, 14)]) == [], "too few"
    assert len(hits("outpatient_as_inpatient", [*peers, *open_day("H3", 30, 70, "pharmacy")])) == 1


def test_more_people_inside_than_registered_beds_on_three_nights_is_a_clue():
    def inside(code, number, first, last):
        return [stay(4000 + n, code, first, last) for n in range(number)]

    (hit,) = hits("beds_over_registered", inside("H3", 4, "3-05", "3-08"))  # three beds
    assert (hit.key, hit.measured, hit.cases) == ("beds_over_registered/H3/2026-03", 3, 4)
    assert (hit.first_day, hit.last_day) == (date(2026, 3, 5), date(2026, 3, 7))
    assert hit.at_stake_yuan == Decimal("1000.00"), "3 bed days too many of 12, of 4,000 yuan"
    left_and_came = inside("H3", 1, "3-01", "3-05") + inside("H3", 1, "3-08", "3-12")
    (same,) = hits("beds_over_registered", inside("H3", 4, "3-05", "3-08") + left_and_came)
    assert (same.cases, same.measured, same.last_day) == (4, 3, date(2026, 3, 7)), "not there on a night too many"
    assert hits("beds_over_registered", inside("H3", 3, "3-05", "3-30")) == []
    assert hits("beds_over_registered", inside("H3", 4, "3-05", "3-07")) == []
    assert hits("beds_over_registered", inside("H6", 9, "3-05", "3-30")) == [], "no beds registered"
    assert len(hits("beds_over_registered", inside("H3", 4, "3-30", "4-04"))) == 1, "April has three nights, March two"


@pytest.mark.parametrize("part", ["drug", "exam", "material"])
def test_a_cost_share_far_beyond_the_peers_is_a_clue(part):
    def spending(code, number, yuan):
        return crowd(code, number, **{f"{part}_cost_yuan": Decimal(yuan)})

    peers = table(spending("H4", 40, 400), spending("H5", 40, 400))  # 20 % of 2,000
    (hit,) = hits(f"{part}_share", [*peers, *spending("H3", 30, 620)])
    assert (hit.key, hit.measured, hit.bound, hit.cases) == (f"{part}_share/H3/2026-03", 31, 30, 30)
    assert hit.fund_paid_yuan == Decimal("30000.00")
    assert hit.at_stake_yuan == Decimal("3300.00"), "(31 % - 20 %) of the fund paid"
    assert "（2 家）为 20%" in hit.reason
    thirty = table(spending("H4", 15, 400), spending("H5", 15, 400))
    assert len(hits(f"{part}_share", [*thirty, *spending("H3", 30, 620)])) == 1
    assert hits(f"{part}_share", [*thirty[1:], *spending("H3", 30, 620)]) == [], "too few stays to compare with"
    assert hits(f"{part}_share", [*peers, *spending("H3", 30, 600)]) == []
    assert hits(f"{part}_share", [*peers, *spending("H3", 29, 900)]) == []
    assert hits(f"{part}_share", [*peers, *spending("H1", 30, 900)]) == [], "of another kind, and alone in it"


@pytest.mark.parametrize(
    ("rule", "dates"), [("admitted_together", ("3-05", "3-09")), ("discharged_together", ("3-01", "3-05"))]
)
def test_ten_on_a_day_and_four_times_the_usual_are_a_clue(rule, dates):
    burst = [stay(5000 + n, "H4", *dates) for n in range(10)]
    (hit,) = hits(rule, burst)
    assert (hit.key, hit.measured, hit.cases) == (f"{rule}/H4/2026-03-05", 10, 10)
    assert hit.at_stake_yuan == (10000 * (1 - Decimal(10) / 365 / 10)).quantize(Decimal("0.01"))
    assert hit.bound == 10
    assert hits(rule, burst[:9]) == []
    assert hits(rule, [*burst, refund(burst[0])]) == []
    busy = [stay(6000 + n, "H4", days_after("1-01", n % 50), days_after("1-05", n % 50)) for n in range(180)]
    thirteen = [stay(5000 + n, "H4", *dates) for n in range(13)]
    (hit,) = hits(rule, [*thirteen, *busy], last="2026-03-31", times=6)
    assert (hit.measured, hit.bound) == (13, Decimal("12.87")), "six times 193 in 90 days"
    assert hits(rule, [*thirteen[1:], *busy], last="2026-03-31", times=6) == []


@pytest.mark.parametrize("rule", ["admitted_together", "discharged_together"])
def test_a_crowd_of_three_is_seen_where_the_bound_is_set_to_the_lowest(rule):
    lowest = {p.name: p.low for p in rules()[rule].parameters}
    three = [stay(n, "H4", "1-30", "1-30") for n in range(3)]
    others = [stay(100 + n, "H4", days_after("1-01", n // 2), days_after("1-01", n // 2)) for n in range(59)]
    assert [h.measured for h in hits(rule, [*three, *others[:58]], last="2026-01-31", **lowest)] == [3]
    others[58] |= {"admitted_on": date(2026, 1, 31), "discharged_on": date(2026, 1, 31)}
    assert hits(rule, [*three, *others], last="2026-01-31", **lowest) == [], "62 in 31 days, and half as many again"


def test_a_rule_that_runs_alone_has_no_table_made_that_it_does_not_read():
    con = tables([stay(1, "H1", "3-01", "3-05")])
    made = "select count(*) from duckdb_tables() where table_name in ('clue_day', 'clue_share', 'clue_span')"
    for rule, there in (("long_stay", 0), ("drug_share", 1), ("exam_share", 1), ("discharged_together", 2)):
        hits_in(con, rule)
        assert con.execute(made).fetchone() == (there,)


def test_a_burst_is_found_in_the_month_in_which_its_tenth_stay_was_settled():
    late = [stay(5000 + n, "H4", "3-30", days_after("4-02", n)) for n in range(12)]
    slow = [stay(5100, "H4", "3-30", "6-20")]
    (hit,) = hits("admitted_together", [*late, *slow])
    assert (hit.month, hit.measured) == ("2026-04", 13)


def test_a_day_of_years_ago_is_not_set_against_the_usual_day_of_this_year():
    def together(admitted):
        return [stay(5000 + n, "H4", admitted, "3-31") for n in range(12)]

    before = [stay(1, "H4", "1-05", "1-09")]  # there is a usual day
    assert len(hits("admitted_together", [*before, *together("2025-01-01")])) == 1
    assert hits("admitted_together", [*before, *together("2024-12-31")]) == []


def test_who_is_billed_at_the_end_of_the_last_month_and_was_before_is_not_taken_for_discharged():
    rows = [row for n in range(12) for row in billed(n, "H4", "1-05", MONTH_ENDS[:4])]
    assert hits("discharged_together", rows, last="2026-04-30") == []
    assert [h.measured for h in hits("discharged_together", rows, last="2026-05-31")] == [12]
    once = [stay(n, "H4", "4-20", "4-30") for n in range(12)]
    assert [h.measured for h in hits("discharged_together", once, last="2026-04-30")] == [12]


def test_bills_of_which_a_part_was_not_read_are_not_said_to_be_alike():
    old = [row for n in range(5) for row in billed(n, "H1", "2016-05-01", MONTH_ENDS[:3])]
    assert hits("same_bill", old) == []
    new = [row for n in range(5) for row in billed(n, "H1", "1-05", MONTH_ENDS[:3])]
    assert [h.cases for h in hits("same_bill", new)] == [5]


def test_five_persons_with_one_bill_to_the_fen_are_a_clue():
    bill = {"total_cost_yuan": Decimal("1888.88")}
    rows = [stay(n, "H4", "3-01", days_after("3-05", n)) | bill for n in range(5)]
    (hit,) = hits("same_bill", rows)
    assert (hit.key, hit.measured, hit.at_stake_yuan) == ("same_bill/H4/2026-03/1888.88", 5, Decimal("5000.00"))
    assert hits("same_bill", [*rows[:4], rows[4] | {"total_cost_yuan": Decimal("1888.89")}]) == []
    assert hits("same_bill", [*rows[:4], rows[4] | {"person": 3}]) == []
    assert hits("same_bill", [*rows[:4], rows[4] | {"institution": "H5"}]) == []
    assert hits("same_bill", [*rows, refund(rows[0])]) == []


def test_many_of_one_town_in_one_outside_hospital_are_a_clue():
    def went(number, month, town="城关镇", at="H9"):
        return [stay(7000 + n, at, date(2026, month, 1), date(2026, month, 9)) | {"town": town} for n in range(number)]

    usual = table(*(went(1, month) for month in (1, 2, 3)))
    (hit,) = hits("out_of_county_cluster", [*usual, *went(8, 4)])
    assert (hit.key, hit.measured, hit.bound) == ("out_of_county_cluster/H9/城关镇/2026-04", 8, 8)
    assert hit.at_stake_yuan == Decimal("7000.00")
    assert hits("out_of_county_cluster", [*usual, *went(7, 4)]) == []
    assert hits("out_of_county_cluster", [*usual, *went(4, 4), *went(4, 4, "东山镇")]) == []
    assert hits("out_of_county_cluster", [*table(*(went(2, m) for m in (1, 2, 3))), *went(8, 4)]) == [], (
        "just four times"
    )
    assert hits("out_of_county_cluster", [*usual[:2], *went(8, 3)]) == [], "only two months to compare with"
    assert hits("out_of_county_cluster", [*usual, *went(20, 4, at="H1")]) == [], "in the county"


# ---------------------------------------------------------------- the pilot of payment by the bed day


def quarter(institution: str, length: int, year: int = 2026, number: int = 30) -> list[dict]:
    """So many stays of a length, discharged in April, May and June of a year."""
    ends = [date(year, 4 + n % 3, 25) for n in range(number)]
    return [stay(8000 + n, institution, days_after(end, -length), end) for n, end in enumerate(ends)]


def test_stays_of_a_pilot_that_grow_longer_while_others_do_not_are_a_clue():
    others = table(*(quarter(code, 8, year) for code in PEERS for year in (2025, 2026)))
    pilot = [*quarter("H3", 10, 2025), *quarter("H3", 12)]
    (hit,) = hits("pilot_longer_stays", [*others, *pilot])
    assert (hit.key, hit.measured, hit.bound, hit.cases) == ("pilot_longer_stays/H3/2026-06", 12, 12, 30)
    assert hit.at_stake_yuan == Decimal("5000.00"), "a sixth of 30,000: two days of twelve"
    assert "非试点机构为上年同期的 1 倍" in hit.reason
    assert hits("pilot_longer_stays", [*others, *quarter("H3", 11), *quarter("H3", 10, 2025)]) == []
    longer = table(*(quarter(code, days, year) for code in PEERS for days, year in ((10, 2025), (11, 2026))))
    assert hits("pilot_longer_stays", [*longer, *pilot]) == [], "the others grew by a tenth as well"
    assert hits("pilot_longer_stays", [*others, *quarter("H3", 12)]) == [], "nothing to compare with"
    assert hits("pilot_longer_stays", [*others, *quarter("H4", 30)]) == [], "not in the pilot"


def test_stays_of_a_pilot_that_follow_its_own_more_often_than_elsewhere_are_a_clue():
    def again(code, number):
        rows = quarter(code, 5, number=30)
        return rows + [
            stay(r["person"], code, days_after(r["discharged_on"], 3), days_after(r["discharged_on"], 5))
            for r in rows[:number]
        ]

    others = again("H4", 2) + again("H5", 2)
    found = [h for h in hits("pilot_split_stays", [*others, *again("H3", 15)]) if h.month == "2026-06"]
    assert [(h.key, h.cases, h.measured) for h in found] == [("pilot_split_stays/H3/2026-06", 15, Decimal("33.33"))]
    assert found[0].at_stake_yuan == (15000 * (1 - (Decimal(4) / 64) / (Decimal(15) / 45))).quantize(Decimal("0.01"))
    assert hits("pilot_split_stays", [*others, *again("H3", 4)]) == []
    assert hits("pilot_split_stays", [*again("H3", 2), *again("H4", 15)]) == [], "not in the pilot"


# ---------------------------------------------------------------- refunds, and that no rule is without a test


def test_what_was_refunded_is_no_row_and_one_refund_takes_one_settlement_back():
    again = twice(1, ("H1", "3-01", "3-05"), ("H1", "3-10", "3-15"))
    assert hits("split_stay", [*again, refund(again[1], "4-02")]) == []
    assert hits("split_stay", [*again, refund(again[0], "4-02")]) == []
    double = [*again, again[1] | {"setl_id": "D1", "settled_on": date(2026, 3, 16)}]
    (hit,) = hits("split_stay", [*double, refund(again[1], "4-02")])
    assert (hit.setl_ids, hit.at_stake_yuan) == (("D1",), Decimal("1000.00"))
    other = refund(again[1]) | {"total_cost_yuan": Decimal("-1999.99")}
    assert len(hits("split_stay", [*again, other])) == 1, "a refund of other amounts takes back nothing of this"


def test_every_rule_has_a_test_here():
    text = Path(__file__).read_text("utf-8")
    parts = {"drug_share", "exam_share", "material_share"}
    assert [id for id in rules() if f'"{id}"' not in text and id not in parts] == []
