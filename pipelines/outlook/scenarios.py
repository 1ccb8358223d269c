"""What if: a change of policy, of enrolment, a wave of flu, dearer cases, money that comes in otherwise."""

from dataclasses import dataclass

import numpy as np

from pipelines.errors import WarehouseError
from pipelines.periods import MONTH
from pipelines.uploads.privacy import masked

INPATIENT = ("inpatient_in", "inpatient_out", "all")
LONGEST_NAME = 30
MOST_POINTS, MOST_PERCENT, MOST_LATER = 50.0, 100.0, 12
PERCENTS = {
    "insured_percent": "参保人数变动",
    "flu_percent": "当月就诊增加",
    "cost_percent": "次均费用变动",
    "collected_percent": "收入变动",
}


@dataclass(frozen=True)
class Scenario:
    """What changes from a month on ('': from the next). scheme: '' for all; ratio_points: what of the costs of hospital
    stays the fund pays, percentage points; flu_month: the one month whose visits change by flu_percent;
    collected_later: months by which income comes later.
    """

    name: str = ""
    scheme: str = ""
    begins: str = ""
    ratio_points: float = 0.0
    insured_percent: float = 0.0
    flu_month: str = ""
    flu_percent: float = 0.0
    cost_percent: float = 0.0
    collected_percent: float = 0.0
    collected_later: int = 0


AS_IS = Scenario("照现在的走势")


def refuse(scenario: Scenario) -> None:
    """Raise WarehouseError, a Chinese sentence, for a scenario that can't be."""
    name = scenario.name.strip()
    if not name or len(name) > LONGEST_NAME or masked(name) != name:
        raise WarehouseError(f"情景名称要有 1—{LONGEST_NAME} 个字，不能有证件号、电话号码")
    for month, what in ((scenario.begins, "开始月份"), (scenario.flu_month, "流感月份")):
        if month and not MONTH.fullmatch(month):
            raise WarehouseError(f"{what}“{month}”不是年月；应如 2026-11")
    for field, what in PERCENTS.items():
        if not -MOST_PERCENT < getattr(scenario, field) <= MOST_PERCENT:
            raise WarehouseError(f"{what}“{getattr(scenario, field):g}%”超出范围；应大于 −100%、不超过 100%")
    if abs(scenario.ratio_points) > MOST_POINTS:
        raise WarehouseError(f"报销比例“{scenario.ratio_points:g}”超出范围；应在 −50 至 50 个百分点之间")
    if not 0 <= scenario.collected_later <= MOST_LATER:
        raise WarehouseError(f"收入推迟“{scenario.collected_later}”个月超出范围；应为 0—{MOST_LATER}")
    if scenario.flu_percent and not scenario.flu_month:
        raise WarehouseError("写了就诊增加多少，没有写是哪个月；应如 2026-12")


def changed_care(
    scenario: Scenario, kind: str, ratio: float | None, months: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """(steps,) factors of visits and of what the fund pays per case, for a kind of care. ratio: what the fund pays of
    costs now; one that would pass 0 or the whole cost stops there."""
    begun = since(scenario, months)
    visits = np.where(begun, 1 + scenario.insured_percent / 100, 1.0)
    visits *= np.where([month == scenario.flu_month for month in months], 1 + scenario.flu_percent / 100, 1.0)
    cost = np.where(begun, 1 + scenario.cost_percent / 100, 1.0)
    if scenario.ratio_points and ratio and kind in INPATIENT:
        to = min(max(ratio + scenario.ratio_points / 100, 0.0), 1.0)
        cost = cost * np.where(begun, to / ratio, 1.0)
    return visits, cost


def changed_income(scenario: Scenario, income: np.ndarray, months: list[str]) -> np.ndarray:
    """(paths, steps) income as a scenario changes it; what would come after the last month is left out."""
    begun = since(scenario, months)
    factor = (1 + scenario.collected_percent / 100) * (1 + scenario.insured_percent / 100)
    found = income * np.where(begun, factor, 1.0)
    if not scenario.collected_later or not begun.any():
        return found
    first, later = int(np.argmax(begun)), scenario.collected_later
    moved = np.zeros_like(found)
    moved[:, :first] = found[:, :first]
    moved[:, first + later :] = found[:, first : max(found.shape[1] - later, first)]
    return moved


def since(scenario: Scenario, months: list[str]) -> np.ndarray:
    return np.array([month >= scenario.begins for month in months])
