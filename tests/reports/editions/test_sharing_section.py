"""风险分担 in the report: only where terms are stored; its table adds up to what was paid."""

from dataclasses import replace
from decimal import Decimal

from pipelines import one_county, open_county
from pipelines.risk_sharing import examples, keep
from reports.document import Chart, Paragraph, Table
from reports.editions import sharing
from tests.reports.papers import H1


def test_without_stored_terms_there_is_no_such_section(sample_county, city):
    assert sharing.blocks(sample_county, H1) == []
    assert sharing.blocks(one_county(city, min(city.counties)), H1) == [], "nor of a part of what they are for"


def test_the_section_tells_who_bore_the_twelve_months_and_what_the_layers_are_called_on(own_warehouse):
    for terms in examples().values():
        keep(own_warehouse, replace(terms, title=terms.title.replace("示例", "本县")), "王", "签约")
    said, chart, paid, calls, limits, of_disasters, disaster_limits = sharing.blocks(open_county(own_warehouse), H1)
    assert isinstance(said, Paragraph)
    assert "3 家共保人，首席甲保险公司；2 份分保" in said.text
    assert isinstance(chart, Chart)
    *parts, whole = [row[2] for row in paid.rows]
    assert sum(parts) == whole
    assert next(row[2] for row in paid.rows if row[0] == "共保体") == max(parts)
    pool = next(row for row in calls.rows if row[0] == "共保体")
    low, high = (Decimal(each.replace(",", "")) for each in pool[2].split("—"))
    assert low < pool[1] < high < whole / 10_000 * 2
    assert [row[2] for row in limits.rows] == [7_000_000, 10_000_000, 10_500_000]
    assert "巨灾保险" in of_disasters.text
    assert isinstance(disaster_limits, Table)
