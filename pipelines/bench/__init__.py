"""Measuring the product against its aims: python -m pipelines bench --rows N, or --sizes N,N,N.

--rows: everything that is compared is measured in turns, each in a process of its own, round after round: what disturbs
the machine meanwhile disturbs both sides. A row of the table is the median of the rounds' ratios.

--sizes: the same work on warehouses of several sizes. What follows from a month must cost the month whatever the
history; what reads everything may grow as the rows do; other engines must give the same answers, and are told beside.
"""

from pipelines.bench.growing import Growth, measure_growth
from pipelines.bench.growth_report import Grown, growth_rows
from pipelines.bench.report import Row, rows_of
from pipelines.bench.rounds import Plan, measure

__all__ = ["Grown", "Growth", "Plan", "Row", "growth_rows", "measure", "measure_growth", "rows_of"]
