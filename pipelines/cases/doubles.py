"""The invariant that no record is penalised twice, and what breaks it."""

from dataclasses import dataclass
from decimal import Decimal

from pipelines.answers.county import County

WITHIN_DAYS = 180


@dataclass(frozen=True)
class Doubled:
    """Two cases of one institution that seem to penalise the same. certain: they name the same settlement (setl_id);
    else they only share violation, base amount and description, found by two activities within WITHIN_DAYS.

    yuan: what the later case asks for once more.
    """

    first: str
    second: str
    institution: str
    activities: tuple[str, str]
    setl_ids: tuple[str, ...]
    certain: bool
    yuan: Decimal


def doubled(county: County, within_days: int = WITHIN_DAYS) -> list[Doubled]:
    """Every pair of cases that penalise the same record, the certain ones first; the ledger should have none."""
    raise NotImplementedError
