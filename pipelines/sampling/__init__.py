"""Sampling for audit: how many files, which ones, what was found, and what it says about the rest.

propose  scope -> frame -> size and shares       nothing is drawn yet
make     seed -> files of both arms -> journal   the same seed and frame draw the same files
enter    results of the files -> journal
outcome  random arm -> rate and money of the whole, with bounds; the risk arm stands for itself
"""

from pipelines.sampling.estimates import Money, NotRandom, Rate, Stratum, money, rate, refusal
from pipelines.sampling.files import institutions_of, looked_at, worklist
from pipelines.sampling.frame import STRATA, Frame, FrameError, Scope, among, frame_of, stratum_name
from pipelines.sampling.outcome import Arm, Outcome, outcome
from pipelines.sampling.plans import (
    SHARING,
    Draft,
    Plan,
    Proposal,
    Redraw,
    drawn_before,
    make,
    new_seed,
    plan_of,
    plans,
    propose,
    redraw,
    withdraw,
)
from pipelines.sampling.results import OUTCOMES, Result, ResultError, enter, read_worklist, results
from pipelines.sampling.risk import suspected
from pipelines.sampling.sizes import margin_of, shared_out, size_for

__all__ = [
    "OUTCOMES",
    "SHARING",
    "STRATA",
    "Arm",
    "Draft",
    "Frame",
    "FrameError",
    "Money",
    "NotRandom",
    "Outcome",
    "Plan",
    "Proposal",
    "Rate",
    "Redraw",
    "Result",
    "ResultError",
    "Scope",
    "Stratum",
    "among",
    "drawn_before",
    "enter",
    "frame_of",
    "institutions_of",
    "looked_at",
    "make",
    "margin_of",
    "money",
    "new_seed",
    "outcome",
    "plan_of",
    "plans",
    "propose",
    "rate",
    "read_worklist",
    "redraw",
    "refusal",
    "results",
    "shared_out",
    "size_for",
    "stratum_name",
    "suspected",
    "withdraw",
    "worklist",
]
