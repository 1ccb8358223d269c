"""Clues (疑点线索): rows and institutions that the screening rules of definitions/4_clues point at. Never a finding.

screen      all rules over a year -> hits;  gaps: which rules could not run, and why
standing    what is new, continuing and resolved in a month, with what was decided on each
seen, seen_standings, seen_events    without what points to a person, for those who may not see persons
set_aside, to_review, link_case, reopen     decisions of staff, as lines of the journal
"""

from pipelines.clues.behind import ROW_COLUMNS, hit_rows, looked_at, rows_behind
from pipelines.clues.gaps import gaps
from pipelines.clues.hits import Hit, shown_person
from pipelines.clues.parameters import parameters, set_parameters
from pipelines.clues.rules import Parameter, Rule, rules
from pipelines.clues.screening import is_kept, screen, trial
from pipelines.clues.standings import (
    STATES,
    VERDICTS,
    Standing,
    became,
    by_institution,
    link_case,
    reopen,
    set_aside,
    standing,
    to_review,
    years_of,
)
from pipelines.clues.veil import HIDDEN, seen, seen_events, seen_standings, veiled_key

__all__ = [
    "HIDDEN",
    "ROW_COLUMNS",
    "STATES",
    "VERDICTS",
    "Hit",
    "Parameter",
    "Rule",
    "Standing",
    "became",
    "by_institution",
    "gaps",
    "hit_rows",
    "is_kept",
    "link_case",
    "looked_at",
    "parameters",
    "reopen",
    "rows_behind",
    "rules",
    "screen",
    "seen",
    "seen_events",
    "seen_standings",
    "set_aside",
    "set_parameters",
    "shown_person",
    "standing",
    "to_review",
    "trial",
    "veiled_key",
    "years_of",
]
