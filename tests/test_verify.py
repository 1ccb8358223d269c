"""Checking a written report against itself and against the warehouse: misprints, and what follows from them."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from pipelines.printed import verify as verification

HEADER = "id,name_zh,value,unit,period,formula,insurance_type,scope"
COUNTY = SimpleNamespace(last_month="2026-06")
EMPTY = SimpleNamespace(last_month=None)


@pytest.fixture
def figures(tmp_path):
    def written(*rows, header=HEADER, encoding="utf-8-sig"):
        path = tmp_path / "figures.csv"
        path.write_text("\n".join([header, *rows]) + "\n", encoding=encoding)
        return path

    return written


@pytest.fixture
def warehouse(monkeypatch):
    """A warehouse that knows the values given: {(kpi, first month): value}; it notes what it was asked."""
    asked = []

    def answering(values):
        def ask(county, ids, period, where):
            asked.append((ids[0], period.first, period.last, where))
            pair = [values.get((ids[0], p.first)) for p in (period, period.year_ago())]
            return [figure_of(*pair)]

        monkeypatch.setattr(verification, "ask", ask)
        return asked

    return answering


def figure_of(value, year_ago):
    now, ago = (None if v is None else Decimal(v) for v in (value, year_ago))
    missing = "" if now is not None else "未上传：结算明细 2026年3月"
    return SimpleNamespace(exact=now, exact_year_ago=ago, target=None, missing=missing)


def checks(path, county=COUNTY):
    return {check.id: check for check in verification.verify(county, path, 2026)}


# ---------------------------------------------------------------- a report against itself


def test_a_figure_that_its_inputs_cannot_give_is_a_misprint(figures):
    rows = ["due,应筹,200,万元,H1,,,", "paid,支出,50.5,万元,H1,,,", "share,占比,35.25,%,H1,100*paid/due,,"]
    share = checks(figures(*rows), EMPTY)["share"]
    assert (share.status, share.printed, share.computed) == ("misprint", Decimal("35.25"), Decimal("25.25"))
    assert "100*50.5/200 = 25.25" in share.note


def test_a_figure_within_the_rounding_of_its_inputs_is_not_a_misprint(figures):
    rows = ["visits,人次,64.68,万人次,H1,,,", "insured,人数,461843,人,H1,,,"]
    rate = checks(figures(*rows, "rate,占比,140.06,%,H1,100*visits*10000/insured,,"), EMPTY)["rate"]
    assert (rate.status, rate.computed) == ("within_rounding", Decimal("140.05"))


def test_a_figure_without_a_kpi_or_a_formula_is_outside(figures):
    check = checks(figures("x,走访企业家数,7,家,H1,,,"))["x"]
    assert (check.status, check.computed) == ("outside", None)
    assert "走访企业家数" in check.note


# ---------------------------------------------------------------- a report against the warehouse


def test_a_figure_equal_to_the_printed_digits_is_equal(figures, warehouse):
    asked = warehouse({("cost_per_case", "2026-01"): "2163.4999"})
    check = checks(figures("in_county_cost_per_case,县内次均住院费用,2163,元,H1,,resident,in-county"))
    assert check["in_county_cost_per_case"].status == "equal"
    assert asked == [("cost_per_case", "2026-01", "2026-06", {"scheme": "resident", "place": "in_county"})]


def test_a_figure_is_compared_in_its_printed_unit(figures, warehouse):
    warehouse({("inpatient_total_fee", "2026-01"): "105099000.00"})
    check = checks(figures("f,住院总费用,10509.90,万元,H1,,resident,county total"))["f"]
    assert (check.status, check.computed) == ("equal", Decimal("10509.90"))


def test_growth_comes_from_unrounded_values(figures, warehouse):
    warehouse({("reimb_per_case", "2026-01"): "1402.02", ("reimb_per_case", "2025-01"): "1144.05"})
    row = "resident_inpatient_reimb_per_case_growth,增长率,22.55,%,H1,,resident,county total"
    assert checks(figures(row))["resident_inpatient_reimb_per_case_growth"].computed == Decimal("22.55")


def test_a_fall_is_printed_as_a_positive_number(figures, warehouse):
    warehouse({("cost_per_case", "2026-01"): "2163", ("cost_per_case", "2025-01"): "2254"})
    row = "in_county_cost_per_case_diff,降低额,91,元,H1,,resident,in-county"
    assert checks(figures(row))["in_county_cost_per_case_diff"].status == "equal"


def test_a_figure_that_follows_from_a_misprint_is_only_a_reference(figures, warehouse):
    warehouse({("managed_insured", "2026-01"): "494861", ("insured_per_staff", "2026-01"): "38066"})
    path = figures(
        "a,人数,461843,人,H1,,,",
        "staff,人员,13,名,H1,,,",
        "managed_insured,管理参保人员,51,万人,H1,a/10000,,",
        "insured_per_staff,人均,3.92,万人,H1,managed_insured/staff,,",
    )
    found = checks(path)
    assert (found["managed_insured"].status, found["managed_insured"].computed) == ("misprint", Decimal("49.49"))
    assert (found["insured_per_staff"].status, found["insured_per_staff"].computed) == ("reference", Decimal("3.81"))


def test_a_misprint_that_the_warehouse_repeats_shows_what_the_report_adds_up_to(figures, warehouse):
    warehouse({("managed_institutions", "2026-01"): "351"})
    path = figures(
        "m,机构,228,个,H1,,,", "p,药店,39,个,H1,,,", "managed_institutions,两定机构,351,个,H1,m+p,,institution"
    )
    check = checks(path)["managed_institutions"]
    assert (check.status, check.computed) == ("misprint", Decimal("267"))


def test_the_typing_error_is_blamed_on_the_input_not_on_what_follows_from_it(figures, warehouse):
    warehouse({("fund_due", "2026-01"): "134191600", ("usage_rate_due", "2026-01"): "46.5887"})
    path = figures(
        "resident_fund_due,应筹,14319.16,万元,Y,,resident,county total",
        "paid,支出,6251.81,万元,H1,,,",
        "resident_fund_usage_rate_due,使用率,46.59,%,H1,100*paid/resident_fund_due,resident,county total",
    )
    found = checks(path)
    assert found["resident_fund_due"].status == "differs"
    assert found["resident_fund_usage_rate_due"].status == "equal"


def test_a_figure_whose_rows_are_not_there_is_missing_with_the_reason(figures, warehouse):
    warehouse({})
    check = checks(figures("f,次均住院费用,2163,元,H1,,resident,in-county"))["f"]
    assert (check.status, check.computed) == ("missing", None)
    assert "未上传：结算明细 2026年3月" in check.note


def test_a_typed_figure_is_a_reference_even_when_it_agrees(figures, warehouse):
    warehouse({("ss_cards_reissued", "2026-01"): "624"})
    check = checks(figures("ss_cards_reissued,社会保障卡,624,张,H1,,none,county total"))["ss_cards_reissued"]
    assert (check.status, check.computed) == ("reference", Decimal("624"))


# ---------------------------------------------------------------- the half-year report against the sample county

MISPRINTS = {
    "resident_actual_reimb_ratio": "47.60",
    "pilot_cost_per_bed_day_reduction_rate": "35.65",
    "managed_institutions": "267",
    "managed_insured": "49.49",
}


@pytest.fixture(scope="module")
def report(sample_county):
    return verification.verify(sample_county)


def test_the_report_has_exactly_four_misprints_on_the_sample_county(report):
    assert {c.id: str(c.computed) for c in report if c.status == "misprint"} == MISPRINTS


def test_every_figure_of_the_report_is_accounted_for(report):
    assert len(report) == 153
    assert {c.id for c in report if c.status in ("differs", "missing")} == set()
    assert all(c.note for c in report)


def test_a_reference_differs_from_the_warehouse_only_where_it_follows_from_a_misprint(report):
    computed = {c.id for c in report if c.status == "reference" and c.computed is not None and c.computed != c.printed}
    assert computed == {"resident_actual_reimb_ratio_diff", "insured_per_staff"}


def test_the_figures_outside_the_product_are_the_insurance_industrys(report):
    assert all(c.id.startswith("a1_") and c.computed is None for c in report if c.status == "outside")
