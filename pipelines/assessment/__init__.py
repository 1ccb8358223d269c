"""指标考核: institutions against the targets of their year, the deduction by rule, what other terms would change."""

from pipelines.assessment.drafting import TABLE, as_file, draft, proposed, row_of
from pipelines.assessment.fairness import Chance, chances, few_cases
from pipelines.assessment.judged import MET, MISSED, NEARLY, STATES, UNKNOWN, Assessment, Judged, Target
from pipelines.assessment.judging import AssessmentError, assess, targets_of
from pipelines.assessment.simulation import Change, Moved, missed_by, moved, simulate
from pipelines.assessment.terms import BASES, Terms

__all__ = [
    "BASES",
    "MET",
    "MISSED",
    "NEARLY",
    "STATES",
    "TABLE",
    "UNKNOWN",
    "Assessment",
    "AssessmentError",
    "Chance",
    "Change",
    "Judged",
    "Moved",
    "Target",
    "Terms",
    "as_file",
    "assess",
    "chances",
    "draft",
    "few_cases",
    "missed_by",
    "moved",
    "proposed",
    "row_of",
    "simulate",
    "targets_of",
]
