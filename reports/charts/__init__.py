"""The house style as plain Plotly dictionaries: drawn alike on the screen and in a document.

house: lines, bars, progress, growth; among_peers: an institution among its like; stacked: parts of sums;
spark: the small picture of a card.
bands: what may come.
"""

from reports.charts.bands import fan, ranges
from reports.charts.house import (
    CATEGORIES,
    HIDDEN,
    MONTHS,
    bars,
    dots,
    figure,
    floats,
    in_and_out,
    label,
    last_known,
    line,
    progress,
    ranked_bars,
    rule,
    shares,
    tick_format,
    versus,
    waterfall,
    year_over_year,
)
from reports.charts.stacked import Part, stacked

__all__ = [
    "CATEGORIES",
    "HIDDEN",
    "MONTHS",
    "Part",
    "bars",
    "dots",
    "fan",
    "figure",
    "floats",
    "in_and_out",
    "label",
    "last_known",
    "line",
    "progress",
    "ranges",
    "ranked_bars",
    "rule",
    "shares",
    "stacked",
    "tick_format",
    "versus",
    "waterfall",
    "year_over_year",
]
