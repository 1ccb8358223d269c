"""Other editions, drafts and official ones, and counties that have uploaded little."""

import csv
import io
import re
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest

from pipelines import County, Period, QuestionError, load, lock, open_county
from pipelines.answers.identities import identities
from pipelines.signing import Breached, Month, Signing, note
from pipelines.store.decisions import Decision
from reports import editions, narrative, register
from reports.annex import is_listed
from reports.document import Chart, Heading, Paragraph
from reports.editions import enrolment, headline, standing
from reports.editions.shortening import BY_SCHEME, CHARTS, DETAILED
from reports.pdf import pdf
from reports.pdf.reading import files as attached
from reports.quoting import Ref, quote
from tests import files
from tests.reports.editions.conftest import TERMS
from tests.reports.papers import H1


def headings(document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Heading) and block.level == 1]


@pytest.mark.parametrize(
    ("months", "kind"),
    [
        ("2026-06..2026-06", "bulletin"),
        ("2026-04..2026-06", "quarter"),
        ("2025-01..2025-12", "year"),
        ("2025-07..2025-12", "half_year"),
        ("2025-11..2026-01", "span"),
        ("2026-06..2026-09", "span"),
        ("2026-02..2026-07", "span"),
    ],
)
def test_a_period_has_the_edition_that_fits_it(months, kind):
    assert editions.kind_for(Period(*months.split(".."))) == kind


def test_a_period_offers_its_own_edition_and_those_that_end_with_it():
    offered = [(kind, period.first) for kind, period in editions.offered(Period("2026-02", "2026-06"))]
    assert offered == [
        ("span", "2026-02"),
        ("bulletin", "2026-06"),
        ("quarter", "2026-04"),
        ("half_year", "2026-01"),
    ]


def test_only_half_a_year_is_called_so_whatever_layout_is_asked_for():
    odd, half = Period("2026-06", "2026-09"), Period("2026-01", "2026-06")
    assert editions.title("span", odd) == editions.title("half_year", odd) == "2026年6—9月医疗保障基金运行报告"
    assert editions.title("half_year", half) == "2026年1—6月医疗保障基金运行半年报告"


def test_months_of_a_span_without_data_are_said(sample_county):
    _, said, *_ = headline.blocks(sample_county, Period("2026-06", "2026-09"))
    assert said.text.startswith("2026年7月、2026年8月、2026年9月没有装入任何数据")
    assert not any("没有装入" in getattr(each, "text", "") for each in headline.blocks(sample_county, H1))


def test_the_bulletin_tells_the_month_and_the_year_so_far(sample_county):
    bulletin = editions.bulletin(sample_county, "2026-06", TERMS)
    month, year = (table for table in bulletin.tables() if table.title.endswith("主要指标"))
    assert [table.title for table in (month, year)] == ["2026年6月主要指标", "2026年1—6月主要指标"]
    spent = [{row[0]: row for row in table.rows}["基金支出"][2] for table in (month, year)]
    assert [quote.ref.period.first for quote in spent] == ["2026-06", "2026-01"]


def test_the_bulletin_is_read_at_a_sitting_and_its_long_tables_are_whole_in_their_files(sample_county):
    bulletin = editions.bulletin(sample_county, "2026-06", TERMS)
    made = pdf(bulletin)
    assert 12 <= made.pages <= 16
    (table,) = (table for table in bulletin.tables() if table.title == "2026年6月两定机构")
    whole = list(csv.reader(io.StringIO(attached(made.data)["2026年6月两定机构.csv"].decode("utf-8-sig"))))[1:]
    roster = sample_county.fetch("select name from dim_institution where place = 'in_county'")
    assert sorted(row[0] for row in whole) == sorted(name for (name,) in roster)
    assert table.most < len(whole) == len(table.rows)


