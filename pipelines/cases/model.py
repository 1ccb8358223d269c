"""A penalty case as people speak of it: what was found, how it was handled, what is due, what came in and when."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

AGREEMENT, FINE, ASSESSMENT, ASSOCIATION = "agreement", "fine", "assessment", "association"
WITHDRAWN = "withdrawn"  # the status of a case that was entered by mistake: it counts nowhere
# track -> its Chinese name: whose money it is and on which ground it is asked for
TRACKS = {AGREEMENT: "协议处理", FINE: "行政罚款", ASSESSMENT: "考核扣减", ASSOCIATION: "行业自律"}
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Handling:
    """One handling of a case and its money in yuan; all zero for one without money, as a talk.

    handling: a code of the list `handling`. deducted_yuan: what was withheld from settlements (deductions only);
    received_yuan: what was paid in (recovery, damages, fines). due_on: the day from which it is owed. withheld:
    (month of settlement 'YYYY-MM', yuan) of each deduction; receipts: (day, yuan) of each payment.
    """

    handling: str
    track: str
    due_yuan: Decimal = NOTHING
    deducted_yuan: Decimal = NOTHING
    received_yuan: Decimal = NOTHING
    due_on: date | None = None
    withheld: tuple[tuple[str, Decimal], ...] = ()
    receipts: tuple[tuple[date, Decimal], ...] = ()

    @property
    def settled_month(self) -> str:
        """The last month of settlement from which something was withheld; '' if nothing was."""
        return max((month for month, _ in self.withheld), default="")

    @property
    def last_received_on(self) -> date | None:
        return max((day for day, _ in self.receipts), default=None)

    @property
    def done_yuan(self) -> Decimal:
        """What was withheld or paid in."""
        return self.deducted_yuan + self.received_yuan

    @property
    def owed_yuan(self) -> Decimal:
        """What is still to be withheld or paid in."""
        return self.due_yuan - self.done_yuan


@dataclass(frozen=True)
class Progress:
    """One entry of a case's history: the case itself as it was first written down (number ''), or a step since.

    on: the day found, or moved on. Money in yuan.
    """

    number: str
    on: date
    handling: str = ""
    due_yuan: Decimal = NOTHING
    deducted_yuan: Decimal = NOTHING
    received_yuan: Decimal = NOTHING
    settled_month: str = ""
    status: str = ""
    document_no: str = ""
    note: str = ""


@dataclass(frozen=True)
class Case:
    """A case as it stood at the end of a day. Codes as in codes.toml; money in yuan; institution: its code, or None.

    since: the day of the decision, else that of finding; setl_ids: the settlements it concerns, where the ledger says.
    A withdrawn case is so on every day, also before it was withdrawn: its handlings have no money; its history has.
    withdrawn_why: the note of that step; '' where its ledger alone says that it is withdrawn.
    """

    case_no: str
    found_on: date
    activity: str
    subject_type: str
    institution: str | None
    subject_name: str
    violation: str
    description: str
    scheme: str | None
    persons: int | None
    records: int | None
    base_amount_yuan: Decimal | None
    multiple: Decimal | None
    handlings: tuple[Handling, ...]
    decision_no: str
    decision_on: date | None
    suspend_from: date | None
    suspend_to: date | None
    review_result: str | None
    review_amount_yuan: Decimal | None
    transferred_to: str
    status: str
    setl_ids: tuple[str, ...]
    history: tuple[Progress, ...]
    withdrawn_why: str = ""

    @property
    def since(self) -> date:
        return self.decision_on or self.found_on

    @property
    def withdrawn(self) -> bool:
        """Whether it was entered by mistake, and taken off the books."""
        return self.status == WITHDRAWN

    @property
    def association(self) -> bool:
        """Whether it belongs to the insurers' association's own ledger, whose money is not the fund's."""
        return self.subject_type == "insurer"

    @property
    def due_yuan(self) -> Decimal:
        """All that was asked for, deductions included."""
        return sum((h.due_yuan for h in self.handlings), NOTHING)

    @property
    def deducted_yuan(self) -> Decimal:
        return sum((h.deducted_yuan for h in self.handlings), NOTHING)

    @property
    def received_yuan(self) -> Decimal:
        return sum((h.received_yuan for h in self.handlings), NOTHING)

    @property
    def owed_yuan(self) -> Decimal:
        """What is still to be withheld or paid in."""
        return sum((h.owed_yuan for h in self.handlings), NOTHING)

    def age_days(self, on: date) -> int:
        """Whole days from the decision (else the finding) to a day, 0 if nothing is owed."""
        return max((on - self.since).days, 0) if self.owed_yuan > 0 else 0
