"""Signing off: what is missing before a document is official, breaches explained by name, notes on what is printed."""

from pipelines.signing.explaining import explain, withdraw_explanation
from pipelines.signing.noting import KINDS, Note, note, notes, withdraw_note
from pipelines.signing.states import Breached, Month, Signing, months_of, state

__all__ = [
    "KINDS",
    "Breached",
    "Month",
    "Note",
    "Signing",
    "explain",
    "months_of",
    "note",
    "notes",
    "state",
    "withdraw_explanation",
    "withdraw_note",
]
