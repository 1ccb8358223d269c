"""Measuring the product against its aims, in one run, as ratios: python -m pipelines bench --rows N.

Everything that is compared is measured in turns, each in a process of its own, round after round: what disturbs the
machine meanwhile disturbs both sides. A row of the table is the median of the rounds' ratios.
"""

from pipelines.bench.report import Row, rows_of
from pipelines.bench.rounds import Plan, measure

__all__ = ["Plan", "Row", "measure", "rows_of"]
