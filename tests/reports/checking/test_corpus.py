"""Every label of the reports that the checker is measured by is right: once in the text, and by exact arithmetic."""

import csv
import re
from collections import Counter

import pytest

from pipelines.contracts import DEFINITIONS
from tests.reports.checking import labels, measure

REPORTS = labels.reports()
PLANTED = [
    pytest.param(report, planted, id=f"{report.name}: {planted.mark}")
    for report in REPORTS
    for planted in report.planted
]
SUMS = [param for param in PLANTED if param.values[1].exact]


@pytest.mark.parametrize(("report", "planted"), PLANTED)
def test_a_label_points_at_one_place(report, planted):
    assert (planted.kind, planted.rule) in {("wording", rule) for rule in labels.WORDING} | {
        (kind, rule) for kind in ("impossible", "rounding") for rule in labels.ARITHMETIC
    }
    for text, mark in [(planted.text, planted.mark), *planted.also]:
        assert (report.text.count(text), text.count(mark)) == (1, 1), (text, mark)


@pytest.mark.parametrize(("report", "planted"), SUMS)
def test_a_labelled_figure_is_what_exact_arithmetic_finds(report, planted):
    assert planted.found() == planted.kind
    assert unprinted(report, planted.exact) == []


def unprinted(report, formula):
    """The formula's figures that the report doesn't print; in a table the unit stands in the head."""
    digits = [re.match(r"[\d,.]+", printed)[0] for printed in labels.printed_in(formula)]
    return [number for number in digits if not re.search(rf"(?<![\d.,]){re.escape(number)}(?!\d|[.,]\d)", report.text)]


@pytest.mark.parametrize("report", [report for report in REPORTS if report.agrees], ids=lambda report: report.name)
def test_what_is_said_to_agree_does(report):
    assert [pair for pair in report.agrees if labels.judged(labels.figure(pair[0]), pair[1]) != "agrees"] == []
    assert [pair for pair in report.agrees if unprinted(report, " + ".join(pair))] == []


def test_every_wrong_figure_comes_with_its_recomputation():
    assert all(bool(planted.exact) == (planted.kind != "wording") for report in REPORTS for planted in report.planted)


@pytest.mark.parametrize("path", sorted(labels.CORPUS.rglob("*.txt")), ids=lambda path: path.stem)
def test_every_text_has_its_labels(path):
    assert path.with_suffix(".toml").exists()


@pytest.mark.parametrize(
    ("name", "named"), [("development", True), *((name, False) for name in measure.HELD_OUT.values())]
)
def test_what_was_missed_is_named_of_the_development_half_alone(name, named):
    found = [measure.Measured(report, (), (), report.planted, (), 0) for report in labels.reports(name)]
    told = measure.document({name: found})
    planted = sum(len(report.planted) for report in labels.reports(name))
    assert f"| {measure.SETS[name]} | {len(found)} | {planted} | 0 |" in told
    assert ("missed in" in told, any(report.report.name in told for report in found)) == (named, named)


def test_each_set_held_out_has_reports_without_an_error():
    for name in measure.HELD_OUT.values():
        reports = labels.reports(name)
        assert any(not report.planted for report in reports), name
        assert {p.kind for report in reports for p in report.planted} >= {"impossible", "wording"}, name


def test_the_county_report_carries_every_printed_figure_and_its_seven_cases():
    county = labels.report(labels.CORPUS / "county.toml")
    with (DEFINITIONS / "report_figures.csv").open(encoding="utf-8-sig", newline="") as file:
        printed = {row["value"] for row in csv.DictReader(file) if row["section"].startswith("第2篇")}
    assert len(printed) > 90
    assert [
        value for value in sorted(printed) if not re.search(rf"(?<![\d.]){re.escape(value)}(?!\d|\.\d)", county.text)
    ] == []
    assert Counter(planted.kind for planted in county.planted) == {"impossible": 4, "rounding": 3, "wording": 4}


@pytest.mark.parametrize(
    ("stated", "formula", "verdict"),
    [
        ("50.78%", "23.45万人 / 461843人", "agrees"),  # 50.7748 rounded up
        ("140.06%", "64.68万人次 / 461843人", "rounding"),  # 140.0476: only 64.684 thousand more explains it
        ("36.65%", "(115元 - 74元) / 115元", "impossible"),  # at most 36.36
        ("267个", "228个 + 39个", "agrees"),
        ("268个", "228个 + 39个", "impossible"),
        ("2.82个百分点", "49.60% - 46.78%", "agrees"),
        ("2.83个百分点", "49.60% - 46.78%", "rounding"),
        ("2.84个百分点", "49.60% - 46.78%", "impossible"),
        ("1.2亿元", "6000万元 * 2", "agrees"),
    ],
)
def test_exact_arithmetic_tells_rounding_from_the_impossible(stated, formula, verdict):
    assert labels.judged(labels.figure(stated), formula) == verdict
