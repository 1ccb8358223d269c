"""Which institutions of the sample county are odd in which months: the patterns that the clue rules should find.

Every other odd thing is an event of single persons (events.py). Nothing here or there changes a printed total.
"""

from dataclasses import dataclass

import numpy as np

from ..places import Roster


@dataclass(frozen=True)
class Pattern:
    """One institution that a rule should report for every month from first to last ('YYYY-MM').

    strength is a factor on what is usual, or a number of stays, or a share of the stays, as the rule has it.
    day is the day of the month of a crowd; town is where the patients of a cluster outside the county live.
    """

    rule: str
    institution: str
    first: str
    last: str
    strength: float
    day: int = 0
    town: str = ""

    @property
    def months(self) -> list[str]:
        """The months, 'YYYY-MM'."""
        return [str(m) for m in np.arange(np.datetime64(self.first, "M"), np.datetime64(self.last, "M") + 1)]


def _months(rule: str, institution: str, strength: float, *spans: str) -> list[Pattern]:
    """Spans are 'YYYY-MM' or 'YYYY-MM/YYYY-MM'."""
    return [Pattern(rule, institution, span[:7], span[-7:], strength) for span in spans]


def _crowds(rule: str, institution: str, *days: tuple[str, int]) -> list[Pattern]:
    """Days are ('YYYY-MM-DD', how many stays)."""
    return [Pattern(rule, institution, day[:7], day[:7], number, int(day[8:])) for day, number in days]


def _cluster(institution: str, town: str, month: str, number: int) -> Pattern:
    return Pattern("out_of_county_cluster", institution, month, month, number, town=town)


PATTERNS = [
    *_months("drug_share", "蒲垅乡卫生院", 1.8, "2025-02/2025-07", "2026-01/2026-04"),
    *_months("exam_share", "葛汀乡卫生院", 2.2, "2025-03/2025-09", "2026-02/2026-06"),
    *_months("exam_share", "示例县澄砚和煦医院", 1.9, "2025-06/2026-03"),
    *_months("material_share", "示例县霁川骨伤医院", 2.6, "2025-01/2025-06", "2026-03/2026-06"),
    *_months("material_share", "榛皋乡卫生院", 2.4, "2025-04/2025-08"),
    *_months("cheap_short_stay", "稔砀乡卫生院", 0.4, "2025-01/2025-06", "2026-01/2026-06"),
    *_months("outpatient_as_inpatient", "稔砀乡卫生院", 2.2, "2025-01/2026-06"),
    *_months("pilot_longer_stays", "蓼汊镇卫生院", 1.45, "2025-07/2026-06"),
    *_months("pilot_split_stays", "桐霭镇卫生院", 0.32, "2025-01/2026-06"),
    *_months("beds_over_registered", "菱洼乡卫生院", 1.1, "2025-03", "2025-09", "2026-04"),
    *_months("beds_over_registered", "槭岭乡卫生院", 1.1, "2025-11", "2026-02"),
    *_months("beds_over_registered", "示例县枫渚颐和康复医院", 0.6, "2024-10", "2025-05", "2026-05"),
    *_months("same_bill", "示例县芷汀安宜医院", 7, "2024-11", "2025-02", "2025-08", "2026-03"),
    *_months("same_bill", "萤谷镇卫生院", 6, "2025-05", "2025-10", "2026-01", "2026-05"),
    *_months("same_bill", "示例县澄砚和煦医院", 5, "2025-11", "2026-04"),
    *_crowds("admitted_together", "茭浦乡卫生院", ("2024-09-09", 16), ("2025-03-12", 16), ("2025-09-10", 15)),
    *_crowds("admitted_together", "茭浦乡卫生院", ("2026-03-11", 16), ("2026-06-03", 14)),
    *_crowds("admitted_together", "薏垄乡卫生院", ("2025-11-05", 13), ("2026-05-13", 13)),
    *_crowds("admitted_together", "示例县澄砚和煦医院", ("2025-05-14", 18), ("2026-01-14", 18)),
    *_crowds("discharged_together", "葛汀乡卫生院", ("2024-12-27", 14), ("2025-06-27", 15), ("2025-12-29", 15)),
    *_crowds("discharged_together", "葛汀乡卫生院", ("2026-03-30", 15)),
    *_crowds("discharged_together", "萱畈乡卫生院", ("2025-03-28", 13), ("2025-09-29", 13), ("2026-06-26", 13)),
    _cluster("望澜市第一人民医院", "藤峪乡", "2025-04", 14),
    _cluster("望澜市中心医院", "蒲垅乡", "2025-10", 13),
    _cluster("望澜市中医院", "茭浦乡", "2024-11", 12),
    _cluster("望澜医学院附属医院", "萱畈乡", "2026-02", 13),
    _cluster("望澜市骨科医院", "荞峁乡", "2026-05", 11),
]
NEAR_MISSES = _months("same_bill", "薏垄乡卫生院", 4, "2025-06", "2026-02")  # one bill too few to be a clue


def patterns(rule: str, months: list[str]) -> list[Pattern]:
    """The patterns of a rule that touch any of these months."""
    return [each for each in PATTERNS if each.rule == rule and set(each.months) & set(months)]


def half_factor(rule: str, roster: Roster, months: list[str]) -> np.ndarray:
    """For each institution the factor of a rule's pattern that lasts the half-year, else 1."""
    factor = np.ones(len(roster.name))
    for each in patterns(rule, months):
        factor[roster.name.index(each.institution)] = each.strength
    return factor


def row_factor(rule: str, roster: Roster, place: np.ndarray, day: np.ndarray) -> np.ndarray:
    """For each row (institution, day since 1970) the factor of a rule's pattern in that month, else 1."""
    factor, month = np.ones(len(place)), day.astype("datetime64[D]").astype("datetime64[M]")
    for each in (pattern for pattern in PATTERNS if pattern.rule == rule):
        rows = np.flatnonzero(place == roster.name.index(each.institution))
        inside = (month[rows] >= np.datetime64(each.first)) & (month[rows] <= np.datetime64(each.last))
        factor[rows[inside]] = each.strength
    return factor
