"""The half-year report of the sample county: its figures are the engine's, its lists are whole, its bytes the same."""

import io
import os
import re
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest

import pipelines
from pipelines.answers.aims import aimed
from pipelines.formulas import rounded
from reports.checking import check
from reports.document import Chart, Heading, Paragraph, Table
from reports.editions.composing import AHEAD
from reports.quoting import Quote, grouped
from reports.quoting import printed as as_printed
from tests.reports.papers import H1

ROOT = Path(__file__).parents[3]
BLANK = re.compile(r"[\s\u200b\ufffe]+")
SINGLE = ("institution", "town")
INSTITUTIONS = ("有住院的定点医疗机构", "其他两定机构")


@pytest.fixture(scope="module")
def pages(printed) -> list[str]:
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(io.BytesIO(printed))]


def bare(text: str) -> str:
    return BLANK.sub("", text)


def general(report) -> list[Quote]:
    """The figures that are of no single institution or town."""
    return [quote for quote in report.quotes().values() if not set(dict(quote.ref.where)) & set(SINGLE)]


def tables(report, words: str) -> list[Table]:
    return [table for table in report.tables() if words in table.title]


def asked_alone(county, quote: Quote) -> Quote:
    ref = quote.ref
    (figure,) = pipelines.ask(county, [ref.kpi], ref.period, where=grouped(ref.where))
    return as_printed(ref, aimed(figure, ref.period.last, dict(ref.where)))


def test_every_figure_is_what_the_engine_says_when_asked_for_it_alone(report, sample_county):
    asked: dict[tuple, Quote] = {}
    for quote in general(report):
        which = quote.ref.kpi, quote.ref.period, quote.ref.where
        if which not in asked:
            asked[which] = asked_alone(sample_county, quote)
        told = as_printed(quote.ref, asked[which].figure)
        assert (quote.text, quote.value) == (told.text, told.value), quote.key
    assert len(asked) > 250


def test_figures_of_institutions_are_what_the_engine_says_when_asked_for_one_alone(report, sample_county):
    single = [quote for quote in report.quotes().values() if "institution" in dict(quote.ref.where)]
    assert len(single) > 800
    for quote in single[::60]:
        assert quote.text == asked_alone(sample_county, quote).text, quote.key


def test_every_figure_of_text_cards_and_small_tables_stands_on_the_pages(report, pages):
    text = bare("".join(pages))
    absent = [quote.key for quote in general(report) if bare(quote.text.split()[0].rstrip("%")) not in text]
    assert absent == []


def test_every_figure_of_the_text_leads_to_its_row_of_the_annex(report):
    numbers = report.annex_numbers()
    cited = [run for b in report.blocks if isinstance(b, Paragraph) for run in b.runs if isinstance(run, Quote)]
    assert len(cited) > 150
    rows = {row[0]: row for table in report.tables() if table.annex for row in table.rows}
    for quote in cited:
        (first, *_) = [cell for cell in rows[numbers[quote.key]] if isinstance(cell, Quote)]
        assert (first.ref.kpi, first.ref.period, first.ref.where) == (quote.ref.kpi, quote.ref.period, quote.ref.where)


def test_ratios_of_the_annex_are_their_numerator_over_their_denominator(report):
    ratios = [row for table in report.tables() if table.annex for row in table.rows if row[2].unit == "%" and row[-1]]
    assert len(ratios) > 80
    for _, _, now, _, above, below in ratios:
        assert now.value == rounded(100 * above.exact / below.exact, 2), now.key


def test_every_institution_of_the_roster_is_told_of_once(report, sample_county):
    names = [row[0] for words in INSTITUTIONS for row in tables(report, words)[0].rows]
    (idle,) = [b for b in report.blocks if isinstance(b, Paragraph) and "没有结算" in b.text and "在册机构" in b.text]
    parts = [re.split("[、；。]", part) for part in idle.text.split("：")[1:]]
    others = [name for part in parts for name in part if name and " " not in name]
    roster = sample_county.fetch("select name from dim_institution where place = 'in_county'")
    assert Counter(names + others) == Counter(name for (name,) in roster)


def test_the_fund_of_the_institutions_adds_up_to_the_countys_to_the_fen(report, sample_county):
    sums = [tables(report, words)[0].control_sums()["基金支出（万元）"] for words in INSTITUTIONS]
    roster = sample_county.fetch("select institution from dim_institution where place = 'in_county'")
    inside = {code for (code,) in roster}
    figures = pipelines.ask(sample_county, ["fund_expenditure"], H1, by=("institution",))
    yuan = sum((f.value for f in figures if f.dims["institution"] in inside), Decimal(0))
    assert sum(sums) == yuan / 10000


def test_the_cases_add_up_to_what_was_handled(report):
    (register,) = tables(report, "案件一览")
    (channels,) = tables(report, "各途径处理情况")
    assert register.control_sums()["应收应扣（元）"] == channels.rows[0][-1].value
    assert sum(row[-1].value for row in channels.rows[1:]) == channels.rows[0][-1].value


def test_no_clue_is_told_without_saying_that_it_is_none_of_a_finding(report):
    heads = [b.text if isinstance(b, Heading | Paragraph) else "" for b in report.blocks]
    assert "疑点线索，不是认定" in heads[heads.index("疑点线索") + 1]


def test_every_chart_says_what_it_finds(report):
    charts = [block for block in report.blocks if isinstance(block, Chart)]
    ahead = AHEAD.keys() & {block.text for block in report.blocks if isinstance(block, Heading)}
    assert len({chart.title for chart in charts}) == len(charts) == 10 + len(ahead)
    assert all(chart.title and chart.note and chart.title in chart.alt for chart in charts)


def test_our_own_checker_finds_nothing_impossible_in_what_charts_say(report):
    for chart in (block for block in report.blocks if isinstance(block, Chart)):
        found = [each for each in check(chart.alt).findings if each.verdict == "impossible"]
        assert found == [], chart.alt


def test_what_stands_at_the_end_of_a_month_names_that_month_alone(report):
    assert [table.title for table in tables(report, "末县内两定机构")] == ["2026年6月末县内两定机构"]


def test_another_process_makes_the_same_bytes(printed, own_warehouse, tmp_path):
    out = tmp_path / "report.pdf"
    options = ["--from", "2026-01", "--to", "2026-06", "--by", "经办", "--at", "2026-07-05T09:30:00", "--out", str(out)]
    command = [sys.executable, "-m", "reports", "--warehouse", str(own_warehouse), "pdf", *options]
    told = subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": "7"}, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    assert out.read_bytes() == printed
