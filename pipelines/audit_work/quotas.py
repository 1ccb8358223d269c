"""What a year should bring of each kind of audit work, set by the bureau, against what was done so far."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pipelines.answers.county import County
from pipelines.contracts import code_lists
from pipelines.formulas import EXACT
from pipelines.periods import Period
from pipelines.store.decisions import decide, latest
from pipelines.store.warehouse import WarehouseError

MOST = 10**9


@dataclass(frozen=True)
class Progress:
    """Work of a kind in the year so far against its quota; due: the part of the quota that the months gone ask for."""

    activity: str
    quota: int
    checked: int
    due: Decimal

    @property
    def behind(self) -> bool:
        """Less was done than the time gone by asks for."""
        return self.checked < self.due


def set_quota(warehouse: Path, year: str, activity: str, quota: int, by: str, why: str = "") -> None:
    """Plan so much of a kind of work for a year; 0 takes the quota back. Raises WarehouseError for what can't be."""
    if not (year.isdigit() and len(year) == 4):
        raise WarehouseError(f"年度“{year}”不能用；应如 2026")
    if activity not in code_lists()["activity"]:
        raise WarehouseError(f"没有“{activity}”这种工作；应为 {'、'.join(code_lists()['activity'])}")
    if not 0 <= quota <= MOST:
        raise WarehouseError(f"年计划 {quota} 不能用；应为 0 到 {MOST:,} 的整数")
    decide(warehouse, "visit", {f"quota/{year}/{activity}": {"quota": str(quota)}}, by, why)


def progress(county: County, period: Period) -> list[Progress]:
    """Each kind of work with a quota, from January to the period's last month, in the order of the code list."""
    year = period.last[:4]
    stands = latest(county.warehouse, "visit")
    quotas = {code: stands.get(f"quota/{year}/{code}") for code in code_lists()["activity"]}
    done = dict(
        county.fetch(
            "select activity, cast(sum(checked) as bigint) from fct_audit_work "
            "where month between cast(? as date) and cast(? as date) group by activity",
            [f"{year}-01-01", f"{period.last}-01"],
        )
    )
    return [
        Progress(code, quota, done.get(code, 0), EXACT.divide(Decimal(quota * period.ytd_months), Decimal(12)))
        for code, made in quotas.items()
        if made is not None and (quota := int(made.values["quota"]))
    ]
