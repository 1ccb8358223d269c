"""机构-协议-结算: who is on the roster, who has an agreement in force, who is paid, and where these three disagree."""

from pipelines.agreements.findings import FINDINGS, Finding
from pipelines.agreements.reconciling import Reconciliation, check_agreements, roster
from pipelines.agreements.states import STATES, Place, state

__all__ = ["FINDINGS", "STATES", "Finding", "Place", "Reconciliation", "check_agreements", "roster", "state"]
