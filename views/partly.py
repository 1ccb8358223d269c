"""Sums over figures of which some are not shown to whoever asks: that they are hidden is said, never counted as 0."""

from collections.abc import Iterable
from decimal import Decimal

from views import look

FEW = "人数不足5人"
NONE_SHOWN = f"不显示（{FEW}）"


def money(values: Iterable[Decimal | None], unit: str = "元", of_a_unit: int = 1, mark: str = "") -> str:
    """1,234.00 元（另有 2 家人数不足5人，不显示）; of hidden ones alone no number.

    values: yuan, None where it is hidden; of_a_unit: yuan in a unit; mark: what stands around the amount, as ** does.
    """
    told = list(values)
    shown = [value for value in told if value is not None]
    if told and not shown:
        return NONE_SHOWN
    return f"{mark}{look.number(sum(shown) / of_a_unit)} {unit}{mark}{beside(len(told) - len(shown))}"


def beside(hidden: int) -> str:
    """（另有 2 家人数不足5人，不显示）; empty where nothing is hidden."""
    return f"（另有 {hidden} 家{FEW}，不显示）" if hidden else ""