def test_what_the_bulletin_leaves_out_stands_in_the_longer_editions(report):
    titles = [table.title for table in report.tables()]
    notes = [block.note for block in report.blocks if isinstance(block, Chart)]
    assert [each for each in (*BY_SCHEME, *DETAILED) if not any(title.endswith(each) for title in titles)] == []
    assert set(CHARTS) <= set(notes)


def test_every_figure_of_the_bulletin_has_its_row_of_the_annex_and_every_kpi_its_batches(sample_county):
    bulletin = editions.bulletin(sample_county, "2026-06", TERMS)
    numbers = bulletin.annex_numbers()
    assert [key for key, quote in bulletin.quotes().items() if key not in numbers and not is_listed(quote.ref)] == []
    (used,) = (table for table in bulletin.tables() if table.title == "指标所用的批次")
    told = {name for row in used.rows for name in row[1].split("、")}
    assert {quote.kpi.name_zh for quote in bulletin.quotes().values() if not is_listed(quote.ref)} <= told


def test_months_without_data_make_no_document(sample_county):
    with pytest.raises(QuestionError, match="2031年1—6月没有装入任何数据"):
        editions.half_year(sample_county, Period("2031-01", "2031-06"), TERMS)


def test_a_county_with_one_upload_has_a_document_that_says_what_is_missing(sample_warehouse, sample_files, tmp_path):
    load(tmp_path / "warehouse", [sample_files / "enrolment_2026.csv"], "甲")
    document = editions.half_year(open_county(tmp_path / "warehouse"), H1, TERMS)
    text = "".join(block.text for block in document.blocks if isinstance(block, Paragraph))
    assert "未上传：结算明细" in text
    assert "None" not in text
    assert all(table.rows for table in document.tables())


@pytest.fixture(scope="module")
def of_employees(sample_warehouse, sample_files, tmp_path_factory) -> County:
    """A county that loaded the enrolment of employees alone."""
    folder = tmp_path_factory.mktemp("employees")
    lines = (sample_files / "enrolment_2026.csv").read_text("utf-8-sig").splitlines()
    kept = [lines[0], *(line for line in lines if line.split(",")[1] == "310")]
    (folder / "enrolment.csv").write_text("\n".join(kept), "utf-8")
    load(folder / "warehouse", [folder / "enrolment.csv"], "甲")
    return open_county(folder / "warehouse")


def test_a_scheme_without_a_row_is_said_to_be_missing_and_not_to_have_nobody(of_employees):
    section = narrative.sections(of_employees, H1)[0]
    assert "职工基本医疗保险参保" in section.text
    assert re.search(r"(?<![\d,.])0 人", section.text) is None
    assert "城乡居民基本医疗保险参保" not in section.text
    assert section.left_out == ("未上传：参保登记（居民）", "未上传：参保登记（生育）")


def test_the_chart_of_tasks_speaks_only_of_the_schemes_that_it_shows(of_employees):
    (chart, *_) = enrolment.blocks(of_employees, H1)
    assert chart.title in ("职工达到了参保目标", "职工还没有达到参保目标")
    figure = quote(of_employees, Ref.of("insured_persons", H1, scheme="resident"))
    assert (figure.value, figure.missing) == (None, "未上传：参保登记（居民）")


def test_nought_among_rows_stays_nought(tmp_path):
    first = {"统计年月": "2026-06", "险种类型": "390", "参保人数": "0"}
    path = files.write(tmp_path, files.rows(files.ENROLMENT, first), "enrolment.csv")
    load(tmp_path / "warehouse", [path], "甲")
    figure = quote(open_county(tmp_path / "warehouse"), Ref.of("insured_persons", H1, scheme="resident"))
    assert (figure.value, figure.missing) == (0, "")


def test_a_document_is_official_only_when_its_months_are_locked(own_warehouse):
    county = open_county(own_warehouse)
    with pytest.raises(editions.NotOfficial, match="没有封账"):
        editions.half_year(county, H1, replace(TERMS, official=True))
    for month in H1.months:
        lock(own_warehouse, month, "甲", "核对完成")
    official = editions.half_year(county, H1, replace(TERMS, official=True))
    assert (official.official, official.why_draft) == (True, ())
    draft = editions.half_year(county, H1, TERMS)
    assert (draft.official, draft.why_draft) == (False, ("制作时没有要求正式件",))


