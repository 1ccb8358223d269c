"""A table as a file: text runs nothing, and a number stays a number, above zero and below."""

from decimal import Decimal

from reports.cells import csv_text
from reports.document import Column, Table


def test_a_number_below_zero_is_a_number_and_text_that_begins_like_a_formula_is_text():
    columns = (Column("机构"), Column("同比（%）", 2, signed=True), Column("人次", total=True))
    rows = (("=1+1", Decimal("-7.53"), -3), ("-2+3", Decimal("7.53"), 3))
    assert csv_text(Table("表", columns, rows)).splitlines()[1:] == ["'=1+1,-7.53,-3", "'-2+3,7.53,3"]
