"""A little warehouse of a few months, and what tests ask of it."""

import hashlib
from decimal import Decimal
from pathlib import Path

from pipelines import Period, ask, open_county
from tests.files import SETTLEMENT, rows, write

ASKED = ["cost_per_case", "fund_expenditure", "inpatient_cases", "beneficiary_persons", "readmission_rate_15d"]


def settlements(folder: Path, month: str, *persons: str, fee: str = "2000.00", name: str = "", **more: str) -> Path:
    """A file with one stay of each person in a month."""
    folder.mkdir(exist_ok=True)
    cells = [
        {
            "结算ID": f"{month}-{p}",
            "人员编号": p,
            "结算日期": f"{month}-10",
            "医疗费总额": fee,
            "基金支付总额": "1000.00",
        }
        | more
        for p in persons
    ]
    return write(folder, rows(SETTLEMENT, *cells), name or f"{month}.csv")


def value(warehouse: Path, month: str, kpi: str = "cost_per_case") -> Decimal | None:
    (found,) = ask(open_county(warehouse), [kpi], Period(month, month))
    return found.value


def told(warehouse: Path, month: str) -> list[str]:
    """Everything about a month's figures, to the last digit."""
    return [repr(figure) for figure in ask(open_county(warehouse), ASKED, Period(month, month))]


def digests(folder: Path, but: str = "") -> dict[str, str]:
    """Path -> digest of every file below a folder, except those whose path there begins so."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    names = ((path, path.relative_to(folder).as_posix()) for path in files)
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path, name in names
        if not (but and name.startswith(but))
    }