def test_notes_are_carried_into_the_document(own_warehouse):
    county = open_county(own_warehouse)
    assert "批注" not in headings(editions.bulletin(county, "2026-06", TERMS))
    june = Period("2026-06", "2026-06")
    note(own_warehouse, "month", "2026-06", june, "六月含补报的县外结算", "张三")
    code, name = next(iter(county.names.items()))
    note(own_warehouse, "institution", code, june, "已约谈", "李四")
    document = editions.bulletin(county, "2026-06", TERMS)
    (table,) = (table for table in document.tables() if table.title == "批注")
    assert [row[:3] for row in table.rows] == [("2026年6月", "六月含补报的县外结算", "张三"), (name, "已约谈", "李四")]


def test_a_breach_is_printed_with_its_explanation_and_who_signed_it():
    known = next(iter(identities().values()))
    signed = Decision(1, "2026-07-02T09:00:00", "张三", "explain", "", {}, "七月才回传")
    breaches = (
        Breached("2026-06", known, Decimal(3), Decimal(2), explained=signed),
        Breached("2026-06", known, Decimal(5), Decimal(2)),
    )
    month = Month("2026-06", (known,), breaches, None, (), True)
    (table,) = standing.breaches(Signing(Period("2026-06", "2026-06"), (month,), ()))
    assert [row[-2:] for row in table.rows] == [("七月才回传", "张三 2026-07-02"), ("还没有说明", "")]


def restatement(key, title="五月月报", why="补报"):
    told = SimpleNamespace(key=key, name=f"名{key}", printed="1 人", now="2 人")
    return SimpleNamespace(changed=told, kept=SimpleNamespace(title=title), why=why)


WHOLE, SCHEME = "insured_persons;2026-05..2026-05;value", "insured_persons;2026-05..2026-05;scheme=resident;value"


def test_restated_figures_stand_by_document_under_the_reason_they_share():
    found = [restatement(WHOLE), restatement(SCHEME, title="六月月报"), restatement(SCHEME)]
    blocks = standing.restated(found)[2:]
    assert [block.text for block in blocks[::2]] == ["更正原因：补报。"] * 2
    assert [(block.title, [row[0] for row in block.rows]) for block in blocks[1::2]] == [
        ("五月月报里更正的数字", [f"名{WHOLE}", f"名{SCHEME}"]),
        ("六月月报里更正的数字", [f"名{SCHEME}"]),
    ]


def test_restated_figures_of_institutions_and_what_follows_from_values_stand_in_the_file_and_are_counted():
    parts = [WHOLE.replace("value", each) for each in ("numerator", "change", "institution=H1;value", "town=T1;value")]
    found = [restatement(key) for key in (WHOLE, *parts)]
    *_, table, last = standing.restated(found)
    assert [row[0] for row in table.rows] == [f"名{WHOLE}"]
    assert "另有 4 个" in last.text
    assert "附件“更正清单.csv”" in last.text
    (file,) = standing.restated_file(found)
    heads, *rows = csv.reader(io.StringIO(file.data.decode("utf-8-sig")))
    assert [dict(zip(heads, row, strict=True))["编号"] for row in rows] == [WHOLE, *parts]
    assert (standing.restated([]), standing.restated_file([])) == ([], ())


def test_the_file_of_restated_figures_comes_with_the_document(sample_county, monkeypatch):
    monkeypatch.setattr(register, "restatements", lambda *_: [restatement(WHOLE.replace("value", "change"))])
    made = editions.bulletin(sample_county, "2026-06", TERMS)
    assert "数字更正" in headings(made)
    assert "更正清单.csv" in [each.name for each in made.attachments]
