"""What the gates tell the audit log, and that nothing passes a gate that could not be told."""

import csv
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from pipelines import access, audit_log, row_batches, rows
from pipelines.access import Caller, acting
from pipelines.audit_log import Asked, LogUnwritable, writing
from pipelines.cli import main
from pipelines.errors import NotAllowed
from pipelines.store.decisions import decide
from pipelines.store.warehouse import Entry, append, journal
from reports import marking, register
from tests.reports.papers import paper
from views import handing, sheet, states


def somebody(name: str, role: str = "auditor") -> Caller:
    return Caller(name, role, access.roles()[role].rights)


def told_of(warehouse, name: str) -> list[audit_log.Line]:
    """What the log says of somebody, the oldest first."""
    return list(audit_log.search(warehouse, Asked(who=name)))[::-1]


@pytest.fixture
def full(monkeypatch):
    """The log can't be written."""

    def refuse(handle, text):
        raise OSError(28, "")

    monkeypatch.setattr(writing, "put", refuse)


# ---------------------------------------------------------------- rows


def test_rows_of_persons_are_told_of_with_what_was_asked_and_how_many_were_seen(sample_county):
    with acting(somebody("看行的")):
        found = rows(sample_county, "cost_per_case", sample_county.default_period, {"scheme": "resident"}, limit=7)
    (line,) = told_of(sample_county.warehouse, "看行的")
    assert (line.event, line.rows, line.role) == ("rows", sum(len(each.rows) for each in found), "稽核")
    assert line.details["险种"] == "居民"
    assert line.details["期间"] == f"{sample_county.default_period.first}..{sample_county.default_period.last}"


def test_rows_that_are_fetched_one_portion_after_the_other_are_told_of_before_the_first(sample_county):
    with acting(somebody("取全部的")):
        portions = row_batches(sample_county, "cost_per_case", "inpatient_visits", sample_county.default_period)
        next(portions)
    (line,) = told_of(sample_county.warehouse, "取全部的")
    assert (line.event, line.rows, line.details["范围"]) == ("rows", None, "全部")


def test_rows_of_institutions_are_nobody_s(sample_county):
    with acting(somebody("看名册的")):
        rows(sample_county, "managed_institutions", sample_county.default_period)
    assert told_of(sample_county.warehouse, "看名册的") == []


def test_rows_that_can_not_be_told_of_are_not_given_out(sample_county, full):
    with acting(somebody("看不到的")):
        with pytest.raises(LogUnwritable, match="磁盘空间不足"):
            rows(sample_county, "cost_per_case", sample_county.default_period, limit=7)
        with pytest.raises(LogUnwritable):
            next(row_batches(sample_county, "cost_per_case", "inpatient_visits", sample_county.default_period))


def test_a_file_of_the_command_line_is_told_of_with_its_options_and_its_rows(sample_warehouse, tmp_path, monkeypatch):
    monkeypatch.setattr("pipelines.audit_log.writing.user", lambda: "命令行的")
    target = tmp_path / "行.csv"
    asked = ["rows", "--kpi", "managed_institutions", "--csv", str(target)]
    assert CliRunner().invoke(main, ["--warehouse", str(sample_warehouse), *asked]).exit_code == 0
    with target.open(encoding="utf-8-sig", newline="") as file:
        written = len(list(csv.reader(file))) - 1
    line = told_of(sample_warehouse, "命令行的")[-1]
    assert (line.event, line.subject, line.rows) == ("export", "行.csv", written)
    assert line.details["kpi_id"] == "managed_institutions"


# ---------------------------------------------------------------- the journal


def test_what_enters_the_journal_is_told_of_by_its_kind(tmp_path):
    with acting(somebody("办事的", "operations")):
        append(tmp_path, Entry("lock", "", "", "2026-07-01", "已核对", "2026-06"))
        decide(tmp_path, "note", {"机构 A01": {"text": "待查"}}, "办事的", "先记下")
    told = [(line.event, line.subject, line.details["原因"]) for line in told_of(tmp_path, "办事的")]
    assert told == [("lock", "2026-06", "已核对"), ("note", "机构 A01", "先记下")]


def test_what_may_not_enter_is_told_of_too(tmp_path):
    with acting(somebody("没权的", "director")), pytest.raises(NotAllowed):
        append(tmp_path, Entry("lock", "", "", "2026-07-01", "想封", "2026-06"))
    (line,) = told_of(tmp_path, "没权的")
    assert (line.event, line.subject) == ("refused", "lock")


def test_what_can_not_be_told_of_does_not_enter(tmp_path, full):
    with pytest.raises(LogUnwritable):
        append(tmp_path, Entry("lock", "", "某人", "2026-07-01", "已核对", "2026-06"))
    assert journal(tmp_path) == []


# ---------------------------------------------------------------- documents, refused pages


def test_a_document_is_told_of_with_the_number_that_verifies_it(tmp_path):
    with acting(somebody("出文件的", "operations")):
        kept = register.keep(tmp_path, paper(watermark=marking.watermark(tmp_path)), b"1", "pdf")
    (line,) = told_of(tmp_path, "出文件的")
    assert (line.event, line.subject, line.details["验真编号"]) == ("document", kept.title, kept.id)


def test_no_word_in_an_address_takes_the_place_of_what_the_log_tells(tmp_path, monkeypatch):
    forged = {
        "页面": "总览",
        "期间": "没看过",
        "险种": "all",
        "类型": "草稿",
        "验真编号": "0",
        "s": "resident",
        "k": "费用",
    }
    with acting(somebody("改地址的", "operations")):
        kept = register.keep(tmp_path, paper(query=forged), b"2", "pdf")
    (line,) = told_of(tmp_path, "改地址的")
    assert (line.details["类型"], line.details["验真编号"], line.details["k"]) == (kept.kind_zh, kept.id, "费用")
    assert line.details["险种"] != "all" and line.details["期间"] == f"{kept.first}..{kept.last}"
    shown = sheet.Sheet("rows", {"m": "2026-06..2026-06"}, "明细")
    monkeypatch.setattr(handing, "st", SimpleNamespace(session_state={"sheet": shown}, query_params=forged))
    told = handing.parameters()
    assert (told["页面"], told["期间"], told["险种"]) == ("明细", "2026-06..2026-06", "resident")


def test_a_document_that_can_not_be_told_of_is_not_made(tmp_path, full):
    with pytest.raises(LogUnwritable):
        register.keep(tmp_path, paper(), b"1", "pdf")
    assert register.listed(tmp_path) == []


def test_a_page_that_is_refused_is_told_of(tmp_path, monkeypatch):
    monkeypatch.setenv("FUND_WAREHOUSE", str(tmp_path))
    with acting(somebody("走错的", "town")):
        states.refused("走错的（乡镇）不能看“疑点线索”")
    (line,) = told_of(tmp_path, "走错的")
    assert (line.event, line.role) == ("refused", "乡镇")
