"""Single sentences in many wordings: right as they stand they raise no alarm, and with one wrong figure they do.

sentences.txt has one in each line; {right|wrong} is the figure that is tried both ways, a line without is only right.
"""

import re
from pathlib import Path

import pytest

from reports.checking import check

LINES = [line for line in Path(__file__).with_name("sentences.txt").read_text("utf-8").splitlines() if line[:1] != "#"]
TRIED = re.compile(r"\{(?P<right>[^|]+)\|(?P<wrong>[^}]+)\}")


def alarms(text):
    return [one for one in check(text).findings if one.verdict in ("impossible", "rounding", "wording")]


@pytest.mark.parametrize("line", LINES)
def test_a_right_sentence_raises_no_alarm(line):
    assert [one.message for one in alarms(TRIED.sub(r"\g<right>", line))] == []


@pytest.mark.parametrize("line", [line for line in LINES if TRIED.search(line)])
def test_a_wrong_figure_is_among_those_of_an_alarm(line):
    start, wrong = TRIED.search(line).start(), TRIED.search(line)["wrong"]
    places = [place for one in alarms(TRIED.sub(r"\g<wrong>", line)) for place in ((one.start, one.end), *one.parts)]
    assert [place for place in places if place[0] < start + len(wrong) and start < place[1]]
