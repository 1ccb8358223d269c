"""A printed figure knows which figure it is: its key leads back to it, and asking anew gives what the county says."""

from decimal import Decimal

import pytest

import pipelines
from pipelines.answers.aims import aimed
from reports.document import Column, Document, Paragraph, Table
from reports.quoting import ASPECTS, Ref, printed, quote, quotes

H1 = pipelines.Period("2026-01", "2026-06")


@pytest.mark.parametrize("aspect", ASPECTS)
def test_a_key_leads_back_to_its_figure(aspect):
    ref = Ref.of("insured_persons", H1, aspect, scheme="resident", category="disabled+ordinary")
    assert Ref.parse(ref.key) == ref


@pytest.mark.parametrize("key", ["", "insured_persons", "insured_persons;2026-01;value", "a;2026-01..2026-06;x;value"])
def test_what_is_no_key_is_refused(key):
    with pytest.raises(ValueError):
        Ref.parse(key)


def test_a_figure_is_printed_in_its_unit_and_decimals(sample_county):
    paid = Ref.of("fund_expenditure", H1, scheme="resident")
    assert quote(sample_county, paid).text == "6,251.81 万元"
    assert quote(sample_county, Ref.of("reimb_per_case", H1, "difference", scheme="resident")).text == "258 元"
    assert quote(sample_county, Ref.of("reimb_per_case", H1, "change", scheme="resident")).text == "22.55%"


def test_a_difference_of_ratios_is_in_percentage_points_and_is_what_the_two_years_differ_by(sample_county):
    now, ago, apart = (
        quote(sample_county, Ref.of("actual_reimb_ratio", H1, aspect, scheme="resident"))
        for aspect in ("value", "year_ago", "difference")
    )
    assert apart.unit == "个百分点"
    assert abs(now.exact - ago.exact - apart.exact) < Decimal("1e-30")


def test_figures_asked_together_are_those_asked_one_by_one(sample_county):
    refs = [
        Ref.of(kpi, H1, **where)
        for kpi in ("insured_persons", "fund_due")
        for where in ({"scheme": "resident"}, {"scheme": "employee"}, {})
    ]
    together = quotes(sample_county, refs)
    assert list(together) == [ref.key for ref in refs]
    assert together == {ref.key: alone(sample_county, ref) for ref in refs}


def alone(county, ref):
    """The figure by a question of its own."""
    where = {dim: codes.split("+") for dim, codes in ref.where}
    (figure,) = pipelines.ask(county, [ref.kpi], ref.period, where=where)
    return printed(ref, aimed(figure, ref.period.last, dict(ref.where)))


def test_one_of_several_codes_means_any_of_them(sample_county):
    both = Ref.of("insured_persons", H1, scheme="resident", category="disabled+five_guarantees")
    apart = [Ref.of("insured_persons", H1, scheme="resident", category=c) for c in ("disabled", "five_guarantees")]
    assert quote(sample_county, both).value == sum(quote(sample_county, ref).value for ref in apart)


def test_a_missing_figure_is_a_dash_with_the_reason(sample_county):
    found = quote(sample_county, Ref.of("insured_persons", pipelines.Period("2031-01", "2031-06")))
    assert (found.value, found.text[0]) == (None, "—")
    assert found.missing


def test_a_document_lists_each_figure_once_wherever_it_stands(sample_county):
    one = quote(sample_county, Ref.of("fund_expenditure", H1, scheme="resident"))
    two = quote(sample_county, Ref.of("insured_persons", H1, scheme="resident"))
    table = Table(
        "表", (Column("险种"), Column("人", digits=0, total=True)), (("居民", two), ("其他", 3), ("无", None))
    )
    told = Paragraph(("支出 ", one, "，参保 ", two, "。"))
    more = dict(scope="", unit="", as_of="", build_id="", by="", at=None)
    document = Document("page", "题", H1, blocks=(told, table), **more)
    assert list(document.quotes()) == [one.key, two.key]
    assert told.text == "支出 6,251.81 万元，参保 461,843 人。"
    assert table.control_sums() == {"人": two.value + 3}


@pytest.mark.parametrize(
    ("kpis", "wheres"),
    [
        (["fund_expenditure", "usage_rate_due", "enrolment_rate"], [{"scheme": s} for s in ("resident", "employee")]),
        (["penalty_total", "violation_cases"], [{"activity": a} for a in ("daily_audit", "follow_up", "assessment")]),
        (["cost_per_case", "alos"], [{"scheme": "resident", "place": p} for p in ("in_county", "out_of_county")]),
        (["insured_persons"], [{"category": "disabled+ordinary"}, {"category": "disabled"}]),
    ],
)
def test_figures_of_many_groups_are_those_asked_one_by_one(sample_county, kpis, wheres):
    refs = [Ref.of(kpi, H1, aspect, **where) for kpi in kpis for where in wheres for aspect in ("value", "year_ago")]
    assert quotes(sample_county, refs) == {ref.key: alone(sample_county, ref) for ref in refs}
