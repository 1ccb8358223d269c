"""What is typed about a case: a new one, or a step of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from pipelines.store.warehouse import WarehouseError

FEN = Decimal("0.01")


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
    """A new case as it is typed. Codes as in codes.toml; insutype: its code, '' for all schemes; money in yuan.

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
    status: str = "open"
    setl_ids: tuple[str, ...] = ()
    clue_keys: tuple[str, ...] = ()

    @property
    def damages_yuan(self) -> Decimal | None:
        """Base x multiple to the fen, half up; None where either is not said."""
        if self.base_amount_yuan is None or self.multiple is None:
            return None
        return (self.base_amount_yuan * self.multiple).quantize(FEN, ROUND_HALF_UP)

    def due_yuan(self, demand: Demand) -> Decimal | None:
        """What a demand asks for: as typed, else base x multiple if it is damages."""
        if demand.due_yuan is None and demand.handling == "damages":
            return self.damages_yuan
        return demand.due_yuan


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

    @property
    def done_yuan(self) -> Decimal:
        return self.deducted_yuan + self.received_yuan


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
