"""Every figure of the printed county half-year report stands in the half-year text; the misprinted ones corrected."""

from decimal import Decimal

import pytest

import pipelines
from pipelines.answers.query import ask
from pipelines.formulas import rounded
from pipelines.printed.figure_binding import bind, magnitude
from pipelines.printed.figure_list import REPORT, read_figures
from pipelines.printed.verify import aspect_value
from reports.quoting import Ref

H1 = pipelines.Period("2026-01", "2026-06")
PRINTED = [figure for figure in read_figures(REPORT) if figure.id[:3] not in ("a1_", "a3_")]
# printed wrongly, or following from what was: what the sums say instead, in the printed unit and decimals
CORRECTED = {
    "resident_actual_reimb_ratio": Decimal("47.60"),
    "resident_actual_reimb_ratio_diff": Decimal("0.82"),
    "pilot_cost_per_bed_day_reduction_rate": Decimal("35.65"),
    "managed_insured": Decimal("49"),
    "insured_per_staff": Decimal("3.81"),
}


def wanted(binding) -> Ref:
    """The figure that the text should carry: of the half-year, also where the report told of its first quarter."""
    aspect = "year_ago" if binding.period.endswith("_prev") else binding.aspect
    codes = {dim: code if isinstance(code, str) else "+".join(code) for dim, code in binding.where.items()}
    return Ref.of(binding.kpi.id, H1, aspect, **codes)


@pytest.fixture(scope="module")
def quoted(half_year):
    return {key: quote for section in half_year.values() for key, quote in section.quotes().items()}


def test_all_of_the_reports_figures_are_bound():
    assert [figure.id for figure in PRINTED if bind(figure).status != "bound"] == []
    assert len(PRINTED) == 118


@pytest.mark.parametrize("figure", PRINTED, ids=lambda figure: figure.id)
def test_a_printed_figure_stands_in_the_text_with_the_engines_value(figure, quoted, sample_county):
    binding = bind(figure)
    quote = quoted[wanted(binding).key]
    digits = -figure.value.as_tuple().exponent
    many = magnitude(figure.unit) / (10000 if quote.unit == "万元" else 1)
    assert rounded(quote.exact / many, digits) == CORRECTED.get(figure.id, figure.value)
    period = H1.year_ago() if binding.period.endswith("_prev") else H1
    answer = ask(sample_county, [binding.kpi.id], period, where=binding.where)[0]
    engine = aspect_value(answer, binding.aspect)[0] / (10000 if quote.unit == "万元" else 1)
    assert rounded(engine, quote.digits) == quote.value


def test_the_figures_are_printed_in_the_text_itself(half_year):
    for section in half_year.values():
        for quote in section.quotes().values():
            assert quote.text in section.text
