"""一院一函: the letter says the institution's own figures, names no peer, and calls a clue a clue."""

from datetime import date
from decimal import Decimal
from statistics import median

import pytest

from pipelines import County, Period, QuestionError, ask, cases, clues
from pipelines.agreements import roster
from pipelines.letters import CLUE_SENTENCE, HEADS, gather, letter, paragraphs, table
from pipelines.letters import written as write
from pipelines.letters.writing import line, nameless
from pipelines.profiles import profile

HALF_YEAR = Period("2026-01", "2026-06")
ODD = "示例县霁川骨伤医院"


@pytest.fixture(scope="module")
def code(sample_county) -> str:
    return next(code for code, name in sample_county.names.items() if name == ODD)


@pytest.fixture(scope="module")
def written(sample_county, code):
    return letter(sample_county, code, HALF_YEAR, "resident", date(2026, 7, 10))


def told(written) -> str:
    return "\n".join(sentence for heading, sentences in paragraphs(written) for sentence in (heading, *sentences))


def test_the_figures_are_those_of_the_institution_and_the_median_that_of_its_like(sample_county, code, written):
    by = ("kind", "institution")
    found = [f for f in ask(sample_county, ["cost_per_case"], HALF_YEAR, by, {"scheme": "resident"}) if f.value]
    own = next(f for f in found if f.dims["institution"] == code)
    alike = [f.value for f in found if f.dims["kind"] == own.dims["kind"]]
    line = next(each for each in written.lines if each.name == "次均住院费用")
    assert (line.value, line.target, line.year_ago) == (own.value, own.target, own.year_ago)
    assert abs(line.peer_median - median(alike)) <= Decimal("0.01")
    assert line.rank == (1 + sum(value > own.value for value in alike), len(alike))
    assert line.verdict == ("未达标" if own.value > own.target else "达标") + "，高于同类界限"


def test_no_peer_is_named(sample_county, code, written):
    like = profile(sample_county, code, HALF_YEAR, "resident").like
    assert like in told(written)
    others = {name for other, name in sample_county.names.items() if other != code}
    whole = told(written) + "\n".join(map(str, table(written)))
    assert [name for name in others if name in whole] == []


def test_names_are_taken_out_even_where_one_holds_another():
    names = ["甲医院", "甲医院东院", "乙医院"]
    text = "从甲医院东院出院，又住进甲医院，后转乙医院"
    assert nameless(text, names, "甲医院东院") == "从甲医院东院出院，又住进另一家机构，后转另一家机构"
    assert nameless(text, names, "乙医院") == "从另一家机构出院，又住进另一家机构，后转乙医院"


def test_its_clues_are_the_open_ones_and_come_with_the_sentence_that_they_are_clues(sample_county, code, written):
    found = [s.hit for s in clues.standing(sample_county, "2026-06") if s.state != "resolved"]
    own = [hit for hit in found if hit.institution == code]
    assert sum(each.hits for each in written.clues) == len(own) > 0
    assert sum(each.at_stake_yuan for each in written.clues) == sum(hit.at_stake_yuan for hit in own)
    text = told(written)
    assert CLUE_SENTENCE in text
    clue_part = "".join(dict(paragraphs(written))["四、疑点线索"])
    assert [word for word in ("违规", "骗保", "作案") if word in clue_part] == []


def test_its_cases_are_those_of_the_period_and_what_is_still_owed(sample_county, code, written):
    listed = cases.ledger(sample_county, None, HALF_YEAR.last_day, institution=code)
    expected = [c.case_no for c in listed if c.found_on >= HALF_YEAR.first_day or c.owed_yuan > 0]
    assert [each.case_no for each in written.cases] == expected
    assert written.owed_yuan == sum(c.owed_yuan for c in listed)
    assert all(each.due_yuan == each.done_yuan + each.owed_yuan for each in written.cases)


def test_an_answer_is_asked_for_by_a_day(written):
    assert written.reply_by == date(2026, 7, 25)
    assert "请于 2026年7月25日前书面回复" in told(written)


def test_the_file_holds_every_figure_case_and_clue_of_the_letter(written):
    rows = table(written)
    assert {len(row) for row in rows} == {len(HEADS)}
    parts = [row[0] for row in rows]
    assert parts.count("指标") == len(written.lines)
    assert parts.count("案件") == len(written.cases)
    assert parts.count("疑点线索") == len(written.clues)


def test_a_hospital_outside_the_county_has_no_agreement_to_speak_of(sample_county):
    code = next(code for code, name in sample_county.names.items() if name == "望澜市第一人民医院")
    assert letter(sample_county, code, HALF_YEAR).agreement == "不在县内两定机构名册"


def test_one_of_many_letters_says_what_a_letter_alone_and_the_institution_s_page_say(sample_county):
    places, day = roster(sample_county), date(2026, 7, 10)
    first = {(place.kind, place.place): code for code, place in reversed(places.items())}  # one of each kind
    known = gather(sample_county, HALF_YEAR, "resident")
    assert len(first) > 6
    for code in first.values():
        found = write(known, code, day)
        own = profile(sample_county, code, HALF_YEAR, "resident")
        assert found == letter(sample_county, code, HALF_YEAR, "resident", day)
        assert (found.name, found.like, found.peers) == (own.name, own.like, own.peers)
        assert found.lines == tuple(map(line, own.indicators))
        assert found.disagreements == tuple(each.why for each in own.findings)


def test_all_letters_are_written_from_a_few_questions_to_the_county(sample_county, monkeypatch):
    asked, fetch = [], County.fetch
    monkeypatch.setattr(County, "fetch", lambda county, *query: asked.append(query) or fetch(county, *query))
    known = gather(sample_county, HALF_YEAR)
    letters = [write(known, code) for code in known.places]
    assert len(asked) < 60 < len(letters)


def test_there_is_no_letter_to_a_code_that_nobody_has(sample_county):
    with pytest.raises(QuestionError, match="H00000000000"):
        letter(sample_county, "H00000000000", HALF_YEAR)
