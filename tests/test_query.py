"""What comes with a figure: its change, its target, a typed value; and the months and formulas it is asked by."""

from decimal import Decimal
from pathlib import Path

import pytest

from pipelines import Period, PeriodError, ask, kpis, load, open_county
from pipelines.formulas import FormulaError, evaluate, names_in, rounded
from pipelines.periods import months_between, shifted
from tests.files import HISTORY, SETTLEMENT, STAFF, rows, write

HALF_YEAR = Period("2024-01", "2024-06")


def loaded(folder: Path, **uploads: list[dict]):
    """A county with these uploads: name of the file -> rows."""
    for name, listed in uploads.items():
        write(folder, listed, f"{name}.csv")
    receipts = load(folder / "warehouse", [folder], "测试")
    assert {r.status for r in receipts} == {"loaded"}, [p.text for r in receipts for p in r.problems]
    return open_county(folder / "warehouse")


# ---------------------------------------------------------------- change


@pytest.fixture(scope="module")
def two_years(tmp_path_factory):
    """In June 2025 three stays of 1000, half of it paid; in June 2026 four of 1000.01, of which 600.01 are paid."""
    before = [{"结算日期": "2025-06-05", "医疗费总额": "1000.00", "基金支付总额": "500.00"}] * 3
    now = [{"结算日期": "2026-06-05", "医疗费总额": "1000.01", "基金支付总额": "600.01"}] * 4
    return loaded(tmp_path_factory.mktemp("two_years"), paid=rows(SETTLEMENT, *before, *now))


@pytest.mark.parametrize(
    ("kpi_id", "change", "unit"),
    [
        ("inpatient_cases", 100 * Decimal(4 - 3) / 3, "%"),
        ("inpatient_total_fee", 100 * (4 * Decimal("1000.01") - 3000) / 3000, "%"),
        ("cost_per_case", 100 * Decimal("0.01") / 1000, "%"),
        ("actual_reimb_ratio", 100 * Decimal("600.01") / Decimal("1000.01") - 50, "百分点"),
    ],
)
def test_a_ratio_changes_by_points_and_anything_else_by_per_cent(two_years, kpi_id, change, unit):
    (figure,) = ask(two_years, [kpi_id], Period("2026-06", "2026-06"))
    assert (figure.change, figure.change_unit) == (rounded(change, 2), unit)


def test_a_change_is_taken_before_rounding(two_years):
    (figure,) = ask(two_years, ["actual_reimb_ratio"], Period("2026-06", "2026-06"))
    assert figure.change == rounded(figure.exact - figure.exact_year_ago, 2)
    assert figure.exact != figure.value


def test_nothing_changes_against_nothing(two_years):
    (figure,) = ask(two_years, ["inpatient_cases"], Period("2025-06", "2025-06"))
    assert (figure.value, figure.year_ago, figure.change) == (3, None, None)
    (zero,) = ask(two_years, ["inpatient_cases"], Period("2026-06", "2026-06"), where={"scheme": "employee"})
    assert (zero.value, zero.year_ago, zero.change) == (0, 0, None)


# ---------------------------------------------------------------- money to the fen


@pytest.mark.parametrize(
    ("fees", "cases", "mean"),
    [(["5064.78"], 84, "60.30"), (["0.01"], 2, "0.01"), (["0.01", "0.02"], 200, "0.00"), (["1.00"], 3, "0.33")],
)
def test_a_mean_is_divided_last_and_a_tie_goes_up(tmp_path, fees, cases, mean):
    """506478 fen over 84 is 60.295: floating arithmetic makes 60.29 of it."""
    paid = [{"医疗费总额": fee, "基金支付总额": "0"} for fee in (fees + ["0.00"] * cases)[:cases]]
    (figure,) = ask(loaded(tmp_path, paid=rows(SETTLEMENT, *paid)), ["cost_per_case"], Period("2026-06", "2026-06"))
    assert figure.value == Decimal(mean)
    assert figure.numerator == sum(map(Decimal, fees))


def test_a_hundred_thousand_million_yuan_are_exact_to_the_fen(tmp_path):
    fee = "99999999999999.99"
    county = loaded(tmp_path, paid=rows(SETTLEMENT, *[{"医疗费总额": fee, "基金支付总额": "0.01"}] * 3))
    (figure,) = ask(county, ["inpatient_total_fee"], Period("2026-06", "2026-06"))
    assert figure.value == 3 * Decimal(fee)


