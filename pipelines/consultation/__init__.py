"""门诊一般诊疗费总额: limits by township, the rules applied, how far they last, next year's limits, moving money."""

from pipelines.consultation.moving import Move, Moved, balanced, compared, moved
from pipelines.consultation.outlook import READINGS, Outlook
from pipelines.consultation.proposing import FACTORS, TABLE, WEIGHTS, Basis, Proposal, as_file, proposed
from pipelines.consultation.reading import ConsultationError, Ledger, limits_of
from pipelines.consultation.rules import Month, applied
from pipelines.consultation.standing import Standing, Township, standing

__all__ = [
    "FACTORS",
    "READINGS",
    "TABLE",
    "WEIGHTS",
    "Basis",
    "ConsultationError",
    "Ledger",
    "Month",
    "Move",
    "Moved",
    "Outlook",
    "Proposal",
    "Standing",
    "Township",
    "applied",
    "as_file",
    "balanced",
    "compared",
    "limits_of",
    "moved",
    "proposed",
    "standing",
]
