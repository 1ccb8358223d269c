"""The checker of written reports: what it finds in the labelled texts, and what it leaves alone."""

import re

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


# ---------------------------------------------------------------- whatever is pasted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "没有数字。",
        "1" * 50_000,
        "（" * 20_000,
        " " * 50_000,
        "其中占比" * 5_000,
        "a\tb\tc\n" * 2_000,
        "0元，占0元的0%。",
    ],
    ids=["nothing", "words", "digits", "brackets", "spaces", "cues", "tabs", "noughts"],
)
def test_odd_text_is_checked_without_an_error(text):
    assert check(text).text == text


def test_every_place_that_is_named_holds_the_words_that_are_quoted():
    for report in labels.reports("development"):
        found = check(report.text)
        assert all(found.text[one.start : one.end] == one.quoted for one in found.findings)
        assert all(found.text[one.start : one.end] == one.text for one in found.claims)
        assert all(0 <= start < end <= len(found.text) for one in found.findings for start, end in one.parts)


def test_spaces_and_line_breaks_that_lay_a_text_out_change_nothing():
    text = labels.report(labels.CORPUS / "county.toml").text
    spaced = re.sub(r"(?<=[一-龥])(?=\d)|(?<=\d)(?=[一-龥])", " ", text)
    assert [(v, q.replace(" ", "")) for v, q in found(spaced)] == found(text)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("住院实际补偿比例由68.9%提高到70.3%，下降1.4个百分点。", "下降"),
        ("基金支出5631.18万元，比去年同期的5820.44万元减少189.26万元，增长3.25%。", "增长"),
        ("职工医保参保人数27586，完成任务。", "27586"),
        ("违规金额减少103677元，下降11.5个百分点。", "11.5个百分点"),
        ("对过渡检查的处罚", "过渡检查"),
        ("做好20xx年工作", "20xx年"),
        ("基金基金收支平衡", "基金基金"),
        ("一、甲\n二、乙\n四、丙", "四、"),
    ],
)
def test_slips_of_the_pen_are_pointed_at(text, right):
    assert ("wording", right) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "做好新旧政策的过渡，过渡期到年底。",
        "逐一核对，一一落实，人人参保。",
        "一是甲。二是乙。三是丙。\n一是丁。二是戊。",
        "2.10月至12月评审。",
        "县医院次均费用6820元，中医院次均费用5910元。",
        "全县共320家，其中医院12家，药店108家。",
        "约谈20家、通报15家，还有8家正在整改。",
        "收入比上年增长3.2%，其中个人缴费下降1.1%。",
    ],
)
def test_what_is_only_like_an_error_raises_no_alarm(text):
    assert found(text) == []