# ---------------------------------------------------------------- typed figures


def test_a_typed_figure_stands_where_there_are_no_rows(tmp_path):
    county = loaded(tmp_path, history=[HISTORY], paid=rows(SETTLEMENT, {}))
    (typed,) = ask(county, ["cost_per_case"], HALF_YEAR, where={"scheme": "resident", "place": "in_county"})
    assert (typed.value, typed.numerator, typed.missing) == (Decimal("2254.00"), None, "")
    (year_later,) = ask(
        county, ["cost_per_case"], Period("2025-01", "2025-06"), where={"scheme": "resident", "place": "in_county"}
    )
    assert (year_later.value, year_later.year_ago) == (None, Decimal("2254.00"))


@pytest.mark.parametrize(
    ("period", "where"),
    [
        (Period("2024-01", "2024-05"), {"scheme": "resident", "place": "in_county"}),
        (HALF_YEAR, {"scheme": "employee", "place": "in_county"}),
        (HALF_YEAR, {"scheme": "resident"}),
        (HALF_YEAR, {}),
        (HALF_YEAR, {"scheme": ["resident", "employee"], "place": "in_county"}),
    ],
)
def test_a_typed_figure_stands_for_nothing_else(tmp_path, period, where):
    county = loaded(tmp_path, history=[HISTORY])
    (figure,) = ask(county, ["cost_per_case"], period, where=where)
    assert figure.value is None
    assert figure.missing.startswith("未上传：结算明细")


def test_rows_go_before_a_typed_figure(tmp_path):
    typed = HISTORY | {"起始年月": "2026-06", "截止年月": "2026-06", "险种类型": "", "范围": ""}
    county = loaded(tmp_path, history=[typed], paid=rows(SETTLEMENT, {}))
    (figure,) = ask(county, ["cost_per_case"], Period("2026-06", "2026-06"))
    assert figure.value == Decimal("2163.00")


def test_figures_typed_for_two_parts_are_not_the_figure_of_the_whole(tmp_path):
    county = loaded(
        tmp_path, history=[HISTORY | {"范围": "市内异地", "数值": "1"}, HISTORY | {"范围": "跨省异地", "数值": "2"}]
    )
    (figure,) = ask(county, ["cost_per_case"], HALF_YEAR, where={"scheme": "resident", "place": "out_of_county"})
    assert figure.value is None


# ---------------------------------------------------------------- targets

TARGET = {
    "年度": "2026",
    "机构编码": "",
    "机构类别": "",
    "指标": "次均住院费用",
    "险种类型": "",
    "指标性质": "控制",
    "判定": "≤",
    "目标值": "0",
}


@pytest.fixture(scope="module")
def with_targets(tmp_path_factory):
    targets = [
        TARGET | {"机构类别": "全县", "目标值": "2000"},
        TARGET | {"机构类别": "全县", "险种类型": "390", "目标值": "1900"},
        TARGET | {"机构类别": "县级医院", "目标值": "3000"},
        TARGET | {"机构编码": "H99010100001", "目标值": "2500.50"},
        TARGET | {"机构类别": "全县", "年度": "2025", "目标值": "1800"},
        TARGET | {"机构类别": "全县", "指标": "参保率", "目标值": "96"},
    ]
    paid = rows(SETTLEMENT, {}, {"定点医药机构编号": "H99010100002"})
    return loaded(tmp_path_factory.mktemp("targets"), targets=targets, paid=paid, staff=[STAFF])


@pytest.mark.parametrize(
    ("where", "target"),
    [
        ({}, "2000.00"),
        ({"scheme": "resident"}, "1900.00"),
        ({"scheme": "employee"}, "2000.00"),
        ({"kind": "county_hospital"}, "3000.00"),
        ({"institution": "H99010100001"}, "2500.50"),
        ({"kind": "county_hospital", "institution": "H99010100001"}, "2500.50"),
        ({"kind": "county_hospital", "institution": "H99010100002"}, "3000.00"),
        ({"kind": "township"}, None),
        ({"level": "level2"}, None),
    ],
)
def test_the_closest_target_of_the_year_comes_with_a_figure(with_targets, where, target):
    (figure,) = ask(with_targets, ["cost_per_case"], Period("2026-06", "2026-06"), where=where)
    assert figure.target == (None if target is None else Decimal(target))


