"""The deduction rule of one target, as data, and its arithmetic: from how far a value misses to points and yuan.

Source: service agreements with designated institutions, 指标考核: for every step beyond the target some points, at most
so many, each point worth so many yuan. A step that is begun counts whole.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil

from pipelines.formulas import EXACT, rounded

BASES = {"percent": "占目标的百分比", "unit": "指标单位"}


@dataclass(frozen=True)
class Terms:
    """How a miss is paid for; what is None was not agreed.

    step: how much is one step, in per cent of the target (basis 'percent') or in the indicator's unit ('unit'), None: a
    miss of any size is one step; points: per step; most: points at most; yuan: per point.
    """

    step: Decimal | None = None
    basis: str = "percent"
    points: Decimal | None = None
    most: Decimal | None = None
    yuan: Decimal | None = None

    def steps(self, beyond: Decimal, target: Decimal) -> int:
        """The steps begun by a value that lies `beyond` > 0 on the wrong side of its target; 0 for one that does not.

        In fractions, so that exactly three steps are three. A target of 0 has no per cent: any miss is one step.
        """
        if beyond <= 0:
            return 0
        whole = Fraction(self.step or 0) * (abs(Fraction(target)) / 100 if self.basis == "percent" else 1)
        return ceil(Fraction(beyond) / whole) if whole else 1

    def points_for(self, beyond: Decimal, target: Decimal) -> Decimal | None:
        """Points deducted; None where no points were agreed."""
        if self.points is None:
            return None
        found = self.points * self.steps(beyond, target)
        return found if self.most is None else min(found, self.most)

    def yuan_for(self, beyond: Decimal, target: Decimal) -> Decimal | None:
        """Yuan deducted, HALF_UP to the fen; None where the rule has no points or no yuan per point."""
        points = self.points_for(beyond, target)
        return None if points is None or self.yuan is None else rounded(EXACT.multiply(points, self.yuan), 2)

    def told(self, operator: str, unit: str) -> str:
        """每高出目标 1% 扣 1 分，最多 10 分，每分 519 元; 没有约定扣减办法 without points."""
        if self.points is None:
            return "没有约定扣减办法"
        side = "高出" if operator == "<=" else "低于"
        size = f"每{side}目标 {plain(self.step)}" if self.step else "未达标"
        size += ("%" if self.basis == "percent" else points_of(unit)) if self.step else ""
        limit = f"，最多 {plain(self.most)} 分" if self.most is not None else ""
        each = f"，每分 {plain(self.yuan)} 元" if self.yuan is not None else "，每分金额未定"
        return f"{size} 扣 {plain(self.points)} 分{limit}{each}"


def points_of(unit: str) -> str:
    """Between two percentages lie percentage points."""
    return " 个百分点" if unit == "%" else f" {unit}"


def plain(value: Decimal) -> str:
    """519.0000 as 519, 0.5000 as 0.5."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
