"""Is a small institution judged by chance? How often an ordinary one with so few cases would miss its target.

Ordinary: it meets its target as the median of its peers does, and strays from that as single cases do (estimated from
neighbouring months) and as its peers do among themselves. The mean of n cases strays by the spread of one, over √n.
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, median

from pipelines.answers.county import County
from pipelines.answers.query import ask
from pipelines.assessment.judged import UNKNOWN, Assessment, Judged
from pipelines.assessment.judging import CASES
from pipelines.peers import FEWEST_CASES, FEWEST_PEERS, Spread, groups
from pipelines.peers.limits import between_spread, case_spread

MONTHS = 12


@dataclass(frozen=True)
class Chance:
    """A line judged on few cases. missing: how likely (0 to 1) an ordinary institution of its size misses; None where
    too few peers tell.
    """

    judged: Judged
    missing: float | None


def few_cases(assessment: Assessment, fewest: int = FEWEST_CASES) -> list[Judged]:
    """The lines that are judged on fewer cases than chance allows."""
    return [one for one in assessment.judged if one.state != UNKNOWN and one.cases is not None and one.cases < fewest]


def chances(county: County, assessment: Assessment, fewest: int = FEWEST_CASES) -> list[Chance]:
    """Every line judged on few cases, with the chance that an ordinary institution would miss there."""
    group_of, spreads = groups(county), {}
    found = []
    for one in few_cases(assessment, fewest):
        key = one.kpi.id, one.target.scheme
        if key not in spreads:
            spreads[key] = case_spread(monthly(county, assessment, *key))
        found.append(Chance(one, chance(one, like(one, assessment, group_of, fewest), spreads[key])))
    return found


def monthly(county: County, assessment: Assessment, kpi: str, scheme: str | None) -> dict[str, list]:
    """{institution: [(value, cases)]} of the last months that have cases."""
    where = {"scheme": scheme} if scheme else {}
    found: dict[str, dict[str, dict]] = {}
    for figure in ask(county, [kpi, CASES], assessment.period, by=("institution",), where=where, trend=MONTHS):
        found.setdefault(figure.dims["institution"], {})[figure.kpi.id] = dict(figure.months)
    return {
        code: [
            (float(value), float(n)) for month, value in both[kpi].items() if value and (n := both[CASES].get(month))
        ]
        for code, both in found.items()
        if kpi in both and CASES in both
    }


def like(one: Judged, assessment: Assessment, group_of: dict[str, str], fewest: int) -> list[Judged]:
    """The same indicator at its peers that have cases enough."""
    return [
        other
        for other in assessment.judged
        if other.kpi == one.kpi
        and other.target.scheme == one.target.scheme
        and other.institution != one.institution
        and group_of.get(other.institution) == group_of.get(one.institution)
        and other.value
        and other.target.value
        and (other.cases or 0) >= fewest
    ]


def chance(one: Judged, peers: list[Judged], per_case: float) -> float | None:
    """None with fewer than five peers, and where no two months tell how single cases differ."""
    if len(peers) < FEWEST_PEERS or not per_case or not one.cases:
        return None
    reached = [(float(p.value / p.target.value), float(p.cases)) for p in peers]
    middle = median(share for share, _ in reached)
    between = between_spread([(share / middle - 1, cases) for share, cases in reached], per_case)
    spread = Spread(per_case, between)
    strays = middle * sqrt(spread.per_case**2 / float(one.cases) + spread.between**2)
    below = NormalDist(middle, strays).cdf(1)
    return 1 - below if one.target.operator == "<=" else below
