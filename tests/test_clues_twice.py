"""The clue rules over one random little county, against the same rules in plain Python."""

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from pipelines.clues import rules
from tests.clue_tables import ROSTER, hits_in, refund, stay, tables, visit
from tests.clues_in_python import ORACLES, World

HOSPITALS = [code for code in ROSTER if not code.startswith("P")]
ILLNESSES = ["J18.900", "J18.100", "I10.x00", "Z51.103", "K29.500"]
# bounds under which a county of sixty persons has hits, and near misses
BOUNDS = {
    "frequent_stays": {"stays": 9},
    "cheap_idle_stay": {"days": 5, "share": 0.3},
    "same_bill": {"persons": 2},
    "exam_share": {"times": 1.3, "stays": 5},
    "drug_share": {"times": 1.2, "stays": 5},
    "material_share": {"times": 1.3, "stays": 5},
    "outpatient_as_inpatient": {"times": 1.2, "visits": 10, "errors": 1},
    "beds_over_registered": {"times": 0.9, "days": 2},
    "admitted_together": {"cases": 3, "times": 4},
    "discharged_together": {"cases": 3, "times": 4},
    "excess_dispensing": {"purchases": 2, "purchase_days": 3, "institutions": 3, "institution_days": 10},
    "frequent_visits": {"visits": 2},
    "out_of_county_cluster": {"stays": 4, "times": 1.5},
    "pilot_longer_stays": {"times": 1.05, "others": 1.5, "stays": 15},
    "pilot_split_stays": {"times": 1.1, "stays": 10, "errors": 0.5},
}


OF_A_PERSON = ("frequent_stays", "excess_dispensing")  # at several institutions
BY_THEIR_DAYS = (
    *("split_stay", "overlapping_stays", "long_stay", "cheap_idle_stay", "cheap_short_stay", "outpatient_as_inpatient"),
    *("drug_share", "exam_share", "material_share", "same_bill", "out_of_county_cluster", "after_cover_ended"),
    *("pilot_longer_stays", "pilot_split_stays", "excess_dispensing", "frequent_visits"),
)


def some_stay(dice: random.Random) -> dict:
    admitted = date(2025, 1, 1) + timedelta(dice.randrange(700))
    discharged = admitted + timedelta(dice.choice([0, 1, 2, 3, 5, 5, 8, 8, 13]))
    cost = Decimal(dice.choice([400, 600, 600, 900, 1500, 2500, 4000]))
    parts = {f"{part}_cost_yuan": cost * dice.randrange(5, 40) / 100 for part in ("drug", "exam", "material")}
    told = {"disease_code": dice.choice(ILLNESSES), "med_type": dice.choice(["21", "21", "21", "23"])}
    money = {"total_cost_yuan": cost, "fund_paid_yuan": cost * dice.randrange(40, 70) / 100}
    place = {"town": dice.choice(["城关镇", "东山镇"])}
    return stay(dice.randrange(1, 60), dice.choice(HOSPITALS), admitted, discharged, **told, **money, **parts, **place)


def some_visit(dice: random.Random) -> dict:
    care = dice.choice(["outpatient", "chronic_outpatient", "pharmacy"])
    place = dice.choice(["P1", "P2", "P3"] if care == "pharmacy" else ["H1", "H2", "H3", "H4", "H4", "H5", "H6"])
    on = date(2025, 10, 1) + timedelta(dice.randrange(450))
    return visit(dice.randrange(1, 60), place, on, care, fund_paid_yuan=Decimal(dice.randrange(1000, 5000)) / 100)


def some_county() -> tuple[list[dict], list[tuple]]:
    """Rows of 2025 and 2026, some refunded, and the ends of cover of a few persons."""
    dice = random.Random(20260601)
    rows = [some_stay(dice) for _ in range(1100)] + [some_visit(dice) for _ in range(1500)]
    rows = list({(r["person"], r["institution"], r["admitted_on"], r["care"]): r for r in rows}.values())
    rows = [row for row in rows if row["month"] <= date(2026, 12, 1)]
    rows += [refund(row) for row in dice.sample(rows, 60)]
    ends = [(n, date(2026, n, 15), "death", None) for n in range(1, 8)] + [
        (8, date(2026, 1, 1), "stopped", date(2026, 4, 1))
    ]
    return rows, ends


@pytest.fixture(scope="module")
def county():
    rows, ends = some_county()
    return tables(rows, ends), World(rows, ends)


@pytest.mark.parametrize("rule_id", ORACLES)
def test_a_rule_finds_what_plain_python_finds(county, rule_id):
    con, world = county
    bounds = BOUNDS.get(rule_id, {})
    values = rules()[rule_id].defaults | {name: Decimal(str(value)) for name, value in bounds.items()}
    exact = {name: Fraction(value) for name, value in values.items()}
    found = {hit.key: (hit.measured, hit.cases, hit.at_stake_yuan) for hit in hits_in(con, rule_id, **bounds)}
    assert found == ORACLES[rule_id](world, rule_id, **exact)
    assert len(found) >= 2, "a comparison of nothing with nothing"


@pytest.mark.parametrize("rule_id", ORACLES)
def test_the_settlements_of_a_hit_are_those_it_counts(county, rule_id):
    con, world = county
    by_id = {row["setl_id"]: row for row in world.rows}
    for hit in hits_in(con, rule_id, **BOUNDS.get(rule_id, {})):
        asked = [by_id[id] for id in hit.setl_ids]
        assert sum(row["fund_paid_yuan"] for row in asked) == hit.fund_paid_yuan
        assert len(set(hit.setl_ids)) == len(asked) == hit.cases
        assert {row["institution"] for row in asked} == {hit.institution} or rule_id in OF_A_PERSON
        if rule_id in BY_THEIR_DAYS:
            days = min(row["admitted_on"] for row in asked), max(row["discharged_on"] for row in asked)
            assert (hit.first_day, hit.last_day) == days


def test_most_rules_are_computed_twice():
    assert set(ORACLES) <= set(rules())
    assert len(ORACLES) * 2 > len(rules())
