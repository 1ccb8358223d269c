"""The outlook in the report: each scheme's ranges, a chart of the nearest to running out; nothing without a past."""

from dataclasses import replace
from decimal import Decimal

from pipelines import Period
from pipelines.outlook import outlook, wording
from reports import foretelling
from reports.document import Chart, Paragraph, Table
from reports.editions.foretold import blocks

HALF = Period("2026-01", "2026-06")


def test_every_scheme_has_a_row_and_the_nearest_to_running_out_a_chart(sample_county):
    said, chart, table = blocks(sample_county, HALF)
    assert [type(block) for block in (said, chart, table)] == [Paragraph, Chart, Table]
    assert chart.title.startswith("居民：到2027年12月末")
    told = outlook(sample_county).projection("resident")
    row = table.rows[0]
    assert row[:3] == ("居民", Decimal("119458509.43") / 10000, Decimal("11.46"))
    assert row[3] == wording.between(told.end.balance)
    assert [row[0] for row in table.rows] == ["居民", "职工", "生育"]


def test_where_the_year_before_is_nearer_the_table_of_tests_says_so(sample_county):
    found = outlook(sample_county)
    worse = replace(found.schemes["resident"].payout_test, naive_mape=1.0)
    schemes = found.schemes | {"resident": replace(found.schemes["resident"], payout_test=worse)}
    verdicts = {row[:2]: row[-1] for row in foretelling.test_rows(replace(found, schemes=schemes), "all")}
    assert verdicts["居民", "支出"] == "不如去年同月"
    assert verdicts["居民", "收入"] == "优于去年同月"


def test_a_county_with_little_history_has_no_such_section(city):
    assert blocks(city, Period("2026-01", city.last_month)) == []
