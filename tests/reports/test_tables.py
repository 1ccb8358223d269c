"""The tables of a period are complete, add up to the county's own figures, and each cell knows which figure it is."""

from decimal import Decimal

import pytest

import pipelines
from pipelines.formulas import rounded
from reports import tables
from reports.document import number
from reports.quoting import Quote, Ref, quote
from reports.tables.subjects import of

H1 = pipelines.Period("2026-01", "2026-06")


def figure(county, kpi, **where):
    return pipelines.ask(county, [kpi], H1, where=where)[0]


@pytest.fixture(scope="module")
def institutions(sample_county):
    return tables.institutions(sample_county, H1)


def test_every_institution_of_the_roster_has_a_row_and_the_rows_add_up_to_the_county(sample_county, institutions):
    listed = pipelines.rows(sample_county, "managed_institutions", H1, limit=None)[0].rows
    assert {row[0] for row in institutions.rows} >= {row[0] for row in listed}
    paid = figure(sample_county, "fund_expenditure").value
    assert institutions.control_sums()["基金支出（万元）"] == paid / 10000


def test_a_cell_of_a_table_is_the_figure_asked_for_by_itself(sample_county, institutions):
    cells = [cell for row in institutions.rows[::40] for cell in row if isinstance(cell, Quote)]
    assert len(cells) > 50
    for cell in cells:
        alone = quote(sample_county, Ref.parse(cell.key))
        assert (alone.text, alone.exact) == (cell.text, cell.exact), cell.key


def test_groups_come_in_the_order_of_the_code_lists_and_an_unknown_one_last(sample_county):
    table = tables.split(sample_county, H1, of("案件", "place", "violation_cases", "violation_cases"))
    assert [row[0] for row in table.rows] == ["县内", "未标明"]
    assert [column.head for column in table.columns[1:]] == [
        "违规案件数（件）",
        "违规案件数上年同期（件）",
        "违规案件数较上年（%）",
    ]
    assert [isinstance(row[1], Quote) for row in table.rows] == [True, False], "no condition asks for the unknown"


def test_every_kpi_stands_for_all_schemes_and_each(sample_county):
    table = tables.every_kpi(sample_county, H1)
    heads = [column.head for column in table.columns]
    rows = [dict(zip(heads, row, strict=True)) for row in table.rows]
    assert {row["指标编号"] for row in rows} == set(pipelines.kpis())
    paid = {row["险种"]: number(row["本期"]) for row in rows if row["指标编号"] == "fund_expenditure"}
    assert set(paid) == {"全部", "居民", "职工", "生育"}
    assert paid["居民"] == rounded(figure(sample_county, "fund_expenditure", scheme="resident").value / 10000, 2)
    assert all(row["缺数原因"] for row in rows if number(row["本期"]) is None)


def test_months_end_with_the_period_and_begin_a_year_before_its_year(sample_county):
    table = tables.months(sample_county, H1)
    heads = [column.head for column in table.columns][4:]
    assert (heads[0], heads[-1], len(heads)) == ("2025-01", "2026-06", 18)
    row = next(row for row in table.rows if row[1:3] == ("基金支出", "居民"))
    alone = quote(sample_county, Ref.parse(row[-1].key))
    assert (alone.text, alone.exact) == (row[-1].text, row[-1].exact)
    assert (
        sum(cell.exact for cell in row[4 + 12 :]) * 10000
        == figure(sample_county, "fund_expenditure", scheme="resident").value
    )


def test_handlings_add_up_to_the_cases(sample_county):
    handled, cases = tables.handlings(sample_county, H1), tables.cases(sample_county, H1)
    for head in ("应收应扣（元）", "已到账（元）", "未结清（元）"):
        assert handled.control_sums()[head] == cases.control_sums()[head]


def test_penalties_by_channel_and_violation_add_up_to_the_kpi(sample_county):
    sums = tables.split(sample_county, H1, tables.subjects.PENALTIES).control_sums()
    assert sums["处理金额合计（元）"] == figure(sample_county, "penalty_total").value
    assert sums["违规案件数（件）"] == figure(sample_county, "violation_cases").value


def test_clues_are_counted_by_rule_and_a_rule_without_any_is_there(sample_county):
    from pipelines.clues import rules, standing

    table, found = tables.clues(sample_county, H1), standing(sample_county, "2026-06")
    assert {row[0] for row in table.rows} == {rule.title for rule in rules().values()}
    assert [row[7] for row in table.rows] == sorted((row[7] for row in table.rows), reverse=True)
    assert sum(sum(row[3:6]) for row in table.rows) == len(found)
    assert "不是结论" in table.note


def test_deductions_of_the_assessment_are_what_the_ledger_holds(sample_county):
    assert tables.assessment(sample_county, H1).control_sums()["应扣（元）"] == Decimal(
        figure(sample_county, "assessment_deduction").value
    )


def test_the_uploads_of_the_period_are_its_own_months_and_those_of_no_month(sample_county):
    periods = {row[1] for row in tables.uploads(sample_county, H1).rows}
    assert periods == {*H1.months, "2026", "整表"}
