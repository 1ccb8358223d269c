"""The totals that the sample county must add up to, read from printed.toml."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np

RESIDENT, EMPLOYEE, MATERNITY = 390, 310, 510
ORDER = ["2024H2", "2025H1", "2025H2", "2026H1"]


@dataclass(frozen=True)
class Stays:
    """Totals of a group of inpatient stays; money in fen."""

    cases: int
    bed_days: int
    fee: int
    in_policy: int
    deductible: int
    fund: int

    def less(self, *parts: "Stays") -> "Stays":
        """What is left of these totals after the parts."""
        own = vars(self)
        return Stays(**{name: own[name] - sum(vars(part)[name] for part in parts) for name in own})


@dataclass(frozen=True)
class Half:
    """The totals of one half-year; money in fen, first and last are days."""

    key: str
    number: int
    first: np.datetime64
    last: np.datetime64
    persons: int
    visits: int
    outpatient_fund: int
    child: tuple[int, int, int]
    maternity_outpatient: tuple[int, int, int]
    employee_visits: tuple[int, int]
    stays: dict[str, Stays]

    @property
    def months(self) -> list[str]:
        """The six months, 'YYYY-MM'."""
        start = self.first.astype("datetime64[M]")
        return [str(start + k) for k in range(6)]

    def fund_paid(self, scheme: int) -> int:
        """Fund paid by a scheme in the half-year, in fen."""
        resident = self.stays["in_county"].fund + self.stays["outside"].fund + self.outpatient_fund + self.child[2]
        maternity = self.stays["maternity"].fund + self.maternity_outpatient[2]
        return {RESIDENT: resident, EMPLOYEE: self.stays["employee"].fund, MATERNITY: maternity}[scheme]


def fen(yuan: Decimal | int | str) -> int:
    """Yuan to whole fen."""
    return int(Decimal(yuan) * 100)


@cache
def printed() -> dict:
    """printed.toml as it stands; money as Decimal yuan."""
    text = Path(__file__).with_name("printed.toml").read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)


def read_halves() -> list[Half]:
    """The four half-years in order of time."""
    return [_half(key, number, printed()[key]) for number, key in enumerate(ORDER)]


def _half(key: str, number: int, table: dict) -> Half:
    start, end = (np.datetime64(month, "M") for month in table["months"])
    stays = {name: Stays(row[0], row[1], *(fen(x) for x in row[2:])) for name, row in table["stays"].items()}
    stays["other"] = stays["in_county"].less(stays["pilot"], stays["comparison"])
    return Half(
        key=key,
        number=number,
        first=start.astype("datetime64[D]"),
        last=(end + 1).astype("datetime64[D]") - 1,
        persons=table["persons"],
        visits=table["visits"],
        outpatient_fund=fen(table["outpatient_fund"]),
        child=_case_row(table["child"]),
        maternity_outpatient=_case_row(table["maternity_outpatient"]),
        employee_visits=tuple(table["employee_visits"]),
        stays=stays,
    )


def _case_row(row: list) -> tuple[int, int, int]:
    return row[0], fen(row[1]), fen(row[2])
