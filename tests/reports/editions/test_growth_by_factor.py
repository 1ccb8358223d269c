"""增长归因 in the report: a waterfall and tables that add up; nothing where there is no last year."""

from decimal import Decimal

import pytest

from pipelines import Period, ask
from reports import tables
from reports.document import Paragraph, Table
from reports.editions import attributed
from tests.reports.papers import H1


def test_the_report_says_what_grew_and_its_tables_add_up(sample_county):
    said, chart, factors, schemes = attributed.blocks(sample_county, H1)
    assert isinstance(said, Paragraph)
    assert "全部险种住院医药费用 12,623.38 万元，比上年同期增加 3,861.34 万元（+44.07%）" in said.text
    assert isinstance(factors, Table)
    growth = Decimal("3861.34")
    assert sum(row[4] for row in factors.rows) == growth
    *each, whole = schemes.rows
    assert [row[0] for row in schemes.rows] == ["居民", "职工", "生育", "合计"]
    assert [sum(column) for column in zip(*(row[1:] for row in each), strict=True)] == list(whole[1:])
    steps = [Decimal(str(step)) for step in chart.figure["data"][0]["y"]]
    assert sum(steps[1:-1]) == growth == steps[-1] - steps[0]


@pytest.mark.parametrize("period", [Period("2024-07", "2024-12"), Period("2026-07", "2026-07")])
def test_without_a_last_year_or_the_months_themselves_there_is_no_such_section(sample_county, period):
    assert attributed.blocks(sample_county, period) == []


def test_the_tables_of_the_workbook_add_up_to_the_fen(sample_county):
    for table, kpi in ((tables.cost_growth, "inpatient_total_fee"), (tables.fund_growth, "inpatient_expenditure")):
        told = table(sample_county, H1)
        (figure,) = ask(sample_county, [kpi], H1)
        before, after, change, *parts = told.control_sums().values()
        assert (before, after, change) == (figure.year_ago, figure.value, sum(parts))
        assert all(sum(row[7:]) == row[6] == row[5] - row[4] for row in told.rows)


def test_a_table_without_a_last_year_says_why(sample_county):
    told = tables.cost_growth(sample_county, Period("2024-07", "2024-12"))
    assert told.rows == ()
    assert "没有上年同期可比" in told.note
