"""The clue rules find what was planted in the sample county: recall and precision of each rule and of all together."""

import csv

import pytest

from pipelines.clues import rules, screen
from pipelines.sample import planted_cases
from pipelines.sample.planted.schedule import NEAR_MISSES
from tests.sample.clues_found import ALL, FILE, YEAR, Found, compare

RECALL_OF_ALL, PRECISION_OF_ALL = 0.95, 0.8
RECALL = dict.fromkeys(rules(), 0.9) | {
    "pilot_longer_stays": 0.6,  # the sample begins in July 2024: nothing to compare the first two of six months with
}
PRECISION = dict.fromkeys(rules(), 0.8) | {  # what happens by itself in any county sets these off too
    "cheap_idle_stay": 0.6,  # cheap illnesses of long duration
    "excess_dispensing": 0.6,  # prescriptions for lasting illnesses filled at several places
    "long_stay": 0.7,
    "out_of_county_cluster": 0.5,  # two planted a year: one more by chance halves it
    "discharged_together": 0.5,  # four planted a year
}
PERSONS = """
    with planted as (select unnest($cases) as number, unnest($ids) as setl_id)
    select number, count(distinct psn_no), count(*) from planted join settlements using (setl_id) group by number"""


@pytest.fixture(scope="module")
def hits(sample_county):
    return screen(sample_county, YEAR)


@pytest.fixture(scope="module")
def cases():
    return planted_cases(YEAR)


@pytest.fixture(scope="module")
def found(hits, cases) -> dict[str, Found]:
    return {line.rule: line for line in compare(hits, cases)}


@pytest.mark.parametrize("rule", rules())
def test_a_rule_finds_its_planted_cases_and_little_else(found, rule):
    line = found[rule]
    assert line.planted >= 2
    assert line.recall >= RECALL[rule]
    assert line.precision >= PRECISION[rule]


def test_all_rules_together_find_nearly_every_planted_case(found):
    assert found[ALL].planted > 400
    assert found[ALL].recall >= RECALL_OF_ALL
    assert found[ALL].precision >= PRECISION_OF_ALL


def test_what_was_measured_is_what_the_document_says(found):
    with FILE.open(encoding="utf-8", newline="") as file:
        told = [(row["rule"], *(int(row[name]) for name in list(row)[1:])) for row in csv.DictReader(file)]
    assert told == [tuple(vars(line).values()) for line in found.values()], "run: python -m tests.sample.clues_found"


def test_near_misses_are_no_hits(hits, sample_county):
    pointed_at = {(hit.rule, sample_county.names[hit.institution], hit.month) for hit in hits}
    assert not pointed_at & {(each.rule, each.institution, month) for each in NEAR_MISSES for month in each.months}


def test_every_planted_event_is_one_persons(county, cases):
    events = [case.setl_ids for case in cases if case.setl_ids]
    listed = [(number, setl_id) for number, ids in enumerate(events) for setl_id in ids]
    numbers, ids = zip(*listed, strict=True)
    rows = county.execute(PERSONS, {"cases": list(numbers), "ids": list(ids)}).fetchall()
    assert len(rows) == len(events) > 300
    assert all((persons, settlements) == (1, len(events[number])) for number, persons, settlements in rows)


def test_comparing_counts_cases_and_hits_apart(cases):
    class One:
        def __init__(self, rule, institution, month, *setl_ids):
            self.rule, self.institution, self.month, self.setl_ids = rule, institution, month, setl_ids

    planted = [
        One("long_stay", None, None, "S1"),
        One("long_stay", None, None, "S2"),
        One("drug_share", "H1", "2025-03"),
    ]
    told = [
        One("long_stay", "H1", "2025-01", "S1"),
        One("long_stay", "H1", "2025-01", "S9"),
        One("same_bill", "H1", "2025-03", "S2"),
    ]
    lines = {line.rule: line for line in compare(told, planted)}
    assert vars(lines["long_stay"]) == {"rule": "long_stay", "planted": 2, "found": 1, "hits": 2, "right": 1}
    assert vars(lines["drug_share"]) == {"rule": "drug_share", "planted": 1, "found": 0, "hits": 0, "right": 0}
    assert vars(lines[ALL]) == {"rule": ALL, "planted": 3, "found": 1, "hits": 3, "right": 1}
