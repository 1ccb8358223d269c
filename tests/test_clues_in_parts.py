"""A year screened part by part of its persons, as where memory has no room for all: what is found must be the same."""

from decimal import Decimal

import pytest

from pipelines import clues, open_county
from pipelines.clues import rules, searching, tables
from pipelines.limits import READING, memory_bytes
from tests.scale.planted import load_planted
from tests.test_clues_twice import BOUNDS

YEAR = "2026"
VISITS = {"visit_during_stay", "excess_dispensing", "frequent_visits", "after_cover_ended"}


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parts")
    load_planted(folder)
    return open_county(folder / "warehouse")


@pytest.fixture
def in_parts(county, monkeypatch):
    """Memory has room for a third of the persons."""
    room = memory_bytes() * READING
    monkeypatch.setattr(tables, "ROW_BYTES", int(2.5 * room / tables.rows_expected(county, YEAR)))
    assert len(tables.parts(county, YEAR)) == 3


def values(*wanted: str) -> dict:
    """The parameters under which the little county has hits, of these rules or of all."""
    told = {id: {name: Decimal(str(value)) for name, value in bounds.items()} for id, bounds in BOUNDS.items()}
    return {id: rule.defaults | told.get(id, {}) for id, rule in rules().items() if not wanted or id in wanted}


def test_the_parts_of_the_persons_give_the_hits_of_all_persons_together(county, request):
    together = searching.run(county, YEAR, values())
    request.getfixturevalue("in_parts")
    assert searching.run(county, YEAR, values()) == together
    found = {hit.rule for hit in together}
    assert len(found) >= 17 and found >= {"visit_during_stay", "excess_dispensing", "outpatient_as_inpatient"}


def test_a_rule_alone_reads_only_the_parts_that_it_needs(county, in_parts):
    steps = {id: [step.rows for step in steps_of(id, county)] for id in rules()}
    parts = tables.parts(county, YEAR)
    assert steps["long_stay"] == [tables.STAYS]
    assert steps["frequent_visits"] == parts
    assert steps["outpatient_as_inpatient"] == [*parts, tables.STAYS], "visits are counted part by part"


def steps_of(id: str, county) -> list[searching.Step]:
    return searching.steps_of([rules()[id]], tables.parts(county, YEAR))


def test_whoever_tries_another_parameter_is_told_the_same_in_parts(county, in_parts):
    (own,) = values("frequent_visits").values()
    told = clues.trial(county, YEAR, "frequent_visits", own)
    assert told and told == searching.run(county, YEAR, {"frequent_visits": own})


def test_every_pseudonym_is_in_one_part(county, in_parts):
    asked = " + ".join(f"(case when {part} then 1 else 0 end)" for part in tables.parts(county, YEAR))
    persons = [0, 1, 2**58, 2**60 // 3, 2**60 // 3 * 2 + 1, 2**60 - 1]
    assert county.fetch(f"select {asked} from (select unnest(?) as person)", [persons]) == [(1,)] * len(persons)


def test_a_rule_that_reads_visits_looks_at_one_person_at_a_time():
    told = {id: rule for id, rule in rules().items() if searching.reads_visits(rule)}
    assert set(told) == VISITS
    assert {rule.shape for rule in told.values()} == {"event"}
    assert all("{person}" in rule.key for rule in told.values())
