"""Penalty cases (处罚台账): what was found, asked for, withheld and paid in; entered and moved on by hand or by upload.

ledger, case             the build -> cases as they stood on a day
by_track ... overdue     cases -> money by whose it is, by how long it is owed, by the month it is withheld from
doubled                  records that were penalised twice
enter, move_on           a draft or a step -> rows of the uploads `penalties` and `case_progress`, in one commit
correct, withdraw        a case that was mistyped -> its facts replaced; one entered by mistake -> counted nowhere
violations               the taxonomy with its dated legal basis
"""

from pipelines.cases.correcting import (
    CORRECTION,
    Change,
    changes,
    correct,
    correction_problems,
    draft_of,
    withdraw,
    withdrawal_problem,
)
from pipelines.cases.doubles import Doubled, doubled
from pipelines.cases.drafts import CaseError, Demand, Draft, Moved, Step
from pipelines.cases.entering import draft_problems, enter, move_on, step_problems
from pipelines.cases.model import TRACKS, WITHDRAWN, Case, Handling, Progress
from pipelines.cases.reading import case, ledger
from pipelines.cases.sums import (
    Age,
    Owed,
    Settled,
    Track,
    Withheld,
    ageing,
    by_handling,
    by_track,
    collection_rate,
    outstanding,
    overdue,
    settled_by_month,
    whole,
)
from pipelines.cases.taxonomy import Basis, Violation, violation, violations

__all__ = [
    "CORRECTION",
    "TRACKS",
    "WITHDRAWN",
    "Age",
    "Basis",
    "Case",
    "CaseError",
    "Change",
    "Demand",
    "Doubled",
    "Draft",
    "Handling",
    "Moved",
    "Owed",
    "Progress",
    "Settled",
    "Step",
    "Track",
    "Violation",
    "Withheld",
    "ageing",
    "by_handling",
    "by_track",
    "case",
    "changes",
    "collection_rate",
    "correct",
    "correction_problems",
    "doubled",
    "draft_of",
    "draft_problems",
    "enter",
    "ledger",
    "move_on",
    "outstanding",
    "overdue",
    "settled_by_month",
    "step_problems",
    "violation",
    "violations",
    "whole",
    "withdraw",
    "withdrawal_problem",
]
