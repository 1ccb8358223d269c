"""The checker of written reports: what it finds in the labelled texts, and what it leaves alone."""

import pytest

from pipelines import Period
from reports.checking import check
from tests.reports.checking import labels

WRONG = ("impossible", "rounding", "wording")


def found(text):
    """(verdict, quoted words) of everything but what agrees."""
    return [(one.verdict, one.quoted) for one in check(text).findings if one.verdict in WRONG]


def impossible(text):
    return [one.quoted for one in check(text).findings if one.verdict == "impossible"]


def test_the_county_report_holds_four_impossible_figures_three_of_rounding_four_slips_and_no_false_alarm():
    county = labels.report(labels.CORPUS / "county.toml")
    wanted = [(one.kind, *one.span(county.text)) for one in county.planted]
    alarms = [one for one in check(county.text).findings if one.verdict in WRONG]
    assert len(alarms) == len(wanted)
    for one in alarms:
        assert [w for w in wanted if w[0] == one.verdict and w[1] < one.end and one.start < w[2]], one.message


def test_most_of_what_that_report_says_is_found_to_agree():
    county = labels.report(labels.CORPUS / "county.toml")
    assert sum(one.verdict == "agrees" for one in check(county.text).findings) >= 25


CLEAN = [report for report in labels.reports("development") if not report.planted]


@pytest.mark.parametrize("report", CLEAN, ids=lambda report: report.name)
def test_a_report_without_errors_raises_no_alarm(report):
    assert found(report.text) == []


@pytest.mark.parametrize(
    ("right", "wrong", "quoted"),
    [
        ("平均床日费用74元，比115元少41元，低35.65%。", "平均床日费用74元，比115元少41元，低36.65%。", "36.65%"),
        ("比去年同期的2254元降低91元", "比去年同期的2254元降低19元", "19元"),
        ("占基金支出6251.81万元的80.02%", "占基金支出6251.81万元的82.02%", "82.02%"),
        ("完成扩面任务26994人的102.19%", "完成扩面任务26994人的120.19%", "120.19%"),
        ("，提高2.82个百分点", "，提高2.28个百分点", "2.28个百分点"),
    ],
)
def test_a_change_of_one_digit_is_impossible(right, wrong, quoted):
    subjects = {
        "比去": "县内次均住院费用为2163元，",
        "占基": "住院补偿支出5002.68万元，",
        "完成": "职工医保参保人数27586人，",
        "，提": "住院实际补偿比例49.60%，上年同期46.78%",
    }
    subject = subjects.get(right[:2], "")
    assert impossible(subject + right) == []
    assert impossible(subject + wrong) == [quoted]


# ---------------------------------------------------------------- against the warehouse


def test_the_warehouse_agrees_with_the_county_report_but_for_its_misprints_and_what_was_made_of_them(sample_county):
    county = labels.report(labels.CORPUS / "county.toml")
    told = [one for one in check(county.text, sample_county).findings if one.kind == "warehouse"]
    differs = {one.quoted for one in told if one.verdict == "differs"}
    assert differs == {"49.60", "2.82个百分点", "51万人", "3.92万人"}
    assert sum(one.verdict == "agrees" for one in told) > 60
    assert next(one for one in told if one.quoted == "49.60").recomputed.endswith("47.60%")


def test_months_come_from_the_text_else_from_the_period_asked_for(sample_county):
    asked = Period("2026-01", "2026-06")
    [half] = list(check("2026年上半年职工医保住院1785人次。", sample_county).findings)
    [open_] = list(check("职工医保住院1785人次。", sample_county, asked).findings)
    [quarter] = list(check("2026年一季度职工医保住院1785人次。", sample_county).findings)
    assert (half.verdict, open_.verdict, quarter.verdict) == ("agrees", "agrees", "differs")
    assert check("2019年上半年职工医保住院1785人次。", sample_county).findings[0].verdict == "unknown"


def kinds(text):
    """The kinds of the slips of the pen in a text."""
    return [one.kind for one in check(text).findings if one.verdict == "wording"]


def test_a_unit_said_in_brackets_before_the_figure_is_not_missing():
    assert kinds("共 26 行；基金支付（元）合计 310,409.27。") == []
    assert kinds("共 26 行；基金支付合计 310,409.27。") == ["unit"]


@pytest.mark.parametrize("line", ["45.08", "21 个机构没有达标。", "44.44 "])
def test_a_figure_at_the_beginning_of_a_line_is_no_number_of_a_heading(line):
    assert "numbering" not in kinds(f"一、支出情况\n1.住院。\n2.门诊。\n{line}\n3.药店。")


def test_rows_of_a_table_whose_head_is_not_known_are_left_alone():
    rows = "居民\t461,843\t459,104\t+0.60\t95.18\n职工\t27,586\t26,896\t+2.57\t102.19\n"
    assert check(f"扩面任务5900人，参保5432人。\n{rows}").findings == ()
