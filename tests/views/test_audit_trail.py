"""审计日志 on the screen: what it lists, what it finds, what it says of a log that was changed."""

import csv
import io

import pytest

from pipelines import access, audit_log
from pipelines.access import Caller, acting
from pipelines.audit_log import LogUnwritable, writing
from tests.views.app import button, healthy, opened, words
from views import handing


@pytest.fixture
def warehouse(tmp_path):
    for name, role, event, subject in (
        ("王敏", "operations", "log_in", ""),
        ("李强", "auditor", "clue_rows", "split_stay/H1/2026-05"),
        ("周局", "director", "export", "=费用控制<b>.xlsx"),
    ):
        with acting(Caller(name, role, access.roles()[role].rights)):
            audit_log.record(tmp_path, event, subject, {"期间": "2026-01..2026-06"}, rows=7)
    return tmp_path


def listed(app, head: str) -> list:
    return list(app.dataframe[0].value[head])


def test_the_page_lists_who_did_what_the_latest_first(warehouse, monkeypatch):
    app = opened(warehouse, monkeypatch, "log")
    assert healthy(app)
    assert listed(app, "谁") == ["周局", "李强", "王敏"]
    assert listed(app, "事件") == ["导出", "查看线索明细", "登录"]
    assert "共 **3 条**，末尾完整" in words(app)


@pytest.mark.parametrize(
    ("query", "people"),
    [({"le": "查看"}, ["李强"]), ({"le": "export"}, ["周局"]), ({"lq": "h1"}, ["李强"]), ({"lw": "王"}, ["王敏"])],
)
def test_it_finds_what_is_looked_for(warehouse, monkeypatch, query, people):
    assert listed(opened(warehouse, monkeypatch, "log", **query), "谁") == people


def test_nothing_found_is_said(warehouse, monkeypatch):
    assert "没有这样的记录" in words(opened(warehouse, monkeypatch, "log", lq="没有的"))


def test_a_changed_line_is_found_when_the_whole_chain_is_verified(warehouse, monkeypatch):
    path = next((warehouse / "audit").glob("*.jsonl"))
    path.write_bytes(path.read_bytes().replace("李强".encode(), "王五".encode()))
    app = button(opened(warehouse, monkeypatch, "log"), "核验整条链").click().run()
    assert "第 2 条与散列不符" in app.warning[0].value
    assert "有 1 处不符" in words(app)


def test_a_log_that_was_cut_is_told_of_at_once(warehouse, monkeypatch):
    path = next((warehouse / "audit").glob("*.jsonl"))
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))
    app = opened(warehouse, monkeypatch, "log")
    assert "第 3 至 3 条不见了" in app.warning[0].value


# ---------------------------------------------------------------- what leaves a page


def test_a_file_leaves_a_page_once_the_log_has_it(tmp_path, monkeypatch):
    monkeypatch.setenv("FUND_WAREHOUSE", str(tmp_path))
    with acting(Caller("甲", "auditor", access.roles()["auditor"].rights)):
        make = handing.handed("a.csv", lambda: b"1,2", lambda: 2)
    assert list(audit_log.search(tmp_path, audit_log.Asked())) == [], "nobody has taken it yet"
    assert make() == b"1,2"
    (line,) = audit_log.search(tmp_path, audit_log.Asked())
    assert (line.who, line.event, line.subject, line.rows) == ("甲", "export", "a.csv", 2)


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_what_can_not_be_recorded_is_not_given_out(tmp_path, monkeypatch, name):
    monkeypatch.setenv("FUND_WAREHOUSE", str(tmp_path))

    def full(*told):
        raise LogUnwritable("审计日志写不进去：磁盘空间不足")

    monkeypatch.setattr(writing, "append", full)
    given = handing.handed(name, lambda: "秘密".encode())()
    assert "秘密".encode() not in given
    if name.endswith("csv"):
        assert next(csv.reader(io.StringIO(given.decode("utf-8-sig")))) == ["没有导出：审计日志写不进去：磁盘空间不足"]
    else:
        assert given.startswith(b"PK")
