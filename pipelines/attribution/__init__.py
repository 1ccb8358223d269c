"""Growth attribution (增长归因): why a cost changed, exactly.

asked: of a build;  attributed: of two periods;  lines: as a table that adds up;  sentence: in words
"""

from pipelines.attribution.asking import NotTold, asked, of_figures
from pipelines.attribution.costs import COST, FACTORS, FUND, REST, Side, Volume, attributed, factors_of, summed
from pipelines.attribution.growth import (
    NAMES,
    UNDIVIDED,
    Change,
    Growth,
    growth,
    of_cases,
    two_factors,
    values,
)
from pipelines.attribution.rounding import FEN, WAN, Line, lines, total
from pipelines.attribution.shapley import shapley
from pipelines.attribution.wording import SHORT, UNITS, more, most, sentence, share

__all__ = [
    "COST",
    "FACTORS",
    "FEN",
    "FUND",
    "NAMES",
    "REST",
    "SHORT",
    "UNDIVIDED",
    "UNITS",
    "WAN",
    "Change",
    "Growth",
    "Line",
    "NotTold",
    "Side",
    "Volume",
    "asked",
    "attributed",
    "factors_of",
    "growth",
    "lines",
    "more",
    "most",
    "of_cases",
    "of_figures",
    "sentence",
    "shapley",
    "share",
    "summed",
    "total",
    "two_factors",
    "values",
]