def test_a_target_is_that_of_its_year_and_an_uploaded_one_goes_before_the_statutory(with_targets):
    def target(kpi_id: str, month: str) -> Decimal | None:
        return ask(with_targets, [kpi_id], Period(month, month))[0].target

    assert (target("cost_per_case", "2025-06"), target("cost_per_case", "2024-06")) == (Decimal(1800), None)
    assert (target("enrolment_rate", "2026-06"), target("enrolment_rate", "2025-06")) == (Decimal(96), Decimal(95))


# ---------------------------------------------------------------- months and formulas


@pytest.mark.parametrize(
    ("first", "last", "label", "months"),
    [
        ("2026-06", "2026-06", "2026年6月", 1),
        ("2026-01", "2026-06", "2026年1—6月", 6),
        ("2025-07", "2026-06", "2025年7月—2026年6月", 12),
    ],
)
def test_a_period_is_named_as_reports_name_it(first, last, label, months):
    period = Period(first, last)
    assert (period.label, len(period.months)) == (label, months)
    assert period.year_ago() == Period(shifted(first, -12), shifted(last, -12))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-06", "2026-01"),
        ("2026-13", "2026-13"),
        ("2026-1", "2026-06"),
        ("", ""),
        ("2026-00", "2026-06"),
        ("２０２６-01", "2026-06"),
    ],
)
def test_what_is_no_period_is_named(first, last):
    with pytest.raises(PeriodError, match="期间"):
        Period(first, last)


def test_months_run_over_the_end_of_a_year():
    assert months_between("2025-11", "2026-02") == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert [shifted("2026-01", by) for by in (-13, -1, 0, 11, 12)] == [
        "2024-12",
        "2025-12",
        "2026-01",
        "2026-12",
        "2027-01",
    ]


def test_the_period_that_is_not_named_is_january_to_the_last_month(two_years):
    assert two_years.default_period == Period("2026-01", "2026-06")
    assert (two_years.first_month, two_years.last_month) == ("2025-06", "2026-06")


@pytest.mark.parametrize(
    ("formula", "value"),
    [("a + b * 2", 3 + 4 * 2), ("(a + b) * 2", 14), ("a - -b", 7), ("a / b", Decimal("0.75")), ("100 * a / b", 75)],
)
def test_a_formula_is_sums_and_quotients(formula, value):
    assert evaluate(formula, {"a": 3, "b": 4}) == value
    assert names_in(formula) == ("a", "b")


@pytest.mark.parametrize(("a", "b"), [(None, 1), (1, None), (1, 0)])
def test_a_formula_of_something_unknown_or_over_nothing_is_unknown(a, b):
    assert evaluate("a / b", {"a": a, "b": b}) is None


@pytest.mark.parametrize(
    "formula",
    [
        "a ** b",
        "f(a)",
        "a.b",
        "a[0]",
        "a if b else c",
        "lambda: a",
        "'a' + b",
        "a; b",
        "",
        "a = 1",
        "a and b",
        "__import__('os')",
    ],
)
def test_a_formula_is_nothing_else(formula):
    with pytest.raises(FormulaError):
        names_in(formula)


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [("0.005", 2, "0.01"), ("-0.005", 2, "-0.01"), ("2.5", 0, "3"), ("1.004999", 2, "1.00")],
)
def test_ties_go_away_from_zero(value, digits, shown):
    assert rounded(Decimal(value), digits) == Decimal(shown)


@pytest.mark.parametrize(
    ("kpi_id", "value", "shown"),
    [
        ("fund_expenditure", "62518100.00", "6,251.81"),
        ("cost_per_case", "2163.50", "2,164"),
        ("actual_reimb_ratio", "49.6", "49.60"),
        ("current_balance", "-12345.00", "−1.23"),
        ("insured_persons", None, "—"),
    ],
)
def test_a_value_is_shown_in_its_unit(kpi_id, value, shown):
    assert kpis()[kpi_id].display(None if value is None else Decimal(value)) == shown
