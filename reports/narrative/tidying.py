"""Runs put right once it is known which of them are said: ends of sentences, commas, spaces, counted paragraphs."""

import re

from reports.document import Run
from reports.narrative.language import ORDINAL
from reports.numbering import chinese

OPEN = "，、；"  # no sentence ends in these


def closed(clauses: list[list[Run]], last_said: bool) -> list[Run]:
    """All clauses as one run. Where the last one was left out, or ends in the middle, 。 closes what is there."""
    runs = [run for each in clauses for run in each]
    if not isinstance(runs[-1], str):
        return [*runs, "。"]
    if not last_said or runs[-1].endswith(tuple(OPEN)):
        runs[-1] = runs[-1].rstrip(OPEN + "。") + "。"
    return runs


def joined(runs: list[Run]) -> list[Run]:
    """Neighbouring words as one; no comma twice."""
    found: list[Run] = []
    for run in runs:
        if isinstance(run, str) and found and isinstance(found[-1], str):
            found[-1] += run
        elif run != "":
            found.append(run)
    return [re.sub("，{2,}", "，", run) if isinstance(run, str) else run for run in found]


def spaced(runs: list[Run]) -> list[Run]:
    """A space between a word and the figure that follows it, and between a percent sign and a word."""
    found = list(runs)
    for place, run in enumerate(runs[1:], start=1):
        before = runs[place - 1]
        if not isinstance(run, str) and isinstance(before, str) and before[-1:].isalnum():
            found[place - 1] += " "
        if isinstance(run, str) and not isinstance(before, str) and before.text.endswith("%") and run[:1].isalnum():
            found[place] = " " + run
    return found


def numbered(lines: list[list[Run]]) -> list[list[Run]]:
    """序 at the head of a paragraph becomes 一是, 二是 ... over those that are left; nothing where only one is."""
    heads = [line for line in lines if isinstance(line[0], str) and line[0].startswith(ORDINAL)]
    for place, line in enumerate(heads, start=1):
        line[0] = (f"{chinese(place)}是" if len(heads) > 1 else "") + line[0].removeprefix(ORDINAL)
    return lines
