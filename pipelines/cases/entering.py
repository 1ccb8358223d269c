"""Cases written down and moved on by hand: checked, then rows of the uploads in one commit of the journal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from pipelines.store.warehouse import WarehouseError


class CaseError(WarehouseError):
    """What was typed can't be taken. fields: field of the Draft or Step -> one Chinese sentence; str(): all of them."""

    def __init__(self, fields: Mapping[str, str]):
        self.fields = dict(fields)
        super().__init__("；".join(self.fields.values()))


@dataclass(frozen=True)
class Demand:
    """A handling asked for. due_yuan: None for one without money, and for damages that are base x multiple."""

    handling: str
    due_yuan: Decimal | None = None


@dataclass(frozen=True)
class Draft:
    """A new case as it is typed. Codes as in codes.toml; scheme: an insutype code, '' for all; money in yuan.

    setl_ids: the settlements it concerns; clue_keys: the clues it is made from, which are linked to it.
    """

    found_on: date
    activity: str
    subject_type: str
    violation: str
    description: str = ""
    institution: str = ""
    subject_name: str = ""
    insutype: str = ""
    persons: int | None = None
    records: int | None = None
    base_amount_yuan: Decimal | None = None
    multiple: Decimal | None = None
    demands: tuple[Demand, ...] = ()
    decision_no: str = ""
    decision_on: date | None = None
    suspend_from: date | None = None
    suspend_to: date | None = None
    transferred_to: str = ""
    setl_ids: tuple[str, ...] = ()
    clue_keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Moved:
    """Money of one handling in a step, in yuan; due_yuan: asked for in addition, negative for what is let off.

    deducted_yuan: withheld from settled_month's settlement ('YYYY-MM'); received_yuan: paid in on the step's day.
    """

    handling: str
    due_yuan: Decimal = Decimal(0)
    deducted_yuan: Decimal = Decimal(0)
    received_yuan: Decimal = Decimal(0)
    settled_month: str = ""


@dataclass(frozen=True)
class Step:
    """A step of a case. status: the new one, '' if it stays; review_result and its amount: after a review."""

    moved_on: date
    moved: tuple[Moved, ...] = ()
    status: str = ""
    document_no: str = ""
    note: str = ""
    review_result: str = ""
    review_amount_yuan: Decimal | None = None


def draft_problems(warehouse: Path, draft: Draft) -> dict[str, str]:
    """Field of the draft -> what is wrong with it, in Chinese; empty if it can be entered."""
    raise NotImplementedError


def step_problems(warehouse: Path, case_no: str, step: Step) -> dict[str, str]:
    """Field of the step -> what is wrong with it, in Chinese; empty if the case can be moved on so."""
    raise NotImplementedError


def enter(warehouse: Path, draft: Draft, by: str, why: str = "") -> str:
    """Write a new case down; gives its number, CF2026-0012, the next free one of the year in which it was found.

    Raises CaseError with the fields that are wrong, WarehouseError if its month is locked or the upload refuses it.
    """
    raise NotImplementedError


def move_on(warehouse: Path, case_no: str, step: Step, by: str, why: str = "") -> tuple[str, ...]:
    """Move a case on; gives the numbers of its new progress rows. The month in which it was found stays as it is.

    Raises CaseError with the fields that are wrong, WarehouseError if the step's month is locked.
    """
    raise NotImplementedError
