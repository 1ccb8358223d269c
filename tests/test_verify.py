"""Checking a written report: digits as intervals, misprints, what follows from them, and lists of other counties."""

from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import verify as verification
from pipelines.decode import UnreadableFile
from pipelines.figure_binding import bind
from pipelines.figure_list import read_figures
from pipelines.figure_periods import is_period, months_of
from pipelines.formulas import evaluate
from pipelines.intervals import Interval, evaluate_intervals, printed_interval
from pipelines.registry import kpis

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
            value = values.get((ids[0], period.first))
            return [figure_of(kpis()[ids[0]], value)]

        monkeypatch.setattr(verification, "ask", ask)
        return asked

    return answering


def figure_of(kpi, value):
    value = None if value is None else Decimal(value)
    missing = "" if value is not None else "未上传：结算明细 2026年3月"
    return SimpleNamespace(
        kpi=kpi, value=value, numerator=None, denominator=None, year_ago=None, target=None, missing=missing
    )


def checks(path, county=COUNTY):
    return {check.id: check for check in verification.verify(county, path, 2026)}


# ---------------------------------------------------------------- intervals


def test_a_figure_stands_for_half_a_unit_of_its_last_printed_digit():
    assert printed_interval(Decimal("49.60")) == Interval(Fraction("49.595"), Fraction("49.605"))
    assert printed_interval(Decimal("51")) == Interval(Fraction("50.5"), Fraction("51.5"))


def test_an_interval_divided_by_one_that_holds_zero_is_unknown():
    names = {"a": printed_interval(Decimal("3")), "b": printed_interval(Decimal("0"))}
    assert evaluate_intervals("a/b", names) is None
    assert evaluate_intervals("1 + a/b", names) is None


@given(
    st.decimals(-1000, 1000, places=2), st.decimals(-1000, 1000, places=1), st.decimals(1, 1000, places=2), st.data()
)
def test_whatever_the_inputs_stood_for_the_result_is_in_the_interval(a, b, c, data):
    formula = "100 * (a - b) / c + -a * b"
    printed = {"a": a, "b": b, "c": c}
    ranges = {name: printed_interval(value) for name, value in printed.items()}
    true = {name: data.draw(st.decimals(*ends(r), places=5)) for name, r in ranges.items()}
    assert evaluate_intervals(formula, ranges).holds(evaluate(formula, true))


def ends(interval):
    return [Decimal(end.numerator) / Decimal(end.denominator) for end in (interval.low, interval.high)]


# ---------------------------------------------------------------- periods


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("H1", ("2026-01", "2026-06")),
        ("H1_prev", ("2025-01", "2025-06")),
        ("Q1", ("2026-01", "2026-03")),
        ("M1-M5", ("2026-01", "2026-05")),
        ("Y", ("2026-01", "2026-05")),
        ("Y_prev", ("2025-01", "2025-05")),
        ("Q", ("2026-04", "2026-06")),
        ("2024-07..2024-12", ("2024-07", "2024-12")),
    ],
)
def test_a_named_period_is_taken_in_the_year_asked_for(text, months):
    assert months_of(text, 2026, "2026-05") == months


def test_a_year_that_is_over_has_twelve_months():
    assert months_of("Y", 2025, "2026-05") == ("2025-01", "2025-12")


@pytest.mark.parametrize("text", ["H3", "Q5", "M13", "M5-M1", "2026", "2026-06..2026-01", "上半年"])
def test_an_unknown_period_is_seen(text):
    assert not is_period(text)


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


# ---------------------------------------------------------------- another county's list


@pytest.mark.parametrize(
    ("row", "kpi"),
    [
        ("x,县内次均住院费用,2100,元,H1,,resident,in-county", "cost_per_case"),
        ("x,城乡居民医保参保人数,461843,人,H1,,居民,全县", "insured_persons"),
        ("x,去年同期住院实际补偿比例,46.78,%,H1_prev,,resident,", "actual_reimb_ratio"),
        ("x,试点次均住院费用,453,元,H1,,resident,pilot", "cost_per_case"),
        ("x,实际报销比,52.1,%,H1,,employee,", "actual_reimb_ratio"),
    ],
)
def test_an_unknown_figure_is_found_by_its_name_and_scope(figures, row, kpi):
    assert bind(read_figures(figures(row))[0]).kpi.id == kpi


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("x,次均住院费用,21,%,H1,,resident,", "单位"),
        ("x,在编在岗人数,13,名,H1,,resident,", "不能按"),
        ("x,医生人数,13,名,H1,,,", "没有“医生人数”"),
    ],
)
def test_a_figure_that_only_looks_like_a_kpi_is_not_bound(figures, row, reason):
    binding = bind(read_figures(figures(row))[0])
    assert binding.status == "unbound"
    assert reason in binding.reason


def test_a_list_saved_by_excel_in_gbk_with_chinese_headers_is_read(figures):
    header = "编号,名称,数值,单位,期间,公式,险种,范围"
    path = figures('x,次均住院费用,"２,163.50",元,H1,,居民,县内', header=header, encoding="gb18030")
    figure = read_figures(path)[0]
    assert (str(figure.value), figure.scheme, figure.scope) == ("2163.50", "resident", "in-county")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("x,名,一千,元,H1,,,", "第 2 行“value”：“一千”；应为数字，如 49.60"),
        ("x,名,1,元,上半年,,,", "第 2 行“period”：“上半年”"),
        ("x,名,1,元,H1,a+1,,", "第 2 行“formula”：“a”；公式里的编号应在本表中"),
        ("x,名,1,元,H1,__import__('os'),,", "第 2 行“formula”"),
        ("x,名,1,元,H1,x if x else 'a',,", "第 2 行“formula”"),
        ("x,名,1,元,H1,'a'+x,,", "第 2 行“formula”"),
        ("x,名,1,元,H1,,商业,", "第 2 行“insurance_type”：“商业”"),
        ("x,名,1,元,H1,,,村里", "第 2 行“scope”：“村里”"),
        ("x,名,,元,H1,,,", "第 2 行“value”：空白；必填"),
        ("x,名,1,元", "第 2 行：“4 列”；应为 8 列"),
    ],
)
def test_a_faulty_row_is_refused_where_it_stands(figures, row, said):
    with pytest.raises(UnreadableFile) as error:
        read_figures(figures(row))
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("header", "said"),
    [("id,name_zh,value,unit", "period"), (HEADER + ",颜色", "颜色"), (HEADER + ",id", "出现多次")],
)
def test_a_faulty_header_is_refused(figures, header, said):
    with pytest.raises(UnreadableFile, match=said):
        read_figures(figures("x,名,1,元,H1,,,", header=header))


def test_an_id_that_stands_twice_is_refused(figures):
    with pytest.raises(UnreadableFile, match="编号重复"):
        read_figures(figures("x,名,1,元,H1,,,", "x,名,2,元,H1,,,"))


def test_a_file_that_is_not_a_table_is_refused(tmp_path):
    path = tmp_path / "figures.csv"
    path.write_bytes(b"PK\x03\x04 an office file")
    with pytest.raises(UnreadableFile, match="figures.csv"):
        read_figures(path)
    with pytest.raises(UnreadableFile, match="打不开"):
        read_figures(tmp_path / "nowhere.csv")
