"""指标考核: institutions against the targets of their year, the deduction by rule, what other terms would change."""

from pipelines.assessment.judged import MET, MISSED, NEARLY, STATES, UNKNOWN, Assessment, Judged, Target
from pipelines.assessment.judging import AssessmentError, assess, targets_of
from pipelines.assessment.terms import BASES, Terms

__all__ = [
    "BASES",
    "MET",
    "MISSED",
    "NEARLY",
    "STATES",
    "UNKNOWN",
    "Assessment",
    "AssessmentError",
    "Judged",
    "Target",
    "Terms",
    "assess",
    "targets_of",
]
